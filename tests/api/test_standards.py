"""Programs read every version of the catalogue, page by page, and publish for their own region."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from pydantic import BaseModel
from pytest_django import Settings

from tests.api.conftest import DAY, Program, Programs, stand_at
from tests.api.test_problems import act, problem, refusal
from tests.catalogue.regions_sign import agreement, who
from tongban.api import openapi
from tongban.api.schemas import written
from tongban.catalogue import body
from tongban.catalogue.actions import Holdings, end_agreement, publish, record_agreement
from tongban.domain import catalogue as kernel
from tongban.domain import offers as kernel_offers
from tongban.domain.clock import Limit, Unit
from tongban.domain.offers import Extension, HandlingMode, Offer, Reform, ReformMode
from tongban.journal import queries as journal
from tongban.people.actor import SYSTEM
from tongban.project import walk

pytestmark = pytest.mark.usefixtures("house")

AGREEMENT = agreement().number
BODY = "11130000MA0TB1276T"
LIMIT = Limit(5, Unit.WORKING)
NOTHING = {"standards": 0, "proposed": 0, "implementations": 0, "offers": 0, "extensions": 0, "reforms": 0}
NOTHING["departures"] = 0


def standard(matter: str = "X-1", **about: object) -> dict[str, Any]:
    limit = {"days": 5, "unit": "working", "start": "acceptance"}
    given = {"matter": matter, "name": f"事项 {matter}", "matter_type": "licence", "regime": "licence"}
    return given | {"statutory": limit, "owner": "130000"} | about


def implementation(matter: str = "X-1", **about: object) -> dict[str, Any]:
    limit = {"days": 3, "unit": "working"}
    given = {"matter": matter, "region": "130000", "body": BODY, "promised": limit, "deciding_desk": "审批岗"}
    return given | about


def many(count: int) -> None:
    """Put so many matters in force, each with all that lists show."""
    matters = [f"N-{number:02}" for number in range(count)]
    record_agreement(operation="agree", actor=who("shenyue"), agreement=agreement(), now=walk.at(DAY, 8))
    publish(
        operation=f"many-{count}",
        actor=SYSTEM,
        now=walk.at(DAY, 8),
        holdings=Holdings(
            standards=tuple(
                kernel.Standard(m, f"事项 {m}", kernel.MatterType.LEVY, kernel.Regime.LICENCE, LIMIT, owner="120000")
                for m in matters
            ),
            implementations=tuple(kernel.Implementation(m, "120000", BODY, LIMIT, "审批岗") for m in matters),
            offers=tuple(Offer(m, "120000", ("110000",), HandlingMode.PROXY, AGREEMENT, DAY) for m in matters),
            extensions=tuple(Extension(m, "大厅", "120000", "110112", (3,), AGREEMENT, DAY) for m in matters),
            reforms=tuple(Reform(m, "120000", ReformMode.COMMITMENT, DAY) for m in matters),
        ),
    )


def asked_again(program: Program, address: str, tag: str) -> HttpResponse:
    return program.ask("GET", address, **{"If-None-Match": tag})


# --- Read -------------------------------------------------------------------------------------------------------------


def test_a_version_is_known_by_its_digest_and_may_be_kept_for_good(stranger: Program) -> None:
    address = "standards/HS-01/versions/1"
    response = stranger.ask("GET", address)
    told = response.json()

    assert told["digest"] == body.digest(told["standard"])
    assert response.headers["ETag"] == f'"{told["digest"]}"'
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert written.of(written.Standard.model_validate(told["standard"]), kernel.Standard, version=1).matter == "HS-01"
    again = asked_again(stranger, address, response.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert refusal(stranger.ask("GET", "standards/HS-01/versions/2")) == (404, "no_such_version")
    assert refusal(stranger.ask("GET", "standards/HS-01/versions/0")) == (422, "invalid")
    assert refusal(stranger.ask("GET", "standards/HS-99")) == (404, "no_such_version")


def test_a_standard_tells_its_versions_and_which_is_in_force(stranger: Program, program: Programs) -> None:
    steward = program("shenyue")
    steward.post("holdings", {"standards": [standard(), standard("X-2", owner="")]})
    steward.post("holdings", {"standards": [standard(name="改")]})

    alone, joint = stranger.get("standards/X-1"), stranger.get("standards/X-2")

    assert (alone["in_force"], [one["version"] for one in alone["versions"]]) == (2, [2, 1])
    assert alone["versions"][0]["spans"] == [{"batch": "", "from_on": "2026-03-02", "last_day": None}]
    assert (joint["in_force"], joint["versions"][0]["spans"]) == (None, [])


def test_pages_follow_each_other_to_the_end(stranger: Program) -> None:
    address, codes, totals = "standards?size=20", [], set()
    while address:
        page = stranger.get(address)
        codes += [one["matter"] for one in page["standards"]]
        totals.add(page["total"])
        address = (page["next"] or "").removeprefix("/" + openapi.ROOT.strip("/") + "/")

    assert (totals, len(codes), codes) == ({37}, 37, sorted(set(codes)))
    assert stranger.get("standards?page=9&size=20")["standards"] == []
    for wrong in ("page=0", "size=0", "size=201", "page=100001", "page=x"):
        assert refusal(stranger.ask("GET", f"standards?{wrong}")) == (422, "invalid")


FILTERS = [
    ("standards", "standards", {"owner=120000": 3, "owner=": 0, "matter_type=levy": 3, "batch=B-1": 0, "sector=x": 0}),
    (
        "implementations",
        "implementations",
        {"region=120000": 3, "region=120100": 0, "matter=N-00": 1, f"body={BODY}": 3},
    ),
    ("offers", "offers", {"": 3, "province=120000": 3, "province=110000": 0, "mode=online": 0, "matter=N-01": 1}),
    ("extensions", "extensions", {"": 3, "region=110000": 3, "region=120000": 0, "hall=N-02": 1}),
    ("reforms", "reforms", {"": 3, "region=120000": 3, "mode=filing": 0, "mode=commitment": 3, "matter=N-02": 1}),
]


@pytest.mark.parametrize(("address", "name", "counts"), FILTERS)
def test_a_list_is_narrowed_by_what_is_asked(
    stranger: Program, address: str, name: str, counts: dict[str, int]
) -> None:
    many(3)

    found = {query: stranger.get(f"{address}?{query}") for query in counts}

    assert {query: len(page[name]) for query, page in found.items()} == counts
    assert {query: page["total"] for query, page in found.items()} == counts


def test_what_rests_on_an_agreement_is_told_until_it_ends(stranger: Program) -> None:
    many(2)
    tags = {address: stranger.ask("GET", address).headers["ETag"] for address in ("offers", "extensions")}

    now = walk.at(DAY, 9)
    end_agreement(operation="end", actor=who("shenyue"), number=AGREEMENT, ended_on=DAY, reason="各方商定", now=now)

    for address, tag in tags.items():
        told = asked_again(stranger, address, tag)
        assert (told.status_code, told.json()["total"]) == (200, 0)


def test_a_misspelt_filter_is_refused_and_never_ignored(stranger: Program) -> None:
    assert refusal(stranger.ask("GET", "offers?privince=110000")) == (422, "invalid")
    assert refusal(stranger.ask("GET", "offers?mode=by_pigeon")) == (422, "invalid")


def test_an_offer_is_told_in_its_time_only(stranger: Program, settings: Settings) -> None:
    many(1)
    publish(
        operation="ends",
        actor=SYSTEM,
        now=walk.at(DAY, 8),
        holdings=Holdings(
            offers=(Offer("N-00", "120000", ("110000",), HandlingMode.PROXY, AGREEMENT, DAY, date(2026, 3, 4)),),
            reforms=(Reform("N-00", "120000", ReformMode.ABOLISHED, date(2026, 3, 4)),),
        ),
    )

    told = {}
    for day in (date(2026, 3, 1), date(2026, 3, 3), date(2026, 3, 4)):
        stand_at(settings, walk.at(day, 9))
        modes = [one["reform"]["mode"] for one in stranger.get("reforms")["reforms"]]
        told[day.day] = (stranger.get("offers")["total"], modes)
    assert told == {1: (0, []), 3: (1, ["commitment"]), 4: (0, ["abolished"])}


# --- What has changed since -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [address for address, _, _ in FILTERS])
def test_a_list_that_has_not_changed_is_not_read_again(
    stranger: Program, program: Programs, settings: Settings, address: str
) -> None:
    first = stranger.ask("GET", address)
    tag = first.headers["ETag"]

    with CaptureQueriesContext(connection) as captured:
        again = asked_again(stranger, address, f'"else", {tag}')
    assert (tag[:2], again.status_code, again.content, len(captured)) == ("W/", 304, b"", 1)
    assert (again.headers["ETag"], again.headers["Cache-Control"]) == (tag, "no-cache")
    assert asked_again(stranger, f"{address}?size=10", tag).status_code == 200

    stand_at(settings, walk.at(date(2026, 3, 3), 9))
    assert asked_again(stranger, address, tag).status_code == 200

    stand_at(settings, walk.at(DAY, 9))
    program("shenyue").post("holdings", {"standards": [standard()]})
    changed = asked_again(stranger, address, tag)
    assert (changed.status_code, changed.headers["ETag"] == tag) == (200, False)


@pytest.mark.parametrize(("address", "name"), [(address, name) for address, name, _ in FILTERS])
def test_a_list_costs_the_same_number_of_statements_however_long_it_is(
    stranger: Program, address: str, name: str
) -> None:
    costs = {}
    for count in (1, 3, 60):
        many(count)
        query = "?matter_type=levy&size=200" if address == "standards" else "?size=200"
        with CaptureQueriesContext(connection) as captured:
            rows = stranger.get(address + query)[name]
        costs[len([one for one in rows if "N-" in str(one)])] = len(captured)

    assert list(costs) == [1, 3, 60]
    assert set(costs.values()) == {4 if address == "standards" else 3}


# --- Publish ----------------------------------------------------------------------------------------------------------


def test_a_steward_publishes_for_his_region_once(stranger: Program, program: Programs) -> None:
    steward = program("shenyue")
    holdings = {
        "standards": [standard(), standard("X-2", owner="")],
        "implementations": [implementation()],
        "materials": [{"code": "M-1", "name": "营业执照"}],
        "certificate_types": [{"code": "C-1", "name": "许可证"}],
        "elements": [{"code": "e_1", "name": "面积", "name_en": "Area", "kind": "integer"}],
        "offers": [
            {"matter": "X-1", "province": "130000", "to": ["110000"], "mode": "online", "agreement": "A-1"}
            | {"from_on": "2026-03-02"}
        ],
        "extensions": [
            {"hall": "H-1", "hall_name": "大厅", "hall_region": "110112", "region": "130000", "levels": [3]}
            | {"agreement": "A-1", "from_on": "2026-03-02"}
        ],
        "reforms": [{"matter": "X-1", "region": "130000", "mode": "filing", "from_on": "2026-03-02"}],
    }

    first = steward.post("holdings", holdings, key="publish-once")

    assert first == dict.fromkeys(NOTHING, 1) | {"departures": 0}
    assert steward.post("holdings", holdings, key="publish-once") == first
    assert act(steward, "holdings", {}, key="publish-once") == (409, "operation_reused")
    assert steward.post("holdings", holdings) == NOTHING
    (kept,) = stranger.get("implementations?matter=X-1")["implementations"]
    assert (kept["version"], kept["digest"]) == (1, body.digest(kept["implementation"]))
    assert journal.soundness().replay_faults == ()


def test_what_may_not_be_published_is_refused_and_leaves_nothing(agent: Program, program: Programs) -> None:
    steward, entries = program("shenyue"), journal.soundness().entries
    joint, twice = {"standards": [standard(owner="")]}, {"standards": [standard(), standard()]}
    elsewhere = {"standards": [standard(owner="120000")]}

    assert refusal(steward.ask("POST", "holdings", joint)) == (400, "idempotency_key_missing")
    assert act(agent, "holdings", joint) == (403, "not_allowed")
    assert act(agent, "holdings", {"materials": [{"code": "M-1", "name": "营业执照"}]}) == (403, "not_allowed")
    assert act(steward, "holdings", elsewhere) == (403, "not_allowed")
    assert act(steward, "holdings", twice) == (409, "given_twice")
    asked = {"text": "面积不少于 50 平方米", "source": {"kind": "composed"}, "expression": "area >="}
    assert act(steward, "holdings", {"standards": [standard(conditions=[asked])]}) == (409, "bad_expression")
    assert act(steward, "holdings", {"implementations": [implementation("X-9")]}) == (409, "no_standard")
    assert journal.soundness().entries == entries


WRONG: list[tuple[dict[str, object], str]] = [
    ({"standards": [standard(name="长" * 401)]}, "standards.0.name"),
    ({"standards": [standard("a/b")]}, "standards.0.matter"),
    ({"standards": [standard(owner="13")]}, "standards.0.owner"),
    ({"standards": [standard(colour="red")]}, "standards.0.colour"),
    ({"standards": [standard(version=7)]}, "standards.0.version"),
    ({"standards": [standard(statutory={"days": -1, "unit": "working"})]}, "standards.0.statutory.days"),
    ({"standards": [standard(statutory={"days": 10**30, "unit": "working"})]}, "standards.0.statutory.days"),
    ({"implementations": [implementation(body="x")]}, "implementations.0.body"),
    ({"implementations": [implementation(contact={"fax": "1"})]}, "implementations.0.contact.fax"),
    ({"reforms": [{"matter": "X", "region": "130000", "mode": "filing", "from_on": "soon"}]}, "reforms.0.from_on"),
    ({"holdings": []}, "holdings"),
]


@pytest.mark.parametrize(("content", "field"), WRONG, ids=[field for _, field in WRONG])
def test_a_field_without_its_form_is_named(program: Programs, content: dict[str, object], field: str) -> None:
    response = program("shenyue").ask("POST", "holdings", content, **{"Idempotency-Key": "operation-1"})

    assert refusal(response) == (422, "invalid")
    assert [error["field"] for error in problem(response)["errors"]] == [field]


def test_what_a_body_shows_is_taken_down_by_a_steward_of_its_region(agent: Program, program: Programs) -> None:
    terms = {"name": "另一个名称", "conditions": [], "requirements": [], "promised": None}
    seen = {"matter": "HS-01", "body": BODY, "region": "130000"}
    content = {"observations": [seen | {"terms": terms | {"statutory": {"days": 5, "unit": "working"}}}]}
    steward = program("shenyue")

    assert steward.post("observations", content) == {"observations": 1}
    assert steward.post("observations", content) == {"observations": 0}
    assert act(agent, "observations", content) == (403, "not_allowed")
    assert act(program("tianwenjing"), "observations", content) == (403, "not_allowed")
    unknown = {"observations": [content["observations"][0] | {"matter": "HS-99"}]}
    assert act(steward, "observations", unknown) == (409, "no_standard")


# --- The written forms ------------------------------------------------------------------------------------------------

PAIRS: list[tuple[type[BaseModel], type, set[str]]] = [
    (written.Standard, kernel.Standard, {"version"}),
    (written.Implementation, kernel.Implementation, {"version"}),
    (written.Terms, kernel.Terms, set()),
    (written.Condition, kernel.Condition, set()),
    (written.Requirement, kernel.Requirement, set()),
    (written.Source, kernel.Source, set()),
    (written.Limit, Limit, set()),
    (written.StandardQuestion, kernel.Question, set()),
    (written.Choice, kernel.Choice, set()),
    (written.Situation, kernel.Situation, set()),
    (written.SpecialProcedure, kernel.SpecialProcedure, set()),
    (written.FormerName, kernel.FormerName, set()),
    (written.Contact, kernel.Contact, set()),
    (written.Material, kernel.Material, set()),
    (written.WrittenCertificateType, kernel.CertificateType, set()),
    (written.DataElement, kernel.DataElement, set()),
    (written.Offer, kernel_offers.Offer, set()),
    (written.Extension, kernel_offers.Extension, set()),
    (written.Reform, kernel_offers.Reform, set()),
]


@pytest.mark.parametrize(("form", "kind", "apart"), PAIRS, ids=[form.__name__ for form, _, _ in PAIRS])
def test_a_written_form_has_the_fields_of_the_kernel(form: type[BaseModel], kind: type, apart: set[str]) -> None:
    assert set(form.model_fields) == {field.name for field in fields(kind)} - apart


def test_what_is_left_out_is_what_the_kernel_leaves_out(house: walk.Walk) -> None:
    given = written.of(written.Standard.model_validate(standard()), kernel.Standard, version=1)

    licence = kernel.MatterType.LICENCE
    assert given == kernel.Standard("X-1", "事项 X-1", licence, kernel.Regime.LICENCE, LIMIT, owner="130000")
    offered = written.of(written.Implementation.model_validate(implementation()), kernel.Implementation, version=1)
    assert offered == kernel.Implementation("X-1", "130000", BODY, Limit(3, Unit.WORKING), "审批岗")
