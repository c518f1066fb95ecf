"""What was remarked before an application was handed in, as the clerk reads it when he accepts?

A remark binds nobody. It tells the clerk where the applicant was advised, and whether he handed in as he was shown then
or mended it: nobody should find the same again, and nobody should ask to correct what was advised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tongban.casework import words
from tongban.casework.form import Form
from tongban.casework.prereview import snapshot, storage
from tongban.casework.prereview.sheet import in_words
from tongban.casework.prereview.snapshot import Snapshot
from tongban.domain.application import Application
from tongban.domain.catalogue import Catalogue
from tongban.domain.events import Target, TargetKind
from tongban.keys import actions as keys


@dataclass(frozen=True, slots=True)
class Remarked:
    """One remark. `mended`: what it points at was handed in otherwise than it was shown; None where a person judges."""

    about: str
    words: str
    mended: bool | None


@dataclass(frozen=True, slots=True)
class Remarks:
    """The last answer to a request for pre-review of the draft that became this application."""

    at: datetime
    remarks: tuple[Remarked, ...]


def of_application(found: Application, catalogue: Catalogue, filled: Form) -> Remarks | None:
    """Return what was remarked last; None where nothing was, or it was erased. One statement."""
    kept = storage.read(found.id)
    answered = kept.answered if kept else None
    if answered is None or not answered.remarks or answered.closed_at is None:
        return None
    try:
        said, seen = in_words(answered.remarks), snapshot.unseal(answered.snapshot)
    except keys.Erased:
        return None
    handed_in = {supply.material: supply.reference for supply in found.supplies}
    return Remarks(
        answered.closed_at,
        tuple(_remarked(target, text, catalogue, filled, handed_in, seen) for target, text in said.items()),
    )


def _remarked(
    target: Target, text: str, catalogue: Catalogue, filled: Form, handed_in: dict[str, str], seen: Snapshot
) -> Remarked:
    match target.kind:
        case TargetKind.ELEMENT:
            changed = filled.values.get(target.code, "") != seen.values.get(target.code, "")
            return Remarked(words.element(catalogue.elements[target.code]), text, changed)
        case TargetKind.MATERIAL:
            changed = handed_in.get(target.code, "") != seen.upload(target.code)
            return Remarked(f"《{words.material(catalogue, target.code)}》", text, changed)
        case TargetKind.CONDITION:
            condition = catalogue.standards[target.matter].conditions[int(target.code) - 1]
            said = _("{matter}：{condition}").format(
                matter=words.matter(catalogue, target.matter),
                condition=words.spoken(condition.text, condition.text_en),
            )
            return Remarked(said, text, None)
