"""What is told to the national platform: every row fits its table, or is rejected for a reason that can be read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from tests.domain import applications
from tests.domain.applications import NINE
from tests.domain.reported import BODY, BY, HOLDER, catalogue, entries, told
from tests.domain.strategies import Spec
from tests.domain.test_histories import SHAPES, Histories
from tongban.domain import application as kernel
from tongban.domain.application import fold
from tongban.domain.catalogue import Contact, FormerName, Source, SourceKind
from tongban.domain.certificate import Status
from tongban.domain.codes import Channel, ServiceObject
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import (
    ApplicationSubmitted,
    DocumentIssued,
    Event,
    LimitExtended,
    ProcedureBegun,
    ProcedureEnded,
)
from tongban.domain.events.casework import Days, Procedure
from tongban.domain.identifiers import DocumentType
from tongban.domain.reporting import cases, changes, licences, matters
from tongban.domain.reporting.changes import Count, Known, Operation
from tongban.domain.reporting.rows import Draft, digest, plain
from tongban.domain.reporting.schema import JOURNEY, Fault, FaultCode, Field, Kind, Table, Unmapped, check
from tongban.domain.sealed import Sealed

TABLES = BY.schema.tables
ONE = (Spec("a", materials=("x", "y"), opinion_desks=("甲岗",)),)


def of(drafts: tuple[Draft, ...], table: str) -> list[dict[str, object]]:
    return [plain(one.values) for one in drafts if one.table == table]


def rows(events: list[Event], specs: tuple[Spec, ...] = ONE, **more: object) -> tuple[Draft, ...]:
    return cases.rows(fold(events), entries(events), replace(told(specs), **more), BY.codes)


def decided(specs: tuple[Spec, ...] = ONE) -> list[Event]:
    """An application that was handed in, accepted, opined and approved."""
    events: list[Event] = [applications.submitted(specs)]
    return going_on(going_on(events, lambda one: applications.accept(one)), lambda one: applications.finish(one))


def going_on(events: list[Event], act: object) -> list[Event]:
    return [*events, *act(applications.received(fold(events)) if len(events) == 1 else fold(events))]


# --- the files --------------------------------------------------------------------------------------------------------


def test_every_empty_field_is_empty_for_a_reason() -> None:
    for table, reasons in BY.codes.absent.items():
        fields = {field.name: field for field in TABLES[table].own}
        assert reasons.keys() <= fields.keys()
        assert not [name for name in reasons if fields[name].required]
        assert all(reasons.values())


def test_every_code_of_the_mapping_is_one_of_its_table() -> None:
    known = {}
    for table in TABLES.values():
        known |= {field.codes: field for field in table.fields if field.codes}
    for name, words in BY.codes.codes.items():
        if name != "data_source":
            assert any(codes.issuperset(words.values()) for codes in known), name


def test_every_event_of_an_application_is_a_step_or_left_out_for_a_reason() -> None:
    """Whoever adds an event says in `exchange/reporting/data/mapping` whether it is a step of the handling."""
    known = {kind.__name__ for kind in (ApplicationSubmitted, *kernel._OF_APPLICATION, *kernel._OF_CASE)}
    steps = {word.partition(".")[0] for word in BY.codes.steps}

    assert known - steps - BY.codes.unreported.keys() == set()
    assert (steps | BY.codes.unreported.keys()) - known == set()
    assert not steps & BY.codes.unreported.keys()


# --- fields -----------------------------------------------------------------------------------------------------------

TEXT = Field("name", "名称", Kind.TEXT, length=4, required=True)
CODED = Field("type", "类型", Kind.TEXT, length=5, codes=frozenset({"1", "2", "9"}), several=True)
NUMBER = Field("days", "天数", Kind.INTEGER)
MOMENT = Field("at", "时间", Kind.MOMENT)
TABLE = Table("t", "表", (TEXT, CODED, NUMBER, MOMENT, *(Field(name, name, Kind.TEXT, 50) for name in JOURNEY)))
GOOD = {"name": "船舶", "type": "1,2", "days": 7, "at": NINE}


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"name": ""}, Fault("name", FaultCode.REQUIRED)),
        ({"name": None}, Fault("name", FaultCode.REQUIRED)),
        ({"name": 7}, Fault("name", FaultCode.TYPE)),
        ({"name": "船舶登记证"}, Fault("name", FaultCode.LENGTH, "5/4")),
        ({"name": "船\x00"}, Fault("name", FaultCode.CHARACTER)),
        ({"name": "\ud800"}, Fault("name", FaultCode.CHARACTER)),
        ({"type": "3"}, Fault("type", FaultCode.CODE)),
        ({"type": "1,"}, Fault("type", FaultCode.CODE)),
        ({"type": "1,2,9,1"}, Fault("type", FaultCode.LENGTH, "7/5")),
        ({"type": Unmapped("channel", "fax")}, Fault("type", FaultCode.UNMAPPED, "channel fax")),
        ({"days": -1}, Fault("days", FaultCode.TYPE)),
        ({"days": 2**31}, Fault("days", FaultCode.TYPE)),
        ({"days": True}, Fault("days", FaultCode.TYPE)),
        ({"days": "7"}, Fault("days", FaultCode.TYPE)),
        ({"at": datetime(2026, 3, 2)}, Fault("at", FaultCode.TYPE)),  # noqa: DTZ001  # without a zone it is no instant
        ({"at": "2026-03-02"}, Fault("at", FaultCode.TYPE)),
        ({"more": "x"}, Fault("more", FaultCode.UNKNOWN)),
    ],
)
def test_what_breaks_a_field_is_a_fault(wrong: dict[str, object], fault: Fault) -> None:
    assert check(TABLE, GOOD | wrong) == (fault,)


def test_a_whole_row_has_no_fault_and_empty_is_allowed_where_nothing_is_required() -> None:
    assert check(TABLE, GOOD) == ()
    assert check(TABLE, {"name": "船舶", "type": None, "days": None, "at": None}) == ()


def test_a_field_that_is_left_out_is_a_fault() -> None:
    assert check(TABLE, {"name": "船舶", "type": None, "at": None}) == (Fault("days", FaultCode.LEFT_OUT),)


CHARACTERS = "船a129,\t\n\x00\x7f\ud800"
VALUES = st.one_of(
    st.none(), st.text(CHARACTERS, max_size=8), st.integers(), st.booleans(), st.just(NINE), st.just(NINE.date())
)


@given(st.dictionaries(st.sampled_from(["name", "type", "days", "at"]), VALUES))
def test_whatever_stands_there_it_fits_or_says_why_not(values: dict[str, object]) -> None:
    faults = {fault.field for fault in check(TABLE, values)}

    assert faults == {name for name in ("name", "type", "days", "at") if not _fits(name, values)}


def _fits(name: str, values: dict[str, object]) -> bool:
    """The rule once more, written another way."""
    if name not in values:
        return False
    value = values[name]
    if value is None or value == "":
        return name != "name"
    match name:
        case "days":
            return type(value) is int and 0 <= value < 2**31
        case "at":
            return type(value) is datetime
        case "type":
            return re.fullmatch("[129](,[129]){0,2}", str(value)) is not None and type(value) is str
        case _:
            return type(value) is str and re.fullmatch("[船a129,\\t\\n]{1,4}", value) is not None


# --- cases ------------------------------------------------------------------------------------------------------------


class Reported(Histories):
    """Random lives of applications, whose rows are derived after each."""

    def teardown(self) -> None:
        for kept in self.history.kept if hasattr(self, "history") else ():
            specs = next(shape for shape in SHAPES if len(shape) == len(kept.current.cases))
            drafts = cases.rows(kept.current, entries(kept.log, applicant="applicant"), told(specs), BY.codes)
            demand_sound(drafts)
            assert {one.subject for one in drafts} == {
                f"{kept.current.number}-{case.index:04d}" for case in kept.current.cases if cases.reported(case)
            }
        super().teardown()


def demand_sound(drafts: tuple[Draft, ...]) -> None:
    """Demand that no row stands twice, none leaves a field out, and each fits its table or is rejected."""
    assert len({one.guid for one in drafts}) == len(drafts)
    places = {one.guid: place for place, one in enumerate(drafts)}
    assert all(places[one.parent] < place for place, one in enumerate(drafts) if one.parent)
    for one in drafts:
        table = TABLES[one.table]
        assert one.values.keys() == {field.name for field in table.own}
        allowed = {FaultCode.REQUIRED, FaultCode.LENGTH}
        assert {fault.code for fault in check(table, one.values)} <= allowed, (one.table, check(table, one.values))
        assert digest(one.values) == digest(dict(reversed(one.values.items())))


def test_whatever_happens_to_applications_their_rows_are_sound() -> None:
    run_state_machine_as_test(
        Reported,
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_case_is_told_from_its_acceptance_on() -> None:
    submitted: list[Event] = [applications.submitted(ONE)]
    accepted = going_on(submitted, applications.accept)

    assert rows(submitted) == ()
    assert [one.table for one in rows(accepted)] == ["up_pro_accept", *["up_pro_process"] * 2, *["up_pro_material"] * 2]


def test_the_acceptance_says_who_asked_for_what_and_until_when() -> None:
    (row,) = of(rows(decided()), "up_pro_accept")

    assert {name: row[name] for name in ("applyer_name", "applyer_type", "applyer_page_type", "apply_type")} == {
        "applyer_name": HOLDER.name,
        "applyer_type": "2",
        "applyer_page_type": "20",
        "apply_type": "2",
    }
    assert row["task_handle_item"] == f"{BODY}3000118901000" + "01"
    assert row["promise_date"].endswith(" 23:59:59")


def test_steps_follow_each_other() -> None:
    steps = of(rows(decided()), "up_pro_process")

    assert [(one["process_name"], one["event_name"]) for one in steps][:2] == [("收件", "1"), ("受理", "1")]
    assert [one["event_start_time"] for one in steps[1:]] == [one["event_end_time"] for one in steps[:-1]]
    assert steps[0]["handle_user_name"] == "系统"


def test_a_special_procedure_is_told_with_its_end_when_it_has_one() -> None:
    accepted = going_on([applications.submitted(ONE)], applications.accept)
    days = Days(None, None, None, False, "calendar")
    reason = Sealed("org:holder", "why")
    begun = ProcedureBegun(
        1, Procedure.EXPERT_REVIEW, "专家评审", "行政许可法第四十五条", 5, date(2026, 3, 3), None, days, "b", NINE
    )
    ended = ProcedureEnded(1, Procedure.EXPERT_REVIEW, date(2026, 3, 9), reason, days, "e", NINE + timedelta(days=6))
    longer = LimitExtended(1, 10, date(2026, 3, 10), "h", reason, "行政许可法第四十二条", days, "b", NINE)

    (open_one,) = of(rows([*accepted, begun]), "up_pro_special_procedure")
    over, extension = of(
        rows([*accepted, begun, ended, longer], texts={reason: "情况复杂"}), "up_pro_special_procedure"
    )

    assert (open_one["special_type"], open_one["end_time"], open_one["result"]) == ("2", None, None)
    assert (over["end_time"], over["result"]) == ("2026-03-08 09:00:00", "情况复杂")
    assert (extension["special_type"], extension["special_reason"]) == ("1", "情况复杂；行政许可法第四十二条")


def test_the_number_of_the_acceptance_notice_comes_with_its_paper() -> None:
    events = decided()
    paper = DocumentIssued(
        DocumentKind.ACCEPTANCE, "受理通知书", "曹海受字〔2026〕1号", BODY, (1,), 2, date(2026, 3, 2),
        Sealed("org:holder", "c"), "d", "s", "k", NINE,
    )  # fmt: skip

    assert of(rows(events), "up_pro_accept")[0]["accept_doc_no"] is None
    assert of(rows([*events, paper]), "up_pro_accept")[0]["accept_doc_no"] == "曹海受字〔2026〕1号"


def test_the_result_is_told_with_the_rating_where_there_is_one() -> None:
    (row,) = of(rows(decided()), "up_pro_result")
    (rated,) = of(rows(decided(), ratings={1: "1"}), "up_pro_result")

    assert (row["result_type"], row["satisfaction"]) == ("1", None)
    assert rated["satisfaction"] == "1"


@pytest.mark.parametrize(
    ("number", "kind"),
    [("91130209MA0TB10143", "2"), ("12130209MA0TB10143", "3"), ("51130209MA0TB10143", "4"), ("93130209MA0TB1", "6")],
)
def test_what_an_applicant_is_follows_from_its_credit_code(number: str, kind: str) -> None:
    (row,) = of(rows(decided(), holder=replace(HOLDER, number=number)), "up_pro_accept")

    assert row["applyer_type"] == kind


def test_an_applicant_without_a_name_is_rejected_and_what_stood_there_is_not_told() -> None:
    draft = rows(decided(), holder=cases.Who("", DocumentType.USCC, "9" * 501))[0]

    assert check(TABLES["up_pro_accept"], draft.values) == (
        Fault("applyer_name", FaultCode.REQUIRED),
        Fault("applyer_page_code", FaultCode.LENGTH, "501/500"),
    )


# --- matters and certificates -----------------------------------------------------------------------------------------


def offered(**changed: object) -> matters.Offered:
    kinds = catalogue(ONE)
    standard = replace(
        kinds.standards["a"],
        serves=(ServiceObject.PERSON, ServiceObject.COMPANY),
        themes=("permit",),
        legal_basis=(Source(SourceKind.CITED, "《船舶登记条例》第十条"),),
        former_names=(FormerName("110000", "旧名"),),
    )
    one = replace(
        kinds.implementations["a"],
        body=BODY,
        channels=(Channel.WINDOW, Channel.COMPUTER, Channel.MOBILE),
        fee_cents=5000,
        fee_source=Source(SourceKind.CITED, "《收费办法》第一条"),
        contact=Contact("地址", "时间", "1", "2", "https://example.cn"),
    )
    values: dict[str, object] = {
        "province": "130000",
        "standard": standard,
        "implementations": (one,),
        "from_on": date(2026, 3, 2),
        "names": {BODY: "曹妃甸海事局"},
        "materials": {code: replace(each, kind="document") for code, each in kinds.materials.items()},
        "served_by_theme": {"permit": frozenset(ServiceObject)},
    }
    return matters.Offered(**(values | changed))  # type: ignore[arg-type]


def test_a_matter_is_told_by_its_directory_its_implementation_materials_and_fee() -> None:
    drafts = matters.rows(offered(), BY.codes)

    assert [one.table for one in drafts] == [
        "up_task_directory",
        "up_task_general_basic",
        "up_task_general_extend",
        *["up_task_general_material"] * 2,
        "up_task_general_fee_project",
    ]
    assert [check(TABLES[one.table], one.values) for one in drafts] == [()] * len(drafts)
    assert {one.values["task_guid"] for one in drafts[2:]} == {drafts[1].guid}
    assert (drafts[1].values["handle_type"], drafts[1].values["server_type"]) == ("1,2,3", "1,2")
    assert (drafts[2].values["corp_topic_type"], drafts[2].values["user_topic_type"]) == ("permit", "permit")
    assert drafts[5].values["fee_stand"] == "50.00 元"


def test_more_ways_to_hand_in_than_the_field_holds_are_a_rejection() -> None:
    whole = offered()
    four = replace(whole.implementations[0], channels=(*whole.implementations[0].channels, Channel.POST))

    (row,) = (one for one in matters.rows(replace(whole, implementations=(four,)), BY.codes) if "basic" in one.table)

    assert check(TABLES[row.table], row.values) == (Fault("handle_type", FaultCode.LENGTH, "7/5"),)


def test_a_matter_that_ended_stays_in_the_directory_alone() -> None:
    (row,) = matters.rows(offered(until_on=date(2026, 5, 1)), BY.codes)

    assert (row.values["task_state"], plain(row.values)["plan_cancel_date"]) == ("2", "2026-05-01 00:00:00")


def test_a_matter_that_nobody_offers_is_not_told() -> None:
    assert matters.rows(offered(implementations=()), BY.codes) == ()


LICENCE = licences.Licence(
    identifier="1.2.156.3005.2.11130200MA0TB0011Q013.11130200MA0TB0011Q.1302092026030200000130013.001.E",
    type_name="船舶安全管理证书（SMC）",
    issuer=BODY,
    issuer_name="曹妃甸海事局",
    region="130209",
    issued_on=date(2026, 3, 16),
    status=Status.IN_FORCE,
    holder_name="河北渤远航运有限公司",
    holder_number="91130209MA0TB10143",
    holder_document=DocumentType.USCC,
)


@pytest.mark.parametrize("status", Status)
def test_a_certificate_leaves_the_directory_when_an_act_ended_it(status: Status) -> None:
    found = licences.rows(replace(LICENCE, status=status))

    assert bool(found) is (status in {Status.IN_FORCE, Status.SUSPENDED})
    assert [check(TABLES[one.table], one.values) for one in found] == [()] * len(found)


# --- what is to be sent -----------------------------------------------------------------------------------------------

WRONG = (Fault("name", FaultCode.REQUIRED),)


@pytest.mark.parametrize(
    ("known", "now", "faults", "expected"),
    [
        (Known(), "a", (), Operation.INSERT),
        (Known("a"), "a", (), None),
        (Known("a"), "b", (), Operation.UPDATE),
        (Known("a"), "", (), Operation.DELETE),
        (Known(), "", (), None),
        (Known(), "a", WRONG, None),
        (Known("a"), "b", WRONG, None),
        (Known("", refused="a"), "a", (), None),
        (Known("", refused="a"), "b", (), Operation.INSERT),
        (Known("o", refused="a"), "b", (), Operation.UPDATE),
    ],
)
def test_a_row_is_sent_once_for_each_change(
    known: Known, now: str, faults: tuple[Fault, ...], expected: Operation | None
) -> None:
    assert changes.operation(known, digest=now, faults=faults) is expected


def test_what_belongs_to_a_row_that_is_not_there_waits_and_what_is_there_goes_on() -> None:
    assert changes.operation(Known(), digest="a", parentless=True) is None
    assert changes.operation(Known("a"), digest="b", parentless=True) is Operation.UPDATE
    assert changes.operation(Known("a"), digest="", parentless=True) is Operation.DELETE


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.booleans(), st.booleans())))
def test_the_platform_has_what_was_derived_last_and_fits(lives: list[tuple[str, bool, bool]]) -> None:
    """Whatever is derived, rejected and refused in turn: the platform is told of each change once, and never twice."""
    known, there = Known(), ""
    for now, wrong, refuses in lives:
        sent = changes.operation(known, digest=now, faults=WRONG if wrong and now else ())
        assert sent is not Operation.INSERT or there == ""
        assert sent is not Operation.UPDATE or there not in ("", now)
        assert sent is not Operation.DELETE or there != ""
        if sent is not None and refuses:
            known = Known(there, refused=now)
        elif sent is not None:
            known, there = Known(now), now
        again = changes.operation(known, digest=now, faults=WRONG if wrong and now else ())
        assert again is None or (sent is Operation.DELETE and refuses)


def test_how_whole_the_rows_are_is_counted_over_required_fields() -> None:
    required = [field.name for field in TABLES["up_pro_result"].own if field.required]
    count = Count()
    count.add(())
    count.add((Fault("result_date", FaultCode.REQUIRED), Fault("result_explain", FaultCode.LENGTH, "2001/2000")))

    table, field = changes.rates({("up_pro_result", BODY): count}, BY.schema)

    assert (count.rows, count.rejected) == (2, 1)
    assert (table.filled, table.of) == (2 * len(required) - 1, 2 * len(required))
    assert (field.field, field.filled, field.of, float(field.share)) == ("result_date", 1, 2, 0.5)


def test_counts_come_back_as_they_were_written() -> None:
    counts = {("up_pro_result", BODY): Count(3, 1, {"result_date": 1}), ("up_pro_accept", "x"): Count(1)}

    assert changes.read(changes.plain(counts)) == counts
    assert changes.add_up([counts, counts])[("up_pro_result", BODY)] == Count(6, 2, {"result_date": 2})
    assert changes.by_table({("t", "a"): Count(1), ("t", "b"): Count(2, 1)}) == {("t", ""): Count(3, 1)}
