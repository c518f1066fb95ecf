"""What do stewards fill in about agreements and joint meetings: to record one, to end one, to close what was settled?

A record has a head and lists of rows. Whether it may be recorded is the action's question; what it refuses is shown at
the field or the list that it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.casework.forms.workbench import ActForm
from tongban.catalogue import signing
from tongban.crypto import sm3
from tongban.domain.agreements import DIGEST, Agreement
from tongban.domain.joint import Annex, Party, Undertaking
from tongban.domain.meetings import Meeting
from tongban.files.actions import MAX_BYTES
from tongban.harmony.forms.batches import LONGEST_REASON, LONGEST_TITLE, day
from tongban.harmony.forms.parts import LONGEST_TEXT, line_of_text, lines_of_text
from tongban.harmony.forms.rows import Rows, rows_of
from tongban.web.forms import Form

LONGEST_MINUTES = 10_000
LONGEST_NUMBER = 60
FEWEST_PARTIES = 2

Bodies = Mapping[str, Party]
"""The authorities that may be named, by credit code, in the order in which they are offered."""


def _number(label: str | Promise, hint: str | Promise) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST_NUMBER)


def _any_day(label: str | Promise, hint: str | Promise) -> forms.DateField:
    field = day(label)
    field.help_text, field.required = hint, False
    return field


def _offered(bodies: Bodies) -> list[tuple[str, Any]]:
    """Return the choices of a select: authorities under their regions."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for party in bodies.values():
        groups.setdefault(signing.division(party.region), []).append((party.body, party.name))
    return [("", _("请选择")), *groups.items()]


# --- Rows -------------------------------------------------------------------------------------------------------------


class PartyRow(Form):
    body = forms.ChoiceField(label=pgettext_lazy("签订各方", "单位"))

    def __init__(self, *args: Any, offered: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


class AnnexRow(Form):
    title = line_of_text(gettext_lazy("附件标题"), longest=LONGEST_TITLE, required=True)
    digest = forms.RegexField(
        DIGEST,
        label=gettext_lazy("SM3 摘要"),
        max_length=64,
        required=False,
        error_messages={"invalid": gettext_lazy("摘要应是 64 位十六进制数（小写）。也可以上传文件，由系统计算。")},
    )
    file = forms.FileField(
        label=gettext_lazy("或上传文件"),
        required=False,
        error_messages={"empty": gettext_lazy("这个文件是空的。请重新选择文件。")},
        widget=forms.FileInput,
    )

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None and _too_large(file):
            raise forms.ValidationError(_("文件超过 20 MB。请压缩后重新选择，或直接填写摘要。"))
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not {"digest", "file"} <= given.keys():
            return given
        if given["file"] is not None and given["digest"] != _digest(given["file"]):
            self.add_error("digest", _("填写的摘要不是所选文件的摘要。请核对文件，或清空摘要由系统计算。"))
        elif not given["digest"]:
            self.add_error("digest", _("请填写摘要，或上传文件。"))
        return given


class UndertakingRow(Form):
    text = line_of_text(gettext_lazy("议定事项"), required=True)
    owner = forms.ChoiceField(label=gettext_lazy("承办单位"))
    due_on = day(gettext_lazy("期限"))

    def __init__(self, *args: Any, offered: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


PartyRows, AnnexRows, UndertakingRows = rows_of(PartyRow), rows_of(AnnexRow), rows_of(UndertakingRow)


def with_digests(data: QueryDict, files: MultiValueDict[str, UploadedFile]) -> QueryDict:
    """Return what was sent, with the digest of each uploaded annex where none was typed: no page keeps a file."""
    filled = data.copy()
    for name, file in files.items():
        place = name.removesuffix("file") + "digest"
        if name.startswith("annexes-") and not filled.get(place) and file.size and not _too_large(file):
            filled[place] = _digest(file)
    return filled


def _too_large(file: UploadedFile) -> bool:
    return (file.size or 0) > MAX_BYTES


def _digest(file: UploadedFile) -> str:
    file.seek(0)
    return sm3.digest(file.read()).hex()


# --- Records ----------------------------------------------------------------------------------------------------------


class AgreementForm(ActForm):
    number = _number(gettext_lazy("协议编号"), gettext_lazy("字母、数字和连字符，例如 JJJ-2026-01。记录后不能更改。"))
    title = forms.CharField(label=gettext_lazy("标题"), max_length=LONGEST_TITLE)
    title_en = forms.CharField(label=gettext_lazy("英文标题"), max_length=LONGEST_TITLE, required=False)
    scope = lines_of_text(gettext_lazy("合作范围"), required=True)
    signed_on = day(gettext_lazy("签订日期"))
    from_on = day(gettext_lazy("生效日期"))
    until_on = _any_day(gettext_lazy("期满日期"), gettext_lazy("从这一天起不再有效；长期有效的不填。"))


class MeetingForm(ActForm):
    meeting = _number(
        gettext_lazy("会议编号"), gettext_lazy("字母、数字和连字符，例如 JJJ-LX-2026-03。记录后不能更改。")
    )
    title = forms.CharField(label=gettext_lazy("会议名称"), max_length=LONGEST_TITLE)
    held_on = day(gettext_lazy("会议日期"))
    agreement = forms.ChoiceField(label=gettext_lazy("依据的协议"), required=False)
    agenda = lines_of_text(gettext_lazy("议程"), rows=3, required=True, help_text=gettext_lazy("每行一项。"))
    minutes = forms.CharField(
        label=gettext_lazy("纪要"), max_length=LONGEST_MINUTES, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, agreements: Sequence[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agreement"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("不依据协议")), *((one.number, f"{one.title}（{one.number}）") for one in agreements)]


class Record:
    """A head and its lists of rows, filled in, judged and refused together."""

    titles: ClassVar[Mapping[str, str | Promise]] = {}
    """The name of each list."""
    accountable: ClassVar[str] = ""
    """The list in which whoever records has to stand."""

    def __init__(
        self, make: Callable[..., ActForm], data: QueryDict | None, initial: Mapping[str, Any], rows: Mapping[str, Rows]
    ) -> None:
        self._make = make
        self.head = make(data, initial=dict(initial))
        self.rows = dict(rows)

    def is_valid(self) -> bool:
        return all([self.head.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def grow(self, name: str) -> None:
        """Give one list a row more; nothing that was typed is judged."""
        self.rows = {key: rows.grown() if key == name else rows.as_typed() for key, rows in self.rows.items()}
        self.head = self._make(initial={name: self.head[name].value() for name in self.head.fields})

    def refuse(self, sentence: str, field: str) -> None:
        """Show a refusal at the field or the list it is about, else above."""
        if field in self.rows:
            self.rows[field].refused.append(sentence)
        else:
            self.head.refuse(sentence, field)

    def problems(self) -> list[tuple[str, str, str]]:
        """Return what is wrong, for the summary: the id of its place, its label, the sentence."""
        found = [("", "", sentence) for sentence in self.head.non_field_errors()]
        found += [
            (field.id_for_label, str(field.label), sentence)
            for field in self.head.visible_fields()
            for sentence in field.errors
        ]
        for name, rows in self.rows.items():
            title = str(self.titles[name])
            found += [(name, title, sentence) for sentence in rows.amiss()]
            for form in rows.forms:
                found += [
                    (field.id_for_label, f"{title}：{field.label}", sentence)
                    for field in form.visible_fields()
                    for sentence in field.errors
                ]
        return found


class AgreementRecord(Record):
    titles: ClassVar = {"parties": gettext_lazy("签订各方"), "annexes": gettext_lazy("附件")}
    accountable: ClassVar = "parties"

    def __init__(
        self, *, bodies: Bodies, data: QueryDict | None = None, files: Any = None, initial: Mapping[str, Any]
    ) -> None:
        self.bodies = bodies
        sent = with_digests(data, files) if data is not None else None
        known = {"offered": _offered(bodies)}
        rows = {
            "parties": PartyRows(sent, prefix="parties", shown=FEWEST_PARTIES + 1, form_kwargs=known),
            "annexes": AnnexRows(sent, files, prefix="annexes"),
        }
        super().__init__(AgreementForm, sent, initial, rows)

    def value(self) -> Agreement:
        given = self.head.cleaned_data
        return Agreement(
            number=given["number"],
            title=given["title"],
            title_en=given["title_en"],
            parties=tuple(self.bodies[row["body"]] for row in self.rows["parties"].filled()),
            scope=given["scope"],
            annexes=tuple(Annex(row["title"], row["digest"]) for row in self.rows["annexes"].filled()),
            signed_on=given["signed_on"],
            from_on=given["from_on"],
            until_on=given["until_on"],
        )


class MeetingRecord(Record):
    titles: ClassVar = {"attendees": gettext_lazy("参加单位"), "undertakings": gettext_lazy("议定事项")}
    accountable: ClassVar = "attendees"

    def __init__(
        self,
        *,
        bodies: Bodies,
        agreements: Sequence[Agreement],
        data: QueryDict | None = None,
        initial: Mapping[str, Any],
        attending: Sequence[Party] = (),
    ) -> None:
        """`attending` is who stands in the list of a page that was not sent."""
        self.bodies = bodies
        known = {"offered": _offered(bodies)}
        first = [{"body": party.body} for party in attending] if data is None else []
        shown = max(len(first), FEWEST_PARTIES + 1)
        rows = {
            "attendees": PartyRows(data, prefix="attendees", shown=shown, initial=first, form_kwargs=known),
            "undertakings": UndertakingRows(data, prefix="undertakings", form_kwargs=known),
        }
        super().__init__(partial(MeetingForm, agreements=agreements), data, initial, rows)

    def value(self) -> Meeting:
        given = self.head.cleaned_data
        return Meeting(
            id=given["meeting"],
            title=given["title"],
            held_on=given["held_on"],
            agreement=given["agreement"],
            attendees=tuple(dict.fromkeys(self.bodies[row["body"]] for row in self.rows["attendees"].filled())),
            agenda=tuple(line.strip() for line in given["agenda"].splitlines() if line.strip()),
            minutes=given["minutes"],
            undertakings=tuple(
                Undertaking(row["text"], self.bodies[row["owner"]], row["due_on"])
                for row in self.rows["undertakings"].filled()
            ),
        )


# --- Afterwards -------------------------------------------------------------------------------------------------------


class EndForm(ActForm):
    ended_on = day(gettext_lazy("终止日期"))
    reason = forms.CharField(
        label=gettext_lazy("终止的原因或依据"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].help_text = _("从这一天起不再有效，不能早于今天。")


class CloseForm(ActForm):
    outcome = forms.CharField(
        label=gettext_lazy("落实情况"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
