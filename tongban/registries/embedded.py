"""What does the embedded demo registry answer? The newest record that stands, in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Q

from tongban.keys import actions as keys
from tongban.registries.adapters import Asked, Evidence
from tongban.registries.models import Record


class EmbeddedRegistry:
    """Records in this node's own database."""

    def find(self, *, asked: Sequence[Asked], today: date) -> Mapping[Asked, Evidence]:
        by_index = {(one.material, number_index(one.number)): one for one in asked}
        records = (
            Record.objects.filter(
                Q(expires_on__isnull=True) | Q(expires_on__gte=today),
                issued_on__lte=today,
                number_index__in={index for _, index in by_index},
                material__in={material for material, _ in by_index},
            )
            .order_by("issued_on", "reference")
            .defer("content")
        )
        # Later ones overwrite earlier ones: the newest record speaks.
        return {
            question: _evidence(question, record)
            for record in records
            if (question := by_index.get((record.material, record.number_index)))
        }


def number_index(number: str) -> str:
    return keys.blind(f"record:{number}")


def _evidence(question: Asked, record: Record) -> Evidence:
    return Evidence(
        material=question.material,
        number=question.number,
        registry=record.registry,
        reference=record.reference,
        issued_on=record.issued_on,
        expires_on=record.expires_on,
        digest=record.digest,
    )
