"""What happens between a case and the system that decides it: entered there, told from there, filled in by hand.

Acceptance stays here: the department's clerks accept, and what they have accepted is placed. What the system concludes
is signed here by the system's own account, which sits at the deciding desk like everybody who signs there; the rules of
a conclusion are those of every other one (`casework.actions.conclude`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.casework import actions as casework
from tongban.casework import form
from tongban.casework import storage as casework_storage
from tongban.casework.actions.beats import demand, open_application, store
from tongban.crypto import x509
from tongban.domain import answers, systems
from tongban.domain.application import UNDER_REVIEW, Application, Case, CaseState
from tongban.domain.clock import day_of
from tongban.domain.events import CaseEnteredSystem, SystemFilledIn, SystemState, SystemTold
from tongban.domain.refused import Refused
from tongban.domain.systems import FINAL, StateTable, Weight
from tongban.exchange.systems import adapters, storage
from tongban.exchange.systems.models import (
    Answer,
    AnswerState,
    PlacedCase,
    System,
    SystemKey,
    SystemMatter,
    SystemStates,
)
from tongban.journal import actions as journal
from tongban.journal.actions import Operation, action
from tongban.journal.outbox import Errand
from tongban.keys.actions import key_id
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.actor import SYSTEM, Actor
from tongban.people.models import Account
from tongban.people.permissions import may
from tongban.people.roles import Role

SUBJECT = "systems"
"""Of the outbox: an application of which a department's system may have to know."""


NOT_IN_SYSTEM = "没有找到这个办件，或者它不在部门系统中办理。请核对办件编号。"


class CannotConnect(Refused):
    """A system that cannot be registered as it was described."""

    code = "cannot_connect"


class NotInSystem(Refused):
    """A case that no department's system decides."""

    code = "not_in_system"
    status = 404


# --- systems ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Described:
    """A system as it is registered. `desks`: those at which it concludes; `matters` empty: all of the department."""

    name: str
    title: str
    department: str
    """Unified social credit code."""
    address: str
    key: bytes
    """SubjectPublicKeyInfo (DER) of the key with which it signs."""
    desks: tuple[str, ...]
    matters: tuple[str, ...] = ()
    kind: str = "http"
    table: StateTable = systems.STANDARD


@transaction.atomic
def register(described: Described, *, valid_from: date, now: datetime) -> System:
    """Know a department's system, give it an account at its desks, and let it decide from a day on.

    One that is known gets the new address, name and table; keys and matters are added. Raises CannotConnect, NotRead.
    """
    department = people.department(uscc=described.department)
    if department is None:
        raise CannotConnect(f"未登记：没有统一社会信用代码为 {described.department} 的部门。请先登记部门。")
    _demand_speakable(described)
    known = System.objects.filter(name=described.name).first()
    if known is not None and known.body != described.department:
        raise CannotConnect(f"未登记：“{described.name}”已是另一个部门的系统。请换一个名称。")
    changing = {"title": described.title, "address": described.address.rstrip("/"), "kind": described.kind}
    first = {"body": described.department, "due_at": now, "compare_at": now}
    account = known.account if known else _account(described, now)
    system, _ = System.objects.update_or_create(
        name=described.name, defaults=changing, create_defaults=changing | first | {"account": account}
    )
    for desk in described.desks:
        people_actions.appoint(
            operation=f"system/{described.name}/{desk}"[:120],
            actor=SYSTEM,
            account=account,
            role=Role.REVIEWER,
            region=department.region,
            department=department.code,
            desk=desk,
            valid_from=valid_from,
            now=now,
        )
    add_key(system=system, encoded=described.key, now=now)
    _keep_table(system, described.table, now)
    for matter in described.matters or ("",):
        _decide_there(system, matter, valid_from)
    return system


def _demand_speakable(described: Described) -> None:
    if not answers.NAME.fullmatch(described.name):
        raise CannotConnect(f"未登记：“{described.name}”不能作名称。请用小写字母、数字和连字符，最多 40 个。")
    if not described.title.strip() or not described.desks:
        raise CannotConnect("未登记：没有写明系统叫什么，或者在哪些岗位作结论。请补全。")
    if not described.address.startswith("https://") and not (settings.DEMO and described.address.startswith("http://")):
        raise CannotConnect(f"未登记：地址 {described.address} 应以 https:// 开头：其中有个人信息。")
    if described.kind not in adapters.kinds():
        raise CannotConnect(f"未登记：没有名为“{described.kind}”的适配器，只有{'、'.join(adapters.kinds())}。")


def _account(described: Described, now: datetime) -> str:
    made = people_actions.open_account(
        actor=SYSTEM, username=f"system-{described.name}", password=None, name=described.title[:64], now=now
    )
    return f"account:{made.pk}"


def add_key(*, system: System, encoded: bytes, now: datetime) -> str:
    """Let a system sign with a further key; return its name. Raises NotRead, CannotConnect."""
    algorithm, public = x509.public_key_of(encoded)
    name = key_id(public)
    row, _ = SystemKey.objects.get_or_create(
        id=name, defaults={"system": system, "algorithm": algorithm.value, "public_key": public, "added_at": now}
    )
    if row.system_id != system.name or row.ended_at is not None:
        raise CannotConnect("未登记：这把密钥属于另一个系统，或者已经停用。请对方换一把。")
    return name


def end_key(*, system: System, key: str, now: datetime) -> int:
    """Let a key sign nothing any more; what it signed before stays here."""
    return SystemKey.objects.filter(system=system, pk=key, ended_at=None).update(ended_at=now)


def _keep_table(system: System, table: StateTable, now: datetime) -> None:
    states = {word: state.value for word, state in table.states.items()}
    row, _ = SystemStates.objects.get_or_create(
        system=system, version=table.version, defaults={"states": states, "added_at": now}
    )
    if row.states != states:
        raise CannotConnect(f"未登记：状态对照表第 {table.version} 版已有别的内容。请用新的版本号。")


def _decide_there(system: System, matter: str, valid_from: date) -> None:
    standing = SystemMatter.objects.filter(body=system.body, matter=matter, valid_until=None).first()
    if standing is None:
        SystemMatter.objects.create(system=system, body=system.body, matter=matter, valid_from=valid_from)
    elif standing.system_id != system.name:
        raise CannotConnect(
            f"未登记：事项 {matter or '（全部）'} 已在“{standing.system_id}”中办理。请先停止那里的办理。"
        )


def decide_here(*, system: System, matter: str = "", valid_until: date) -> int:
    """Decide a matter here again, from a day on; what was placed stays there. Return whether it was decided there."""
    rows = SystemMatter.objects.filter(system=system, matter=matter, valid_until=None)
    return rows.update(valid_until=valid_until)


# --- cases ------------------------------------------------------------------------------------------------------------


def follow(errand: Errand, now: datetime) -> None:
    """Place what was accepted, and let systems know of what has become of their cases. Run again it does no more."""
    named = errand.stream.removeprefix(casework_storage.stream_of(""))
    placed = {row.case: row for row in PlacedCase.objects.filter(application=named)}
    if not placed and not storage.any_deciding(today=day_of(now)):
        return  # as on every node whose departments decide here
    application = casework_storage.read(named)
    if application is None:
        return
    for case in application.cases:
        row = placed.get(case.index)
        if row is not None:
            _keep_up(row, case, now)
        elif case.here and case.state in UNDER_REVIEW and not case.on_the_spot:
            system = storage.deciding(body=case.body, matter=case.matter, today=day_of(now))
            if system is not None:
                storage.place(application, case, system, now=now)


def _keep_up(row: PlacedCase, case: Case, now: datetime) -> None:
    """A conclusion that came back to its desk is open there too; an end here is one there."""
    if case.state is CaseState.ACCEPTED and row.said in set(FINAL):
        PlacedCase.objects.filter(pk=row.pk).update(said="", by_hand=False)
    if case.ended and row.ended_at is None:
        PlacedCase.objects.filter(pk=row.pk).update(ended_at=case.ended_at)
    storage.want([row.pk], now=now)


@transaction.atomic
def entered(placed: PlacedCase, *, number: str, wanted: int, content: str, now: datetime) -> None:
    """Take over that a system has a case as it was told; that it has it at all is told once, on the case."""
    if placed.told_at is None:
        _note_entered(
            operation=f"systems/entered/{placed.number}",
            actor=SYSTEM,
            application=placed.application,
            placed=placed.number,
            number=number,
            now=now,
        )
    PlacedCase.objects.filter(pk=placed.pk).update(
        told=wanted, content=content, told_at=now, their_number=number, attempts=0, failure="", due_at=now
    )


@action
def _note_entered(
    *, operation: Operation, actor: Actor, application: str, placed: str, number: str, now: datetime
) -> journal.Answer:
    stream, before = open_application(application, operation)
    row = PlacedCase.objects.select_related("system").get(pk=placed)
    answer = {"case": row.case}
    store(
        stream,
        before,
        (CaseEnteredSystem(row.case, row.system_id, row.system.title, number, now),),
        now=now,
        answer=answer,
    )
    return answer


# --- what is told -----------------------------------------------------------------------------------------------------


@transaction.atomic
def take_over(answer: Answer, *, now: datetime) -> AnswerState:
    """Let an answer have its effect, or none at all; a conclusion and what it follows from are one act.

    Raises Refused, and then nothing has happened.
    """
    placed = PlacedCase.objects.select_related("system").get(pk=answer.case)
    said = storage.opened(answer, placed)
    meaning = storage.table(placed.system).meaning(said.state)
    operation, signer = f"systems/{answer.system_id}/{answer.sequence}", _signer(placed.system, now)
    told = _tell(
        operation=operation,
        actor=signer,
        application=placed.application,
        placed=placed.number,
        digest=answer.digest,
        prepared=(said, meaning),
        now=now,
    )
    weight = Weight(told["weight"])
    if weight is Weight.CONCLUDE:
        casework.conclude(
            operation=f"{operation}/conclude",
            actor=signer,
            application=placed.application,
            case=placed.case,
            desk=placed.desk,
            outcome=FINAL[meaning],
            reason=said.reason,
            determined=dict(said.determined),
            seen=said.seen,
            now=now,
        )
    state = AnswerState.NOTHING if weight is Weight.NOTHING else AnswerState.DONE
    Answer.objects.filter(pk=answer.pk).update(state=state, code="", words="")
    return state


@action
def _tell(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    placed: str,
    digest: str,
    prepared: tuple[answers.Said, SystemState],
    now: datetime,
) -> journal.Answer:
    stream, before = open_application(application, operation)
    row = PlacedCase.objects.select_related("system").get(pk=placed)
    case, (said, meaning) = before.case(row.case), prepared
    acceptor = people.names_of({case.kept_from_deciding}).get(case.kept_from_deciding, "")
    weight = systems.weigh(case, storage.known(row), said, meaning, accepted_by=acceptor, now=now)
    answer = {"case": row.case, "weight": weight.value}
    if weight is not Weight.NOTHING:
        _keep_said(row, said, meaning, now)
        store(stream, before, (_told(before, row, said, meaning, digest, now),), now=now, answer=answer)
    return answer


def _told(
    application: Application, row: PlacedCase, said: answers.Said, meaning: SystemState, digest: str, now: datetime
) -> SystemTold:
    return SystemTold(
        case=row.case,
        system=row.system_id,
        title=row.system.title,
        said=meaning,
        number=said.number,
        officer=form.seal_text(said.officer, holder=application.holder),
        words=form.seal_text(said.reason, holder=application.holder),
        certificate=said.certificate.number if said.certificate else "",
        digest=digest,
        said_at=said.at,
        at=now,
    )


def _keep_said(row: PlacedCase, said: answers.Said, meaning: SystemState, now: datetime) -> None:
    kept: dict[str, Any] = {
        "said": meaning.value,
        "said_at": max(said.at, row.said_at or said.at),
        "heard_at": now,
        "their_number": said.number,
        "by_hand": False,
    }
    if said.certificate is not None:
        kept["certificate"] = said.certificate.number
        if said.certificate.file is not None:
            file = said.certificate.file
            kept |= {"file": file.digest, "file_size": file.size, "file_name": file.name, "file_due_at": now}
    PlacedCase.objects.filter(pk=row.pk).update(**kept)


def _signer(system: System, now: datetime) -> Actor:
    """Return the system as it acts at the desk, with the duties that its account has today."""
    account = Account.objects.get(pk=system.account.removeprefix("account:"))
    return people.actor(account, today=day_of(now))


# --- by hand ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def fill_in(
    *,
    operation: str,
    actor: Actor,
    case: str,
    said: SystemState,
    number: str,
    certificate: str,
    reason: str,
    determined: Mapping[str, str],
    why: str,
    seen: str = "",
    now: datetime,
) -> journal.Answer:
    """Write down what somebody at the deciding desk read in the department's system (补录); answers {"case", "said"}.

    `reason` is the department's, `why` says why it is done by hand. A conclusion is then signed by him, under the same
    rules as any other. Raises NotInSystem, ReasonMissing, NotAllowed, and what `casework.conclude` refuses.
    """
    placed = PlacedCase.objects.select_related("system").filter(pk=case).first()
    if placed is None:
        raise NotInSystem(NOT_IN_SYSTEM)
    answer = _fill_in(
        operation=operation,
        actor=actor,
        application=placed.application,
        placed=placed.number,
        said=said,
        number=number.strip(),
        certificate=certificate.strip(),
        reason=reason,
        why=systems.demand_reason(why),
        now=now,
    )
    if answer["concludes"]:
        casework.conclude(
            operation=f"{operation}/conclude",
            actor=actor,
            application=placed.application,
            case=placed.case,
            desk=placed.desk,
            outcome=FINAL[said],
            reason=reason,
            determined=dict(determined),
            seen=seen,
            now=now,
        )
    return {"case": placed.case, "said": said.value}


@action
def _fill_in(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    placed: str,
    said: SystemState,
    number: str,
    certificate: str,
    reason: str,
    why: str,
    now: datetime,
) -> journal.Answer:
    stream, before = open_application(application, operation)
    row = PlacedCase.objects.select_related("system").get(pk=placed)
    subject = before.case(row.case)
    demand(stream, before, actor, "conduct", department=subject.body, desk=subject.deciding_desk)
    concludes = systems.fill_in(before, row.case, said)
    sealed = form.seal_text(why, holder=before.holder)
    assert sealed is not None  # else `demand_reason` had refused
    event = SystemFilledIn(
        case=row.case,
        system=row.system_id,
        title=row.system.title,
        said=said,
        number=number or row.their_number,
        certificate=certificate,
        words=form.seal_text(reason, holder=before.holder),
        reason=sealed,
        by=actor.id,
        at=now,
    )
    kept = {"said": said.value, "said_at": now, "heard_at": now, "by_hand": True, "their_number": event.number}
    PlacedCase.objects.filter(pk=row.pk).update(**kept, certificate=certificate or row.certificate)
    Answer.objects.filter(case=row.pk, state=AnswerState.REFUSED).update(state=AnswerState.SETTLED)
    answer = {"case": row.case, "concludes": concludes}
    store(stream, before, (event,), now=now, answer=answer)
    return answer


def weigh_again(*, actor: Actor, case: str, now: datetime) -> int:
    """Let refused answers about a case be weighed once more: what stood in their way was mended. Return how many.

    Raises NotInSystem, NotAllowed.
    """
    placed = PlacedCase.objects.select_related("system").filter(pk=case).first()
    if placed is None:
        raise NotInSystem(NOT_IN_SYSTEM)
    may(actor, "conduct", department=placed.system.body, desk=placed.desk)
    rows = Answer.objects.filter(case=case, system=placed.system, state=AnswerState.REFUSED).exclude(said="")
    return rows.update(state=AnswerState.WAITING, attempts=0, due_at=now)
