"""Who may do what: duties count in their own place, mandates for their own matters."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from tongban.people import permissions
from tongban.people.actor import SYSTEM, Absent, Actor, DutyValue, Party, PartyKind
from tongban.people.permissions import NotAllowed, covers, may
from tongban.people.roles import Role

MSA = "11130200MA0TB0011Q"
HEBEI = "11130000MA0TB1276N"
COMPANY = Party("org:91130209MA0TB10143", PartyKind.ORGANISATION, "河北渤远航运有限公司", "91130209MA0TB10143")
STRANGER = Actor("account:0", "路人", "person:0", Party("person:0", PartyKind.PERSON, "路人", "EA0000000"))
AGENT = Actor("account:1", "林晓", "person:1", COMPANY)
LIMITED = Actor("account:2", "周敏", "person:2", COMPANY, frozenset({"HS-01", "HS-02"}))
CLERK = Actor("account:3", "刘芳", duties=(DutyValue(Role.CLERK, "130209", hall="cfd-hall", department=MSA),))
REVIEWER = Actor("account:4", "赵磊", duties=(DutyValue(Role.REVIEWER, "130209", "", MSA, "船舶登记岗"),))
STEWARD = Actor("account:5", "沈悦", duties=(DutyValue(Role.STEWARD, "130000"),))
SUPERVISOR = Actor("account:6", "韩蕾", duties=(DutyValue(Role.SUPERVISOR, "130200"),))
ADMINISTRATOR = Actor("account:7", "杨光", duties=(DutyValue(Role.ADMINISTRATOR, "130209"),))
BUREAU = Actor("account:8", "田文静", duties=(DutyValue(Role.STEWARD, "130000", department=HEBEI),))
DEPARTMENT = Actor("account:9", "贾立新", duties=(DutyValue(Role.STEWARD, "130000", department=MSA),))
EVERYBODY = (STRANGER, AGENT, LIMITED, CLERK, REVIEWER, STEWARD, BUREAU, DEPARTMENT, SUPERVISOR, ADMINISTRATOR)

CASE = {
    "parties": [COMPANY.id],
    "matter": "HS-03",
    "region": "130209",
    "hall": "cfd-hall",
    "department": MSA,
    "desks": ["船舶登记岗"],
}
APPLICATION = {
    "parties": [COMPANY.id],
    "matters": ["HS-02", "HS-03"],
    "region": "130209",
    "hall": "cfd-hall",
    "departments": [MSA],
}
WHO_MAY = [
    ("act_for", {"party": COMPANY.id, "matters": ["HS-01"]}, {AGENT, LIMITED}),
    ("act_for", {"party": COMPANY.id, "matters": ["HS-01", "HS-03"]}, {AGENT}),
    ("give_out", {"party": COMPANY.id}, {AGENT}),
    ("give_out", {"party": COMPANY.id, "matter": "HS-01"}, {AGENT, LIMITED}),
    ("give_out", {"party": COMPANY.id, "matter": "HS-03"}, {AGENT}),
    ("give_out", {"party": "person:2"}, set()),
    ("answer_for_certificate", {"party": COMPANY.id}, {AGENT}),
    ("answer_for_certificate", {"party": "person:2"}, set()),
    ("take_in", {"hall": "cfd-hall"}, {CLERK}),
    ("take_in", {"hall": "other-hall"}, set()),
    ("accept", {"department": MSA}, {CLERK}),
    ("accept", {"hall": "other-hall", "department": "other"}, set()),
    ("pre_review", {"hall": "cfd-hall"}, {CLERK}),
    ("pre_review", {"hall": ""}, set()),
    ("see_pre_review", {"region": "130209", "hall": "cfd-hall"}, {CLERK, SUPERVISOR}),
    ("see_pre_review", {"region": "110105", "hall": "other-hall"}, set()),
    ("share_work", {"hall": "cfd-hall"}, {CLERK}),
    ("share_work", {"department": MSA, "desk": "船舶登记岗"}, {REVIEWER}),
    ("share_work", {"department": MSA, "desk": "船员管理岗"}, set()),
    ("share_work", {}, set()),
    ("give_opinion", {"department": MSA, "desk": "船舶登记岗"}, {REVIEWER}),
    ("give_opinion", {"department": MSA, "desk": "船员管理岗"}, set()),
    ("give_opinion", {"department": "other", "desk": "船舶登记岗"}, set()),
    ("end_certificate", {"department": MSA}, {REVIEWER}),
    ("end_certificate", {"department": "other"}, set()),
    ("end_certificate", {"department": ""}, set()),
    ("issue_from_record", {"department": MSA}, {REVIEWER}),
    ("issue_from_record", {"department": "other"}, set()),
    ("conclude", {"department": MSA, "desk": "船舶登记岗"}, {REVIEWER}),
    ("conduct", {"department": MSA, "desk": "船舶登记岗"}, {REVIEWER}),
    ("conduct", {"department": MSA, "desk": "船员管理岗"}, set()),
    ("look", {"department": MSA, "desks": ["船员管理岗", "船舶登记岗"]}, {REVIEWER}),
    ("look", {"department": "other", "desks": ["船舶登记岗"]}, set()),
    ("conclude", {"department": MSA, "desk": "船舶登记岗", "accepted_by": "account:4"}, set()),
    (
        "handle",
        {"applicants": ["account:4"], "parties": [COMPANY.id, "person:0"]},
        {CLERK, STEWARD, BUREAU, DEPARTMENT, SUPERVISOR, ADMINISTRATOR},
    ),
    ("see_case", CASE, {AGENT, CLERK, REVIEWER, SUPERVISOR}),
    ("see_case", CASE | {"matter": "HS-01"}, {AGENT, LIMITED, CLERK, REVIEWER, SUPERVISOR}),
    ("see_case", CASE | {"desks": ["船员管理岗"]}, {AGENT, CLERK, SUPERVISOR}),
    ("see_application", APPLICATION, {AGENT, LIMITED, CLERK, SUPERVISOR}),
    ("see_application", APPLICATION | {"matters": ["HS-17"]}, {AGENT, CLERK, SUPERVISOR}),
    ("keep_standards", {"region": "130209"}, {STEWARD, BUREAU, DEPARTMENT}),
    ("keep_standards", {"region": "13"}, set()),
    ("keep_standards", {"region": "130209\n"}, set()),
    ("propose_standard", {}, {STEWARD, BUREAU, DEPARTMENT}),
    ("propose_batch", {"regions": ["110000", "130000"]}, {STEWARD, BUREAU, DEPARTMENT}),
    ("propose_batch", {"regions": ["110000", "120000"]}, set()),
    ("speak_for", {"bodies": [("110000", MSA), ("130000", HEBEI)]}, {BUREAU}),
    ("speak_for", {"bodies": []}, set()),
    ("sign_off", {"region": "130000", "departments": [MSA]}, {DEPARTMENT}),
    ("sign_off", {"region": "120000", "departments": [MSA]}, set()),
    ("sign_off", {"region": "", "departments": [MSA]}, set()),
    ("sign_off", {"region": "130000", "departments": [MSA, "other"]}, set()),
    ("sign_off", {"region": "130000", "departments": []}, set()),
    ("sign_batch", {"region": "130000", "body": HEBEI}, {BUREAU}),
    ("sign_batch", {"region": "110000", "body": HEBEI}, set()),
    ("sign_batch", {"region": "130000", "body": ""}, set()),
    ("follow_up", {"department": MSA, "desk": "船舶登记岗"}, {REVIEWER}),
    ("follow_up", {"department": MSA, "desk": "船员管理岗"}, set()),
    ("draw", {"region": "130209"}, {SUPERVISOR}),
    ("draw", {"region": "130100"}, set()),
    ("check_spot", {"region": "130209", "department": "other", "desk": "x"}, {SUPERVISOR}),
    ("check_spot", {"region": "130209", "department": MSA, "desk": "船舶登记岗"}, {SUPERVISOR, REVIEWER}),
    ("check_spot", {"region": "130100", "department": MSA, "desk": "船员管理岗"}, set()),
    ("supervise", {"region": "130209"}, {SUPERVISOR}),
    ("supervise", {"region": "130100"}, set()),
    ("administer", {"region": "130209"}, {ADMINISTRATOR}),
    ("administer", {"region": "130200"}, set()),
    ("operate", {"regions": ["110000", "130000"]}, {ADMINISTRATOR}),
    ("operate", {"regions": ["110000", "120000"]}, set()),
    ("operate", {"regions": []}, set()),
    ("publish_calendar", {}, set()),
    ("name_stand_in", {"absent": "account:4", "regions": {"130209"}}, {REVIEWER, SUPERVISOR, ADMINISTRATOR}),
    ("name_stand_in", {"absent": "account:4", "regions": {"130209", "130200"}}, {REVIEWER, SUPERVISOR}),
    ("name_stand_in", {"absent": "account:4", "regions": {"120000"}}, {REVIEWER}),
    ("name_stand_in", {"absent": "account:none", "regions": set()}, set()),
    ("register", {}, {CLERK, ADMINISTRATOR}),
    ("grant_mandate", {"representative": "person:1"}, {AGENT}),
    ("revoke_mandate", {"representative": "person:9"}, set()),
]


@pytest.mark.parametrize(("verb", "about", "allowed"), WHO_MAY)
def test_only_whom_the_rule_names_may(verb: str, about: dict[str, object], allowed: set[Actor]) -> None:
    assert {actor for actor in EVERYBODY if permissions.RULES[verb].predicate(actor, **about)} == allowed


@pytest.mark.parametrize(("verb", "about", "allowed"), WHO_MAY)
def test_everybody_else_gets_one_sentence_with_what_to_do_next(
    verb: str, about: dict[str, object], allowed: set[Actor]
) -> None:
    for actor in set(EVERYBODY) - allowed:
        with pytest.raises(NotAllowed, match=r"：.+。请.+。$"):
            may(actor, verb, **about)


def test_every_predicate_has_a_verb_and_every_verb_is_tried() -> None:
    predicates = {name for name, _ in inspect.getmembers(permissions, inspect.isfunction) if name.startswith("may_")}

    assert predicates == {rule.predicate.__name__ for rule in permissions.RULES.values()}
    assert set(permissions.RULES) == {verb for verb, _, _ in WHO_MAY}


def test_a_limited_agent_hears_which_matters_his_mandate_lacks() -> None:
    with pytest.raises(NotAllowed, match="您的授权不包括事项 HS-03、HS-17。"):
        may(LIMITED, "act_for", party=COMPANY.id, matters=["HS-17", "HS-01", "HS-03"])


ZHAO = Absent("account:4", "赵磊", "person:4")
STAND_IN = Actor("account:10", "冯静", duties=(*CLERK.duties, replace(REVIEWER.duties[0], absent=ZHAO)))
"""A clerk who stands in for the reviewer."""


def test_a_stand_in_may_do_what_the_absent_one_may_and_it_is_known_for_whom() -> None:
    desk = {"department": MSA, "desk": "船舶登记岗"}

    assert may(STAND_IN, "give_opinion", **desk) == ZHAO
    assert may(STAND_IN, "accept", hall="cfd-hall") is None
    assert may(REVIEWER, "give_opinion", **desk) is None
    assert (STAND_IN.signs(ZHAO), STAND_IN.signs(None)) == ("account:10 for account:4", "account:10")


def test_what_ones_own_duty_allows_is_done_for_nobody_else() -> None:
    both = replace(STAND_IN, duties=(*STAND_IN.duties, *REVIEWER.duties))

    assert may(both, "conclude", department=MSA, desk="船舶登记岗") is None


def test_four_eyes_hold_on_the_person_who_acts() -> None:
    desk = {"department": MSA, "desk": "船舶登记岗"}

    with pytest.raises(NotAllowed, match="受理这个办件的人不能再作决定"):
        may(STAND_IN, "conclude", **desk, accepted_by=STAND_IN.id)
    assert may(STAND_IN, "conclude", **desk, accepted_by=ZHAO.id) == ZHAO


@pytest.mark.parametrize(
    ("applicants", "parties"), [([STAND_IN.id], []), ([ZHAO.id], []), (["account:1"], [ZHAO.person])]
)
def test_a_stand_in_is_bound_by_his_own_stake_and_by_the_absent_ones(applicants: list[str], parties: list[str]) -> None:
    with pytest.raises(NotAllowed, match="您应当回避"):
        may(STAND_IN, "handle", applicants=applicants, parties=parties, absent=ZHAO)


def test_the_absent_ones_stake_binds_nobody_who_acts_in_his_own_duty() -> None:
    assert may(STAND_IN, "handle", applicants=[ZHAO.id], parties=[ZHAO.person]) is None


def test_somebody_acting_for_another_hears_for_whom_he_acts() -> None:
    with pytest.raises(NotAllowed, match="您现在代表“河北渤远航运有限公司”"):
        may(AGENT, "act_for", party="person:1", matters=[])


def test_who_accepted_the_case_hears_that_he_may_not_decide_it() -> None:
    with pytest.raises(NotAllowed, match="受理这个办件的人不能再作决定"):
        may(REVIEWER, "conclude", department=MSA, desk="船舶登记岗", accepted_by=REVIEWER.id)


def test_empty_places_match_nobody() -> None:
    nowhere = Actor("account:8", "无岗", duties=(DutyValue(Role.CLERK, "130209"), DutyValue(Role.REVIEWER, "130209")))

    assert not permissions.may_accept(nowhere, hall="", department="")
    assert not permissions.may_conclude(nowhere, department="", desk="")


def test_somebody_supervises_where_he_is_supervisor_and_a_duty_that_names_no_region_opens_none() -> None:
    everywhere = Actor("account:8", "无地区", duties=(DutyValue(Role.SUPERVISOR, ""),))

    assert [permissions.supervised(one) for one in (SUPERVISOR, ADMINISTRATOR, everywhere)] == [["1302"], [], []]
    assert [permissions.overseen(one) for one in (SUPERVISOR, ADMINISTRATOR)] == [["1302"], ["130209"]]


def test_the_system_registers_appoints_names_stand_ins_and_draws_and_issues_from_records_but_decides_nothing() -> None:
    allowed = {verb for verb, about, _ in WHO_MAY if permissions.RULES[verb].predicate(SYSTEM, **about)}

    assert allowed == {"register", "administer", "publish_calendar", "name_stand_in", "draw", "issue_from_record"}


@pytest.mark.parametrize(
    ("scope", "region", "inside"),
    [
        ("130000", "130209", True),
        ("130200", "130209", True),
        ("130209", "130209", True),
        ("130209", "130200", False),
        ("130100", "130209", False),
        ("110000", "130209", False),
        ("000000", "130209", False),
        ("", "130209", False),
    ],
)
def test_a_division_covers_itself_and_what_lies_in_it(scope: str, region: str, inside: bool) -> None:
    assert covers(scope, region) is inside
