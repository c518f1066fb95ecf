"""What is filled in while a case is reviewed, beside opinions and the conclusion? One small form for each act.

Several stand on one page: each has a prefix of its own, so that no two fields share an id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.forms.workbench import LONGEST_REASON, ActForm
from tongban.casework.lamps import PROCEDURES
from tongban.domain.departments import LONGEST_EXTENSION_DAYS, LONGEST_JOINT_EXTENSION_DAYS
from tongban.domain.events import DeliveryMeans, Procedure
from tongban.domain.procedures import LONGEST_PROCEDURE_DAYS
from tongban.web.widgets import Checkboxes, Radios

LONGEST_NAME = 200
LETTER_MEANS = {DeliveryMeans.WINDOW: lazy("直接送达"), DeliveryMeans.POST: lazy("邮寄送达")}
PASSED = {"yes": lazy("合格"), "no": lazy("不合格")}


def words(label: Promise, hint: Promise | str = "", *, required: bool = True, rows: int = 3) -> forms.CharField:
    """A field for sentences. Whether they must be said is the action's question, asked here to answer at once."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class BeginForm(ActForm):
    kind = forms.ChoiceField(
        label=lazy("特别程序"),
        help_text=lazy("行政许可法第四十五条所列，所需时间不计入期限；听证另行告知。"),
        choices=[(kind, PROCEDURES[kind]) for kind in Procedure if kind is not Procedure.HEARING],
    )
    expected_days = forms.IntegerField(
        label=lazy("预计需要的工作日"),
        help_text=lazy("书面告知申请人的时间。"),
        min_value=1,
        max_value=LONGEST_PROCEDURE_DAYS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class EndForm(ActForm):
    kind = forms.ChoiceField(label=lazy("结束哪一项"))
    result = words(lazy("结果"), required=False)

    def __init__(self, *args: Any, lasting: Sequence[Procedure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, PROCEDURES[kind]) for kind in lasting]


class ExtendForm(ActForm):
    days = forms.IntegerField(
        label=lazy("延长几个工作日"),
        help_text=lazy(
            "届满前经负责人批准可延长一次，最多 10 日；同级政府几个部门联合办理、期限 45 日的，最多 15 日。"
        ),
        min_value=1,
        max_value=LONGEST_JOINT_EXTENSION_DAYS,
        initial=LONGEST_EXTENSION_DAYS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    approver = forms.CharField(label=lazy("批准人（负责人姓名和职务）"), max_length=LONGEST_NAME)
    reason = words(lazy("延长的理由"), lazy("告知申请人。"), rows=2)


class SendBackForm(ActForm):
    desks = forms.MultipleChoiceField(label=lazy("请哪些岗位重新提出意见"), required=False, widget=Checkboxes)
    reason = words(lazy("退回的理由"), rows=2)

    def __init__(self, *args: Any, given: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desks"].choices = [(desk, desk) for desk in given]
        if not given:
            del self.fields["desks"]


class DoubtForm(ActForm):
    certificate = forms.ChoiceField(label=lazy("哪一份证照"), widget=Radios())
    finding = words(lazy("核实的情况和理由"), lazy("尚未决定的，写明为什么仍然采信；已经决定的，写明为什么维持。"))

    def __init__(self, *args: Any, doubted: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["certificate"].choices = [(one, one) for one in doubted]
        if len(doubted) == 1:
            self.initial["certificate"] = doubted[0]


class SiteForm(ActForm):
    cases = forms.MultipleChoiceField(label=lazy("核查哪些办件"), widget=Checkboxes)
    officers = forms.MultipleChoiceField(label=lazy("核查人员"), help_text=lazy("两名以上。"), widget=Checkboxes)
    passed = forms.ChoiceField(label=lazy("核查结果"), choices=list(PASSED.items()), widget=Radios)
    record = words(lazy("核查情况"))

    def __init__(
        self, *args: Any, cases: Sequence[tuple[int, str]], officers: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cases"].choices = [(str(index), name) for index, name in cases]
        self.fields["officers"].choices = list(officers)


class InterestedForm(ActForm):
    party = forms.CharField(
        label=lazy("利害关系人"),
        help_text=lazy("决定直接关系其重大利益的人。告知后可陈述意见。"),
        max_length=LONGEST_NAME,
    )


class LetterForm(ActForm):
    letter = forms.ChoiceField(label=lazy("哪一份告知书"), widget=Radios())
    means = forms.ChoiceField(label=lazy("送达方式"), choices=list(LETTER_MEANS.items()), widget=Radios())

    def __init__(self, *args: Any, letters: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["letter"].choices = [(number, number) for number in letters]


class StatementForm(ActForm):
    text = words(lazy("陈述的内容"))


class OwnStatementForm(ActForm):
    text = words(lazy("陈述申辩"), lazy("对审查中的问题作说明、提出理由或意见。"), rows=4)


class RecordForm(ActForm):
    record = words(lazy("听证笔录"), lazy("决定根据笔录作出。"), rows=4)
