"""What do people fill in here: what shows to whom and how long, what a window needs, a code, a PIN?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.certificates import pages
from tongban.certificates.queries import Registered
from tongban.certificates.wallet import words
from tongban.certificates.wallet.asking import Scope
from tongban.certificates.wallet.sharing import LONGEST_PURPOSE, LONGEST_RECIPIENT
from tongban.domain import pins, showing
from tongban.domain.certificate import Certificate
from tongban.domain.events import Need
from tongban.domain.identifiers import DocumentType, InvalidIdentifier, check
from tongban.domain.refused import Refused
from tongban.people.forms import DOCUMENTS
from tongban.web import clock
from tongban.web.forms import Form
from tongban.web.widgets import Checkboxes, Radios

Offered = Sequence[tuple[Registered, Certificate]]
"""The certificates that somebody chooses from: the register's line and what the file says."""

LASTS = {
    "hour": (timedelta(hours=1), lazy("1 小时")),
    "day": (timedelta(days=1), lazy("1 天")),
    "week": (timedelta(days=7), lazy("7 天")),
    "month": (timedelta(days=30), lazy("30 天")),
}
USES = (1, 3, 10, 100)
MOST_TYPES = 3
DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class ActForm(Form):
    """A form with the id of its operation."""

    operation = forms.UUIDField(widget=forms.HiddenInput)

    def refuse(self, refused: Refused) -> None:
        """Show a refusal at the field it is about, else above the form."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))

    @property
    def id(self) -> str:
        return str(self.cleaned_data["operation"])


class FactsForm(ActForm):
    """For each certificate the facts that may show; nothing is chosen beforehand."""

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        for number, (line, certificate) in enumerate(offered):
            facts = showing.facts(certificate)
            hints = {fact.code: words.value_of(fact) for fact in facts if fact.code != showing.HOLDER_NUMBER}
            self.fields[f"facts_{number}"] = forms.MultipleChoiceField(
                label=" · ".join(filter(None, [pages.name_of(line), pages.about(line)])),
                required=False,
                choices=[(fact.code, words.choice_of(fact, certificate)) for fact in facts],
                widget=Checkboxes(hints=hints),
            )

    @property
    def of_certificates(self) -> list[forms.BoundField]:
        return [self[f"facts_{number}"] for number in range(len(self.offered))]

    @property
    def chosen(self) -> dict[str, list[str]]:
        """The chosen facts by certificate; one of which nothing was chosen is left out."""
        facts = (self.cleaned_data[f"facts_{number}"] for number in range(len(self.offered)))
        chosen = zip((line.identifier for line, _certificate in self.offered), facts, strict=True)
        return {identifier: codes for identifier, codes in chosen if codes}


class ShareForm(FactsForm):
    recipient = forms.CharField(
        label=lazy("出示给谁"),
        help_text=lazy("对方的姓名或单位名称。对方打开时会看到。"),
        max_length=LONGEST_RECIPIENT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    purpose = forms.CharField(
        label=lazy("用来做什么"),
        help_text=lazy("如“租房签约核对身份”。对方只应为此使用。"),
        max_length=LONGEST_PURPOSE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    lasts = forms.ChoiceField(label=lazy("多久内有效"), widget=Radios, initial="day")
    uses = forms.TypedChoiceField(label=lazy("最多打开几次"), coerce=int, widget=Radios, initial=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lasts, uses = self.fields["lasts"], self.fields["uses"]
        assert isinstance(lasts, forms.ChoiceField) and isinstance(uses, forms.ChoiceField)
        lasts.choices = [(code, name) for code, (_length, name) in LASTS.items()]
        uses.choices = [(number, _("{number} 次").format(number=number)) for number in USES]

    @property
    def term(self) -> timedelta:
        return LASTS[self.cleaned_data["lasts"]][0]


class AskForm(ActForm):
    """What a window needs, and what for."""

    hall = forms.ChoiceField(label=lazy("大厅"))
    type_1 = forms.ChoiceField(label=lazy("需要的证照"))
    type_2 = forms.ChoiceField(label=lazy("第二种证照"), required=False)
    type_3 = forms.ChoiceField(label=lazy("第三种证照"), required=False)
    subject = forms.CharField(
        label=lazy("关于哪艘船或哪家单位"),
        help_text=lazy("船舶 IMO 编号或统一社会信用代码；不填，由持证人自己选。"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    need = forms.ChoiceField(label=lazy("用来做什么"), choices=list(words.NEEDS.items()), widget=Radios)
    matter = forms.ChoiceField(label=lazy("事项"), help_text=lazy("为办理事项调阅的，选择事项。"), required=False)

    def __init__(
        self,
        *args: Any,
        halls: Sequence[tuple[str, str]],
        types: Sequence[tuple[str, str]],
        matters: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        nothing = [("", "—")]
        self._offer("hall", halls)
        for number in range(1, MOST_TYPES + 1):
            self._offer(f"type_{number}", nothing + list(types))
        self._offer("matter", nothing + list(matters))

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_subject(self) -> str:
        """Return the opaque id of a ship or a body."""
        text = self.cleaned_data["subject"].strip()
        if not text:
            return ""
        for kind, prefix in ((DocumentType.IMO, "ship"), (DocumentType.USCC, "org")):
            try:
                return f"{prefix}:{check(kind, text, today=clock.today())}"
            except InvalidIdentifier:
                continue
        raise forms.ValidationError(_("这不是船舶 IMO 编号，也不是统一社会信用代码。请核对后重新填写。"))

    @property
    def types(self) -> list[str]:
        chosen = (self.cleaned_data.get(f"type_{number}") for number in range(1, MOST_TYPES + 1))
        return list(dict.fromkeys(filter(None, chosen)))

    @property
    def about(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "hall": given["hall"],
            "types": self.types,
            "subject": given["subject"],
            "need": Need(given["need"]),
            "matter": given["matter"] if given["need"] == Need.APPLICATION else "",
        }


class CodeForm(Form):
    code = forms.CharField(
        label=lazy("窗口上的代码"),
        help_text=lazy("8 个字母和数字，显示在窗口的屏幕上，如 ABCD-2345。"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )


class PinForm(Form):
    """A new PIN, upon the password of the account."""

    password = forms.CharField(
        label=lazy("登录密码"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    pin = forms.CharField(
        label=lazy("新的授权密码"),
        help_text=lazy("6 至 12 位数字。不能用连号、重复的数字，也不能用证件号码、电话号码中的数字。"),
        max_length=pins.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs=DIGITS | {"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=lazy("再输入一次"),
        max_length=pins.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs=DIGITS | {"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, by_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_password:
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"pin", "again"} <= given.keys() and given["pin"] != given["again"]:
            self.add_error("again", _("两次输入的授权密码不一样。请重新输入。"))
        return given


class HolderForm(ActForm):
    """What a holder fills in at a window: who he is, what he allows, his PIN."""

    types = forms.MultipleChoiceField(label=lazy("同意查看的证照"), widget=Checkboxes)
    scope = forms.ChoiceField(
        label=lazy("同意查看到什么程度"),
        choices=[(Scope.STATE, lazy("只看持证主体和有效期")), (Scope.EVERYTHING, lazy("全部内容，个人证件号码遮盖"))],
        initial=Scope.STATE,
        widget=Radios,
    )
    document_type = forms.ChoiceField(label=lazy("证件类型"), choices=DOCUMENTS)
    number = forms.CharField(
        label=lazy("证件号码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    organisation = forms.CharField(
        label=lazy("代表的单位"),
        help_text=lazy("为单位授权的，填写单位的统一社会信用代码；本人的证照不填。"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    pin = forms.CharField(
        label=lazy("授权密码"),
        max_length=pins.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs=DIGITS),
    )

    def __init__(self, *args: Any, asked: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = self.fields["types"]
        assert isinstance(types, forms.MultipleChoiceField)
        types.choices = list(asked.items())
        types.initial = list(asked)

    def clean_organisation(self) -> str:
        text = self.cleaned_data["organisation"].strip()
        try:
            return f"org:{check(DocumentType.USCC, text, today=clock.today())}" if text else ""
        except InvalidIdentifier as refused:
            raise forms.ValidationError(str(refused)) from refused
