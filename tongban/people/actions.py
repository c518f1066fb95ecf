"""What is done about people: register, open an account, grant and revoke a mandate, appoint, name a stand-in.

Every number is checked by its standard before anything is stored; every "no" is one sentence and stores nothing. Each
act is journalled once for its operation id: on the stream of the person, the organisation or the account.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from tongban.domain import identifiers, mandates, standins
from tongban.domain.events import DutyGiven, OrganisationRegistered, PersonRegistered
from tongban.domain.identifiers import DocumentType
from tongban.domain.refused import Refused
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.keys import actions as keys
from tongban.people import storage
from tongban.people.actor import Actor
from tongban.people.ids import of_index, uuid7
from tongban.people.models import Account, Desk, Mandate, Organisation, Person, StandIn
from tongban.people.permissions import may
from tongban.people.queries import number_index
from tongban.people.roles import Role


class AlreadyRegistered(Refused):
    code = "already_registered"


class NotRegistered(Refused):
    code = "not_registered"


class WeakPassword(Refused):
    """A password that is easily guessed."""

    code = "weak_password"


class InvalidDuty(Refused):
    code = "invalid_duty"


@action
def register_person(
    *,
    operation: Operation,
    actor: Actor,
    document_type: DocumentType,
    number: str,
    name: str,
    phone: str,
    now: datetime,
) -> Answer:
    """Enter a person by one identity document; answers {"person": "person:<id>"}.

    Raises NotAllowed, InvalidIdentifier, AlreadyRegistered, NotRegistered.
    """
    person = _id_of(document_type, number, now)
    stream = lock(person, operation, create=True)
    may(actor, "register")
    number = identifiers.check(document_type, number, today=localdate(now))
    index = number_index(document_type, number)
    _demand_name(name, "姓名")
    if Person.objects.filter(document_type=document_type.value, number_index=index).exists():
        raise AlreadyRegistered("未能登记：这个证件号码已经登记过。请查找已有的人员。", field="number")
    values = [(person, text.strip().encode()) for text in (number, name, phone)]
    number_seal, name_seal, phone_seal = keys.seal_many(values)
    event = PersonRegistered(person, document_type.value, number_seal, name_seal, phone_seal, now)
    storage.write_person(event, index)
    answer = {"person": person}
    append(stream, [event], at=now, answer=answer)
    return answer


def _id_of(document_type: DocumentType, number: str, now: datetime) -> str:
    """Return the id that an organisation's list may have named already; that of a wrong number is never used."""
    try:
        checked = identifiers.check(document_type, number, today=localdate(now))
    except identifiers.InvalidIdentifier:
        return f"person:{uuid7(now=now)}"
    return f"person:{of_index(number_index(document_type, checked))}"


@action
def register_organisation(
    *,
    operation: Operation,
    actor: Actor,
    uscc: str,
    name: str,
    region: str,
    legal_representative: str,
    now: datetime,
) -> Answer:
    """Enter a body; `legal_representative` is `person:<id>`; answers {"organisation": "org:<uscc>"}.

    Raises NotAllowed, InvalidIdentifier, AlreadyRegistered, NotRegistered.
    """
    uscc = identifiers.check(DocumentType.USCC, uscc, today=localdate(now))
    stream = lock(f"org:{uscc}", operation, create=True)
    may(actor, "register")
    _demand_name(name, "单位名称")
    _person(legal_representative)
    if Organisation.objects.filter(pk=uscc).exists():
        raise AlreadyRegistered(f"未能登记：统一社会信用代码 {uscc} 已经登记过。请查找已有的单位。", field="uscc")
    event = OrganisationRegistered(uscc, name.strip(), region, legal_representative, now)
    storage.write_organisation(event)
    answer = {"organisation": f"org:{uscc}"}
    append(stream, [event], at=now, answer=answer)
    return answer


@action
def grant_mandate(
    *,
    operation: Operation,
    actor: Actor,
    organisation: str,
    agent: str,
    matters: Collection[str],
    valid_from: date,
    valid_until: date,
    now: datetime,
) -> Answer:
    """Let `agent` (`person:<id>`) act for `organisation` (`org:<uscc>`) in these matters, none meaning all.

    `valid_until` is the first day that no longer counts. Answers {"mandate": id}. Raises NotAllowed, InvalidMandate,
    NotRegistered.
    """
    stream = lock(organisation, operation)
    body = storage.read_organisation(organisation)
    may(actor, "grant_mandate", representative=body.legal_representative)
    _person(agent)
    event = mandates.grant(
        body,
        mandate=str(uuid7(now=now)),
        agent=agent,
        matters=matters,
        valid_from=valid_from,
        valid_until=valid_until,
        by=actor.person,
        at=now,
        today=localdate(now),
    )
    storage.write_mandate(body.uscc, event)
    answer = {"mandate": event.mandate}
    append(stream, [event], at=now, answer=answer)
    return answer


@action
def revoke_mandate(*, operation: Operation, actor: Actor, organisation: str, mandate: str, now: datetime) -> Answer:
    """End a mandate at once; answers {"mandate": id}. Raises NotAllowed, InvalidMandate."""
    stream = lock(organisation, operation)
    body = storage.read_organisation(organisation)
    may(actor, "revoke_mandate", representative=body.legal_representative)
    event = mandates.revoke(body, mandate=mandate, by=actor.person, at=now)
    Mandate.objects.filter(pk=mandate).update(revoked_at=now)
    answer = {"mandate": mandate}
    append(stream, [event], at=now, answer=answer)
    return answer


@transaction.atomic
def open_account(
    *, actor: Actor, username: str, password: str | None, person: str = "", name: str = "", now: datetime
) -> Account:
    """Let a person, or somebody on duty known by name only, sign in. Without a password nobody signs in by one.

    Raises NotAllowed, AlreadyRegistered, NotRegistered, WeakPassword. An account is a means of signing in and is not
    journalled.
    """
    may(actor, "register")
    owner = _person(person) if person else None
    if owner is None:
        _demand_name(name, "工作人员姓名")
    if Account.objects.filter(username=username).exists():
        raise AlreadyRegistered(f"账户未开立：用户名“{username}”已被使用。请换一个用户名。", field="username")
    if owner is not None and Account.objects.filter(person=owner).exists():
        raise AlreadyRegistered("账户未开立：此人已有账户，一人一个账户。请用已有的账户登录。", field="username")
    _demand_strong(password, username)
    return Account.objects.create_account(
        id=uuid7(now=now), username=username, password=password, person=owner, name="" if owner else name.strip()
    )


@action
def appoint(
    *,
    operation: Operation,
    actor: Actor,
    account: str,
    role: Role,
    region: str,
    hall: str = "",
    department: str = "",
    desk: str = "",
    valid_from: date,
    valid_until: date | None = None,
    now: datetime,
) -> Answer:
    """Give an account (`account:<id>`) a duty at a hall, department, desk (their codes). Answers {"account": …}.

    Raises NotAllowed, InvalidDuty.
    """
    stream = lock(account, operation, create=True)
    may(actor, "administer", region=region)
    found = Desk.objects.filter(department=department, code=desk).first() if desk else None
    _check_duty(role, hall, department, desk, found)
    event = DutyGiven(role.value, region, hall, department, desk, valid_from, valid_until, now)
    storage.write_duty(account, event, found)
    answer = {"account": account}
    append(stream, [event], at=now, answer=answer)
    return answer


@action
def name_stand_in(
    *,
    operation: Operation,
    actor: Actor,
    absent: str,
    account: str,
    valid_from: date,
    valid_until: date,
    now: datetime,
) -> Answer:
    """Let `account` do the duties of `absent` (both `account:<id>`) for a while; answers {"stand_in": id}.

    `valid_until` is the first day that no longer counts. Raises NotAllowed, InvalidStandIn, NoSuchStream.
    """
    # Both streams are locked, in this order everywhere: who is named may be leaving himself at this moment.
    streams = {one: lock(one, operation) for one in sorted({absent, account})}
    post = storage.read_post(absent)
    _demand_arranger(actor, absent, post)
    event = standins.name(
        post,
        stand_in=str(uuid7(now=now)),
        absent=absent,
        account=account,
        theirs=storage.read_post(account),
        elsewhere=storage.standing_in(absent),
        valid_from=valid_from,
        valid_until=valid_until,
        by=actor.id,
        at=now,
        today=localdate(now),
    )
    storage.write_stand_in(absent, event)
    answer = {"stand_in": event.stand_in}
    append(streams[absent], [event], at=now, answer=answer)
    return answer


@action
def end_stand_in(*, operation: Operation, actor: Actor, absent: str, stand_in: str, now: datetime) -> Answer:
    """End a stand-in at once; answers {"stand_in": id}. Raises NotAllowed, InvalidStandIn, NoSuchStream."""
    stream = lock(absent, operation)
    post = storage.read_post(absent)
    _demand_arranger(actor, absent, post)
    event = standins.end(post, stand_in=stand_in, by=actor.id, at=now, today=localdate(now))
    StandIn.objects.filter(pk=stand_in).update(ended_at=now)
    answer = {"stand_in": stand_in}
    append(stream, [event], at=now, answer=answer)
    return answer


def _demand_arranger(actor: Actor, absent: str, post: standins.Post) -> None:
    may(
        actor,
        "name_stand_in",
        absent=absent,
        regions={duty.region for duty in post.duties if duty.role in standins.ROLES},
    )


def _check_duty(role: Role, hall: str, department: str, desk: str, found: Desk | None) -> None:
    if role is Role.CLERK and not hall and not department:
        raise InvalidDuty("职责未生效：窗口人员要有所在的大厅或部门。请选择其一。", field="hall")
    if role is Role.REVIEWER and not desk:
        raise InvalidDuty("职责未生效：审查人员要有部门和岗位。请选择部门和岗位。", field="desk")
    if desk and found is None:
        raise InvalidDuty(f"职责未生效：岗位“{desk}”不属于所选部门。请选择该部门的岗位。", field="desk")


def _demand_strong(password: str | None, username: str) -> None:
    if password is None:
        return
    try:
        validate_password(password, Account(username=username))
    except ValidationError as weak:
        raise WeakPassword(f"账户未开立：{' '.join(weak.messages)}请换一个密码。", field="password") from weak


def _person(key: str) -> Person:
    found = Person.objects.filter(pk=key.removeprefix("person:")).first()
    if found is None:
        raise NotRegistered("未办理：没有这个人的登记。请先到窗口登记。", field="number")
    return found


def _demand_name(name: str, what: str) -> None:
    if not name.strip():
        raise NotRegistered(f"未办理：{what}是空的。请按证件填写{what}。", field="name")
