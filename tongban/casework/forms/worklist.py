"""How is a worklist narrowed, and what is done with the lines that were chosen?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.casework.worklists import STATES, Tab, Wanted
from tongban.domain.clock import Lamp
from tongban.web.forms import Form

LONGEST_NUMBER = 60
LAMPS: dict[str, Promise] = {
    Lamp.PASSED: gettext_lazy("已超法定期限"),
    Lamp.RED: gettext_lazy("已超承诺期限（含已超法定期限）"),
    Lamp.YELLOW: gettext_lazy("将到期"),
    Lamp.GREEN: gettext_lazy("按时"),
}


class NarrowForm(Form):
    """Filters of a list; each may be left open, and what is no choice is left open too."""

    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)
    subject = forms.ChoiceField(label=gettext_lazy("事项"), required=False)
    lamp = forms.ChoiceField(label=gettext_lazy("时限"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("岗位"), required=False)
    free = forms.BooleanField(label=gettext_lazy("只看未领取"), required=False)

    def __init__(
        self,
        *args: Any,
        tab: Tab,
        states: Mapping[str, Promise],
        subjects: Sequence[tuple[str, str]],
        places: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tab = tab
        for name, choices in (
            ("state", [(state, str(states[state])) for state in STATES[tab]]),
            ("subject", list(subjects)),
            ("lamp", [(lamp, str(words)) for lamp, words in LAMPS.items()]),
            ("place", list(places)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("全部")), *choices]
            if len(choices) < 2:
                del self.fields[name]

    @property
    def wanted(self) -> Wanted:
        self.is_valid()
        return replace(Wanted(self.tab), **{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def narrows(self) -> bool:
        return self.wanted != Wanted(self.tab)
