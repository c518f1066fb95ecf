"""What is done with copies of other nodes' catalogues: kept as they were said, each version under its own number.

A copy passes what any publication must pass: its conditions can be judged, it does not contradict itself, the matter is
kept by who says so. What is here under the same number stays; what says something else is refused, and so nobody
changes here what was said before.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.catalogue import code_tables, entries, models, storage
from tongban.catalogue.actions.coherent import demand_at_home
from tongban.catalogue.actions.departures import keep_departure
from tongban.catalogue.actions.judgeable import demand_judgeable
from tongban.catalogue.actions.ownership import demand_keeper
from tongban.catalogue.actions.publish import NoStandard, told_at_once
from tongban.catalogue.actions.told import ToldOtherwise
from tongban.catalogue.copies import DESCRIPTIONS, KINDS, Copy, Kind
from tongban.catalogue.storage import Observed
from tongban.domain import consistency
from tongban.domain.catalogue import Delegation, Implementation, Standard, demand_steps
from tongban.domain.codec import to_plain
from tongban.domain.events import DepartureClosed, DepartureOpened
from tongban.domain.offers import Offer, Reform
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.people.actor import Actor
from tongban.people.permissions import may


@action
def keep_copy(*, operation: Operation, actor: Actor, copy: Copy, now: datetime) -> Answer:
    """Keep a version as another node has it; answers whether it is new here.

    Raises NotAllowed, ToldOtherwise, NoStandard, KeptByAnother, BadExpression, Contradicts, BodyElsewhere.
    """
    stream = lock(storage.STREAM, operation, create=True)
    kind = KINDS[copy.kind]
    _permit(actor, copy, kind)
    if _is_here(copy, kind):
        append(stream, [], at=now, answer={"new": False})
        return {"new": False}
    _demand_sound(copy, now)
    happened = kind.happened(copy)
    if isinstance(copy.value, Standard):
        storage.write_matters(told_at_once([copy.value], today=storage.day_of(now)))
    storage.write_versions({happened: kind.written(copy.value)})
    departures: list[DepartureOpened | DepartureClosed] = []
    if isinstance(copy.value, Implementation):
        departures = keep_departure(copy.value, version=copy.version, article=copy.departs_by, at=copy.at)
    if isinstance(copy.value, Standard | Implementation | Offer):
        entries.write([copy.value.matter], today=storage.day_of(now))
    # It happened elsewhere: the node that says so tells the others itself.
    append(stream, [happened, *departures], at=now, answer={"new": True}, elsewhere=1)
    return {"new": True}


@action
def keep_description(*, operation: Operation, actor: Actor, kind: str, value: Any, now: datetime) -> Answer:
    """Keep what another node describes and what is unknown here; answers whether it was. Raises ToldOtherwise."""
    stream = lock(storage.STREAM, operation, create=True)
    may(actor, "propose_standard")
    model, value_kind = DESCRIPTIONS[kind]
    known = model.objects.filter(code=value.code).first()
    if known is not None and known.body != to_plain(value, value_kind):
        raise ToldOtherwise(
            f"未接收：“{value.name}”（{value.code}）在本节点是另一种写法。请双方核对；写法须不同的，请另编一个代码。"
        )
    if known is None:
        storage.write_descriptions(*([value] if kind == each else [] for each in DESCRIPTIONS))
    answer = {"new": known is None}
    append(stream, [], at=now, answer=answer)
    return answer


# --- Whose word, and known already ------------------------------------------------------------------------------------


def _permit(actor: Actor, copy: Copy, kind: Kind) -> None:
    region = kind.region(copy.value)
    if region:
        may(actor, "keep_standards", region=region)
    else:
        may(actor, "propose_standard")
    if isinstance(copy.value, Implementation | Observed):
        # What a body of another region said of a matter is not replaced by naming one's own region beside it.
        for other in _rows(copy, kind).values_list("region", flat=True).distinct():
            may(actor, "keep_standards", region=other)


def _is_here(copy: Copy, kind: Kind) -> bool:
    known = dict(_rows(copy, kind).values_list("version", "digest"))
    if known.get(copy.version, copy.digest) != copy.digest:
        raise ToldOtherwise(
            f"未接收：“{' '.join(kind.key_of(copy.value))}”第 {copy.version} 版在本节点是另一内容。"
            "请对方另提一版后重新发送。"
        )
    owned = isinstance(copy.value, Standard) and copy.value.owner
    if owned and copy.version not in known and copy.version < max(known, default=0):
        raise ToldOtherwise(f"未接收：事项 {copy.value.matter} 的标准已有更新的版本，不能再补第 {copy.version} 版。")
    return copy.version in known


def _rows(copy: Copy, kind: Kind) -> Any:
    return kind.model._default_manager.filter(**dict(zip(kind.columns, kind.key_of(copy.value), strict=True)))


# --- Sound ------------------------------------------------------------------------------------------------------------


def _demand_sound(copy: Copy, now: datetime) -> None:
    match copy.value:
        case Standard() as standard:
            demand_keeper([standard])
            demand_judgeable([standard], [], [])
            consistency.demand(consistency.check(standard=standard, themes_for=code_tables.served_by_theme()))
        case Implementation() as implementation:
            demand_judgeable([], [implementation], [])
            demand_at_home([implementation])
            demand_steps(implementation)
            followed = _followed(copy, implementation)
            consistency.demand(consistency.check(standard=followed, implementation=implementation))
        case Observed() as seen:
            demand_at_home([seen])
            _demand_standard(seen.matter)
        case Offer() | Reform() | Delegation() as other:
            _demand_standard(other.matter)


def _followed(copy: Copy, implementation: Implementation) -> Standard:
    row = models.Standard.objects.filter(
        matter=implementation.matter, version=implementation.standard_version, digest=copy.follows
    ).first()
    if row is None:
        raise NoStandard(
            f"未接收：{implementation.body} 的实施清单所依据的事项 {implementation.matter} "
            f"第 {implementation.standard_version} 版标准不在本节点，或内容不同。请先发送该标准。"
        )
    return storage.read_standard(row)


def _demand_standard(matter: str) -> None:
    if not models.Standard.objects.filter(matter=matter).exists():
        raise NoStandard(f"未接收：事项 {matter} 在本节点没有标准。请先发送该标准。")
