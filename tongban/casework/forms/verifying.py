"""What does somebody bring who verifies a document: its file, or the number and code that stand on it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.documents.verifying import LONGEST_NUMBER
from tongban.web.forms import Form

TYPED = {"autocomplete": "off", "spellcheck": "false"}


class NumberForm(Form):
    number = forms.CharField(
        label=lazy("文号"),
        help_text=lazy("标题上方的一行，例如：曹海受字〔2026〕12号"),
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(attrs=TYPED),
    )
    code = forms.CharField(
        label=lazy("核验码"),
        help_text=lazy("印在页脚，12 位字母和数字"),
        max_length=20,
        widget=forms.TextInput(attrs=TYPED),
    )


class FileForm(Form):
    file = forms.FileField(
        label=lazy("文书文件"),
        help_text=lazy("下载得到的 PDF 文件。照片和扫描件请用文号和核验码核验。"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )
