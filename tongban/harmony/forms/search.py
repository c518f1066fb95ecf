"""What does a steward look for among the standards?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.catalogue import labels
from tongban.catalogue.queries import stewards
from tongban.catalogue.queries.stewards import Keeper, Search, State
from tongban.harmony import words
from tongban.harmony.todo import KINDS, Waiting
from tongban.web.forms import Form

LONGEST = 60

STATES = {
    State.IN_FORCE.value: pgettext_lazy("标准", "生效"),
    State.AMENDING.value: gettext_lazy("生效，修订中"),
    State.PROPOSED.value: gettext_lazy("已提出，未生效"),
    State.ENDED.value: gettext_lazy("已失效"),
}
KEEPERS = {Keeper.JOINT.value: gettext_lazy("三地共同"), Keeper.REGIONAL.value: gettext_lazy("一地自有")}


class TodoForm(Form):
    """Filters of the to-do list."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    weight = forms.ChoiceField(label=gettext_lazy("轻重"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("部门条线"), required=False)
    mine = forms.BooleanField(label=gettext_lazy("只看本地区"), required=False)

    def __init__(self, *args: Any, waiting: Sequence[Waiting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sectors = sorted({each.sector for each in waiting} - {""})
        for name, choices in (
            ("kind", list(KINDS.items())),
            ("weight", [(weight.value, label) for weight, label in words.WEIGHTS.items()]),
            ("sector", [(code, labels.sector(code)) for code in sectors]),
        ):
            self.fields[name].choices = [("", _("全部")), *choices]

    def choose(self, waiting: Sequence[Waiting]) -> list[Waiting]:
        given = self.cleaned_data
        asked = {name: given[name] for name in ("kind", "weight", "sector") if given[name]}
        return [
            each
            for each in waiting
            if all(getattr(each, name) == value for name, value in asked.items()) and (each.mine or not given["mine"])
        ]


class SearchForm(Form):
    """Filters of the list; each may be left open."""

    q = forms.CharField(label=gettext_lazy("名称或编号"), max_length=LONGEST, required=False)
    sector = forms.ChoiceField(label=gettext_lazy("部门条线"), required=False)
    batch = forms.ChoiceField(label=gettext_lazy("批次"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)
    keeper = forms.ChoiceField(label=gettext_lazy("维护"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("全部"))]
        sectors = [(code, labels.sector(code)) for code in stewards.choices("sector")]
        batches = [(code, code) for code in stewards.choices("batch")]
        for name, choices in (
            ("sector", sectors),
            ("batch", batches),
            ("state", list(STATES.items())),
            ("keeper", list(KEEPERS.items())),
        ):
            self.fields[name].choices = every + choices

    def search(self) -> Search:
        given = self.cleaned_data
        return Search(
            words=given["q"].strip(),
            sector=given["sector"],
            batch=given["batch"],
            state=given["state"],
            keeper=given["keeper"],
        )
