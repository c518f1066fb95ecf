"""What do stewards fill in to record a recognition rule?

Whether the rule may stand is the action's question; materials and matters are named by their codes, as lists of the
catalogue show them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.casework.forms.workbench import ActForm
from tongban.catalogue import calendars, labels, recognised, words
from tongban.catalogue.code_tables import Named
from tongban.domain.agreements import Agreement
from tongban.domain.codes import ServiceObject
from tongban.domain.joint import Effect, Field, RecognitionRule, Scope
from tongban.domain.materials import Basis
from tongban.harmony.forms.batches import LONGEST_TITLE, day
from tongban.harmony.forms.editing import several
from tongban.harmony.forms.parts import line_of_text, lines_of_text
from tongban.web.widgets import Radios

LONGEST_CODE = 60
APART = re.compile(r"[\s,，、;；]+")


def _codes(label: str | Promise, hint: str | Promise) -> forms.CharField:
    return lines_of_text(label, help_text=hint)


class RuleForm(ActForm):
    code = forms.CharField(
        label=gettext_lazy("规则编号"),
        help_text=gettext_lazy("字母、数字和连字符，例如 BJ-RK-2026-01。记录后不能更改。"),
        max_length=LONGEST_CODE,
    )
    agreement = forms.ChoiceField(label=gettext_lazy("依据的协议"))
    document = line_of_text(gettext_lazy("清单或文件"), longest=LONGEST_TITLE, required=True)
    article = line_of_text(gettext_lazy("项或条"), longest=LONGEST_TITLE)
    field = forms.ChoiceField(label=gettext_lazy("类别"), choices=list(recognised.FIELDS.items()))
    certificate = forms.ChoiceField(label=gettext_lazy("证照类型"))
    issued_in = several(gettext_lazy("由哪些地区签发"), labels.PROVINCES.items(), required=True)
    counts_in = forms.ChoiceField(
        label=gettext_lazy("在哪个地区算数"),
        help_text=gettext_lazy("由这个地区在协议中的一方签署。"),
        choices=list(labels.PROVINCES.items()),
    )
    zones = several(gettext_lazy("只在这些功能区"), [])
    subjects = several(gettext_lazy("只对这些对象"), labels.SERVED.items())
    effect = forms.ChoiceField(
        label=gettext_lazy("算什么"), choices=list(recognised.EFFECTS.items()), widget=Radios(), initial=Effect.EVIDENCE
    )
    materials = _codes(gettext_lazy("代替的材料"), gettext_lazy("作为材料的填写：材料代码，用顿号、逗号或空格隔开。"))
    basis = forms.ChoiceField(
        label=gettext_lazy("怎样使用"),
        choices=[(basis.value, text) for basis, text in recognised.BASES.items()],
        widget=Radios(),
        initial=Basis.DUTY,
    )
    matters = _codes(
        gettext_lazy("只用于这些事项"), gettext_lazy("事项编号，用顿号、逗号或空格隔开；不填表示全部事项。")
    )
    permits = lines_of_text(
        gettext_lazy("可以做什么"), help_text=gettext_lazy("不另办证的填写：持证人可以做什么，怎样报告或备案。")
    )
    permits_en = lines_of_text(gettext_lazy("可以做什么（英文）"))
    from_on = day(gettext_lazy("起始日期"))
    until_on = forms.DateField(
        label=gettext_lazy("期满日期"),
        help_text=gettext_lazy("从这一天起不再有效；随协议有效的不填。"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, agreements: Sequence[Agreement], types: Mapping[str, Named], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [("", _("请选择"))]
        self._offer("agreement", [*chosen, *((one.number, f"{one.title}（{one.number}）") for one in agreements)])
        named = ((code, f"{words.told(one, 'name')}（{code}）") for code, one in types.items())
        self._offer("certificate", [*chosen, *named])
        self._offer("zones", [(zone.code, zone.name) for zone in calendars.zones()])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def rule(self) -> RecognitionRule:
        given, effect = self.cleaned_data, Effect(self.cleaned_data["effect"])
        evidence = effect is Effect.EVIDENCE
        return RecognitionRule(
            code=given["code"],
            field=Field(given["field"]),
            certificate=given["certificate"],
            effect=effect,
            issued_in=tuple(given["issued_in"]),
            counts_in=given["counts_in"],
            scope=Scope(zones=tuple(given["zones"]), subjects=tuple(ServiceObject(one) for one in given["subjects"])),
            materials=_split(given["materials"]),
            matters=_split(given["matters"]),
            basis=Basis(given["basis"]) if evidence else Basis.DUTY,
            permits=given["permits"],
            permits_en=given["permits_en"],
            agreement=given["agreement"],
            document=given["document"],
            article=given["article"],
            from_on=given["from_on"],
            until_on=given["until_on"],
        )


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in APART.split(text) if code))
