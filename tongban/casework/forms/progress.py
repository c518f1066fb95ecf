"""What is filled in after an application was handed in: a co-applicant's signature, a look-up by number and code."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.forms.workbench import ActForm
from tongban.web.forms import Form


class ConfirmForm(ActForm):
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    """The digest of what the page shows, which is what is signed."""
    agreed = forms.BooleanField(
        label=lazy("我方已核对上述内容，同意共同申请，并以此签名确认。"),
        error_messages={"required": lazy("请先勾选，再签名确认。")},
    )


class LookUpForm(Form):
    number = forms.CharField(
        label=lazy("申请编号"),
        help_text=lazy("见提交后的页面或收件凭证，例如：130209-20261123-000001X"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=lazy("查询码"),
        help_text=lazy("8 位字母和数字，与申请编号写在一起"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
