"""Can anybody get round the others? Some regions without the rest, a body elsewhere, lists that say things twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

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
    TIANJIN,
    agreement,
    bodies,
    in_force,
    operation,
    plan,
    propose,
    publish_standards,
    sign,
    sign_all,
    sign_off,
    standard,
    who,
)
from tests.soundness import demand_sound
from tongban.catalogue import actions, models
from tongban.catalogue.actions import Content, Holdings, Observations, Observed, load, observe
from tongban.catalogue.actions.coherent import BodyElsewhere
from tongban.catalogue.actions.elsewhere import ListedElsewhere
from tongban.catalogue.actions.ownership import NotSigned
from tongban.domain.agreements import AgreementIsOver, InvalidAgreement
from tongban.domain.batch.acts import InvalidBatch
from tongban.domain.catalogue import Bundle, Catalogue, Implementation, Item, Standard
from tongban.domain.meetings import InvalidMeeting, Meeting
from tongban.people.actor import SYSTEM
from tongban.people.permissions import NotAllowed

OTHER = "TB-2026-02"


@pytest.fixture
def ready(two_standards: None) -> None:
    """Everything that a batch rests on."""


# --- What all keep, some do not change --------------------------------------------------------------------------------


def test_two_regions_cannot_put_another_version_of_what_three_signed_in_force(ready: None) -> None:
    sign_all(propose())
    publish_standards(standard("TB-001", name="另一个名称"))

    with pytest.raises(ListedElsewhere) as refused:
        propose(code=OTHER, regions=(BEIJING, HEBEI), matters=("TB-001",))

    assert CODE in str(refused.value)
    assert in_force(IN_FORCE_ON) == dict.fromkeys(MATTERS, 1)


def test_of_two_batches_with_one_matter_the_second_is_not_completed(ready: None) -> None:
    digest, other = propose(), propose(code=OTHER, regions=(BEIJING, HEBEI), matters=("TB-001",))
    sign_all(other, [BEIJING], code=OTHER)
    sign_all(digest)
    sign_off(HEBEI, other, code=OTHER)

    with pytest.raises(ListedElsewhere):
        sign(HEBEI, other, code=OTHER)

    assert in_force(IN_FORCE_ON) == dict.fromkeys(MATTERS, 1)
    demand_sound()


def test_a_matter_is_free_for_another_batch_from_the_day_the_first_is_withdrawn(ready: None) -> None:
    sign_all(propose())
    answer = actions.withdraw_batch(operation=operation(), actor=who("shenyue"), code=CODE, withdrawn_on=LATER, now=NOW)
    sign_all(str(answer["digest"]))

    with pytest.raises(ListedElsewhere):
        propose(code=OTHER, in_force_on=LATER - timedelta(days=1))
    actions.draft_batch(operation=operation(), actor=who("shenyue"), code=OTHER, draft=plan(in_force_on=LATER), now=NOW)
    proposed = actions.propose_batch(operation=operation(), actor=who("shenyue"), code=OTHER, now=NOW)
    sign_all(str(proposed["digest"]), code=OTHER)

    assert in_force(LATER) == dict.fromkeys(MATTERS, 1)
    demand_sound()


def test_the_end_of_an_agreement_leaves_what_another_batch_has_in_force(ready: None) -> None:
    sign_all(propose())
    withdrawn = actions.withdraw_batch(
        operation=operation(), actor=who("shenyue"), code=CODE, withdrawn_on=IN_FORCE_ON, now=NOW
    )
    sign_all(str(withdrawn["digest"]))
    second = agreement(number="JJJ-2026-02")
    actions.record_agreement(operation=operation(), actor=who("shenyue"), agreement=second, now=NOW)
    sign_all(propose(code=OTHER, agreement=second.number), code=OTHER)

    actions.end_agreement(
        operation=operation(), actor=who("shenyue"), number="JJJ-2026-01", ended_on=LATER, reason="另行签订。", now=NOW
    )

    assert in_force(IN_FORCE_ON) == in_force(LATER) == dict.fromkeys(MATTERS, 1)
    demand_sound()


def test_nobody_completes_what_the_agreement_ends_before_its_day(ready: None) -> None:
    digest = propose(in_force_on=LATER)
    sign_all(digest, [HEBEI, BEIJING])
    sign_off(TIANJIN, digest)
    actions.end_agreement(
        operation=operation(), actor=who("shenyue"), number="JJJ-2026-01", ended_on=LATER, reason="终止。", now=NOW
    )

    with pytest.raises(AgreementIsOver):
        sign(TIANJIN, digest)

    demand_sound()


def test_a_matter_is_called_what_was_signed_and_not_what_is_proposed(ready: None) -> None:
    def called() -> str:
        return models.Matter.objects.get(code="TB-001").name

    sign_all(propose())
    publish_standards(standard("TB-001", name="提议的名称"))
    waiting = called()
    in_april = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
    actions.refresh_daily(now=in_april)
    signed = called()
    actions.publish(
        operation=operation(),
        actor=who("tianwenjing"),
        holdings=Holdings(standards=(standard("TB-001", name="又提议的名称"),)),
        now=in_april,
    )
    proposed = called()
    amendment = actions.amend_batch(
        operation=operation(), actor=who("shenyue"), code=CODE, matters=("TB-001",), in_force_on=LATER, now=in_april
    )
    sign_all(str(amendment["digest"]), now=in_april)
    before = called()
    actions.refresh_daily(now=datetime(2026, 6, 1, 1, 0, tzinfo=UTC))

    assert (waiting, signed, proposed, before) == ("提议的名称", "事项 TB-001", "事项 TB-001", "事项 TB-001")
    assert called() == "又提议的名称"


# --- Once, and no more ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"matters": ("TB-001", "TB-001")}, "matters"), ({"regions": (*REGIONS, TIANJIN)}, "regions")],
)
def test_nothing_stands_twice_in_a_batch(ready: None, changes: dict[str, tuple[str, ...]], field: str) -> None:
    with pytest.raises(InvalidBatch) as refused:
        propose(**changes)

    assert refused.value.field == field


@pytest.mark.parametrize("code", ["", "x" * 41, "x" * 200, "TB\0", "TB\n", "批次", "-1", "../TB"])
def test_a_batch_has_a_code_that_can_be_kept(ready: None, code: str) -> None:
    with pytest.raises(InvalidBatch) as refused:
        actions.draft_batch(operation=operation(), actor=who("shenyue"), code=code, draft=plan(), now=NOW)

    assert refused.value.field == "code"


@pytest.mark.parametrize("number", ["", "x" * 200, "JJJ\0", "协议"])
def test_an_agreement_has_a_number_that_can_be_kept_and_so_has_a_meeting(ready: None, number: str) -> None:
    bureaus = tuple(bodies("bureau")[region] for region in REGIONS)
    meeting = Meeting(number, "联席会议", NOW.date(), "", bureaus, ("议程",), "纪要。", ())

    with pytest.raises(InvalidAgreement) as of_agreement:
        actions.record_agreement(
            operation=operation(), actor=who("shenyue"), agreement=agreement(number=number), now=NOW
        )
    with pytest.raises(InvalidMeeting) as of_meeting:
        actions.record_meeting(operation=operation(), actor=who("shenyue"), meeting=meeting, now=NOW)

    assert (of_agreement.value.field, of_meeting.value.field) == ("number", "meeting")


# --- By another door --------------------------------------------------------------------------------------------------


def bundle(one: Standard, *, region: str = TIANJIN, body: str = "", code: str = "one") -> Content:
    by = Implementation(one.matter, region, body or bodies("transport")[region].body, LIMIT, "审批岗")
    catalogue = Catalogue({one.matter: one}, {one.matter: by}, {}, {})
    return Content(catalogue, Bundle(code, "一项", (Item(one.matter, "其他"),)))


@pytest.mark.parametrize("actor", ["tianwenjing", ""])
def test_no_bundle_brings_a_joint_standard_that_was_not_signed(ready: None, actor: str) -> None:
    sign_all(propose())
    proposed = standard("TB-001", name="另一个名称")
    publish_standards(proposed)
    unheard_of = replace(standard("TB-009"), owner="")

    for one in (proposed, standard("TB-001", name="又一个名称"), unheard_of):
        with pytest.raises(NotSigned):
            load(operation=operation(), actor=who(actor) if actor else SYSTEM, content=bundle(one), now=NOW)

    assert in_force(IN_FORCE_ON) == dict.fromkeys(MATTERS, 1)
    assert not models.Bundle.objects.exists()


def test_a_steward_loads_no_standard_of_another_region_and_no_body_that_is_elsewhere(ready: None) -> None:
    with pytest.raises(NotAllowed):
        load(
            operation=operation(),
            actor=who("tianwenjing"),
            content=bundle(standard("X-1", owner=BEIJING)),
            now=NOW,
        )
    with pytest.raises(BodyElsewhere):
        load(
            operation=operation(),
            actor=who("tianwenjing"),
            content=bundle(standard("X-1", owner=TIANJIN), body=bodies("transport")[BEIJING].body),
            now=NOW,
        )

    assert not models.Matter.objects.filter(code="X-1").exists()


def test_nobody_tells_what_a_body_of_another_region_shows_before_it_has_said_anything(ready: None) -> None:
    seen = Observed("TB-001", bodies("transport")[BEIJING].body, TIANJIN, standard("TB-001").terms)

    with pytest.raises(BodyElsewhere):
        observe(operation=operation(), actor=who("tianwenjing"), observations=Observations((seen,)), now=NOW)
