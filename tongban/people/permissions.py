"""May this actor do that?

Pure predicates on values: an actor, and the names of the party, hall, department or desk the act is about. An action
asks `may(actor, verb, …)`, which raises NotAllowed with one sentence; a page asks the predicate to know what to show.
One rule stands for all: a duty counts only in its own hall, department, desk or region, and a mandate only for its
matters. Reviewers see their own cases' materials, no more.

Nobody handles for an authority what he applied for himself, whatever his duties are. A stand-in has the duties of who
is away as if they were his own, and is bound by that one's stake besides his own.

Source: Administrative Licensing Law, arts. 23–24, 29 (who decides; acting through an agent), 34; Civil Code, arts. 162,
165 (mandate and its scope); Civil Servants Law, art. 76 (recusal); design, invariants 13 and 14.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from tongban.domain.refused import Refused
from tongban.domain.regions import lies_in, prefix_of
from tongban.people.actor import SYSTEM, Absent, Actor, DutyValue
from tongban.people.roles import Role

DIVISION = re.compile(r"[0-9]{6}")

NAMED = 3
"""How many matters a sentence names before it only counts them."""


class NotAllowed(Refused):
    """Somebody wants to do what his duty or mandate does not cover."""

    code = "not_allowed"
    status = 403


def covers(scope: str, region: str) -> bool:
    """Whether a division (GB/T 2260) is the scope itself or lies in it.

    >>> covers("130000", "130209"), covers("130200", "130209"), covers("130209", "130200")
    (True, True, False)

    What is no code of a division lies nowhere, however it begins.

    >>> covers("130000", "13"), covers("130000", "13<b>00")
    (False, False)
    """
    return bool(prefix_of(scope)) and DIVISION.fullmatch(region) is not None and lies_in(region, scope)


def may_act_for(actor: Actor, *, party: str, matters: Iterable[str] = ()) -> bool:
    """Whether the actor acts now for that party, and his mandate covers all these matters."""
    return _is_party(actor, {party}) and _mandated(actor, matters)


def may_give_out(actor: Actor, *, party: str, matter: str = "") -> bool:
    """Whether the actor shows that party's certificates to others: he is that party, or his mandate covers everything.

    For what one matter asks for, a mandate for that matter is enough.
    """
    mandated = actor.mandate_matters is None or (bool(matter) and matter in actor.mandate_matters)
    return _is_party(actor, {party}) and mandated


def may_answer_for_certificate(actor: Actor, *, party: str) -> bool:
    """Whether the actor speaks for that party when a certificate is to be taken from it: once he has spoken, the
    authority need not wait. He is that party, or his mandate covers everything.
    """
    return _is_party(actor, {party}) and actor.mandate_matters is None


def may_take_in(actor: Actor, *, hall: str) -> bool:
    """Whether the actor takes in applications at that hall (收件)."""
    return any(duty.role is Role.CLERK and duty.hall == hall for duty in actor.duties if hall)


def may_accept(actor: Actor, *, hall: str = "", department: str = "") -> bool:
    """Whether the actor accepts cases (受理) at that hall or for that department."""
    return may_take_in(actor, hall=hall) or any(
        duty.role is Role.CLERK and duty.department == department for duty in actor.duties if department
    )


def may_pre_review(actor: Actor, *, hall: str) -> bool:
    """Whether the actor answers requests for pre-review at that hall (网上预审)."""
    return may_take_in(actor, hall=hall)


def may_see_pre_review(actor: Actor, *, region: str, hall: str) -> bool:
    """Whether the actor may read what is pre-reviewed there."""
    return may_pre_review(actor, hall=hall) or may_supervise(actor, region=region)


def may_share_work(actor: Actor, *, hall: str = "", department: str = "", desk: str = "") -> bool:
    """Whether the actor takes and assigns what stands on the list of that hall, or of that desk."""
    return may_take_in(actor, hall=hall) or may_opine(actor, department=department, desk=desk)


def may_opine(actor: Actor, *, department: str, desk: str) -> bool:
    """Whether the actor gives opinions for that desk."""
    return any(_at_desk(duty, department, desk) for duty in actor.duties)


def may_conclude(actor: Actor, *, department: str, desk: str, accepted_by: str = "", taken_in_by: str = "") -> bool:
    """Whether the actor signs conclusions for that desk; who took the case in or accepted it does not decide it."""
    return actor.id not in (accepted_by, taken_in_by) and may_opine(actor, department=department, desk=desk)


def may_conduct(actor: Actor, *, department: str, desk: str) -> bool:
    """Whether the actor conducts the review of a case (主办): he is at its deciding desk."""
    return may_opine(actor, department=department, desk=desk)


def may_look(actor: Actor, *, department: str, desks: Iterable[str]) -> bool:
    """Whether the actor looks at the place of a case (现场核查): he is at one of its desks."""
    return any(may_opine(actor, department=department, desk=desk) for desk in desks)


def may_handle(
    actor: Actor, *, applicants: Iterable[str], parties: Iterable[str], absent: Absent | None = None
) -> bool:
    """Whether the actor has no stake of his own (回避): neither he, nor whom he acts for now, applies here.

    `applicants` are the accounts that handed in or confirmed; `absent` is for whom he stands in by doing this.
    """
    parties, applicants = set(parties), set(applicants)
    mine = actor.id in applicants or actor.person in parties or _is_party(actor, parties)
    theirs = absent is not None and (absent.id in applicants or absent.person in parties)
    return actor != SYSTEM and not mine and not theirs


def may_see_case(
    actor: Actor,
    *,
    parties: Iterable[str],
    matter: str,
    region: str,
    hall: str,
    department: str,
    desks: Iterable[str],
) -> bool:
    """Whether the actor may read one case and its materials: its parties, its clerks, its desks, its supervisors."""
    if _is_party(actor, set(parties)) and _mandated(actor, (matter,)):
        return True
    return (
        may_accept(actor, hall=hall, department=department)
        or any(may_opine(actor, department=department, desk=desk) for desk in desks)
        or may_supervise(actor, region=region)
    )


def may_see_application(
    actor: Actor, *, parties: Iterable[str], matters: Iterable[str], region: str, hall: str, departments: Iterable[str]
) -> bool:
    """Whether the actor may read a whole application; an agent for some matters only, when it holds one of them."""
    if _is_party(actor, set(parties)) and any(_mandated(actor, (matter,)) for matter in matters):
        return True
    return (
        may_take_in(actor, hall=hall)
        or any(may_accept(actor, department=department) for department in departments)
        or may_supervise(actor, region=region)
    )


def may_keep_standards(actor: Actor, *, region: str) -> bool:
    return _duty_in(actor, Role.STEWARD, region)


def may_propose_standard(actor: Actor) -> bool:
    """Whether the actor keeps standards anywhere: a joint standard is everybody's, and in force only when all sign."""
    return actor.has(Role.STEWARD)


def may_propose_batch(actor: Actor, *, regions: Iterable[str]) -> bool:
    """Whether the actor keeps standards for one of the regions that would sign."""
    return any(may_keep_standards(actor, region=region) for region in regions)


def may_speak_for(actor: Actor, *, bodies: Iterable[tuple[str, str]]) -> bool:
    """Whether the actor speaks for one of these authorities, each by its region and code."""
    return any(may_sign_batch(actor, region=region, body=body) for region, body in bodies)


def may_sign_off(actor: Actor, *, region: str, departments: Iterable[str]) -> bool:
    """Whether the actor signs off for every one of these departments of the region (会签)."""
    own = {duty.department for duty in actor.duties if duty.role is Role.STEWARD and covers(duty.region, region)}
    asked = set(departments)
    return bool(asked) and own - {""} >= asked


def may_sign_batch(actor: Actor, *, region: str, body: str) -> bool:
    """Whether the actor signs for the bureau that speaks for the region (签署)."""
    return bool(body) and any(
        duty.role is Role.STEWARD and (duty.region, duty.department) == (region, body) for duty in actor.duties
    )


def may_end_certificate(actor: Actor, *, department: str) -> bool:
    """Whether the actor reviews for the authority that issued a certificate: it alone suspends, restores and ends."""
    return any(duty.role is Role.REVIEWER and duty.department == department for duty in actor.duties if department)


def may_issue_from_record(actor: Actor, *, department: str) -> bool:
    """Whether the actor issues for that authority from its records; the node does when it begins."""
    return actor == SYSTEM or may_end_certificate(actor, department=department)


def may_supervise(actor: Actor, *, region: str) -> bool:
    return _duty_in(actor, Role.SUPERVISOR, region)


def may_draw(actor: Actor, *, region: str) -> bool:
    """Whether the actor draws a sample in public: the region's supervisor, or the node when a month is over."""
    return actor == SYSTEM or may_supervise(actor, region=region)


def may_check_spot(actor: Actor, *, region: str, department: str, desk: str) -> bool:
    """Whether the actor checks a decision on the spot (事后抽查): he supervises the region or sits at its desk."""
    return may_supervise(actor, region=region) or may_opine(actor, department=department, desk=desk)


def may_administer(actor: Actor, *, region: str) -> bool:
    return actor == SYSTEM or _duty_in(actor, Role.ADMINISTRATOR, region)


def may_operate(actor: Actor, *, regions: Iterable[str]) -> bool:
    """Whether the actor looks after the node itself: he is an administrator somewhere in the regions it speaks for."""
    regions = list(regions)
    return any(
        duty.role is Role.ADMINISTRATOR and any(covers(region, duty.region) for region in regions)
        for duty in actor.duties
    )


def may_publish_calendar(actor: Actor) -> bool:
    """Whether the actor is the node itself: the State Council's calendar is no person's to keep."""
    return actor == SYSTEM


def may_name_stand_in(actor: Actor, *, absent: str, regions: Iterable[str]) -> bool:
    """Whether the actor arranges who stands in for that account: it is his own, or he oversees where its duties lie."""
    there = [may_administer(actor, region=region) or may_supervise(actor, region=region) for region in regions]
    return actor.id == absent or (bool(there) and all(there))


def overseen(actor: Actor) -> list[str]:
    """Return the digits with which the regions begin whose clerks and reviewers the actor names stand-ins for."""
    return _prefixes(actor, Role.SUPERVISOR, Role.ADMINISTRATOR)


def supervised(actor: Actor) -> list[str]:
    """Return the digits with which the regions begin that the actor supervises."""
    return _prefixes(actor, Role.SUPERVISOR)


def _prefixes(actor: Actor, *roles: Role) -> list[str]:
    return [prefix for one in actor.duties if one.role in roles and (prefix := prefix_of(one.region))]


def may_register(actor: Actor) -> bool:
    """Whether the actor enters persons and organisations whose papers he has seen."""
    return actor == SYSTEM or actor.has(Role.CLERK) or actor.has(Role.ADMINISTRATOR)


def may_mandate(actor: Actor, *, representative: str) -> bool:
    """Whether the actor is the legal representative in person; an agent cannot mandate further."""
    return bool(actor.person) and actor.person == representative


@dataclass(frozen=True, slots=True)
class _Rule:
    predicate: Callable[..., bool]
    sentence: Callable[[Actor, dict[str, Any]], str]


def _for_whom(actor: Actor, about: dict[str, Any]) -> str:
    if actor.party is None:
        return "未能办理：您的账户没有关联申请人身份。请用申请人账户登录后再办。"
    if actor.party.id != about["party"]:
        return f"未能办理：您现在代表“{actor.party.name}”，不是这件申请的申请人。请先切换到您要代表的一方。"
    missing = sorted(set(about.get("matters", ())) - (actor.mandate_matters or frozenset()))
    named = "、".join(missing[:NAMED]) + (f" 等 {len(missing)} 项" if len(missing) > NAMED else "")
    return f"未能办理：您的授权不包括事项 {named}。请法定代表人在“授权管理”中补充授权，或由其本人办理。"


def _who_gives_out(actor: Actor, about: dict[str, Any]) -> str:
    if actor.party is None or actor.party.id != about["party"]:
        return _for_whom(actor, {"party": about["party"]})
    return (
        f"未办理：您的授权只限部分事项，不能对外出示“{actor.party.name}”的证照。"
        "请法定代表人本人办理，或由其授权全部事项。"
    )


def _who_concludes(actor: Actor, about: dict[str, Any]) -> str:
    if actor.id == about.get("taken_in_by"):
        return "审查结论未签署：帮办收件的人不能再作决定。请由同岗位的另一位审查人员签署。"
    if actor.id == about.get("accepted_by"):
        return "审查结论未签署：受理这个办件的人不能再作决定。请由同岗位的另一位审查人员签署。"
    return f"审查结论未签署：您不在“{about['desk']}”岗位上。请由该岗位的审查人员签署。"


def _who_answers(actor: Actor, about: dict[str, Any]) -> str:
    if actor.party is None or actor.party.id != about["party"]:
        return _for_whom(actor, about)
    return (
        f"未办理：您的授权只限部分事项，不能就证照的处理代表“{actor.party.name}”陈述。"
        "请法定代表人本人办理，或由其授权全部事项。"
    )


RULES: dict[str, _Rule] = {
    "act_for": _Rule(may_act_for, _for_whom),
    "give_out": _Rule(may_give_out, _who_gives_out),
    "answer_for_certificate": _Rule(may_answer_for_certificate, _who_answers),
    "take_in": _Rule(may_take_in, lambda a, o: "未能收件：您不是这个大厅的窗口人员。请由该大厅的窗口收件。"),
    "accept": _Rule(
        may_accept, lambda a, o: "未能受理：您不是这个办件的受理大厅或主管部门的窗口人员。请由该处的窗口人员受理。"
    ),
    "pre_review": _Rule(
        may_pre_review, lambda a, o: "未答复：您不是受理这些事项的大厅的窗口人员。请由该大厅的窗口人员答复。"
    ),
    "see_pre_review": _Rule(
        may_see_pre_review, lambda a, o: "不能查看：这次预审不在您的大厅或地区。请从您的预审列表中打开。"
    ),
    "share_work": _Rule(
        may_share_work, lambda a, o: "未指派：这件事不在您的大厅或岗位上。请由该大厅或岗位的人员领取、指派。"
    ),
    "give_opinion": _Rule(
        may_opine, lambda a, o: f"意见未记录：您不在“{o['desk']}”岗位上。请由该岗位的审查人员提出意见。"
    ),
    "conclude": _Rule(may_conclude, _who_concludes),
    "follow_up": _Rule(
        may_opine, lambda a, o: f"未办理：您不在“{o['desk']}”岗位上。请由作出决定的岗位核查和处理承诺。"
    ),
    "check_spot": _Rule(
        may_check_spot,
        lambda a, o: f"未记录：您不是这个地区的效能监察员，也不在“{o['desk']}”岗位上。请由他们抽查。",
    ),
    "end_certificate": _Rule(
        may_end_certificate,
        lambda a, o: "未办理：您不是这张证照签发机关的审查人员。请由签发机关的审查人员办理。",
    ),
    "issue_from_record": _Rule(
        may_issue_from_record, lambda a, o: "未签发：您不是该机关的审查人员。请由该机关的审查人员签发。"
    ),
    "draw": _Rule(may_draw, lambda a, o: "未抽取：您不是这个地区的效能监察员。请由该地区的效能监察员公开抽取。"),
    "conduct": _Rule(may_conduct, lambda a, o: f"未办理：您不在“{o['desk']}”岗位上。请由该岗位的审查人员办理。"),
    "look": _Rule(may_look, lambda a, o: "未记录：您不在所核查办件的岗位上。请由办理该办件的审查人员记录。"),
    "handle": _Rule(
        may_handle, lambda a, o: "未办理：这份申请是您自己或您代表的一方提出的，您应当回避。请由其他工作人员办理。"
    ),
    "see_case": _Rule(may_see_case, lambda a, o: "不能查看：这个办件与您无关。请核对办件编号，或换用有关的账户。"),
    "see_application": _Rule(
        may_see_application, lambda a, o: "不能查看：这份申请与您无关。请核对申请编号，或换用有关的账户。"
    ),
    "keep_standards": _Rule(
        may_keep_standards, lambda a, o: "未能修改：您不是这个地区的事项管理员。请由该地区的事项管理员修改。"
    ),
    "propose_standard": _Rule(
        may_propose_standard, lambda a, o: "未能提出：您不是事项管理员。请由三地任一地区的事项管理员提出标准。"
    ),
    "propose_batch": _Rule(
        may_propose_batch, lambda a, o: "未能提请：您不是签署地区的事项管理员。请由其中一个地区的事项管理员提出。"
    ),
    "speak_for": _Rule(
        may_speak_for, lambda a, o: "未办理：您不代表有关的任何一个单位。请由参加单位的事项管理员办理。"
    ),
    "sign_off": _Rule(may_sign_off, lambda a, o: "未会签：您不是这些部门的事项管理员。请由各部门的事项管理员会签。"),
    "sign_batch": _Rule(may_sign_batch, lambda a, o: "未签署：您不代表协议中的这个单位。请由该单位的事项管理员签署。"),
    "supervise": _Rule(
        may_supervise, lambda a, o: "不能查看：您不是这个地区的效能监察员。请由该地区的效能监察员查看。"
    ),
    "administer": _Rule(
        may_administer, lambda a, o: "未能更改：您不是这个地区的系统管理员。请由该地区的系统管理员更改。"
    ),
    "operate": _Rule(
        may_operate, lambda a, o: "不能打开：节点往来由本节点所代表地区的系统管理员照看。请换用有这项职责的账户。"
    ),
    "publish_calendar": _Rule(
        may_publish_calendar, lambda a, o: "未载入：放假安排由运行本节点的人用命令载入。请联系系统管理员。"
    ),
    "name_stand_in": _Rule(
        may_name_stand_in,
        lambda a, o: "代岗未办理：您不能为这位同事安排代岗。请由其本人，或由其任职地区的系统管理员、效能监察员办理。",
    ),
    "register": _Rule(may_register, lambda a, o: "未能登记：只有窗口人员或系统管理员可以登记。请到窗口办理登记。"),
    "grant_mandate": _Rule(
        may_mandate, lambda a, o: "授权未生效：只有法定代表人本人可以授权。请由法定代表人登录后办理。"
    ),
    "revoke_mandate": _Rule(
        may_mandate, lambda a, o: "授权未撤销：只有法定代表人本人可以撤销。请由法定代表人登录后办理。"
    ),
}


def may(actor: Actor, verb: str, **about: Any) -> Absent | None:
    """Raise NotAllowed with the verb's sentence unless its predicate holds; return for whom the actor stands in by it.

    What his own duties allow he does for nobody else.
    """
    rule = RULES[verb]
    if not rule.predicate(actor, **about):
        raise NotAllowed(rule.sentence(actor, about))
    absent = list(dict.fromkeys(duty.absent for duty in actor.duties if duty.absent))
    for one in [None, *absent] if absent else []:
        if rule.predicate(replace(actor, duties=tuple(duty for duty in actor.duties if duty.absent == one)), **about):
            return one
    return None


def _is_party(actor: Actor, parties: set[str]) -> bool:
    return actor.party is not None and actor.party.id in parties


def _mandated(actor: Actor, matters: Iterable[str]) -> bool:
    return actor.mandate_matters is None or actor.mandate_matters.issuperset(matters)


def _at_desk(duty: DutyValue, department: str, desk: str) -> bool:
    return duty.role is Role.REVIEWER and bool(desk) and (duty.department, duty.desk) == (department, desk)


def _duty_in(actor: Actor, role: Role, region: str) -> bool:
    return any(duty.role is role and covers(duty.region, region) for duty in actor.duties)
