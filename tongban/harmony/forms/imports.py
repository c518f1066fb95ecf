"""What do stewards fill in to bring a workbook: the file, and whether the good of it is to be taken alone?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from tongban.casework.forms.workbench import ActForm
from tongban.web.forms import Form


class UploadForm(Form):
    file = forms.FileField(
        label=gettext_lazy("工作簿"),
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class TakeForm(ActForm):
    take_good = forms.BooleanField(label=gettext_lazy("有问题的行不导入，只导入其余正确的部分"), required=False)
