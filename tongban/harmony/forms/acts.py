"""What do the small forms send: the body of a new draft, and what publishing needs?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from tongban.casework.forms.workbench import ActForm
from tongban.web.forms import Form

LONGEST_ARTICLE = 400


class BeginForm(Form):
    """The body whose implementation is begun; empty for the standard."""

    body = forms.CharField(max_length=18, required=False)


class PublishForm(ActForm):
    """`matter` says where to go afterwards: the draft is gone by then."""

    matter = forms.RegexField(r"^[^/]+$", max_length=40)
    change_of_law = forms.CharField(label=gettext_lazy("修改后的法律条款"), max_length=LONGEST_ARTICLE, required=False)
