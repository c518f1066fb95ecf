"""What bodies publish and what their systems show is compared with the standards in force, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from itertools import count
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.catalogue import conformance, models, storage
from tongban.catalogue.actions import Holdings, Observations, Observed, observe, publish
from tongban.catalogue.conformance import Kind, NothingToCompare
from tongban.domain.catalogue import (
    Condition,
    DataElement,
    ElementKind,
    Implementation,
    Material,
    MatterType,
    Regime,
    Requirement,
    Source,
    SourceKind,
    Standard,
)
from tongban.domain.clock import Limit, Unit
from tongban.domain.regions import UnknownDivision
from tongban.journal import actions as journal_actions
from tongban.people.actor import SYSTEM, Actor
from tongban.people.models import Department

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PROMISE = Limit(5, Unit.WORKING)
LONGER = Limit(7, Unit.WORKING)
CITED = Source(SourceKind.CITED, "《某法》第一条")
BEIJING, TIANJIN, CAOFEIDIAN = "11110000MA0TB1022H", "11120000MA0TB1153H", "11130209MB0000001A"
REGIONS = {BEIJING: "110000", TIANJIN: "120000", CAOFEIDIAN: "130209"}
_numbers = count()


def standard(matter: str = "TB-001", **about: Any) -> Standard:
    usual = {
        "matter": matter,
        "name": f"事项 {matter}",
        "matter_type": MatterType.LICENCE,
        "regime": Regime.LICENCE,
        "statutory": Limit(20, Unit.WORKING),
        "promised": PROMISE,
        "promised_source": CITED,
        "conditions": (Condition("年满 18 周岁", CITED, expression="age >= 18"),),
        "requirements": (Requirement("M_FORM", source=CITED),),
        "recognised_in": ("110000", "120000", "130000"),
    }
    return Standard(**(usual | about))


def implementation(body: str = BEIJING, matter: str = "TB-001", **about: Any) -> Implementation:
    usual = {"matter": matter, "region": REGIONS[body], "body": body, "promised": PROMISE, "deciding_desk": "审批岗"}
    return Implementation(**(usual | about))


def put(*implementations: Implementation, standards: Iterable[Standard] = (), in_force: bool = True) -> None:
    """Publish, and put the standards in force as the last signature under a batch does."""
    holdings = Holdings(
        standards=tuple(standards),
        implementations=implementations,
        materials=(Material("M_FORM", "申请书"),),
        elements=(DataElement("age", "年龄", "Age", ElementKind.INTEGER),),
    )
    publish(operation=f"publish-{next(_numbers)}", actor=SYSTEM, holdings=holdings, now=NOW)
    if in_force and holdings.standards:
        newest = storage.latest(models.Standard, "matter_id", among=[each.matter for each in holdings.standards])
        schedule([(matter, latest.version) for (matter,), latest in newest.items()])


def schedule(versions: list[tuple[str, int]]) -> None:
    @journal_actions.action
    def sign(*, operation: journal_actions.Operation, actor: Actor, now: datetime) -> journal_actions.Answer:
        stream = journal_actions.lock(storage.STREAM, operation)
        events = storage.schedule(versions, batch="B-1", from_on=TODAY, until_on=None, at=now)
        journal_actions.append(stream, events, at=now, answer={})
        return {}

    sign(operation=f"schedule-{next(_numbers)}", actor=SYSTEM, now=NOW)


def see(*seen: Observed) -> None:
    observe(operation=f"observe-{next(_numbers)}", actor=SYSTEM, observations=Observations(seen), now=NOW)


def found(**about: Any) -> list[tuple[str, str, Kind, str]]:
    return [
        (each.matter, each.body, each.kind, each.finding.path) for each in conformance.findings(today=TODAY, **about)
    ]


def run(*words: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it said."""
    said = StringIO()
    try:
        call_command("conformance", *words, stdout=said)
    except SystemExit as end:
        return int(str(end.code)), said.getvalue()
    return 0, said.getvalue()


def test_what_conforms_has_no_finding() -> None:
    put(
        implementation(BEIJING),
        implementation(TIANJIN, stated=standard().terms),
        implementation(CAOFEIDIAN, stated=replace(standard().terms, recognised_in=("130000", "120000", "110000"))),
        standards=[standard()],
    )

    assert found() == []
    assert [(each.region, each.kind) for each in conformance.compared(today=TODAY)] == [
        ("110000", Kind.PUBLISHED),
        ("120000", Kind.PUBLISHED),
        ("130209", Kind.PUBLISHED),
    ]


def test_published_and_observed_terms_are_compared_beside_each_other() -> None:
    put(implementation(BEIJING), implementation(TIANJIN, promised=LONGER), standards=[standard()])
    see(Observed("TB-001", BEIJING, "110000", replace(standard().terms, name="另名")))

    assert found() == [
        ("TB-001", BEIJING, Kind.OBSERVED, "name"),
        ("TB-001", TIANJIN, Kind.PUBLISHED, "limits/promised/days"),
    ]


def test_only_the_newest_observation_and_implementation_count() -> None:
    put(implementation(BEIJING, promised=LONGER), standards=[standard()])
    see(Observed("TB-001", BEIJING, "110000", replace(standard().terms, name="另名")))

    put(implementation(BEIJING))
    see(Observed("TB-001", BEIJING, "110000", standard().terms))

    assert found() == []


def test_nothing_is_compared_with_a_version_that_is_only_proposed() -> None:
    put(implementation(BEIJING), standards=[standard()])
    put(standards=[standard(name="修订后的名称")], in_force=False)

    assert found() == []


def test_what_has_no_standard_in_force_is_left_out() -> None:
    put(implementation(BEIJING, promised=LONGER), standards=[standard()], in_force=False)

    assert found() == []
    with pytest.raises(NothingToCompare, match="没有施行中的标准"):
        found(matters=["TB-001"])


def test_matters_and_regions_with_all_under_them_can_be_chosen() -> None:
    bodies = (BEIJING, TIANJIN, CAOFEIDIAN)
    put(
        *(implementation(body, matter, promised=LONGER) for body in bodies for matter in ("TB-001", "TB-002")),
        standards=[standard(), standard("TB-002")],
    )

    assert [row[:2] for row in found(matters=["TB-002"], regions=["130000"])] == [("TB-002", CAOFEIDIAN)]
    assert [row[:2] for row in found(matters=["TB-001"])] == [("TB-001", body) for body in bodies]
    with pytest.raises(UnknownDivision):
        found(regions=["999999"])


def test_the_expressions_of_conditions_are_compared() -> None:
    younger = (Condition("年满 16 周岁", CITED, expression="age >= 16"),)
    written_otherwise = (Condition("年满 18 周岁", CITED, expression="18 <= age"),)
    put(
        implementation(BEIJING, stated=replace(standard().terms, conditions=younger)),
        implementation(TIANJIN, stated=replace(standard().terms, conditions=written_otherwise)),
        standards=[standard()],
    )

    weights = [(each.body, each.finding.weight.value) for each in conformance.findings(today=TODAY)]

    assert weights == [(BEIJING, "broken"), (TIANJIN, "note")]


def test_a_finding_tells_by_which_article_the_body_departs() -> None:
    put(implementation(BEIJING, promised=LONGER), standards=[standard()])
    models.Departure.objects.create(
        matter_id="TB-001", by=BEIJING, region="110000", version=1, article="《某条例》第九条", opened_at=NOW
    )

    assert [each.departure for each in conformance.findings(today=TODAY)] == ["《某条例》第九条"]


def test_the_number_of_statements_does_not_grow_with_the_catalogue() -> None:
    counts = []
    for matters in (["TB-001"], ["TB-002", "TB-003", "TB-004"]):
        put(
            *(implementation(body, matter, promised=LONGER) for body in (BEIJING, TIANJIN) for matter in matters),
            standards=[standard(matter) for matter in matters],
        )
        with CaptureQueriesContext(connection) as statements:
            conformance.findings(today=TODAY)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 8


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_lists_findings_with_both_values_and_article() -> None:
    Department.objects.create(code="bj", uscc=BEIJING, name="北京市市场监督管理局", region="110000")
    put(implementation(BEIJING, promised=LONGER), standards=[standard()])

    code, said = run("--json")

    assert code == 1
    assert json.loads(said) == [
        {
            "matter": "TB-001",
            "matter_name": "事项 TB-001",
            "standard_version": 1,
            "region": "110000",
            "body": BEIJING,
            "body_name": "北京市市场监督管理局",
            "kind": "published",
            "aspect": "time",
            "path": "limits/promised/days",
            "weight": "broken",
            "expected": "5 个工作日（自受理起）",
            "found": "7 个工作日（自受理起）",
            "article": "《某法》第一条",
            "departure": None,
            "sentence": "承诺时限与标准不同：标准为“5 个工作日（自受理起）”，此处为“7 个工作日（自受理起）”。"
            "请按标准更正，或提出修订标准。",
        }
    ]


def test_the_command_says_findings_in_words() -> None:
    stated = replace(standard().terms, requirements=(Requirement("M_FORM", 2, source=CITED),))
    put(implementation(CAOFEIDIAN, stated=stated), standards=[standard()])

    code, said = run("--matter", "TB-001")

    assert code == 1
    assert said == (
        f"TB-001 事项 TB-001，河北省唐山市曹妃甸区 {CAOFEIDIAN}，已公布：【同材，不符】"
        "材料“申请书”的份数与标准不同：标准为“1 份”，此处为“2 份”。请按标准更正，或提出修订标准。\n"
        "共 1 处差异：不符 1 处。\n"
    )


def test_what_is_not_broken_leaves_the_exit_code_at_nought() -> None:
    put(implementation(BEIJING, promised=Limit(5, Unit.NATURAL)), standards=[standard()])

    code, said = run("--json")

    assert (code, [each["weight"] for each in json.loads(said)]) == (0, ["undetermined"])
    assert run("--region", "120000") == (0, "没有差异：各地与标准一致。\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["--matter", "TB-999"], "TB-999”没有施行中的标准"), (["--region", "999999"], "999999")],
)
def test_what_cannot_be_compared_is_refused_with_a_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("conformance", *words)

    assert refused.value.returncode == 2
