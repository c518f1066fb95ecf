"""What of that which was read is new or differs from what the catalogue says now?

Only that is published: what is the same stays as it is, whoever keeps it, and asks for nobody's permission. Compared is
the whole written form, without the number of the version.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.catalogue import body, models, storage
from tongban.catalogue.actions import Holdings
from tongban.catalogue.body import Body
from tongban.catalogue.imports.taken import KEYS, Key, holdings_of, keyed
from tongban.domain.catalogue import CertificateType, DataElement, Material
from tongban.domain.codec import to_plain
from tongban.domain.offers import Extension, Offer, Reform

Write = Callable[[Any], Body]


def _plain(kind: Any) -> Write:
    return lambda value: dict(to_plain(value, kind))


_VERSIONED: dict[str, tuple[type[models.Version], tuple[str, ...], Write]] = {
    "standards": (models.Standard, ("matter_id",), body.of_standard),
    "implementations": (models.Implementation, ("matter_id", "by"), body.of_implementation),
    "offers": (models.Offer, ("matter_id", "province"), _plain(Offer)),
    "extensions": (models.Extension, ("hall", "region"), _plain(Extension)),
    "reforms": (models.Reform, ("matter_id", "region"), _plain(Reform)),
}
_DESCRIBED: dict[str, tuple[Any, Write]] = {
    "materials": (models.Material, _plain(Material)),
    "certificate_types": (models.CertificateType, _plain(CertificateType)),
    "elements": (models.Element, _plain(DataElement)),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is new (`before` None) or says something else; `fields` names what differs."""

    key: Key
    value: Any
    before: Body | None
    after: Body

    @property
    def fields(self) -> tuple[str, ...]:
        if self.before is None:
            return ()
        names = dict.fromkeys((*self.before, *self.after))
        return tuple(name for name in names if self.before.get(name) != self.after.get(name))


def differences(holdings: Holdings) -> tuple[Difference, ...]:
    """Return what is new or differs, in the order of the holdings; a bounded number of statements."""
    return tuple(_differing(holdings))


def only(found: Iterable[Difference]) -> Holdings:
    """Return the holdings that hold nothing but these differences."""
    return holdings_of((each.key, each.value) for each in found)


def _differing(holdings: Holdings) -> Iterator[Difference]:
    groups: dict[str, dict[Key, tuple[Any, Body]]] = {kind: {} for kind in KEYS}
    for key, value in keyed(holdings):
        write = _VERSIONED[key.kind][2] if key.kind in _VERSIONED else _DESCRIBED[key.kind][1]
        groups[key.kind][key] = (value, write(value))
    for kind, group in groups.items():
        known = (_versions if kind in _VERSIONED else _descriptions)(kind, group)
        for key, (value, after) in group.items():
            if known.get(key) != after:
                yield Difference(key, value, known.get(key), after)


def _versions(kind: str, group: Mapping[Key, tuple[Any, Body]]) -> dict[Key, Body]:
    """Return what each says now, where that is something else; equal digests need not be read."""
    model, names, _ = _VERSIONED[kind]
    latest = storage.latest(model, *names, among={key.of[0] for key in group})
    same = {
        key: after
        for key, (_, after) in group.items()
        if key.of in latest and latest[key.of].digest == body.digest(after)
    }
    others = {key.of[0] for key in group if key not in same and key.of in latest}
    return same | {
        Key(kind, tuple(getattr(row, name) for name in names)): row.body
        for some in in_parts(others)
        for row in storage.newest(model, *names).filter(**{f"{names[0]}__in": some})
    }


def _descriptions(kind: str, group: Mapping[Key, tuple[Any, Body]]) -> dict[Key, Body]:
    model, _ = _DESCRIBED[kind]
    return {
        Key(kind, (row.code,)): row.body
        for some in in_parts({key.of[0] for key in group})
        for row in model.objects.filter(code__in=some)
    }


def in_parts(codes: Collection[str]) -> Iterator[list[str]]:
    """Databases bound how many values one statement names."""
    ordered = sorted(codes)
    for start in range(0, len(ordered), storage.IN_ONE_STATEMENT):
        yield ordered[start : start + storage.IN_ONE_STATEMENT]
