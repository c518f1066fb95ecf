"""A company asks for many seafarers from a list: one application, a case and a certificate for each."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.casework.conftest import DAY, read
from tests.casework.crews import CREW, HEAD, agent, begin, bring, complete, hand_in, sailor, sheet
from tongban.casework import actions, drafts, form, queries, reading, rosters, supplies
from tongban.casework.actions.beats import catalogue_of
from tongban.casework.models import Application, Draft
from tongban.certificates import queries as certificates
from tongban.domain import roster
from tongban.domain.catalogue import SubjectRole
from tongban.domain.events import DemandKind, Outcome
from tongban.domain.identifiers import DocumentType
from tongban.journal import queries as journal
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.actor import SYSTEM
from tongban.people.permissions import NotAllowed
from tongban.project import walk
from tongban.project.walk import at, who

DESK = "船员管理岗"
CLERK, REVIEWER = "liufang", "zhengtao"


@pytest.fixture(autouse=True)
def here(house: walk.Walk) -> None:
    pass


def accept(application: str) -> None:
    actions.accept(operation=f"a/{application}", actor=who(CLERK, today=DAY), application=application, now=at(DAY, 11))


def decide(application: str, case: int, outcome: Outcome = Outcome.APPROVED) -> object:
    return actions.conclude(
        operation=f"c/{application}/{case}",
        actor=who(REVIEWER, today=DAY),
        application=application,
        case=case,
        desk=DESK,
        outcome=outcome,
        reason="" if outcome is Outcome.APPROVED else "健康证明已过期",
        determined={},
        now=at(DAY, 15),
    )


def test_one_application_has_a_case_for_each_person() -> None:
    application = read(hand_in())

    filled = form.unseal(application.form)
    assert [(case.matter, filled.names[case.subject]) for case in application.cases] == [
        ("HS-24", "吴海波"),
        ("HS-24", "李航"),
    ]
    kept = [(one.material, one.about, filled.names.get(one.subject, "")) for one in application.supplies]
    assert sorted(kept) == [
        ("M_AUTH", SubjectRole.HOLDER, ""),
        ("M_CREWAPP", SubjectRole.PERSON, "吴海波"),
        ("M_CREWAPP", SubjectRole.PERSON, "李航"),
    ]
    assert filled.of(application.cases[1].subject)["seafarer_post"] == "chief_mate"


def test_nobody_handles_an_application_whose_list_names_him() -> None:
    application = hand_in()
    named = replace(who(CLERK, today=DAY), person=read(application).case(2).subject)

    with pytest.raises(NotAllowed, match="您应当回避"):
        actions.accept(operation="own", actor=named, application=application, now=at(DAY, 11))


def test_the_journal_and_the_rows_tell_nobodys_name_or_number() -> None:
    application = hand_in()

    entries = str(journal.entries(f"application:{application}"))
    draft = Draft.objects.get(pk=application)
    row = Application.objects.get(pk=application)
    for text in (entries, draft.people, str(draft.uploads), row.form):
        assert not any(name in text or number in text for name, number, _ in CREW)


def test_the_cases_are_accepted_together_and_decided_one_by_one() -> None:
    application = hand_in()
    accept(application)

    decide(application, 2)
    decide(application, 1, Outcome.DENIED)

    found = read(application)
    assert [(case.outcome, bool(case.certificate)) for case in found.cases] == [
        (Outcome.DENIED, False),
        (Outcome.APPROVED, True),
    ]
    assert found.closed_at is not None


def test_each_certificate_is_the_persons_own() -> None:
    application = hand_in()
    accept(application)
    decide(application, 1)
    decide(application, 2)

    found = read(application)
    held = [certificates.wallet(party=case.subject, today=DAY) for case in found.cases]
    assert [[one.identifier for one in each] for each in held] == [[case.certificate] for case in found.cases]
    assert certificates.wallet(party=found.holder, today=DAY) == ()


def test_who_registers_later_finds_the_certificate_in_the_wallet() -> None:
    application = hand_in()
    name, number, _ = CREW[0]

    answer = people_actions.register_person(
        operation="r",
        actor=SYSTEM,
        document_type=DocumentType.RESIDENT_ID,
        number=number,
        name=name,
        phone="13800000099",
        now=at(DAY, 12),
    )

    assert answer["person"] == read(application).cases[0].subject
    assert people.people_by_number([number])[number].name == name


def test_what_is_shared_is_asked_once_and_what_is_missing_belongs_to_one() -> None:
    draft = begin()
    bring(draft)
    complete(draft)
    first = rosters.members(draft)[0]
    drafts.remove_upload(draft, drafts.place("M_CREWAPP", first.id), now=at(DAY, 9))

    answer = actions.submit(operation="s", actor=agent(), draft=draft.id, incomplete=True, now=at(DAY, 10))

    found = read(answer["application"])
    known, _ = drafts.of_bundle(draft)
    assert supplies.lacking(known, found, form.unseal(found.form)) == {1: ("M_CREWAPP",)}
    with pytest.raises(actions.NotInTheForm):
        correct(found.id, {"M_CREWAPP": b"x"})


def correct(application: str, files: dict[str, bytes]) -> object:
    return actions.answer_correction(
        operation="answer",
        actor=agent(),
        application=application,
        files={code: actions.File("a.pdf", io.BytesIO(data), len(data)) for code, data in files.items()},
        values={},
        explanations={},
        now=at(DAY, 12),
    )


def test_a_correction_is_one_persons_and_leaves_the_others_alone() -> None:
    application = hand_in()
    actions.ask_correction(
        operation="ask",
        actor=who(CLERK, today=DAY),
        application=application,
        demands=tuple(actions.Wrong(case, DemandKind.MATERIAL, "M_CREWAPP", "看不清") for case in (1, 2)),
        now=at(DAY, 11),
    )
    found = read(application)

    answer = correct(application, {drafts.place("M_CREWAPP", found.cases[1].subject): walk.one_page_pdf("clearer")})

    assert answer == {"answered": [2], "received": [2]}
    after = read(application)
    changed = {one.subject for one in after.supplies if one not in found.supplies}
    assert changed == {found.cases[1].subject}
    catalogue, entries = catalogue_of(after), queries.history(after)
    told = {case: [act.sentence for act in reading.acts(after, catalogue, entries, case=case)] for case in (1, 2)}
    assert [any("补交了" in sentence for sentence in told[case]) for case in (1, 2)] == [False, True]


def test_nobody_is_asked_for_twice_at_the_same_time() -> None:
    hand_in()
    draft = begin()

    with pytest.raises(roster.BadLines) as refused:
        bring(draft, CREW[0], sailor(7))

    (fault,) = refused.value.faults
    assert (fault.row, fault.element, "正在办理" in fault.reason) == (2, "seafarer_number", True)
    assert drafts.people_of(draft) == []
    assert bring(draft, CREW[0], sailor(7), good_only=True) == 1


def test_a_list_that_was_overtaken_is_not_handed_in() -> None:
    draft = begin()
    bring(draft)
    complete(draft)
    other = begin()
    bring(other, CREW[0])
    complete(other)
    actions.submit(operation="other", actor=agent(), draft=other.id, now=at(DAY, 10))

    with pytest.raises(rosters.AppliedForAlready, match="吴海波"):
        actions.submit(operation="s", actor=agent(), draft=draft.id, now=at(DAY, 10))


def test_a_registered_person_has_the_registered_name() -> None:
    draft = begin()

    with pytest.raises(roster.BadLines) as refused:
        bring(draft, ("林晓晓", "130209198803042022", "大副"))

    assert [(fault.element, fault.reason[:4]) for fault in refused.value.faults] == [("seafarer_name", "姓名与这")]
    assert bring(draft, ("林晓", "130209198803042022", "大副")) == 1
    assert rosters.members(draft)[0].id == who("linxiao", today=DAY).person


def test_files_of_who_stays_on_the_list_are_kept() -> None:
    draft = begin()
    bring(draft)
    complete(draft)
    stays = rosters.members(draft)[1]

    bring(draft, CREW[1], sailor(3))

    assert set(draft.uploads) == {"M_AUTH", drafts.place("M_CREWAPP", stays.id)}
    rosters.remove(draft, stays.id, now=at(DAY, 9))
    assert set(draft.uploads) == {"M_AUTH"}
    assert len(rosters.members(draft)) == 1


def test_without_a_list_nothing_is_handed_in() -> None:
    draft = begin()
    complete(draft)

    with pytest.raises(roster.NobodyNamed):
        actions.submit(operation="s", actor=agent(), draft=draft.id, incomplete=True, now=at(DAY, 10))


def test_who_applies_for_himself_needs_no_list() -> None:
    draft = drafts.start_alone(
        actor=who("linxiao", acting_for="", today=DAY), matter="HS-24", by="11130200MA0TB0011Q", now=at(DAY, 9)
    )

    with pytest.raises(roster.NotForMany):
        rosters.bring(draft, name="a.xlsx", data=sheet(*CREW), now=at(DAY, 9))
    with pytest.raises(roster.NotForMany):
        rosters.template(begin("HS-27"))


# --- files ------------------------------------------------------------------------------------------------------------


def test_the_template_comes_back_filled_in() -> None:
    draft = begin()
    lines, wrong = rosters.read(name="t.xlsx", data=rosters.template(draft), asked=rosters.asked(draft))

    assert (lines, wrong) == ([], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_may_be_csv(encoding: str) -> None:
    draft = begin()
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *CREW])

    assert rosters.bring(draft, name="名单.CSV", data=out.getvalue().encode(encoding), now=at(DAY, 9)) == 2


def test_a_number_that_became_a_quantity_is_told() -> None:
    draft = begin()

    with pytest.raises(roster.BadLines) as refused:
        bring(draft, ("吴海波", 130209199003072113, "大副"), CREW[1])

    assert [(fault.row, fault.element) for fault in refused.value.faults] == [(2, "seafarer_number")]
    assert "末尾几位已丢失" in refused.value.faults[0].reason


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.xlsx", b"", "不是 xlsx"),
        ("a.xlsx", b"PK\x03\x04broken", "已损坏"),
        ("a.xlsm", b"MZ", "不是 xlsx"),
        ("a.csv", b"\xff\xfe\x00\x81", "文字编码|缺少"),
        ("a.csv", b'"open', "引号没有成对"),
        ("a.csv", b"", "没有内容"),
        ("a.csv", "姓名,号码\n".encode(), "缺少“船员姓名”这一列"),
        ("a.csv", "船员姓名,船员姓名,船员身份证号码,申请职务\n".encode(), "出现了两次"),
        ("a.csv", b"x" * (rosters.MAX_BYTES + 1), "文件超过 2 MB"),
        ("a.xlsx", sheet(), "表中没有填写人员"),
        ("a.csv", ",".join(HEAD).encode() + b"\n,,\n", "表中没有填写人员"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(name: str, data: bytes, why: str) -> None:
    draft = begin()

    with pytest.raises((rosters.UnreadableList, roster.NobodyNamed), match=why):
        rosters.bring(draft, name=name, data=data, now=at(DAY, 9))

    assert Draft.objects.get(pk=draft.id).people == ""


def test_more_people_than_an_application_may_have_are_refused() -> None:
    draft = begin()

    with pytest.raises(roster.TooManyPeople):
        bring(draft, *(sailor(number) for number in range(roster.MOST + 1)))


# --- statements -------------------------------------------------------------------------------------------------------


def counted(serials: range) -> dict[str, int]:
    """Return how many statements each act takes for so many people."""
    draft = begin()
    steps = {}
    with CaptureQueriesContext(connection) as queries:
        bring(draft, *map(sailor, serials))
    steps["bring"] = len(queries)
    complete(draft)
    with CaptureQueriesContext(connection) as queries:
        answer = actions.submit(operation=f"s{serials}", actor=agent(), draft=draft.id, now=at(DAY, 10))
    steps["submit"] = len(queries)
    with CaptureQueriesContext(connection) as queries:
        accept(answer["application"])
    steps["accept"] = len(queries)
    with CaptureQueriesContext(connection) as queries:
        decide(answer["application"], 1)
    steps["decide"] = len(queries)
    return steps


def test_statements_do_not_grow_with_the_people() -> None:
    counted(range(2))

    few = counted(range(10, 12))

    assert counted(range(100, 120)) == few
