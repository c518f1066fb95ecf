"""What is filled in before acceptance: a clerk's notice, an applicant's answer, a refusal, a correction on the spot.

The fields are made from what the cases ask; whether an act is allowed is the action's question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.actions import File, Wrong
from tongban.casework.correction import Row, Told
from tongban.casework.forms.workbench import LONGEST_REASON, ActForm
from tongban.catalogue import fields
from tongban.domain.catalogue import Catalogue
from tongban.domain.events import DemandKind, RefusalGround
from tongban.web.widgets import Radios

LONGEST_WORDS = 500
WORDS = "words_"
SAID = "said_"
GROUNDS = {
    RefusalGround.NOT_NEEDED: lazy("依法不需要取得许可"),
    RefusalGround.NOT_COMPETENT: lazy("不属于本机关职权范围"),
    RefusalGround.INCOMPLETE: lazy("补正后仍不符合要求"),
}
ACCEPT = ".pdf,.ofd,.png,.jpg,.jpeg,.docx,.xlsx"


def file_field(label: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        allow_empty_file=True,
        max_length=fields.LONGEST,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class CorrectionForm(ActForm):
    """Everything that may be demanded; what is missing is ticked and needs no words."""

    def __init__(self, *args: Any, rows: Sequence[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[row.key] = forms.BooleanField(label=row.name, required=False, initial=row.missing)
            self.fields[WORDS + row.key] = forms.CharField(
                label=_("%(name)s：哪里不符合要求") % {"name": row.name},
                required=False,
                max_length=LONGEST_WORDS,
                widget=forms.TextInput(attrs={"placeholder": _("哪里不符合要求")}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for row in self.rows:
            if given.get(row.key) and not row.missing and not given.get(WORDS + row.key, "").strip():
                self.add_error(WORDS + row.key, _("请写明哪里不符合要求。"))
            if row.missing and not given.get(row.key):
                self.add_error(row.key, _("缺少的内容只能告知这一次，必须列入。"))
        return given

    @property
    def demands(self) -> tuple[Wrong, ...]:
        """What is ticked, one demand for each case."""
        return tuple(
            one
            for row in self.rows
            if self.cleaned_data.get(row.key)
            for one in row.demands(self.cleaned_data.get(WORDS + row.key, ""))
        )

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Return the rows with their fields: what is missing, then by kind."""
        named = [
            (_("缺少的内容"), [row for row in self.rows if row.missing]),
            (_("已提交的材料"), self._of(DemandKind.MATERIAL)),
            (_("已填报的内容"), self._of(DemandKind.ELEMENT)),
            (_("受理条件"), self._of(DemandKind.CONDITION)),
        ]
        return [
            {
                "name": name,
                "open": name == named[0][0] or any(self._touched(row) for row in rows),
                "rows": [{"row": row, "tick": self[row.key], "words": self[WORDS + row.key]} for row in rows],
            }
            for name, rows in named
            if rows
        ]

    def _of(self, kind: DemandKind) -> list[Row]:
        return [row for row in self.rows if row.kind is kind and not row.missing]

    def _touched(self, row: Row) -> bool:
        return self.is_bound and bool(self[row.key].data or self[WORDS + row.key].errors)


class MendForm(ActForm):
    """Data elements and files of cases, any of which may be given: at the window, or for a change.

    `materials` names what may be handed in, by its place.
    """

    def __init__(
        self,
        *args: Any,
        catalogue: Catalogue,
        elements: Sequence[str],
        materials: Mapping[str, str] | None = None,
        values: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.standing = {code: values.get(code, "") for code in elements}
        materials = materials or {}
        self.materials = tuple(materials)
        for code in elements:
            self.fields[code] = fields.of(catalogue.elements[code], required=False)
            self.fields[code].initial = self.standing[code]
        for where, name in materials.items():
            self.fields[where] = file_field(name)

    @property
    def values(self) -> dict[str, str]:
        """What differs from what stands."""
        given = {code: str(self.cleaned_data.get(code) or "").strip() for code in self.standing}
        return {code: text for code, text in given.items() if code in self.data and text != self.standing[code]}

    @property
    def uploads(self) -> dict[str, File]:
        return {code: as_file(self.files[code]) for code in self.materials if code in self.files}

    @property
    def element_fields(self) -> list[forms.BoundField]:
        return [self[code] for code in self.standing]

    @property
    def file_fields(self) -> list[forms.BoundField]:
        return [self[code] for code in self.materials]


def as_file(uploaded: Any) -> File:
    return File(uploaded.name or "", uploaded.file, uploaded.size or 0)


class AnswerForm(ActForm):
    """An answer to some or all of a notice: a file, a value or words, each at the place of its demand."""

    def __init__(
        self, *args: Any, told: Sequence[Told], catalogue: Catalogue, values: Mapping[str, str], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.told = [one for one in told if one.open and one.own]
        for one in self.told:
            if one.kind is DemandKind.MATERIAL:
                self.fields[one.place] = file_field(one.name)
            if one.kind is DemandKind.ELEMENT:
                self.fields[one.target] = fields.of(catalogue.elements[one.target], required=False)
                self.fields[one.target].initial = values.get(one.target, "")
            if one.kind is not DemandKind.MATERIAL:
                self.fields[SAID + one.key] = forms.CharField(
                    label=_("说明"),
                    help_text=_("内容没有错的，写明理由。") if one.kind is DemandKind.ELEMENT else "",
                    required=False,
                    max_length=LONGEST_REASON,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )
        self.standing = values

    def places(self, told: Sequence[Told]) -> list[dict[str, Any]]:
        """Return every demand with its fields."""
        return [
            {
                "told": one,
                "field": self[one.place] if one.place in self.fields and one.open else None,
                "said": self[SAID + one.key] if SAID + one.key in self.fields else None,
            }
            for one in told
        ]

    @property
    def files_given(self) -> dict[str, File]:
        wanted = {one.place for one in self.told if one.kind is DemandKind.MATERIAL}
        return {code: as_file(file) for code, file in self.files.items() if code in wanted}

    @property
    def values_given(self) -> dict[str, str]:
        asked = [one.target for one in self.told if one.kind is DemandKind.ELEMENT]
        given = {code: str(self.cleaned_data.get(code) or "").strip() for code in asked if code in self.data}
        return {code: text for code, text in given.items() if text != self.standing.get(code, "")}

    @property
    def explanations(self) -> dict[int, str]:
        said = {one: self.cleaned_data.get(SAID + one.key, "").strip() for one in self.told}
        return {number: text for one, text in said.items() if text for number in one.numbers}

    def refuse(self, sentence: str, field: str) -> None:
        self.add_error(field if field in self.fields and field != "operation" else None, sentence)


class RefusalForm(ActForm):
    ground = forms.ChoiceField(label=lazy("不予受理的情形"), choices=list(GROUNDS.items()), widget=Radios())
    right_body = forms.CharField(
        label=lazy("有权机关"),
        help_text=lazy("不属于本机关职权范围时必填：申请人应当向哪个机关申请。"),
        required=False,
        max_length=100,
    )
    reason = forms.CharField(
        label=lazy("理由"),
        help_text=lazy("申请人能看到，同时会看到申请行政复议、提起行政诉讼的权利。"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HandBackForm(ActForm):
    reason = forms.CharField(
        label=lazy("理由"),
        help_text=lazy("移交的大厅和申请人能看到。"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawalForm(ActForm):
    cases = forms.TypedMultipleChoiceField(label=lazy("要撤回的事项"), coerce=int, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label=lazy("理由"), required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["cases"]
        chosen.choices = choices


class ReplacementForm(ActForm):
    """For each certificate that will not come: one held already, or a file."""

    def __init__(self, *args: Any, wanted: Mapping[str, str], held: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted, self.in_wallet = wanted, held
        for code, name in wanted.items():
            if code in held:
                self.fields[f"held_{code}"] = forms.BooleanField(
                    label=_("使用已有的电子证照 %(number)s") % {"number": held[code]}, required=False
                )
            self.fields[code] = file_field(name)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "file": self[code], "held": self[f"held_{code}"] if code in self.in_wallet else None}
            for code, name in self.wanted.items()
        ]

    @property
    def held(self) -> list[str]:
        return [code for code in self.in_wallet if self.cleaned_data.get(f"held_{code}") and code not in self.files]

    @property
    def uploads(self) -> dict[str, File]:
        return {code: as_file(self.files[code]) for code in self.wanted if code in self.files}
