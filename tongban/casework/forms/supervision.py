"""What does a supervisor write when he closes a supervision case?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from tongban.casework.forms.procedures import words
from tongban.casework.forms.workbench import ActForm


class CloseForm(ActForm):
    finding = words(lazy("核实情况和处理意见"), lazy("写明迟延的原因、责任和改进要求；办理岗位能看到。"), rows=4)
