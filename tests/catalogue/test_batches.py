"""Two signatures of three: not in force; the third puts it in force; a changed byte breaks it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests.catalogue.regions_sign import (
    BEIJING,
    CODE,
    HEBEI,
    IN_FORCE_ON,
    LATER,
    LIMIT,
    MATTERS,
    NOW,
    REGIONS,
    SIGNS,
    TIANJIN,
    TODAY,
    agreement,
    bodies,
    departments,
    in_force,
    operation,
    past_the_trigger_of,
    plan,
    prepare,
    propose,
    publish_standards,
    sign,
    sign_all,
    sign_off,
    standard,
    state,
    who,
)
from tests.own_database import OwnDatabase
from tests.soundness import demand_sound
from tongban.catalogue import actions, joint, models, storage
from tongban.catalogue.actions import Content, load
from tongban.crypto import base64url, profiles
from tongban.crypto.profiles import Algorithm
from tongban.domain.agreements import AgreementIsOver
from tongban.domain.batch.acts import InvalidBatch
from tongban.domain.batch.signing import AlreadySigned, DepartmentsMissing, DigestMismatch
from tongban.domain.batch.status import FlawKind, Life
from tongban.domain.catalogue import Bundle, Catalogue, Implementation, Item
from tongban.domain.joint import Scope
from tongban.domain.meetings import Meeting
from tongban.journal import queries as journal
from tongban.journal.actions import NoSuchStream, OperationReused
from tongban.keys import trust
from tongban.people.actor import SYSTEM
from tongban.people.permissions import NotAllowed


@pytest.fixture
def ready(two_standards: None) -> None:
    """Everything that a batch rests on."""


# --- Joint means all --------------------------------------------------------------------------------------------------


def test_two_signatures_of_three_are_not_in_force_and_the_third_puts_it_in_force(ready: None) -> None:
    digest = propose()
    sign_all(digest, [HEBEI, BEIJING])
    two = state()

    sign_off(TIANJIN, digest)
    answer = sign(TIANJIN, digest)

    assert (two.life, two.sentence) == (Life.PROPOSED, "未生效：还差 1 个地区的签署。")
    assert (answer["number"], answer["takes_effect_on"]) == ("同标〔2026〕TB-2026-01号", "2026-04-01")
    assert (state().life, state().flaws) == (Life.IN_FORCE, ())
    assert in_force(IN_FORCE_ON - timedelta(days=1)) == {}
    assert in_force(IN_FORCE_ON) == dict.fromkeys(MATTERS, 1)
    assert in_force(date(2031, 3, 1)) == {}
    demand_sound()


def test_two_of_three_leave_the_standards_out_of_force(ready: None) -> None:
    sign_all(propose(), [TIANJIN, HEBEI])

    assert in_force(IN_FORCE_ON) == {}


def test_a_changed_byte_of_a_stored_standard_breaks_it(ready: None) -> None:
    sign_all(propose())
    changed = json.dumps(models.Standard.objects.get(matter="TB-002").body | {"name": "事项 TB-002 "})
    past_the_trigger_of("catalogue_standard")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_standard SET body = %s WHERE matter_id = 'TB-002'", [changed])

    broken = state()

    assert (broken.life, broken.in_force) == (Life.BROKEN, False)
    assert [(flaw.kind, flaw.about) for flaw in broken.flaws] == [(FlawKind.STANDARD_CHANGED, "TB-002")]


def test_a_changed_byte_of_the_signed_content_breaks_it(ready: None) -> None:
    sign_all(propose())
    row = models.BatchAct.objects.get()
    row.body["content"]["title"] += "。"
    past_the_trigger_of("catalogue_batchact")
    row.save()

    assert [flaw.kind for flaw in state().flaws] == [FlawKind.CONTENT_CHANGED]
    assert not journal.soundness().replay_ok


def test_a_signature_by_a_key_that_is_not_the_regions_breaks_it(ready: None) -> None:
    sign_all(propose())
    row = models.BatchAct.objects.get()
    private, public = profiles.generate(Algorithm.SM2SM3)
    forged = profiles.sign(Algorithm.SM2SM3, private, bytes.fromhex(row.digest))
    row.body["signatures"][0] |= {"public_key": base64url.encode(public), "value": base64url.encode(forged)}
    past_the_trigger_of("catalogue_batchact")
    row.save()

    assert [(flaw.kind, flaw.about) for flaw in state().flaws] == [(FlawKind.BAD_SIGNATURE, BEIJING)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogue_batchact SET body = '{}'",
        "UPDATE catalogue_batchact SET number = ''",
        "DELETE FROM catalogue_batchact",
        "DELETE FROM catalogue_batch",
        "DELETE FROM catalogue_agreement",
        "DELETE FROM catalogue_jointmeeting",
    ],
)
def test_the_database_refuses_to_change_what_all_have_signed(ready: None, statement: str) -> None:
    sign_all(propose())
    bureaus = tuple(bodies("bureau")[region] for region in REGIONS)
    meeting = Meeting("LX-1", "联席会议", TODAY, "JJJ-2026-01", bureaus, ("议程",), "纪要。", ())
    actions.record_meeting(operation=operation(), actor=who("shenyue"), meeting=meeting, now=NOW)

    with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_digest_of_a_proposal_never_changes(ready: None) -> None:
    propose()

    with pytest.raises(DatabaseError, match="never"), transaction.atomic():
        models.BatchAct.objects.update(digest="0" * 64)


def test_every_key_that_signed_is_in_the_trust_list(ready: None) -> None:
    sign_all(propose())

    listed = trust.current(now=NOW)

    keys = {key.key_id: key for key in listed.keys}
    (act,) = joint.read_batch(CODE).acts
    for signature in act.signatures:
        key = keys[signature.key]
        assert (key.owner, key.name) == (f"region:{signature.region}", bodies("bureau")[signature.region].name)
        assert key.verify(bytes.fromhex(act.digest), base64url.decode(signature.value))


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["gumingyuan", "jialixin", "liufang", "linxiao"])
def test_nobody_signs_for_another_region(ready: None, username: str) -> None:
    digest = propose()
    sign_off(HEBEI, digest)

    with pytest.raises(NotAllowed, match="不代表"):
        sign(HEBEI, digest, by=username)


def test_nobody_signs_off_for_a_department_he_does_not_serve(ready: None) -> None:
    digest = propose()

    for username in ("gaoxiaodong", "shenyue"):
        with pytest.raises(NotAllowed, match="未会签"):
            actions.sign_off(
                operation=operation(),
                actor=who(username),
                code=CODE,
                region=HEBEI,
                departments=departments(HEBEI),
                digest=digest,
                now=NOW,
            )


def test_only_stewards_of_the_regions_draft_and_propose(ready: None) -> None:
    for username in ("liufang", "linxiao"):
        with pytest.raises(NotAllowed):
            actions.draft_batch(operation=operation(), actor=who(username), code=CODE, draft=plan(), now=NOW)
    with pytest.raises(NotAllowed):
        actions.draft_batch(
            operation=operation(), actor=who("shenyue"), code=CODE, draft=plan(regions=REGIONS[:2]), now=NOW
        )


# --- What is refused --------------------------------------------------------------------------------------------------


def test_a_bureau_signs_after_its_departments_what_was_proposed_and_once(ready: None) -> None:
    digest = propose()

    with pytest.raises(DepartmentsMissing):
        sign(HEBEI, digest)
    sign_off(HEBEI, digest)
    with pytest.raises(DigestMismatch):
        sign(HEBEI, "0" * 64)
    sign(HEBEI, digest)
    with pytest.raises(AlreadySigned):
        sign(HEBEI, digest)
    demand_sound()


def test_a_repeated_operation_gets_its_first_answer_and_another_request_is_refused(ready: None) -> None:
    digest = propose()
    sign_off(HEBEI, digest)
    about = {"operation": "once", "actor": who("shenyue"), "code": CODE, "region": HEBEI, "now": NOW}

    first = actions.sign_batch(digest=digest, **about)

    assert actions.sign_batch(digest=digest, **about) == first
    with pytest.raises(OperationReused):
        actions.sign_batch(digest="0" * 64, **about)
    assert len(joint.read_batch(CODE).acts[0].signatures) == 1


def test_a_batch_lists_joint_standards_that_are_there(ready: None) -> None:
    publish_standards(standard("X-1", owner=HEBEI))

    with pytest.raises(InvalidBatch, match="不是共同标准"):
        propose(matters=("TB-001", "X-1"))
    with pytest.raises(InvalidBatch, match="没有标准"):
        propose(matters=("TB-009",))


def test_an_unknown_batch_is_not_signed(ready: None) -> None:
    with pytest.raises(NoSuchStream):
        sign(HEBEI, "0" * 64, code="TB-2026-09")


def test_a_batch_that_rests_on_nothing_is_not_proposed(ready: None) -> None:
    with pytest.raises(AgreementIsOver):
        propose(agreement="JJJ-2020-01")


# --- Afterwards -------------------------------------------------------------------------------------------------------


def test_a_recalled_proposal_takes_up_what_is_newest_then(ready: None) -> None:
    first = propose()
    sign_all(first, [HEBEI])
    publish_standards(standard("TB-001", name="新名称"))

    actions.recall_proposal(operation=operation(), actor=who("gumingyuan"), code=CODE, reason="名称已修改", now=NOW)
    second = propose()
    sign_all(second)

    assert first != second
    assert in_force(IN_FORCE_ON) == {"TB-001": 2, "TB-002": 1}
    demand_sound()


def test_an_amendment_ends_the_old_version_on_its_day(ready: None) -> None:
    sign_all(propose())
    publish_standards(standard("TB-002", statutory=replace(LIMIT, days=7)))
    proposed = actions.amend_batch(
        operation=operation(), actor=who("tianwenjing"), code=CODE, matters=("TB-002",), in_force_on=LATER, now=NOW
    )
    unsigned = in_force(LATER)

    sign_all(proposed["digest"])

    assert unsigned == {"TB-001": 1, "TB-002": 1}
    assert in_force(LATER - timedelta(days=1)) == {"TB-001": 1, "TB-002": 1}
    assert in_force(LATER) == {"TB-001": 1, "TB-002": 2}
    assert (state(today=LATER).life, state(today=LATER).act.number) == (Life.IN_FORCE, "同标〔2026〕TB-2026-01之2号")
    demand_sound()


def test_an_amendment_leaves_a_pinned_bundle_as_it_was(ready: None) -> None:
    one = standard("TB-001", owner="")
    by = Implementation("TB-001", HEBEI, bodies("transport")[HEBEI].body, LIMIT, "审批岗")
    catalogue = Catalogue({"TB-001": one}, {"TB-001": by}, {}, {}, {})
    bundle = Bundle("one", "一项", (Item("TB-001", "其他"),))
    sign_all(propose())
    load(operation=operation(), actor=SYSTEM, content=Content(catalogue, bundle), now=NOW)
    begun = storage.read_bundle("one", 1)
    publish_standards(standard("TB-001", statutory=replace(LIMIT, days=7)))
    proposed = actions.amend_batch(
        operation=operation(), actor=who("shenyue"), code=CODE, matters=("TB-001",), in_force_on=LATER, now=NOW
    )

    sign_all(proposed["digest"])

    assert in_force(LATER)["TB-001"] == 2
    assert storage.read_bundle("one", 1) == begun
    assert begun[0].standards["TB-001"].statutory == LIMIT


def test_a_widening_needs_all_and_changes_no_standard(ready: None) -> None:
    sign_all(propose())
    wide = Scope(divisions=REGIONS, zones=("FTZ-HB-CFD",))
    proposed = actions.widen_batch(
        operation=operation(), actor=who("shenyue"), code=CODE, scope=wide, in_force_on=LATER, now=NOW
    )

    sign_all(proposed["digest"])

    assert state(today=IN_FORCE_ON).act.content.scope == plan().scope
    assert state(today=LATER).act.content.scope == wide
    assert in_force(LATER) == dict.fromkeys(MATTERS, 1)
    demand_sound()


def test_a_withdrawal_by_all_ends_the_standards(ready: None) -> None:
    sign_all(propose())
    proposed = actions.withdraw_batch(
        operation=operation(), actor=who("shenyue"), code=CODE, withdrawn_on=LATER, now=NOW
    )
    sign_all(proposed["digest"], [HEBEI, BEIJING])
    two = in_force(LATER)

    sign_off(TIANJIN, proposed["digest"])
    sign(TIANJIN, proposed["digest"])

    assert two == dict.fromkeys(MATTERS, 1)
    assert in_force(LATER) == {}
    assert state(today=LATER).life is Life.WITHDRAWN
    demand_sound()


def test_a_batch_stops_with_its_agreement_and_says_why(ready: None) -> None:
    sign_all(propose())

    answer = actions.end_agreement(
        operation=operation(),
        actor=who("tianwenjing"),
        number="JJJ-2026-01",
        ended_on=LATER,
        reason="由新协议替代。",
        now=NOW,
    )

    assert answer["standards"] == 2
    assert (in_force(LATER - timedelta(days=1)), in_force(LATER)) == (dict.fromkeys(MATTERS, 1), {})
    assert state(today=LATER - timedelta(days=1)).in_force
    assert state(today=LATER).sentence == (
        "已停止：协议《京津冀政务服务合作框架协议》（JJJ-2026-01）已于 2026-06-01 终止：由新协议替代。"
    )
    demand_sound()


def test_each_batch_has_a_joint_number_of_its_own(ready: None) -> None:
    for place in (1, 2):
        code = f"TB-2026-0{place}"
        sign_all(propose(code=code, matters=(MATTERS[place - 1],)), code=code)

    assert [batch.last.number for batch in joint.read_batches()] == [
        "同标〔2026〕TB-2026-01号",
        "同标〔2026〕TB-2026-02号",
    ]


# --- Cost, and the same moment ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("matters", [("TB-001",), MATTERS])
def test_the_last_signature_costs_the_same_whatever_the_number_of_standards(
    ready: None, matters: tuple[str, ...]
) -> None:
    digest = propose(matters=matters)
    for region in REGIONS:
        sign_off(region, digest)
    for region in (BEIJING, TIANJIN):
        sign(region, digest)
    actor = who(SIGNS[HEBEI])

    with CaptureQueriesContext(connection) as captured:
        actions.sign_batch(operation=operation(), actor=actor, code=CODE, region=HEBEI, digest=digest, now=NOW)

    statements = [one["sql"] for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == COST[connection.vendor]


COST = {"sqlite": 38, "postgresql": 34}
"""The region signs for the first time here: its root and its key for batches are made."""


def test_two_bureaus_that_sign_at_the_same_moment_both_sign_and_one_completes(own_database: OwnDatabase) -> None:
    prepare()
    digest = propose()
    for region in REGIONS:
        sign_off(region, digest)
    sign(HEBEI, digest)
    answers: list[dict[str, object]] = []

    def run(region: str) -> None:
        try:
            answers.append(sign(region, digest))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(region,)) for region in (BEIJING, TIANJIN)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(str(answer["number"]) for answer in answers) == ["", "同标〔2026〕TB-2026-01号"]
    assert state().in_force
    demand_sound()


def test_whoever_completes_while_the_agreement_ends_leaves_nothing_in_force_after_it(own_database: OwnDatabase) -> None:
    prepare()
    digest = propose()
    sign_all(digest, [HEBEI, BEIJING])
    sign_off(TIANJIN, digest)
    refused: list[AgreementIsOver] = []

    def complete() -> None:
        try:
            sign(TIANJIN, digest)
        except AgreementIsOver as over:
            refused.append(over)
        finally:
            connections.close_all()

    def end() -> None:
        try:
            actions.end_agreement(
                operation=operation(),
                actor=who("shenyue"),
                number=agreement().number,
                ended_on=TODAY,
                reason="终止。",
                now=NOW,
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=complete), threading.Thread(target=end)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert in_force(IN_FORCE_ON) == {}
    assert len(refused) == (0 if joint.read_batch(CODE).last else 1)
    demand_sound()
