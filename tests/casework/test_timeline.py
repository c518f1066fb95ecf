"""What one act did is one step of the timeline: with what it brought about, by which article, and with its papers."""

from __future__ import annotations

from dataclasses import replace

from tests.casework.conftest import DAY, conclude, read
from tests.casework.test_procedures import agent, do
from tongban.casework import actions, queries, reading
from tongban.casework.documents import reading as documents
from tongban.catalogue import queries as catalogue_queries
from tongban.domain.events import Outcome
from tongban.journal import outbox
from tongban.project import walk
from tongban.project.walk import at
from tongban.web.values import Act

REGISTRAR, SUPERVISION = "zhaolei", "chenbin"


def acts(application: str, *, case: int | None = None) -> list[Act]:
    found = read(application)
    catalogue, _ = catalogue_queries.catalogue_of(found.bundle, found.bundle_version)
    mine = documents.listed(found, found.cases if case is None else [found.case(case)], staff=True)
    return reading.acts(found, catalogue, queries.history(found), case=case, papers=mine.hrefs)


def told(application: str, *, case: int | None = None) -> list[str]:
    return [act.sentence for act in acts(application, case=case)]


def test_a_decision_its_certificate_and_its_document_are_one_act(opined: str) -> None:
    before = len(acts(opined))

    conclude(opined, 1)
    while outbox.run(clock=lambda: at(DAY, 15)):
        pass

    (act,) = acts(opined)[before:]
    assert act.sentence == "“船舶名称核定”已批准。《船舶名称核定书》已签发。"
    assert (act.actor, act.automatic) == ("赵磊", False)
    assert [paper.text.split("》")[0] for paper in act.papers] == ["《准予办理决定书"]
    assert all(paper.href for paper in act.papers)


def test_a_document_of_all_cases_stands_with_the_first_step_of_its_act(house: walk.Walk, accepted: str) -> None:
    while outbox.run(clock=lambda: at(DAY, 11)):
        pass

    first, of_case = acts(accepted)[0], acts(accepted, case=3)
    assert len(of_case) > 1
    assert first.sentence == "申请已收到，共 17 个事项。"
    assert [paper.text.split("》")[0] for paper in first.papers] == ["《收件凭证"]
    assert [paper.text.split("》")[0] for act in of_case for paper in act.papers] == []
    assert "“船舶名称核定”等 16 个办件已收件，2026年3月9日 前答复是否受理。" in told(accepted)


def test_a_decision_that_another_act_set_free_is_told_as_the_systems(opined: str) -> None:
    conclude(opined, 2)
    conclude(opined, 1, now=at(DAY, 16))

    own, freed = acts(opined)[-2:]
    assert (own.sentence, own.automatic) == ("“船舶名称核定”已批准。《船舶名称核定书》已签发。", False)
    assert (freed.sentence, freed.automatic) == ("“船舶所有权登记”已批准。《船舶所有权登记证书》已签发。", True)
    assert freed.article == "所需证照齐备，已签署的结论自动生效"


def test_a_denial_says_what_may_be_done_and_what_it_means_for_others(opined: str) -> None:
    conclude(opined, 2, operation="early")

    conclude(opined, 1, outcome=Outcome.DENIED, reason="重名", now=at(DAY, 16))

    assert told(opined)[-2:] == [
        "“船舶名称核定”不予批准。不服的，可以依法申请行政复议或者提起行政诉讼。",
        "“船舶所有权登记”的结论退回岗位重新审查：“船舶名称核定”未获批准。申请人可以另行提交这份证照。",
    ]


def test_a_hearing_is_told_with_what_it_does_to_the_limit(opined: str) -> None:
    do(actions.offer_hearing, opined, actor=walk.who(REGISTRAR, today=DAY), now=at(DAY, 14))
    do(actions.request_hearing, opined, actor=agent(), now=at(DAY, 15))

    offered, asked = acts(opined)[-2:]
    assert asked.sentence == (
        "“船舶国籍登记（国籍证书核发）”：申请人申请听证，将在 2026年3月30日 前举行。举行前不计入时限。"
    )
    assert (asked.actor, asked.article) == ("林晓（申请人）", "行政许可法第四十七条")
    assert replace(offered, at=asked.at).article == "行政许可法第四十七条"
