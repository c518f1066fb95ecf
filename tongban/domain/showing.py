"""What of a certificate may be shown by itself, and what does somebody see for whom it was chosen?

A certificate is cut into *facts*: its holder's name and number, its days, its identifier, and each line of its content.
Whoever shows it chooses facts; whoever looks sees these, as the certificate says them, and no other. Its name, its
issuer and its state are no facts to choose: without them a fact is worth nothing.

Codes of facts are stable for a certificate, whose bytes never change: a code of the content that stands on several
lines is told apart by its number.

Source: Personal Information Protection Law, art. 6 (no more than the purpose needs).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tongban.domain.certificate import Certificate
from tongban.domain.events.wallet import Selection
from tongban.domain.refused import Refused
from tongban.domain.verdict import Code

HOLDER_NAME = "holder.name"
HOLDER_NUMBER = "holder.number"
MASKED_NUMBER = "holder.number.masked"
ISSUED_ON = "issued_on"
LAST_DAY = "last_day"
IDENTIFIER = "identifier"
BEFORE = "before"
"""The certificate in whose place it stands."""
CONTENT = "content."

AUTHENTIC = frozenset({Code.VALID, Code.NOT_YET_VALID, Code.EXPIRED, Code.ENDED, Code.SUSPENDED})
"""Findings after which the content is what the issuer signed, whether it counts today or not."""


class NoFactsChosen(Refused):
    """A choice that shows nothing, or a fact that the certificate does not have."""

    code = "no_facts_chosen"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a certificate says. `label` is the certificate's own word; empty for what every certificate has."""

    code: str
    label: str
    value: str
    """Days in ISO 8601; an empty last day means without end."""


def facts(certificate: Certificate) -> tuple[Fact, ...]:
    """Return everything that may be chosen, in the order of the sheet."""
    return tuple(_facts(certificate))


def _facts(certificate: Certificate) -> Iterator[Fact]:
    yield Fact(HOLDER_NAME, "", certificate.holder_name)
    if certificate.masked_number != certificate.holder_number:
        yield Fact(MASKED_NUMBER, "", certificate.masked_number)
    yield Fact(HOLDER_NUMBER, "", certificate.holder_number)
    seen: Counter[str] = Counter()
    for code, label, value in certificate.content:
        seen[code] += 1
        yield Fact(f"{CONTENT}{code}" + (f"#{seen[code]}" if seen[code] > 1 else ""), label, value)
    yield Fact(ISSUED_ON, "", certificate.issued_on.isoformat())
    yield Fact(LAST_DAY, "", certificate.last_day.isoformat() if certificate.last_day else "")
    yield Fact(IDENTIFIER, "", certificate.identifier)
    if certificate.related:
        yield Fact(BEFORE, "", certificate.related.identifier)


def shown(certificate: Certificate, selection: Selection, found: Code) -> tuple[Fact, ...]:
    """Return the chosen facts of a certificate that was verified just now with this finding; none where it is not real.

    Raises ValueError for a selection of another certificate.
    """
    if selection.certificate != certificate.identifier:
        raise ValueError(f"{selection.certificate} was chosen, {certificate.identifier} was given")
    chosen = set(selection.facts)
    return tuple(fact for fact in facts(certificate) if fact.code in chosen) if found in AUTHENTIC else ()


def select(certificate: Certificate, chosen: Collection[str]) -> Selection:
    """Return the choice in the certificate's order. Raises NoFactsChosen."""
    known = [fact.code for fact in facts(certificate)]
    if unknown := sorted(set(chosen) - set(known)):
        raise NoFactsChosen(
            f"未办理：所选证照中没有“{unknown[0][:60]}”这一栏。请刷新页面后重新选择。", field="selections"
        )
    if not chosen:
        raise NoFactsChosen(
            f"未办理：《{certificate.type_name}》没有选择任何一栏。请至少选择一栏，或不选这张证照。", field="selections"
        )
    return Selection(certificate.identifier, tuple(code for code in known if code in set(chosen)))
