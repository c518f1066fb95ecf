"""What another node tells of its catalogue is kept as it said it, or refused with a sentence and without effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from tests.catalogue import regions_sign as three
from tests.catalogue.regions_sign import BEIJING, CODE, HEBEI, IN_FORCE_ON, REGIONS, TIANJIN
from tests.exchange.lines import Line
from tests.exchange.others import NOW, Other
from tongban.catalogue import body, entries, joint, models, storage
from tongban.catalogue.storage import Observed
from tongban.crypto import base64url
from tongban.domain import agreements, batch
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Signature
from tongban.domain.catalogue import Delegation, Standard, Terms
from tongban.domain.codec import to_plain
from tongban.domain.joint import ActKind, Content, Listed, Party
from tongban.domain.workdays import Notice
from tongban.exchange import actions, peers
from tongban.exchange.inbox import GREETING
from tongban.exchange.models import Stored, Waiting, Written
from tongban.exchange.standards import types, waiting
from tongban.journal import queries as journal
from tongban.journal.models import Errand
from tongban.people.models import Department
from tongban.people.places import PlainDepartment

AT = to_plain(NOW, type(NOW))
STANDARD = three.standard("TB-001")
SHOWN = Terms(name="另一个名称", conditions=(), requirements=(), statutory=three.LIMIT, promised=three.LIMIT)
LISTED = Listed("TB-001", 1, body.digest(body.of_standard(STANDARD)))


@pytest.fixture
def tianjin(demo_people: None, other: Other, settings: Settings) -> Other:
    """The node of Tianjin, as this one, which speaks for Beijing alone, knows it."""
    settings.REGIONS = [BEIJING]
    return other


def tell(node: Other, what: str, said: dict[str, Any]) -> tuple[str, str]:
    """Let a node tell something; return code and words of the refusal, empty where there is none."""
    answer = node.send(node.write(kind=types.of(what), body=said, subject=f"{what}:x"))
    assert answer.status_code == 200, answer.content
    refused = answer.json()["receipt"]["refused"]
    return (refused[0]["code"], refused[0]["words"]) if refused else ("", "")


def version(says: dict[str, Any], *, number: int = 1, **about: Any) -> dict[str, Any]:
    return {"version": number, "digest": body.digest(says), "at": AT, "says": says} | about


def a_standard(one: Standard = STANDARD, **about: Any) -> dict[str, Any]:
    return version(body.of_standard(one), **about)


def an_implementation(region: str, **about: Any) -> dict[str, Any]:
    one = next(each for each in three.implementations({"TB-001": "transport"}) if each.region == region)
    return version(
        body.of_implementation(replace(one, standard_version=1)), **{"follows": LISTED.digest, "departs_by": ""} | about
    )


def held() -> list[str]:
    rows = [*models.Standard.objects.all(), *models.Implementation.objects.all(), *models.Matter.objects.all()]
    return sorted(f"{type(row).__name__} {row}" for row in rows)


def test_a_standard_and_who_implements_it_are_kept_and_a_repeat_changes_nothing(tianjin: Other) -> None:
    told = [("standard", a_standard()), ("implementation", an_implementation(TIANJIN))]

    first, kept = [tell(tianjin, *one) for one in told], held()
    again = [tell(tianjin, *one) for one in told]

    assert (first, again) == ([("", "")] * 2, [("", "")] * 2)
    assert kept == held() and len(kept) == 3
    assert [entry.actor for entry in journal.entries("catalogue")] == ["node:tianjin"] * 2
    assert journal.soundness().replay_ok


def test_what_is_kept_asks_for_nothing_and_costs_no_look_at_certificates(
    tianjin: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(tianjin, "standard", a_standard())
    read: list[bytes] = []
    monkeypatch.setattr(peers.x509, "read", lambda encoded: read.append(encoded))

    refused = tell(tianjin, "implementation", an_implementation(TIANJIN))

    assert (refused, read) == (("", ""), [])
    assert not Errand.objects.exists()


# --- Many at once -----------------------------------------------------------------------------------------------------


def in_one_batch(node: Other, what: str, *said: dict[str, Any]) -> list[str]:
    """Let a node tell several things in one request; return the code of each refusal, empty where there is none."""
    messages = [one for each in said for one in node.write(kind=types.of(what), body=each, subject=f"{what}:x")]
    answer = node.send(messages)
    assert answer.status_code == 200, answer.content
    refused = {one["sequence"]: one["code"] for one in answer.json()["receipt"]["refused"]}
    return [refused.get(int(one["sequence"]), "") for one in messages]


def implemented(matter: str) -> dict[str, Any]:
    """What Tianjin's body says of a matter."""
    one = next(each for each in three.implementations() if (each.matter, each.region) == (matter, TIANJIN))
    says = body.of_implementation(replace(one, standard_version=1))
    follows = body.digest(body.of_standard(three.standard(matter)))
    return version(says, follows=follows, departs_by="")


def test_what_is_listed_is_written_once_for_all_messages_of_a_batch(
    tianjin: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[list[str]] = []
    monkeypatch.setattr(entries, "_write", lambda codes, today: written.append(list(codes)))

    standards = in_one_batch(tianjin, "standard", *(a_standard(three.standard(one)) for one in three.MATTERS))
    bodies = in_one_batch(tianjin, "implementation", *map(implemented, three.MATTERS))

    assert standards == bodies == [""] * len(three.MATTERS) and len(three.MATTERS) > 1
    assert written == [sorted(three.MATTERS)] * 2


def test_a_matter_that_cannot_be_listed_is_refused_and_none_beside_it(
    tianjin: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, *good = three.MATTERS

    def write(codes: list[str], today: object) -> None:
        if bad in codes:
            raise ValueError(bad)

    in_one_batch(tianjin, "standard", *(a_standard(three.standard(one)) for one in three.MATTERS))
    monkeypatch.setattr(entries, "_write", write)

    assert in_one_batch(tianjin, "implementation", *map(implemented, three.MATTERS)) == [
        "failed_here",
        *[""] * len(good),
    ]
    assert sorted(models.Implementation.objects.values_list("matter", flat=True)) == sorted(good)
    assert Stored.objects.count() == 2 * len(three.MATTERS)
    assert journal.soundness().replay_ok


def changed(said: dict[str, Any], **says: Any) -> dict[str, Any]:
    """Say something else under the digest that was said."""
    return said | {"says": said["says"] | says}


HOSTILE = {
    "another region's": ("implementation", an_implementation(HEBEI), "not_yours"),
    "this node's own": ("implementation", an_implementation(BEIJING), "not_yours"),
    "of a standard that says something else": (
        "implementation",
        an_implementation(TIANJIN, follows="0" * 64),
        "no_standard",
    ),
    "other words under the digest": ("standard", changed(a_standard(number=2), name="另一个名称"), "not_readable"),
    "other words under the number": ("standard", a_standard(three.standard("TB-001", name="另名")), "told_otherwise"),
    "another region's standard": ("standard", a_standard(three.standard("TB-9", owner=HEBEI)), "not_yours"),
    "what all keep, alone": (
        "standard",
        a_standard(three.standard("TB-001", owner=TIANJIN), number=2),
        "kept_by_another",
    ),
    "an unknown member": ("standard", a_standard() | {"more": ""}, "not_readable"),
    "a member less": ("standard", {"version": 1}, "not_readable"),
    "no object": ("standard", {"says": [], "version": 1, "digest": "0" * 64, "at": AT}, "not_readable"),
    "a number that is none": ("standard", a_standard(number=True), "not_readable"),
    "a number too large": ("standard", a_standard(number=2**31), "not_readable"),
    "what has not happened": (
        "standard",
        a_standard(number=2) | {"at": to_plain(NOW + timedelta(days=1), type(NOW))},
        "not_readable",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_the_senders_to_say_or_not_so_changes_nothing(tianjin: Other, name: str) -> None:
    tell(tianjin, "standard", a_standard())
    before = held()
    what, said, code = HOSTILE[name]

    refused, words = tell(tianjin, what, said)

    assert (refused, held()) == (code, before)
    assert words.startswith("未") and words.endswith("。")


def test_what_a_system_shows_and_who_decides_for_whom_is_the_word_of_the_region_that_keeps_the_matter(
    tianjin: Other,
) -> None:
    own = three.standard("TB-9", owner=TIANJIN)
    shown = Observed("TB-001", three.bodies("transport")[TIANJIN].body, TIANJIN, SHOWN)
    delegated = Delegation("TB-9", shown.body, shown.body, "委托", "文件", "2026-01-01", "本机关", "本机关", "下放")
    for said in (a_standard(), a_standard(own)):
        assert tell(tianjin, "standard", said) == ("", "")
    hebei = Other(NOW, name="hebei", region=HEBEI)
    hebei.introduce()

    answers = [
        (tell(node, "observation", version(to_plain(shown, Observed)))[0], tell(node, "delegation", of_delegation)[0])
        for of_delegation in [version(to_plain(delegated, Delegation))]
        for node in (hebei, tianjin)
    ]

    assert answers == [("not_yours", "not_yours"), ("", "")]
    assert storage.observations(["TB-001"]) == [shown]
    assert [row.body["document"] for row in models.Delegation.objects.all()] == ["文件"]
    assert journal.soundness().replay_ok


def test_a_notice_that_marks_more_days_than_any_ever_did_moves_nobodys_days(tianjin: Other) -> None:
    first = date(2027, 1, 1)
    whole_year = frozenset(first + timedelta(days=number) for number in range(365))
    said = {"notice": to_plain(Notice(year=2027, rest=whole_year, make_up=frozenset(), sources=("x",)), Notice)}

    code, words = tell(tianjin, "calendar", said)

    assert (code, models.HolidayNotice.objects.count()) == ("invalid_calendar", 0)
    assert "365 天放假" in words


def test_a_department_of_another_region_is_not_taken_over(tianjin: Other) -> None:
    own = Department.objects.filter(region=BEIJING).first()
    assert own is not None
    said = PlainDepartment("new-code", own.uscc, "冒名", "", TIANJIN, "", TIANJIN, ())

    code, _ = tell(tianjin, "department", {"department": to_plain(said, PlainDepartment)})

    assert (code, Department.objects.filter(name="冒名").count()) == ("place_taken", 0)


# --- A batch ----------------------------------------------------------------------------------------------------------


def content(**changes: Any) -> Content:
    plan = three.plan()
    made = Content(
        CODE, 1, ActKind.ISSUE, plan.title, plan.title_en, (LISTED,), REGIONS, plan.scope, plan.agreement, IN_FORCE_ON
    )
    return replace(made, **changes)


def a_proposal(of: Content) -> dict[str, Any]:
    departments = tuple(three.bodies("transport")[region] for region in REGIONS)
    return {
        "content": to_plain(of, Content),
        "digest": batch.digest(of),
        "departments": to_plain(departments, tuple[Party, ...]),
        "at": AT,
    }


def an_agreement() -> dict[str, Any]:
    made = agreements.apply(None, agreements.record(three.agreement(), at=NOW))
    return {"agreement": to_plain(made, Agreement), "at": AT}


def a_sign_off(digest: str, region: str = TIANJIN) -> dict[str, Any]:
    body_of = three.bodies("transport")[region].body
    return {"batch": CODE, "serial": 1, "region": region, "departments": [body_of], "digest": digest, "at": AT}


def a_signature(digest: str, region: str = TIANJIN) -> dict[str, Any]:
    """A signature that nobody's key bears out."""
    nobody = base64url.encode(b"\x04" + bytes(64))
    forged = Signature(region, three.bodies("bureau")[region].body, digest, "k-forged", "SM2-SM3", nobody, "AAAA", NOW)
    return {"batch": CODE, "serial": 1, "signature": to_plain(forged, Signature)}


@pytest.fixture
def proposed(tianjin: Other) -> str:
    """Tianjin puts a batch to the regions; the digest to sign."""
    told = [("agreement", an_agreement()), ("standard", a_standard()), ("proposal", a_proposal(content()))]
    assert [tell(tianjin, *one) for one in told] == [("", "")] * 3
    return batch.digest(content())


def signed() -> tuple[int, int]:
    found = joint.read_batch(CODE)
    assert found is not None
    return len(found.acts[0].sign_offs), len(found.acts[0].signatures)


def test_departments_sign_off_only_for_their_region_and_only_what_was_proposed(tianjin: Other, proposed: str) -> None:
    refused = [
        tell(tianjin, "sign_off", a_sign_off(proposed, HEBEI))[0],
        tell(tianjin, "sign_off", a_sign_off(proposed, BEIJING))[0],
        tell(tianjin, "sign_off", a_sign_off("0" * 64))[0],
        tell(tianjin, "signature", a_signature(proposed, BEIJING))[0],
    ]
    before = signed()

    taken = [tell(tianjin, "sign_off", a_sign_off(proposed)), tell(tianjin, "sign_off", a_sign_off(proposed))]

    assert refused == ["not_yours", "not_yours", "digest_mismatch", "not_yours"]
    assert (before, taken, signed()) == ((0, 0), [("", "")] * 2, (1, 0))


def test_a_forged_signature_waits_for_a_newer_list_and_is_refused_then(
    tianjin: Other, proposed: str, line: Line
) -> None:
    tell(tianjin, "sign_off", a_sign_off(proposed))

    arrived = tell(tianjin, "signature", a_signature(proposed))
    waited = Waiting.objects.count()
    for minute in range(3):
        waiting.run(clock=lambda at=NOW + timedelta(minutes=minute + 1): at)

    assert (arrived, waited, Waiting.objects.count(), signed()) == (("", ""), 1, 0, (1, 0))
    refused = Stored.objects.get(type=types.of("signature"))
    assert refused.refused_code == "bad_signature"
    back = Written.objects.get(peer_id="tianjin")
    assert (back.type, back.subject.rpartition(":")[0]) == (types.of("refused"), f"refused:{refused.sequence}")


def a_refusal(row: Written, **changes: Any) -> dict[str, Any]:
    return {"sequence": row.sequence, "digest": row.digest, "code": "bad_signature", "words": "签名不成立。"} | changes


def test_who_told_it_has_it_among_what_was_refused_and_nobody_refuses_anything_else(tianjin: Other) -> None:
    with transaction.atomic():
        for number, kind in enumerate((types.of("signature"), GREETING), 1):
            id = f"00000000-0000-7000-8000-{number:012x}"
            actions.write(to="tianjin", id=id, type=kind, subject=f"{kind[11:20]}:x", body={}, now=NOW)
    told, greeting = Written.objects.order_by("sequence")

    taken = [tell(tianjin, "refused", a_refusal(told))[0] for _ in range(2)]
    refused = [
        tell(tianjin, "refused", a_refusal(greeting))[0],
        tell(tianjin, "refused", a_refusal(told, digest="0" * 64))[0],
        tell(tianjin, "refused", a_refusal(told, code="Bad code"))[0],
        tell(tianjin, "refused", a_refusal(told, words="a\nb"))[0],
        tell(tianjin, "refused", a_refusal(told, words=""))[0],
    ]

    assert (taken, refused) == (["", ""], ["not_yours", "not_yours", "not_readable", "not_readable", "not_readable"])
    assert [(row.refused_code, row.refused_words) for row in Written.objects.order_by("sequence")] == [
        ("bad_signature", "签名不成立。"),
        ("", ""),
    ]


def test_what_comes_before_its_proposal_waits_and_counts_then(tianjin: Other) -> None:
    digest = batch.digest(content())

    early = tell(tianjin, "sign_off", a_sign_off(digest))
    told = [("proposal", a_proposal(content())), ("standard", a_standard()), ("agreement", an_agreement())]
    answers = [tell(tianjin, *one) for one in told]
    waited = Waiting.objects.count()
    while waiting.run(clock=lambda: NOW + timedelta(minutes=1)):
        pass

    assert (early, answers, waited, Waiting.objects.count()) == (("", ""), [("", "")] * 3, 2, 0)
    assert signed() == (1, 0)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (a_proposal(content(standards=(replace(LISTED, digest="1" * 64),))), "invalid_batch"),
        (a_proposal(content()) | {"digest": "0" * 64}, "invalid_batch"),
        (a_proposal(content(regions=(BEIJING, HEBEI))), "not_yours"),
        (a_proposal(content(in_force_on=IN_FORCE_ON.replace(year=2025))), "invalid_batch"),
        (a_proposal(content(batch="编号")), "invalid_batch"),
    ],
    ids=["changed standard", "another digest", "not a region of it", "backwards", "no code"],
)
def test_a_proposal_that_does_not_hold_is_refused(tianjin: Other, said: dict[str, Any], code: str) -> None:
    tell(tianjin, "agreement", an_agreement())
    tell(tianjin, "standard", a_standard())

    refused, words = tell(tianjin, "proposal", said)

    assert (refused, joint.read_batches()) == (code, [])
    assert words.endswith("。")


def test_only_the_node_that_leads_a_batch_takes_an_act_back(tianjin: Other, proposed: str) -> None:
    hebei = Other(NOW, name="hebei", region=HEBEI)
    hebei.introduce()
    said = {"batch": CODE, "serial": 1, "reason": "内容有误。", "at": AT}

    by_another, by_lead = tell(hebei, "recall", said)[0], tell(tianjin, "recall", said)[0]

    assert (by_another, by_lead) == ("led_by_another", "")
    found = joint.read_batch(CODE)
    assert found is not None and found.acts[0].recalled == "内容有误。"
