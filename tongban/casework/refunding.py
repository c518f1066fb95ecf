"""What does the approval of a refund of retained input tax (留抵退税) do beyond its decision? It takes the amount out.

The amount is that of the record when the application was handed in. A record that says another one meanwhile is not
decided upon; and what was paid out does not go along when the company moves the next day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongban.casework.form import Form
from tongban.domain import relocation
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Catalogue
from tongban.domain.events import Event, RetainedTaxRefunded
from tongban.domain.relocation import Yuan
from tongban.registries import taxes


def demand_ready(application: Application, case: Case, *, catalogue: Catalogue, filled: Form) -> None:
    """Refuse to approve a refund of what is not retained any more; other matters pass.

    Raises NoTaxRecord, RecordMoved.
    """
    amount = _amount(case, catalogue, filled)
    if amount is not None:
        taxes.demand_retained(number=filled.numbers[application.holder], amount=amount)


def pay_out(
    application: Application, approved: Iterable[Case], *, catalogue: Catalogue, filled: Form, now: datetime
) -> tuple[Event, ...]:
    """Take out of the record what these approved cases refund. Raises NoTaxRecord, RecordMoved."""
    events: list[Event] = []
    for case in approved:
        amount = _amount(case, catalogue, filled)
        if amount is not None:
            record = taxes.refund(number=filled.numbers[application.holder], amount=amount, now=now)
            events.append(RetainedTaxRefunded(case.index, record.region, now))
    return tuple(events)


def _amount(case: Case, catalogue: Catalogue, filled: Form) -> Yuan | None:
    """Return what a case refunds; None where it refunds nothing, or no registry told the amount."""
    told = relocation.is_refund(catalogue.standards[case.matter]) and relocation.RETAINED in filled.recorded
    return Yuan.of(filled.values[relocation.RETAINED]) if told else None
