"""What does somebody bring who wants to verify: a file, what a code says, or the number on a certificate?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

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


class NumberForm(Form):
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
