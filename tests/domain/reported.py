"""What rows are derived by in the kernel's tests: the tables and the mapping of the product, and a whole catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.domain.strategies import Spec, build
from tongban.domain.catalogue import Catalogue
from tongban.domain.events import SYSTEM, Event
from tongban.domain.identifiers import DocumentType
from tongban.domain.reporting.cases import Entry, Told, Who
from tongban.exchange.reporting import definitions

BY = definitions.load()
BODY = "11130200MA0TB0011Q"
HOLDER = Who("河北渤远航运有限公司", DocumentType.USCC, "91130209MA0TB10143")


def catalogue(specs: Iterable[Spec]) -> Catalogue:
    """Return a catalogue whose matters have the codes that the platform asks for."""
    bare, _ = build(specs)
    return replace(
        bare,
        standards={
            code: replace(one, basic_code=f"0001189{place:02d}000")
            for place, (code, one) in enumerate(bare.standards.items(), start=1)
        },
        implementations={
            code: replace(one, implementation_code=f"{BODY}30001189{place:02d}000")
            for place, (code, one) in enumerate(bare.implementations.items(), start=1)
        },
    )


def entries(events: Iterable[Event], *, applicant: str = "account:applicant") -> list[Entry]:
    """Return events as a journal has them: the first by the applicant, the others by whoever they say."""
    return [
        Entry(seq, applicant if seq == 1 else getattr(event, "by", "") or SYSTEM, event)
        for seq, event in enumerate(events, start=1)
    ]


class Everybody(dict[str, str]):
    """Everybody has a name."""

    def get(self, id: str, default: object = None) -> str:  # type: ignore[override]
        return f"姓名 {id}"


def told(specs: Iterable[Spec]) -> Told:
    return Told(catalogue(specs), HOLDER, names=Everybody())
