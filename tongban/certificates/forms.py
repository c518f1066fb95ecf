"""What does somebody bring who wants to verify: a file, what a code says, or the number on a certificate?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongban.catalogue import labels, words
from tongban.catalogue.code_tables import Named
from tongban.crypto import cose
from tongban.domain.identifiers import CERTIFICATE_ROOT, FULL_WIDTH, CertificateIdentifier, InvalidIdentifier
from tongban.web.forms import Form


class FileForm(Form):
    file = forms.FileField(
        label=_("证照文件"),
        help_text=_("下载证照时得到的文件：签名文件（.json）、OFD 或 PDF。"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".json,.ofd,.pdf"}),
    )


class CodeForm(Form):
    code = forms.CharField(
        label=_("二维码里的文字"),
        help_text=_("用扫码软件扫证照上的二维码得到的文字，以 TB1: 开头。"),
        max_length=2 * cose.LARGEST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """Spaces belong to the code; only what stands around it does not."""
        text: str = self.cleaned_data["code"]
        return text.strip("\r\n\t")


class CountsForm(Form):
    """Which type of certificate, issued where, is to count where?"""

    type = forms.ChoiceField(label=_("证照类型"))
    issued_in = forms.ChoiceField(label=_("在哪里签发的"), choices=list(labels.PROVINCES.items()), initial="120000")
    to = forms.ChoiceField(label=_("想在哪里用"), choices=list(labels.PROVINCES.items()), initial="110000")

    def __init__(self, *args: Any, types: Mapping[str, Named], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *((code, words.told(one, "name")) for code, one in types.items())]


class NumberForm(Form):
    """The number on a certificate, in any way in which people write it."""

    number = forms.CharField(
        label=_("电子证照标识"),
        help_text=_("印在证照下方，以 1.2.156.3005.2 开头。"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        """Return the identifier in its one form; what stands before the type may be left out."""
        text = "".join(self.cleaned_data["number"].translate(FULL_WIDTH).split()).upper()
        try:
            return str(CertificateIdentifier.parse(CERTIFICATE_ROOT + text.removeprefix(CERTIFICATE_ROOT)))
        except InvalidIdentifier as refused:
            raise forms.ValidationError(str(refused)) from refused


class CountsByNumberForm(NumberForm):
    to = forms.ChoiceField(label=_("想在哪里用"), choices=list(labels.PROVINCES.items()), initial="110000")
