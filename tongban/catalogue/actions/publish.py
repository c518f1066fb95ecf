"""What is published: standards, implementations, offers, extended halls, reform modes; and what is observed.

What is there already stays as it is; what differs becomes a new version. A standard that a region keeps alone is in
force at once; a joint one is only proposed, and comes into force when a batch is signed by all (`batches`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any

from tongban.catalogue import body, entries, here, models, storage
from tongban.catalogue.actions.coherent import demand_at_home, demand_coherent
from tongban.catalogue.actions.departures import Moved, settle
from tongban.catalogue.actions.judgeable import demand_judgeable
from tongban.catalogue.actions.ownership import demand_keeper, demand_unrelied
from tongban.catalogue.body import Body
from tongban.catalogue.changes import Changes
from tongban.catalogue.storage import Latest, Observed, Written
from tongban.domain.catalogue import (
    CertificateType,
    DataElement,
    Implementation,
    Material,
    Standard,
    demand_steps,
)
from tongban.domain.codec import to_plain
from tongban.domain.events import (
    DepartureOpened,
    ExtensionRecorded,
    ImplementationPutInForce,
    ObservationTaken,
    OfferRecorded,
    ReformRecorded,
    StandardProposed,
    StandardPutInForce,
)
from tongban.domain.offers import Extension, Offer, Reform
from tongban.domain.refused import Refused
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.people.actor import SYSTEM, Actor
from tongban.people.permissions import may


class NoStandard(Refused):
    """An implementation, offer, reform or observation of a matter that has no standard."""

    code = "no_standard"


class GivenTwice(Refused):
    """The same thing stands twice in what is published together: which of both counts nobody could tell."""

    code = "given_twice"


@dataclass(frozen=True)
class Holdings:
    """What is published together. It is told apart by the digest of what it says."""

    standards: tuple[Standard, ...] = ()
    implementations: tuple[Implementation, ...] = ()
    materials: tuple[Material, ...] = ()
    certificate_types: tuple[CertificateType, ...] = ()
    elements: tuple[DataElement, ...] = ()
    offers: tuple[Offer, ...] = ()
    extensions: tuple[Extension, ...] = ()
    reforms: tuple[Reform, ...] = ()

    @cached_property
    def digest(self) -> str:
        plain: Body = to_plain(self, Holdings)
        return body.digest(plain)

    def __repr__(self) -> str:
        return self.digest


@action
def publish(
    *, operation: Operation, actor: Actor, holdings: Holdings, now: datetime, change_of_law: str = ""
) -> Answer:
    """Write down what is new or has changed; answers how many new versions of what.

    `change_of_law` names the article that overrides a joint standard where implementations depart from it. Raises
    NotAllowed, KeptByAnother, NoStandard, GivenTwice, BadExpression, BodyElsewhere, Contradicts,
    DescriptionInUse, DepartsFromStandard, NoArticle.
    """
    stream = lock(storage.STREAM, operation, create=True)
    _permit(actor, holdings)
    _demand_once(_keys(holdings))
    demand_keeper(holdings.standards)
    demand_judgeable(holdings.standards, holdings.implementations, holdings.elements)
    demand_at_home(holdings.implementations)
    for implementation in holdings.implementations:
        demand_steps(implementation)
    if actor != SYSTEM:
        demand_unrelied(holdings.materials, holdings.certificate_types, holdings.elements, today=storage.day_of(now))
    changes = Changes(now)
    versions = _put_standards(changes, holdings.standards)
    versions |= _known_versions(holdings, versions)
    demand_coherent(holdings.standards, holdings.implementations, today=storage.day_of(now))
    versions |= storage.joint_versions(versions, today=storage.day_of(now))
    published = _put_implementations(changes, holdings.implementations, versions)
    _put_offers(changes, holdings.offers)
    _put_extensions(changes, holdings.extensions)
    _put_reforms(changes, holdings.reforms)
    _write(changes, holdings)
    departures = settle(published, change_of_law=change_of_law, now=now)
    happened = [*changes.bodies, *departures]
    answer = _counts(happened)
    append(stream, happened, at=now, answer=answer)
    return answer


@dataclass(frozen=True)
class Observations:
    """What was observed together."""

    seen: tuple[Observed, ...]

    def __repr__(self) -> str:
        return body.digest({"seen": [to_plain(each, Observed) for each in self.seen]})


@action
def observe(*, operation: Operation, actor: Actor, observations: Observations, now: datetime) -> Answer:
    """Write down what the own systems of bodies show; answers how many differ from what they showed before.

    Raises NotAllowed, NoStandard, GivenTwice, BodyElsewhere.
    """
    stream = lock(storage.STREAM, operation, create=True)
    _permit_steward(actor)
    _permit_regions(actor, (each.region for each in observations.seen))
    _permit_regions(actor, _known_regions(actor, models.Observation, observations.seen))
    _demand_once((each.matter, each.body) for each in observations.seen)
    demand_at_home(observations.seen)
    matters = [each.matter for each in observations.seen]
    _newest_standards(matters)
    changes = Changes(now)
    known = storage.latest(models.Observation, "matter_id", "by", among=matters)
    for each in observations.seen:
        changes.put(
            to_plain(each, Observed),
            known.get((each.matter, each.body)),
            partial(ObservationTaken, each.matter, each.body),
        )
    storage.write_versions(changes.bodies)
    answer: Answer = {"observations": len(changes.bodies)}
    append(stream, list(changes.bodies), at=now, answer=answer)
    return answer


# --- May I ------------------------------------------------------------------------------------------------------------


def _permit(actor: Actor, holdings: Holdings) -> None:
    """One's own region only; what all regions share, joint standards and descriptions, any steward may change."""
    _permit_steward(actor)
    _permit_regions(actor, _regions(holdings))
    _permit_regions(actor, _known_regions(actor, models.Implementation, holdings.implementations))


def _permit_steward(actor: Actor) -> None:
    if actor != SYSTEM:
        may(actor, "propose_standard")


def _permit_regions(actor: Actor, regions: Iterable[str]) -> None:
    named = sorted(set(regions)) if actor != SYSTEM else []
    for region in named:
        may(actor, "keep_standards", region=region)
    here.demand(named)


def _known_regions(
    actor: Actor,
    model: type[models.Implementation] | type[models.Observation],
    given: Iterable[Implementation] | Iterable[Observed],
) -> Iterator[str]:
    """What a body of another region said of a matter is not replaced by naming one's own region beside it."""
    named = {(each.matter, each.body) for each in given} if actor != SYSTEM else set()
    for row in storage.newest(model, "matter_id", "by").filter(by__in={by for _, by in named}):
        if (row.matter_id, row.by) in named:
            yield row.region


def _demand_once(keys: Iterable[tuple[str, ...]]) -> None:
    """Raise GivenTwice when a key stands twice."""
    seen: set[tuple[str, ...]] = set()
    for key in keys:
        if key in seen:
            raise GivenTwice(
                f"未发布：同一次提交中“{' '.join(filter(None, key))}”出现了两次。请只保留一处。", field=key[-1]
            )
        seen.add(key)


def _keys(holdings: Holdings) -> Iterator[tuple[str, ...]]:
    yield from (("标准", each.matter) for each in holdings.standards)
    yield from (("实施清单", each.matter, each.body) for each in holdings.implementations)
    yield from (("材料", each.code) for each in holdings.materials)
    yield from (("证照类型", each.code) for each in holdings.certificate_types)
    yield from (("数据元", each.code) for each in holdings.elements)
    yield from (("跨省通办清单项", each.matter, each.province) for each in holdings.offers)
    yield from (("延伸服务", each.hall, each.region) for each in holdings.extensions)
    yield from (("改革方式", each.matter, each.region) for each in holdings.reforms)


def _regions(holdings: Holdings) -> Iterator[str]:
    yield from (each.owner for each in holdings.standards if each.owner)
    yield from (each.region for each in holdings.implementations)
    yield from (each.province for each in holdings.offers)
    yield from (each.region for each in holdings.extensions)
    yield from (each.region for each in holdings.reforms)


# --- What is new ------------------------------------------------------------------------------------------------------


def _put_standards(changes: Changes, standards: Iterable[Standard]) -> dict[str, int]:
    standards = tuple(standards)
    known = storage.latest(models.Standard, "matter_id", among=[each.matter for each in standards])
    return {
        each.matter: changes.put(
            body.of_standard(each),
            known.get((each.matter,)),
            partial(StandardPutInForce if each.owner else StandardProposed, each.matter),
        )
        for each in standards
    }


def _known_versions(holdings: Holdings, published: Mapping[str, int]) -> dict[str, int]:
    """Return the newest version of every other standard that is named. Raises NoStandard."""
    named = {each.matter for each in holdings.implementations}
    named |= {each.matter for each in holdings.offers} | {each.matter for each in holdings.reforms}
    return _newest_standards(named - published.keys())


def _newest_standards(matters: Collection[str]) -> dict[str, int]:
    """Return the newest version of the standard of each. Raises NoStandard."""
    known = {
        key[0]: newest.version for key, newest in storage.latest(models.Standard, "matter_id", among=matters).items()
    }
    missing = sorted(set(matters) - known.keys())
    if missing:
        raise NoStandard(
            f"未发布：事项 {missing[0]} 还没有标准{f'（共 {len(missing)} 个这样的事项）' if len(missing) > 1 else ''}。"
            "请先发布标准，再发布实施清单和跨省通办清单。",
            field=missing[0],
        )
    return known


def _put_implementations(
    changes: Changes, implementations: Iterable[Implementation], versions: Mapping[str, int]
) -> list[tuple[Implementation, int]]:
    """Return those that are new, with their version.

    An implementation names the version of the standard it follows: the same words under another are another one.
    """
    implementations = tuple(implementations)
    known = storage.latest(models.Implementation, "matter_id", "by", among=[each.matter for each in implementations])
    published = []
    for each in implementations:
        before = known.get((each.matter, each.body), Latest())
        version = changes.put(
            body.of_implementation(replace(each, standard_version=versions[each.matter])),
            before,
            partial(ImplementationPutInForce, each.matter, each.body),
        )
        if version != before.version:
            published.append((each, version))
    return published


def _put_offers(changes: Changes, offers: Iterable[Offer]) -> None:
    offers = tuple(offers)
    known = storage.latest(models.Offer, "matter_id", "province", among=[each.matter for each in offers])
    for each in offers:
        changes.put(
            to_plain(each, Offer),
            known.get((each.matter, each.province)),
            partial(OfferRecorded, each.matter, each.province),
        )


def _put_extensions(changes: Changes, extensions: Iterable[Extension]) -> None:
    extensions = tuple(extensions)
    known = storage.latest(models.Extension, "hall", "region", among=[each.hall for each in extensions])
    for each in extensions:
        changes.put(
            to_plain(each, Extension),
            known.get((each.hall, each.region)),
            partial(ExtensionRecorded, each.hall, each.region),
        )


def _put_reforms(changes: Changes, reforms: Iterable[Reform]) -> None:
    reforms = tuple(reforms)
    known = storage.latest(models.Reform, "matter_id", "region", among=[each.matter for each in reforms])
    for each in reforms:
        changes.put(
            to_plain(each, Reform),
            known.get((each.matter, each.region)),
            partial(ReformRecorded, each.matter, each.region),
        )


# --- Store ------------------------------------------------------------------------------------------------------------


def _write(changes: Changes, holdings: Holdings) -> None:
    storage.write_matters(told_at_once(holdings.standards, today=storage.day_of(changes.now)))
    storage.write_descriptions(holdings.materials, holdings.certificate_types, holdings.elements)
    storage.write_versions(changes.bodies)
    entries.write(_touched(holdings), today=storage.day_of(changes.now))


def told_at_once(standards: Iterable[Standard], *, today: date) -> list[Standard]:
    """A matter that regions keep together is called what they signed, not what somebody proposes."""
    standards = list(standards)
    signed = storage.joint_versions([each.matter for each in standards if not each.owner], today=today)
    return [each for each in standards if each.matter not in signed]


def _touched(holdings: Holdings) -> set[str]:
    """The matters that may be listed otherwise now."""
    return {
        *(each.matter for each in holdings.standards),
        *(each.matter for each in holdings.implementations),
        *(each.matter for each in holdings.offers),
    }


def _counts(happened: Iterable[Written | Moved]) -> Answer:
    counts: Counter[Any] = Counter(map(type, happened))
    return {
        "standards": counts[StandardPutInForce],
        "proposed": counts[StandardProposed],
        "implementations": counts[ImplementationPutInForce],
        "offers": counts[OfferRecorded],
        "extensions": counts[ExtensionRecorded],
        "reforms": counts[ReformRecorded],
        "departures": counts[DepartureOpened],
    }
