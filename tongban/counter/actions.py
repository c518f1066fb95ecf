"""What is done at a window: a clerk offers help, the applicant allows it, the clerk checks, the applicant signs.

Each help is a stream of its own; what the applicant signs goes through `casework.actions.submit`, as anything handed in
does, with him as the actor. Whether the hall may take the matter in is asked when help begins and again when it is
handed in: of the offers, extensions and agreements that stand on that day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from tongban.casework import actions as casework
from tongban.casework import drafts
from tongban.casework.actions.submit import TakenIn
from tongban.catalogue import queries as catalogue
from tongban.catalogue.queries import Window
from tongban.certificates.wallet import secrets
from tongban.counter import storage
from tongban.domain import assistance as kernel
from tongban.domain.assistance import Assistance, NoSuchAssistance, NotTheApplicant
from tongban.domain.clock import day_of
from tongban.domain.events import Event, IntakeCheck, Way
from tongban.domain.identifiers import DocumentType
from tongban.journal.actions import Answer, LockedStream, Operation, action, append, lock
from tongban.keys import actions as keys
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.ids import uuid7
from tongban.people.permissions import may
from tongban.people.queries import CannotActFor

CODE = "assistance"
"""Of what the ids are that the codes at a window are made from."""


@action
def begin(
    *,
    operation: Operation,
    actor: Actor,
    hall: str,
    bundle: str,
    body: str,
    document_type: DocumentType,
    number: str,
    organisation: str,
    now: datetime,
) -> Answer:
    """Offer help to whose document the clerk sees, for himself or for an organisation; answers {"assistance": id}.

    `body` offers the matter `bundle`; empty for a bundle. Raises NotAllowed, NotTakenInHere, NotInCatalogue,
    NotTheApplicant.
    """
    id = str(uuid7(now=now))
    stream = lock(storage.STREAM + id, operation, create=True)
    stream.acting = actor.signs(may(actor, "take_in", hall=hall))
    window = window_of(hall)
    upon = catalogue.may_take_in(window, bundle=bundle, body=body, today=day_of(now))
    person, holder = _applicant(document_type, number, organisation, now)
    event = kernel.begin(
        hall=hall,
        region=window.region,
        bundle=bundle,
        body=body,
        upon=upon,
        person=person,
        holder=holder,
        key=secrets.key_of_code(secrets.code_of(id, of=CODE)),
        by=actor.id,
        clerk=actor.person,
        at=now,
    )
    return _store(stream, id, None, event, now)


def allow(*, operation: str, actor: Actor, assistance: str, way: Way, now: datetime) -> Answer:
    """Let the clerk fill in one draft; `actor` is the applicant; answers {"assistance": id}.

    Raises NoSuchAssistance, NotTheApplicant, NotAllowed, NotInCatalogue, NotOnline, OnTheSpot.
    """
    version = _version(_read(assistance), now)
    return _allow(operation=operation, actor=actor, assistance=assistance, way=way, prepared=version, now=now)


@action
def _allow(
    *, operation: Operation, actor: Actor, assistance: str, way: Way, prepared: tuple[str, int], now: datetime
) -> Answer:
    stream, before = _open(operation, assistance)
    id = str(uuid7(now=now))
    event = kernel.allow(
        before,
        draft=id,
        person=actor.person,
        holder=actor.party.id if actor.party else "",
        way=way,
        by=actor.id,
        at=now,
    )
    may(actor, "act_for", party=before.holder, matters=[before.bundle] if before.body else [])
    bundle, version = prepared
    draft = drafts.fresh(party=before.holder, account=actor.id, bundle=bundle, version=version, now=now)
    draft.id = id
    draft.save(force_insert=True)
    return _store(stream, assistance, before, event, now)


@action
def refuse(*, operation: Operation, actor: Actor, assistance: str, now: datetime) -> Answer:
    """Refuse the help that a window offers; answers {"assistance": id}. Raises NoSuchAssistance, NotTheApplicant."""
    stream, before = _open(operation, assistance)
    return _store(stream, assistance, before, kernel.refuse(before, person=actor.person, by=actor.id, at=now), now)


@action
def check(
    *,
    operation: Operation,
    actor: Actor,
    assistance: str,
    checked: Collection[IntakeCheck],
    remark: str,
    revision: int,
    now: datetime,
) -> Answer:
    """Record what the clerk found in order of identity and form; answers {"assistance": id}.

    `revision` is that of the draft he looked at; only who began the help has seen the applicant's document. Raises
    NoSuchAssistance, NotAllowed, NotNowAssisted, ReasonMissing.
    """
    stream, before = _open(operation, assistance)
    if before.by != actor.id:
        raise NoSuchAssistance
    stream.acting = actor.signs(may(actor, "take_in", hall=before.hall))
    sealed = keys.seal(person=before.holder, plaintext=remark.strip().encode()) if remark.strip() else None
    event = kernel.check(before, checked=checked, remark=sealed, revision=revision, by=actor.id, at=now)
    return _store(stream, assistance, before, event, now)


def hand_in(
    *,
    operation: str,
    actor: Actor,
    assistance: str,
    way: Way,
    now: datetime,
    seen: int | None,
    incomplete: bool = False,
    confirmed: bool = False,
) -> Answer:
    """The applicant signs what was prepared and hands it in; `actor` is he; answers as `casework.actions.submit`.

    Raises NotNowAssisted, NotTheApplicant, NotChecked, NotTakenInHere, NotAllowed, and what `submit` refuses.
    """
    found = _read(assistance)
    if found.signed_at is None:
        party = actor.party.id if actor.party else ""
        revision = drafts.open_draft(found.draft, actor=actor).revision
        checked = kernel.demand_signable(
            found, person=actor.person, holder=party, revision=revision, by=actor.id, at=now
        )
        window = Window(found.hall, found.region)
        upon = catalogue.may_take_in(window, bundle=found.bundle, body=found.body, today=day_of(now))
        taken = TakenIn(found.hall, found.region, upon, checked.checked, checked.remark, assistance, found.by)
    else:
        taken = None  # a repeat: submit has its first answer
    answer = casework.submit(
        operation=operation,
        actor=actor,
        draft=found.draft,
        now=now,
        seen=seen,
        incomplete=incomplete,
        confirmed=confirmed,
        taken_in=taken,
    )
    _signed(operation=f"signed/{assistance}", actor=actor, assistance=assistance, way=way, now=now)
    return answer


@action
def _signed(*, operation: Operation, actor: Actor, assistance: str, way: Way, now: datetime) -> Answer:
    stream, before = _open(operation, assistance)
    event = kernel.sign(before, way=way, by=actor.id, at=now)
    return _store(stream, assistance, before, event, now)


@action
def end(*, operation: Operation, actor: Actor, assistance: str, now: datetime) -> Answer:
    """End it before anything is handed in: the clerk who helps, or the applicant; answers {"assistance": id}.

    Raises NoSuchAssistance, NotTheApplicant, NotNowAssisted.
    """
    stream, before = _open(operation, assistance)
    if actor.id != before.by and actor.person != before.person:
        raise NotTheApplicant("未结束：这次帮办与您无关。请由申请人或发起的窗口人员结束。")
    return _store(stream, assistance, before, kernel.end(before, by=actor.id, at=now), now)


def find(code: str) -> str:
    """Return the id of the help that a code names, whatever its state. Raises NoSuchAssistance."""
    id = storage.of_key(secrets.key_of_code(code))
    if id is None:
        raise NoSuchAssistance
    return id


def window_of(hall: str) -> Window:
    """Return a hall with the division in which it lies."""
    found = people.hall(code=hall)
    return Window(hall, found.region if found else "")


def _applicant(document_type: DocumentType, number: str, organisation: str, now: datetime) -> tuple[str, str]:
    """Return who stands there, and for whom he applies. Raises NotTheApplicant."""
    account = people.account_by_document(document_type=document_type, number=number)
    if account is None or account.person is None:
        raise NotTheApplicant(
            "未发起：没有用这个证件登记的账户。请核对证件类型和号码，或先为申请人办理登记。", field="number"
        )
    person: str = account.person.key
    if not organisation:
        return person, person
    try:
        people.actor(account, acting_for=organisation, today=day_of(now))
    except CannotActFor:
        raise NotTheApplicant(
            "未发起：该申请人今天没有代表这个单位的有效授权。请核对统一社会信用代码，或请法定代表人先授权。",
            field="organisation",
        ) from None
    return person, organisation


def _version(found: Assistance, now: datetime) -> tuple[str, int]:
    """Return code and version of the bundle that the draft begins with."""
    if found.body:
        return drafts.offered_alone(found.bundle, by=found.body, now=now, at_window=True)
    current = catalogue.latest(found.bundle)
    return current.code, current.version


def _open(operation: Operation, assistance: str) -> tuple[LockedStream, Assistance]:
    stream = lock(storage.STREAM + assistance, operation)
    return stream, _read(assistance)


def _read(assistance: str) -> Assistance:
    found = storage.read(assistance)
    if found is None:
        raise NoSuchAssistance
    return found


def _store(stream: LockedStream, id: str, before: Assistance | None, event: Event, now: datetime) -> Answer:
    storage.write(id, kernel.apply(before, event))
    answer = {"assistance": id}
    append(stream, [event], at=now, answer=answer)
    return answer
