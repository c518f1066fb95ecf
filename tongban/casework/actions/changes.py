"""What an applicant changes after submission: data of the form, a certificate in the place of one that will not come.

Files are kept before the transaction: nobody's lock waits for an upload. What has no effect leaves a file behind, which
only its own party can read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO

from tongban.casework import form, storage, supplies
from tongban.casework.actions.beats import (
    ask_elsewhere,
    asking,
    by_rule,
    catalogue_of,
    open_application,
    rules_of,
    store,
)
from tongban.catalogue import calendars
from tongban.certificates import queries as certificates
from tongban.domain import changes, elements, intake
from tongban.domain.acts import NotNow
from tongban.domain.application import Application
from tongban.domain.catalogue import Catalogue
from tongban.domain.changes import Reach
from tongban.domain.clock import day_of
from tongban.domain.events import AskedAct, ConclusionReturned, ConfirmationsAsked, Event, FormChanged, SupplyCause
from tongban.domain.forwarding import by_node
from tongban.domain.materials import Basis, Supply, SupplySource, place
from tongban.domain.refused import Refused
from tongban.files import actions as stored
from tongban.journal.actions import Answer, NoSuchStream, Operation, action
from tongban.people.actor import Actor
from tongban.people.permissions import may


class NotInTheForm(Refused):
    """A data element or material that this application does not ask for, or that does not change any more."""

    code = "not_in_the_form"


@dataclass(frozen=True, slots=True)
class File:
    """One file as it comes in."""

    name: str
    stream: BinaryIO
    size: int


def own(application: str, actor: Actor) -> Application:
    """Return an application of the party the actor acts for. Raises NoSuchStream, NotAllowed."""
    found = storage.read(application)
    if found is None:
        raise NoSuchStream("没有找到这件申请。请核对申请编号。")
    may(actor, "act_for", party=found.holder)
    return found


def keep(
    application: Application, files: Mapping[str, File], *, among: Collection[str], now: datetime
) -> dict[str, str]:
    """Keep files under the application's holder; return their digests by place. Raises NotInTheForm."""
    if other := sorted(set(files).difference(among)):
        raise NotInTheForm("未提交：现在不需要提交这份材料。请刷新页面，核对材料清单。", field=other[0])
    kept = {}
    for code, file in files.items():
        try:
            one = stored.store(
                party=application.holder, name=file.name, stream=file.stream, size_hint=file.size, now=now
            )
        except Refused as refused:
            refused.field = code
            raise
        kept[code] = one.digest
    return kept


def uploads(catalogue: Catalogue, application: Application, files: Mapping[str, str]) -> tuple[Supply, ...]:
    """Return files, by the place of their material, as supplies."""
    places = supplies.places(catalogue, application, application.cases)
    return tuple(
        Supply(code, supplies.subject_of(catalogue, code), SupplySource.UPLOAD, digest, Basis.GIVEN, subject)
        for where, digest in files.items()
        for code, subject in [places.get(where, (where, ""))]
    )


# --- data elements ----------------------------------------------------------------------------------------------------


def changed(
    before: Application,
    catalogue: Catalogue,
    given: Mapping[str, str],
    *,
    cause: SupplyCause,
    by: str,
    now: datetime,
) -> tuple[Event, ...]:
    """Return what follows from giving data elements these values; nothing where none becomes another.

    Raises NotInTheForm, InvalidElement, FormIncomplete, NotNow.
    """
    if not given:
        return ()
    filled = form.unseal(before.form)
    new = _values(before, catalogue, filled, given, day_of(now))
    if not new:
        return ()
    after = replace(filled, values={**filled.values, **new})
    return changes.change(
        before,
        sorted(new),
        form=form.seal(after, holder=before.holder),
        participants=before.participants,
        asks=_asks(before, catalogue),
        contents=form.contents(catalogue, before, after),
        cause=cause,
        rules=rules_of(before),
        calendar=calendars.load(),
        by=by,
        at=now,
    )


def _values(
    before: Application, catalogue: Catalogue, filled: form.Form, given: Mapping[str, str], today: date
) -> dict[str, str]:
    """Return the values that differ from what stands."""
    allowed = form.changeable(catalogue, before.cases)
    found = {}
    for code, text in given.items():
        if code not in allowed or code in filled.recorded:
            raise NotInTheForm("未更改：这项内容不能更改，或者不属于这件申请。请刷新页面核对。", field=code)
        element = catalogue.elements[code]
        value = elements.check(element, text, today=today)
        if value != filled.values.get(code, ""):
            if element.required and not value:
                raise elements.FormIncomplete((element,))
            found[code] = value
    return found


def _asks(application: Application, catalogue: Catalogue) -> dict[int, tuple[str, ...]]:
    return {case.index: catalogue.standards[case.matter].elements for case in application.cases}


def reach(application: Application, catalogue: Catalogue, given: Mapping[str, str], *, today: date) -> Reach:
    """Return what giving data elements these values would touch, without doing it. Raises as `changed` does."""
    filled = form.unseal(application.form)
    new = _values(application, catalogue, filled, given, today)
    contents = form.contents(catalogue, application, replace(filled, values={**filled.values, **new}))
    return changes.reach(application, new, asks=_asks(application, catalogue), contents=contents)


@action
def change(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    values: dict[str, str],
    now: datetime,
    arrived: datetime | None = None,
) -> Answer:
    """Change data after submission; answers {"cases": reached, "returned": [indexes]}, and {"to": node} where another
    node has those cases: then it says later what became of it.

    What a notice demanded of them is answered by it. Raises NotNow, NotInTheForm, InvalidElement, FormIncomplete,
    NotAllowed.
    """
    stream, before = open_application(application, operation)
    may(actor, "act_for", party=before.holder)
    events = changed(before, catalogue_of(before), values, cause=SupplyCause.CHANGE, by=actor.id, now=now)
    if not events:
        raise NotNow("未更改：没有改动任何填报内容。请改动后再提交。")
    moved = next(event for event in events if isinstance(event, FormChanged))
    reached = {*moved.cases, *(index for index, _ in moved.contents)}
    may(actor, "act_for", party=before.holder, matters=[before.case(index).matter for index in sorted(reached)])
    demand_signed_here(before, events, arrived)
    nothing: Answer = {"cases": [], "returned": []}
    said = {"values": values}
    asked = ask_elsewhere(stream, before, AskedAct.CHANGE, reached, said=said, answer=nothing, now=now)
    if asked is not None:
        return asked
    on = day_of(arrived) if arrived else None
    events = intake.with_answers(before, events, by=actor.id, calendar=calendars.load(), at=now, arrived_on=on)
    answer = {
        "cases": list(moved.cases),
        "returned": [event.case for event in events if isinstance(event, ConclusionReturned)],
    }
    store(stream, before, events, now=now, answer=answer, actors=by_rule(stream, events))
    return answer


def demand_signed_here(before: Application, changed: Iterable[Event], arrived: datetime | None) -> None:
    """Refuse a change upon which co-applicants sign anew, where others have the cases: they sign where it was handed
    in. Raises NotNow.
    """
    signed = {index for event in changed if isinstance(event, ConfirmationsAsked) for index in event.cases}
    if signed and (arrived is not None or not all(before.case(index).here for index in signed)):
        raise NotNow(
            "未更改：改动后共同申请人须重新签名，而办件已移交其他地区，不能在那里签名。"
            "请撤回相关办件，按改动后的内容重新申请；属于补正的，可以用文字说明。"
        )


# --- a certificate in the place of another ----------------------------------------------------------------------------


def supply_in_place(
    *, operation: str, actor: Actor, application: str, files: Mapping[str, File], held: Collection[str], now: datetime
) -> Answer:
    """Give what stands in the place of certificates that other cases were to yield and will not, and of those that
    do not count any more; answers {"materials"}, and {"to": nodes, with commas} where others have cases that wait for
    them.

    `held` names types of which the applicant holds one already. Raises NotNow, NotInTheForm, NotAllowed.
    """
    before = own(application, actor)
    catalogue = catalogue_of(before)
    kept = keep(before, files, among=_in_place(before, catalogue), now=now)
    shown = in_wallet(before, catalogue, today=day_of(now))
    found = tuple(
        Supply(code, supplies.subject_of(catalogue, code), SupplySource.CERTIFICATE, shown[code], Basis.DUTY)
        for code in dict.fromkeys(held)
        if code in shown
    )
    return _supply_in_place(
        operation=operation,
        actor=actor,
        application=application,
        asked=[kept, sorted(held)],
        prepared=(*uploads(catalogue, before, kept), *found),
        files=kept,
        arrived=None,
        now=now,
    )


def replace_with(
    *, operation: str, actor: Actor, application: str, files: Mapping[str, str], now: datetime, arrived: datetime
) -> Answer:
    """`supply_in_place` with files that this node has or fetches, where the applicant gave them at another node."""
    before = own(application, actor)
    given = uploads(catalogue_of(before), before, files)
    return _supply_in_place(
        operation=operation,
        actor=actor,
        application=application,
        asked=[dict(files), []],
        prepared=given,
        files=files,
        arrived=arrived,
        now=now,
    )


def _in_place(application: Application, catalogue: Catalogue) -> set[str]:
    """Return where files may stand in the place of certificates that do not come, or count no more."""
    doubted = {
        place(doubt.material, supplies.subject_in(catalogue, case, doubt.material))
        for case in application.cases
        for doubt in case.doubts
    }
    return {case.yields for case in application.cases} | doubted


@action
def _supply_in_place(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    asked: list[object],
    prepared: tuple[Supply, ...],
    files: Mapping[str, str],
    arrived: datetime | None,
    now: datetime,
) -> Answer:
    stream, before = open_application(application, operation)
    given = {one.material for one in prepared}
    helped = [case for case in before.cases if given.intersection(changes.lost(before, case))]
    may(actor, "act_for", party=before.holder, matters=[case.matter for case in helped])
    events = changes.in_place(before, prepared, by=actor.id, at=now)
    nodes = by_node(before, [case.index for case in helped])
    here = nodes.pop("", [])
    if arrived is not None:
        nodes = {}  # the node where he applied asks the others itself
    if nodes and len(files) < len(prepared):
        raise NotNow("未提交：等这份证照的办件由其他地区办理，看不到这里钱包中的证照。请上传这份证照的文件。")
    answer: Answer = {"materials": sorted(given) if here or not nodes else []}
    asks = [
        asking(stream, before, AskedAct.REPLACE, cases, to=node, said={}, files=files, now=now)
        for node, cases in nodes.items()
    ]
    if nodes:
        answer["to"] = ",".join(nodes)
    if here or not nodes:
        on = day_of(arrived) if arrived else None
        events = intake.with_answers(before, events, by=actor.id, calendar=calendars.load(), at=now, arrived_on=on)
    else:
        events = ()
    store(stream, before, [*events, *asks], now=now, answer=answer, actors=by_rule(stream, [*events, *asks]))
    return answer


def lost(application: Application) -> tuple[str, ...]:
    """Return the certificates that open cases await and that will not come, each once."""
    return tuple(dict.fromkeys(code for case in application.cases for code in changes.lost(application, case)))


def in_wallet(application: Application, catalogue: Catalogue, *, today: date) -> dict[str, str]:
    """Return those of the lost certificates that a participant holds for the same subject. One statement at most.

    Nothing of what cases of another node wait for: that one does not see into the wallets of this node.
    """
    elsewhere = {code for case in application.cases if not case.here for code in changes.lost(application, case)}
    wanted = [code for code in lost(application) if code in catalogue.certificate_types and code not in elsewhere]
    if not wanted:
        return {}
    ids = {participant.role: participant.id for participant in application.participants}
    found = certificates.held(holders=list(ids.values()), subjects=list(ids.values()), types=wanted, today=today)
    return {
        code: found[code, ids[about]]
        for code in wanted
        if (about := catalogue.certificate_types[code].about) in ids and (code, ids[about]) in found
    }
