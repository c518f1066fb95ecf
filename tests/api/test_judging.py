"""Programs compare their own terms with the standard, check conditions and ask who is competent; nothing is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import DAY, Program, Programs
from tests.api.test_problems import act, problem, refusal
from tests.api.test_standards import BODY, LIMIT, asked_again
from tongban.api.schemas import written
from tongban.catalogue import storage
from tongban.catalogue.actions import Holdings, Observations, Observed, observe, publish
from tongban.domain.catalogue import (
    Condition,
    DataElement,
    ElementKind,
    Implementation,
    MatterType,
    Regime,
    Source,
    SourceKind,
    Standard,
)
from tongban.journal import queries as journal
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.people.actor import SYSTEM, Actor
from tongban.project import walk

pytestmark = pytest.mark.usefixtures("house")

ARTICLE = Source(SourceKind.CITED, "某条例第五条")


def in_force(*matters: str, shown: str = "", **about: object) -> None:
    """Put matters in force, each offered by a body whose own system shows another name."""
    standards = [
        Standard(m, f"事项 {m}", MatterType.LICENCE, Regime.LICENCE, LIMIT, owner="130000", **about) for m in matters
    ]
    holdings = Holdings(
        standards=tuple(standards),
        implementations=tuple(Implementation(m, "130000", BODY, LIMIT, "审批岗", territory="130209") for m in matters),
        elements=(DataElement("area", "面积", "Area", ElementKind.INTEGER, unit="平方米"),),
    )
    publish(operation=f"in force {matters[0]}", actor=SYSTEM, holdings=holdings, now=walk.at(DAY, 8))
    if shown:
        seen = tuple(Observed(s.matter, BODY, "130000", terms(s, shown)) for s in standards)
        observe(operation=f"seen {matters[0]}", actor=SYSTEM, observations=Observations(seen), now=walk.at(DAY, 8))


def sign_in_force(standard: Standard) -> None:
    """What the last signature under a batch does."""
    publish(operation="joint", actor=SYSTEM, holdings=Holdings(standards=(standard,)), now=walk.at(DAY, 8))

    @action
    def schedule(*, operation: Operation, actor: Actor, now: datetime) -> Answer:
        stream = lock(storage.STREAM, operation)
        events = storage.schedule([(standard.matter, 1)], batch="B-1", from_on=DAY, until_on=None, at=now)
        append(stream, events, at=now, answer={})
        return {}

    schedule(operation="schedule", actor=SYSTEM, now=walk.at(DAY, 8))


def terms(standard: Standard, name: str) -> Any:
    plain = written.Terms.model_validate(standard.terms).model_dump(mode="json") | {"name": name}
    return written.of(written.Terms.model_validate(plain), type(standard.terms))


def plain_terms(program: Program, matter: str) -> dict[str, Any]:
    standard = program.get(f"standards/{matter}/versions/1")["standard"]
    return {name: standard[name] for name in written.Terms.model_fields}


def test_the_words_of_the_standard_conform_and_any_other_is_found(agent: Program) -> None:
    same = plain_terms(agent, "HS-01")
    longer = same["statutory"] | {"days": same["statutory"]["days"] + 1}
    entries = journal.soundness().entries

    held = agent.post("conformance", {"matter": "HS-01", "terms": same})
    found = agent.post("conformance", {"matter": "HS-01", "terms": same | {"statutory": longer}})

    marks = {"name": "holds", "acceptance": "holds", "materials": "holds", "time": "holds", "result": "holds"}
    assert held == {"matter": "HS-01", "standard_version": 1, "conforms": True, "marks": marks, "findings": []}
    assert (found["conforms"], found["marks"]) == (False, marks | {"time": "differs"})
    assert [(one["path"], one["weight"]) for one in found["findings"]] == [("limits/statutory/days", "broken")]
    assert journal.soundness().entries == entries


def test_an_implementation_that_departs_is_refused_with_every_finding_unless_the_law_changed(
    agent: Program, program: Programs
) -> None:
    joint = plain_terms(agent, "HS-01")
    sign_in_force(Standard("J-1", "共同事项", MatterType.LICENCE, Regime.LICENCE, LIMIT))
    stated = joint | {"name": "共同事项", "requirements": [], "conditions": [], "yields": "", "document": ""}
    stated |= {"statutory": {"days": 9, "unit": "working"}, "promised": None, "recognised_in": []}
    limit = {"days": 3, "unit": "working"}
    offered = {"matter": "J-1", "region": "130000", "body": BODY, "promised": limit, "deciding_desk": "审批岗"}
    offered |= {"stated": stated}
    steward = program("shenyue")

    response = steward.ask("POST", "holdings", {"implementations": [offered]}, **{"Idempotency-Key": "operation-1"})

    assert refusal(response) == (409, "departs_from_standard")
    field = f"J-1/{BODY}/limits/statutory/days"
    assert [(one["field"], one["code"]) for one in problem(response)["errors"]] == [(field, "broken")]
    vague = {"implementations": [offered], "change_of_law": "新法"}
    assert act(steward, "holdings", vague) == (409, "no_article")
    published = steward.post("holdings", vague | {"change_of_law": "《某法》第五条"})
    assert (published["implementations"], published["departures"]) == (1, 1)
    (found,) = steward.get("findings?matter=J-1&weight=broken")["findings"]
    assert (found["departure"], found["path"]) == ("《某法》第五条", "limits/statutory/days")


def test_a_comparison_is_for_whoever_shows_who_he_is(agent: Program, stranger: Program) -> None:
    content = {"matter": "HS-01", "terms": plain_terms(agent, "HS-01")}

    assert refusal(stranger.ask("POST", "conformance", content)) == (401, "not_signed_in")
    assert refusal(agent.ask("POST", "conformance", content | {"matter": "HS-99"})) == (404, "nothing_to_compare")
    assert refusal(agent.ask("POST", "conformance", {"matter": "HS-01"})) == (422, "invalid")


def test_stewards_read_every_finding_and_nobody_else(agent: Program, stranger: Program, program: Programs) -> None:
    in_force("F-1", "F-2", "F-3", shown="另一个名称")
    steward = program("tianwenjing")

    told = steward.get("findings?size=2")

    assert (told["total"], [one["matter"] for one in told["findings"]]) == (3, ["F-1", "F-2"])
    first = told["findings"][0]
    assert (first["aspect"], first["weight"], first["kind"], first["region"]) == (
        "name",
        "broken",
        "observed",
        "130000",
    )
    queries = {"matter=F-2": 1, "region=130000": 3, "region=120000": 0, "kind=published": 0, "weight=better": 0}
    assert {query: steward.get(f"findings?{query}")["total"] for query in queries} == queries
    assert steward.get("findings?aspect=time")["total"] == 0
    assert refusal(agent.ask("GET", "findings")) == (403, "not_allowed")
    assert refusal(stranger.ask("GET", "findings")) == (401, "not_signed_in")
    assert refusal(steward.ask("GET", "findings?region=139999")) == (409, "unknown_division")
    assert refusal(steward.ask("GET", "findings?matter=F-9")) == (404, "nothing_to_compare")


def test_findings_are_tagged_for_their_reader_alone(agent: Program, program: Programs) -> None:
    steward = program("shenyue")
    first = steward.ask("GET", "findings")
    tag = first.headers["ETag"]

    assert first.headers["Cache-Control"] == "private, no-cache"
    assert asked_again(steward, "findings", tag).status_code == 304
    assert refusal(asked_again(agent, "findings", tag)) == (403, "not_allowed")
    in_force("F-1", shown="另一个名称")
    assert asked_again(steward, "findings", tag).status_code == 200


def test_findings_cost_the_same_number_of_statements_however_many_there_are(program: Programs) -> None:
    steward, costs = program("shenyue"), {}
    for count in (1, 3, 60):
        in_force(*(f"F{count}-{number:02}" for number in range(count)), shown="另一个名称")
        with CaptureQueriesContext(connection) as captured:
            costs[steward.get("findings?size=200")["total"]] = len(captured)

    assert list(costs) == [1, 4, 64]
    assert len(set(costs.values())) == 1


def test_conditions_are_judged_and_what_is_needed_next_is_asked(stranger: Program) -> None:
    wide = Condition("面积不少于 50 平方米", ARTICLE, expression="area >= 50")
    in_force("C-1", conditions=(wide, Condition("信用良好", ARTICLE)))

    def check(**values: str | None) -> dict[str, Any]:
        told: dict[str, Any] = stranger.post("conditions/check", {"matter": "C-1", "values": values})
        return told

    open_, wrong = check(), check(area="49")
    assert (open_["verdict"], open_["next"]) == ("unknown", ["area"])
    assert [(one["verdict"], one["missing"]) for one in open_["conditions"]] == [("unknown", ["area"]), ("unknown", [])]
    assert (wrong["verdict"], wrong["next"]) == ("not_eligible", [])
    assert wrong["conditions"][0] == {
        "text": "面积不少于 50 平方米",
        "verdict": "false",
        "reason": "“面积”填写为“49 平方米”，不符合这一条。",
        "article": "某条例第五条",
        "because": ["area"],
        "missing": [],
    }
    assert (check(area="50")["verdict"], check(area=None)["next"], check(area="x")["verdict"]) == (
        "unknown",
        [],
        "unknown",
    )
    unknown = {"matter": "C-9", "values": {}}
    assert refusal(stranger.ask("POST", "conditions/check", unknown)) == (404, "not_in_catalogue")
    long = {"matter": "C-1", "values": {"area": "9" * 2001}}
    assert refusal(stranger.ask("POST", "conditions/check", long)) == (422, "invalid")


def test_the_competent_body_of_a_place_is_named_or_refused(stranger: Program) -> None:
    in_force("P-1")

    found = stranger.get("competent-body?matter=P-1&place=130209")

    assert (found["body"], found["territory"], found["jurisdiction"]) == (BODY, "130209", "anywhere")
    assert refusal(stranger.ask("GET", "competent-body?matter=P-9&place=130209")) == (404, "not_in_catalogue")
    assert refusal(stranger.ask("GET", "competent-body?matter=P-1&place=130999")) == (409, "unknown_division")
    assert refusal(stranger.ask("GET", "competent-body?matter=P-1")) == (422, "invalid")
