"""A matter that is decided upon a commitment, asked for by itself (TB-153), on either route, to its verification."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from tests.casework.conftest import DAY, read
from tests.worlds import tongbiao
from tongban.casework import actions, drafts
from tongban.casework.models import Draft
from tongban.catalogue import demo as catalogue_demo
from tongban.certificates import queries as certificates
from tongban.domain.acts import NotNow
from tongban.domain.application import Case
from tongban.domain.elements import needed
from tongban.domain.events import CommitmentKind, Means, Outcome
from tongban.journal import queries as journal
from tongban.project import walk
from tongban.project.walk import at, who
from tongban.registries import demo as registries

DISPATCH, BODY, DESK = "TB-153", "11110000MA0TB11025", "人力社保业务岗"
COMPANY = "org:91110108MA0TB40479"


@pytest.fixture
def dispatch(house: walk.Walk) -> None:
    """The licence of labour dispatch in force, and a body that can sign it."""
    whole = tongbiao()
    batch = next(one for one in whole.batches if DISPATCH in one.draft.matters)
    catalogue_demo.put_in_force(
        joint_set=replace(
            whole,
            standards=tuple(each for each in whole.standards if each.matter == DISPATCH),
            implementations=tuple(each for each in whole.implementations if each.matter == DISPATCH),
            batches=(replace(batch, draft=replace(batch.draft, matters=(DISPATCH,)), widened=None),),
        ),
        tell=lambda sentence: None,
    )
    registries.load_records()
    walk.prepare_issuers({BODY}, now=at(DAY, 8))


def begin() -> Draft:
    actor = who("liangyu", acting_for=COMPANY, today=DAY)
    draft = drafts.start_alone(actor=actor, matter=DISPATCH, by=BODY, now=at(DAY, 9))
    filled = {one.code: one.example for one in needed(drafts.of_bundle(draft)[0], [draft.bundle])}
    assert drafts.fill(draft, filled, today=DAY, now=at(DAY, 9)) == {}
    return draft


def hand_in(draft: Draft, *, committed: str = "") -> str:
    for ask in drafts.derive(draft).asks:
        if ask.material != committed:
            content = walk.one_page_pdf(ask.material)
            stream = io.BytesIO(content)
            drafts.upload(draft, ask.material, name="材料.pdf", stream=stream, size=len(content), now=at(DAY, 9))
    actor = who("liangyu", acting_for=COMPANY, today=DAY)
    application = actions.submit(operation="s", actor=actor, draft=draft.id, now=at(DAY, 10))["application"]
    actions.accept(operation="a", actor=who("shilei", today=DAY), application=application, now=at(DAY, 11))
    actions.conclude(
        operation="c",
        actor=who("caoying", today=DAY),
        application=application,
        case=1,
        desk=DESK,
        outcome=Outcome.APPROVED,
        reason="",
        determined={},
        now=at(DAY, 15),
    )
    return str(application)


def case(application: str) -> Case:
    return read(application).case(1)


@pytest.mark.usefixtures("dispatch")
def test_whoever_commits_is_decided_on_the_spot() -> None:
    draft = begin()
    drafts.choose_route(draft, DISPATCH, by_commitment=True, now=at(DAY, 9))

    decided = case(hand_in(draft))

    assert decided.on_the_spot
    assert decided.proceedings.commitment is not None
    assert decided.proceedings.commitment.kind is CommitmentKind.LICENCE
    assert certificates.find(identifier=decided.certificate).type == "C_DISPATCH"


@pytest.mark.usefixtures("dispatch")
def test_a_registry_settles_the_commitment_that_stands_for_a_proof() -> None:
    draft = begin()
    drafts.commit(draft, "T_PREMISES", now=at(DAY, 9))
    application = hand_in(draft, committed="T_PREMISES")
    asked = {"actor": who("caoying", today=DAY), "application": application, "case": 1, "now": at(DAY, 16)}

    with pytest.raises(NotNow, match="以共享结果为准"):
        actions.verify(operation="site", kept=True, means=Means.SITE, findings="", **asked)  # type: ignore[arg-type]
    actions.verify(operation="v", kept=True, means=Means.SHARING, findings="", **asked)  # type: ignore[arg-type]

    verified = case(application).proceedings.commitment
    assert verified is not None
    assert (verified.kept, verified.means, verified.materials) == (True, Means.SHARING, ("T_PREMISES",))
    assert journal.soundness().replay_ok
