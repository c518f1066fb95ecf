"""What does an applicant fill in? Answers to the bundle's questions, one topic of data elements, files, a declaration.

Fields are made from the catalogue. Whether a value is right is asked of the kernel, in one place for page, JSON door
and command: the form only carries words. `seen` remembers what stood on the page when it was opened, so that a page
left open elsewhere does not silently undo what was saved since.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.casework import words
from tongban.casework.prereview.following import Advice
from tongban.casework.words import spoken
from tongban.catalogue import fields
from tongban.crypto import sm3
from tongban.domain.catalogue import Bundle, DataElement, Question
from tongban.web.forms import Form
from tongban.web.widgets import Radios


def mark(values: Mapping[str, str]) -> str:
    """Return a short digest of what stands on a page."""
    return sm3.digest(json.dumps(sorted(values.items()), ensure_ascii=False).encode()).hex()[:16]


class SeenForm(Form):
    """A form that knows what stood on its page when it was opened."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    undemanded: Collection[str] = ()
    """Fields that may be left out this time, although the page marks them as asked."""

    def __init__(self, *args: Any, standing: Mapping[str, str], **kwargs: Any) -> None:
        self.standing = dict(standing)
        kwargs["initial"] = {**self.standing, "seen": mark(standing)}
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        spared = [self.fields[name] for name in self.undemanded if self.fields[name].required]
        for field in spared:
            field.required = False
        super().full_clean()
        for field in spared:
            field.required = True

    @property
    def given(self) -> dict[str, str]:
        """What was filled in, without what only the form needs."""
        return {name: str(value) for name, value in self.cleaned_data.items() if name != "seen"}

    def overtaken(self) -> bool:
        """Whether something else was saved since the page was opened. Saving the same again is no conflict."""
        changes = any(self.standing.get(name, "") != text for name, text in self.given.items())
        return changes and self.cleaned_data.get("seen") not in ("", mark(self.standing))

    def look_again(self) -> None:
        """Tell that the page was overtaken; what was just filled in stays, and may be saved now."""
        self.add_error(None, _("未保存：这一页刚刚在别处保存过别的内容。下面是您这次填写的，请核对后再保存。"))
        self.data: Any = {**self.data.dict(), "seen": mark(self.standing)}


class QuestionsForm(SeenForm):
    """The bundle's questions; the choice the bundle takes by itself is chosen beforehand."""

    def __init__(self, *args: Any, bundle: Bundle, answers: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, standing=answers, **kwargs)
        for question in bundle.questions:
            self.fields[question.code] = question_field(question, bundle)
        # Whether such a question arises depends on the others' answers; where it does not, nothing need be said.
        self.undemanded = {question.code for question in bundle.questions if question.when}

    @property
    def given(self) -> dict[str, str]:
        return {code: choice for code, choice in super().given.items() if choice}


def question_field(question: Question, bundle: Bundle) -> forms.ChoiceField:
    hints = [spoken(question.hint, question.hint_en), *_only_when(question, bundle)]
    return forms.ChoiceField(
        label=spoken(question.text, question.text_en),
        help_text=" ".join(hint for hint in hints if hint),
        choices=[(choice.code, spoken(choice.text, choice.text_en)) for choice in question.choices],
        initial=question.default,
        widget=Radios(),
        error_messages={"required": _("请选择一项。"), "invalid_choice": _("请从列出的选项中选择一项。")},
    )


def _only_when(question: Question, bundle: Bundle) -> list[str]:
    """Say under which answers to other questions this one does not arise."""
    others = {other.code: other for other in bundle.questions}
    return [
        _("“{question}”选{choices}时不用回答。").format(
            question=spoken(others[code].text, others[code].text_en),
            choices=words.listed(
                [
                    f"“{spoken(choice.text, choice.text_en)}”"
                    for choice in others[code].choices
                    if choice.code not in allowed
                ]
            ),
        )
        for code, allowed in question.when
    ]


class AdvisedField(forms.BoundField):
    """A field with what a pre-review remarked on it, where it did; a screen reader reads it with the hint."""

    @property
    def remark(self) -> Advice | None:
        advice: Mapping[str, Advice] = self.form.advice
        return advice.get(self.name)

    @property
    def aria_describedby(self) -> str | None:
        described = [super().aria_describedby, f"{self.auto_id}_remark" if self.remark else ""]
        return " ".join(each for each in described if each) or None


class TopicForm(SeenForm):
    """The data elements of one page. `demanding` False: the page is left for later, empty fields are no errors."""

    bound_field_class = AdvisedField

    def __init__(
        self,
        *args: Any,
        elements: Sequence[DataElement],
        values: Mapping[str, str],
        advice: Mapping[str, Advice],
        carried: Collection[str] = (),
        carried_from: str = "",
        demanding: bool = True,
        **kwargs: Any,
    ) -> None:
        self.advice = advice
        super().__init__(*args, standing={one.code: values.get(one.code, "") for one in elements}, **kwargs)
        for element in elements:
            field = fields.of(element, required=element.required, missing=_("请填写此项，或选择“保存草稿，以后再填”。"))
            if element.code in carried:
                told = _("沿用自 {number}，请核对。").format(number=carried_from)
                field.help_text = " ".join(text for text in (told, str(field.help_text)) if text)
            self.fields[element.code] = field
        self.undemanded = set() if demanding else set(self.fields)


ACCEPT = ".pdf,.ofd,.png,.jpg,.jpeg,.docx,.xlsx"


class MaterialsForm(Form):
    """One file for each material that may be uploaded; any number of them at once."""

    def __init__(self, *args: Any, labels: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in labels.items():
            self.fields[code] = forms.FileField(
                label=label,
                required=False,
                allow_empty_file=True,
                max_length=fields.LONGEST,
                widget=forms.FileInput(attrs={"accept": ACCEPT}),
            )


class RosterForm(Form):
    """A list of people as a file."""

    file = forms.FileField(
        label=lazy("填好的名单"),
        help_text=lazy("xlsx 或 csv，不超过 2 MB。新名单会替换现有的名单；仍在名单上的人，已上传的材料保留。"),
        max_length=fields.LONGEST,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": lazy("请选择填好的名单。")},
    )


class SubmitForm(Form):
    """The declaration under which everything is handed in."""

    operation = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """The revision of the draft that the page shows; the template writes it anew each time."""
    incomplete = forms.BooleanField(required=False, widget=forms.HiddenInput)
    """The applicant hands in although he is told what is missing; the button says so."""
    declared = forms.BooleanField(
        label=lazy("以上填报内容和提交的材料真实、有效；如有不实，愿承担相应的法律责任。"),
        error_messages={"required": lazy("请先勾选声明，再提交申请。")},
    )

    def __init__(
        self, *args: Any, deferring: object = (), committing: object = (), carried_from: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if carried_from:
            self.fields["confirmed"] = forms.BooleanField(
                label=_("沿用自 {number} 的内容和材料已逐项核对，现在仍然属实、有效。").format(number=carried_from),
                error_messages={"required": _("请先核对沿用的内容并勾选，再提交申请。")},
            )
        for name, promised, text in (
            ("deferred", deferring, words.deferral()),
            ("committed", committing, words.commitment()),
        ):
            if promised:
                unsigned = _("请先阅读承诺并勾选签署，再提交申请。")
                self.fields[name] = forms.BooleanField(label=text, error_messages={"required": unsigned})

    @property
    def signed(self) -> list[forms.BoundField]:
        """What is to be signed beside the declaration, each with its words."""
        return [self[name] for name in ("confirmed", "deferred", "committed") if name in self.fields]

    @property
    def given(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in ("operation", "seen", "incomplete")}
        return given | {"confirmed": bool(self.cleaned_data.get("confirmed"))}

    @property
    def given_anyway(self) -> bool:
        """Whether it was sent although something is missing."""
        return bool(self.is_bound and self["incomplete"].data)
