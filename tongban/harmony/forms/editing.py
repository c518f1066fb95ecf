"""What does a steward fill in to describe a matter, and which value does it give?

A standard and an implementation share what four-the-same-one-recognised compares (name, conditions, materials, limits,
result); each adds what is its own. `Editor` holds the parts of one page together: it is made of a value of the kernel,
and gives the next one. What has no field stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.catalogue.queries.stewards import Content
from tongban.domain.catalogue import (
    Contact,
    Implementation,
    Jurisdiction,
    MatterType,
    Regime,
    Source,
    SourceKind,
    Standard,
    Terms,
)
from tongban.domain.codes import BodyNature, Channel, Device, HandlingScope, ResultKind, ServiceObject
from tongban.harmony import words
from tongban.harmony.forms.parts import (
    ConditionRow,
    ConditionRows,
    Known,
    MaterialRow,
    MaterialRows,
    Rows,
    labels,
    limit_fields,
    limit_of,
    line_of_text,
    lines_of_text,
    member,
    put_limit,
    source_of,
)
from tongban.web.forms import Form
from tongban.web.widgets import Checkboxes

MOST_VISITS = 20
LONGEST_DESK = 64
MOST_ROUNDS = 9
MOST_YUAN = 10_000_000
CENTS = 100


def several(label: Any, choices: Iterable[tuple[str, Any]], *, required: bool = False) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=list(choices), required=required, widget=Checkboxes)


class TermsForm(Form):
    """Name, limits and result: what a standard says and a body states."""

    name = line_of_text(gettext_lazy("事项名称"), required=True)
    yields = forms.ChoiceField(label=gettext_lazy("结果证照"), required=False)
    document = line_of_text(gettext_lazy("结果文书"), help_text=gettext_lazy("结果不是证照时填写文书名称。"))
    recognised_in = several(gettext_lazy("结果在何处互认"), words.PROVINCES.items())

    def __init__(self, *args: Any, known: Known, promise: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promise = promise
        none = [("", _("没有，结果是文书"))]
        self.fields["yields"].choices = none + list(known.certificate_types.items())
        put_limit(self, "statutory", _("法定时限"))
        put_limit(self, "promised", _("承诺时限"), required=promise)

    @staticmethod
    def of(terms: Terms) -> dict[str, Any]:
        return {
            "name": terms.name,
            "yields": terms.yields,
            "document": terms.document,
            "recognised_in": list(terms.recognised_in),
            **limit_fields("statutory", terms.statutory),
            **limit_fields("promised", terms.promised),
        }

    def value(self, before: Terms) -> Terms:
        given = self.cleaned_data
        statutory = limit_of(given, "statutory")
        chosen = given["recognised_in"]
        kept = [province for province in before.recognised_in if province in chosen]
        return replace(
            before,
            name=given["name"].strip(),
            yields=given["yields"],
            document=given["document"].strip(),
            recognised_in=(*kept, *(province for province in chosen if province not in kept)),
            statutory=statutory or before.statutory,
            promised=limit_of(given, "promised"),
        )


class StandardForm(Form):
    """What only a standard says."""

    name_en = line_of_text(gettext_lazy("英文名称"))
    matter_type = forms.ChoiceField(label=gettext_lazy("事项类型"), choices=list(words.MATTER_TYPES.items()))
    regime = forms.ChoiceField(label=gettext_lazy("办理方式"), choices=list(words.REGIMES.items()))
    serves = several(gettext_lazy("服务对象"), labels(ServiceObject))
    result = forms.ChoiceField(label=gettext_lazy("结果类型"), choices=labels(ResultKind))
    statutory_article = line_of_text(gettext_lazy("法定时限的依据"))
    promised_article = line_of_text(gettext_lazy("承诺时限的依据"))
    legal_basis = lines_of_text(gettext_lazy("设定依据"), help_text=gettext_lazy("每行一条：法律名称和条款。"))
    quantity_limit = line_of_text(gettext_lazy("数量限制"), help_text=gettext_lazy("没有数量限制时留空。"))
    intermediary = line_of_text(gettext_lazy("法定中介服务"), help_text=gettext_lazy("没有时留空。"))

    @staticmethod
    def of(standard: Standard) -> dict[str, Any]:
        cited = (source.reference for source in standard.legal_basis if source.kind is SourceKind.CITED)
        return {
            "name_en": standard.name_en,
            "matter_type": standard.matter_type.value,
            "regime": standard.regime.value,
            "serves": [each.value for each in standard.serves],
            "result": standard.result.value,
            "statutory_article": standard.statutory_source.reference,
            "promised_article": standard.promised_source.reference,
            "legal_basis": "\n".join(cited),
            "quantity_limit": standard.quantity_limit,
            "intermediary": standard.intermediary,
        }

    def value(self, before: Standard) -> Standard:
        given = self.cleaned_data
        return replace(
            before,
            name_en=given["name_en"].strip(),
            matter_type=MatterType(given["matter_type"]),
            regime=Regime(given["regime"]),
            serves=_ordered(ServiceObject, given["serves"], before.serves),
            result=member(ResultKind, given["result"]),
            statutory_source=source_of(given["statutory_article"], before.statutory_source),
            promised_source=source_of(given["promised_article"], before.promised_source),
            legal_basis=_basis(given["legal_basis"], before.legal_basis),
            quantity_limit=given["quantity_limit"].strip(),
            intermediary=given["intermediary"].strip(),
        )


class OfferForm(Form):
    """What only an implementation says: through which desks, where, how, for how much."""

    deciding_desk = line_of_text(gettext_lazy("决定岗位"), longest=LONGEST_DESK, required=True)
    opinions = lines_of_text(
        gettext_lazy("征求哪些岗位的意见"),
        help_text=gettext_lazy(
            "一行是一轮，同一轮的岗位用顿号隔开、同时征求；上一轮齐了再问下一轮。不征求意见时留空。"
        ),
    )
    implementation_code = line_of_text(
        gettext_lazy("实施编码"), longest=33, help_text=gettext_lazy("31 位，业务办理项 33 位；没有时留空。")
    )
    level = forms.TypedChoiceField(label=gettext_lazy("行使层级"), choices=list(words.LEVELS.items()), coerce=int)
    nature = forms.ChoiceField(label=gettext_lazy("实施主体性质"), choices=labels(BodyNature))
    entrusted_by = line_of_text(gettext_lazy("委托部门"), longest=18, help_text=gettext_lazy("统一社会信用代码。"))
    jurisdiction = forms.ChoiceField(label=gettext_lazy("管辖依据"), choices=list(words.JURISDICTIONS.items()))
    territory = line_of_text(
        gettext_lazy("管辖范围"), longest=40, help_text=gettext_lazy("行政区划代码或功能区代码；留空为本地区。")
    )
    channels = several(gettext_lazy("办理形式"), labels(Channel))
    scope = forms.ChoiceField(label=gettext_lazy("通办范围"), choices=labels(HandlingScope))
    devices = several(gettext_lazy("办理设备"), labels(Device))
    visits = forms.IntegerField(label=gettext_lazy("到现场次数"), min_value=0, max_value=MOST_VISITS)
    visits_reason = line_of_text(gettext_lazy("到现场的原因"))
    fee = forms.DecimalField(
        label=gettext_lazy("收费（元）"),
        min_value=0,
        max_value=MOST_YUAN,
        decimal_places=2,
        help_text=gettext_lazy("不收费填 0。"),
    )
    fee_article = line_of_text(gettext_lazy("收费依据"))
    online_payment = forms.BooleanField(label=gettext_lazy("可以网上支付"), required=False)
    reservation = forms.BooleanField(label=gettext_lazy("可以预约办理"), required=False)
    express = forms.BooleanField(label=gettext_lazy("可以物流快递"), required=False)
    address = line_of_text(gettext_lazy("办理地点"))
    hours = line_of_text(gettext_lazy("办理时间"))
    consulting_phone = line_of_text(gettext_lazy("咨询电话"), longest=60)
    complaint_phone = line_of_text(gettext_lazy("投诉电话"), longest=60)
    online_address = line_of_text(gettext_lazy("网上办理地址"))

    @staticmethod
    def of(offer: Implementation) -> dict[str, Any]:
        plain = {name: getattr(offer, name) for name in _OFFER_SAME}
        contact = {name: getattr(offer.contact, name) for name in _CONTACT}
        return {
            **plain,
            **contact,
            "opinions": "\n".join("、".join(desks) for desks in _rounds(offer)),
            "nature": offer.nature.value,
            "jurisdiction": offer.jurisdiction.value,
            "channels": [each.value for each in offer.channels],
            "scope": offer.scope.value,
            "devices": [each.value for each in offer.devices],
            "fee": f"{offer.fee_cents / CENTS:.2f}",
            "fee_article": offer.fee_source.reference,
        }

    def clean_opinions(self) -> list[list[str]]:
        """Return the desks of each round. Refuses a desk that is named twice, or too long a name."""
        lines = (re.split(r"[、,，]", line) for line in self.cleaned_data["opinions"].splitlines())
        rounds = [named for line in lines if (named := [desk.strip() for desk in line if desk.strip()])]
        desks = [desk for one in rounds for desk in one]
        twice = next((desk for desk in desks if desks.count(desk) > 1), "")
        if twice:
            raise forms.ValidationError(_("“%(desk)s”写了两次。每个岗位只征求一次意见，请删去一处。") % {"desk": twice})
        if any(len(desk) > LONGEST_DESK for desk in desks):
            raise forms.ValidationError(
                _("岗位名称不能超过 %(most)d 个字。同一轮的岗位请用顿号隔开。") % {"most": LONGEST_DESK}
            )
        if len(rounds) > MOST_ROUNDS:
            raise forms.ValidationError(_("最多 %(most)d 轮。请合并后再保存。") % {"most": MOST_ROUNDS})
        return rounds

    def value(self, before: Implementation) -> Implementation:
        given = self.cleaned_data
        rounds = given["opinions"]
        asked = {} if rounds == _rounds(before) else _in_rounds(rounds)
        return replace(
            before,
            **{name: given[name] for name in _OFFER_SAME},
            **asked,
            nature=member(BodyNature, given["nature"]),
            jurisdiction=Jurisdiction(given["jurisdiction"]),
            channels=_ordered(Channel, given["channels"], before.channels),
            scope=member(HandlingScope, given["scope"]),
            devices=_ordered(Device, given["devices"], before.devices),
            fee_cents=int(given["fee"] * CENTS),
            fee_source=source_of(given["fee_article"], before.fee_source),
            contact=Contact(**{name: given[name].strip() for name in _CONTACT}),
        )


_OFFER_SAME = (
    "deciding_desk",
    "implementation_code",
    "level",
    "entrusted_by",
    "territory",
    "visits",
    "visits_reason",
    "online_payment",
    "reservation",
    "express",
)
"""Fields of an implementation that are text, numbers or yes and no, under the same name."""

_CONTACT = ("address", "hours", "consulting_phone", "complaint_phone", "online_address")


def _rounds(offer: Implementation) -> list[list[str]]:
    """Return the desks that give opinions, round by round; without steps all are asked at once."""
    steps = offer.opinion_steps or (1,) * len(offer.opinion_desks)
    asked = list(zip(offer.opinion_desks, steps, strict=True))
    return [[desk for desk, one in asked if one == step] for step in sorted(set(steps))]


def _in_rounds(rounds: list[list[str]]) -> dict[str, Any]:
    """Return the desks and their steps; of a single round nothing is said."""
    desks = tuple(desk for one in rounds for desk in one)
    steps = tuple(step for step, one in enumerate(rounds, start=1) for _desk in one)
    return {"opinion_desks": desks, "opinion_steps": steps if len(rounds) > 1 else ()}


def _ordered(kind: Any, chosen: Iterable[str], before: tuple[Any, ...]) -> tuple[Any, ...]:
    """Keep the order in which it stood: ticking boxes is no reason for another version."""
    members = [member(kind, value) for value in chosen]
    kept = [each for each in before if each in members]
    return (*kept, *(each for each in members if each not in kept))


def _basis(lines: str, before: tuple[Source, ...]) -> tuple[Source, ...]:
    cited = tuple(Source(SourceKind.CITED, line.strip()) for line in lines.splitlines() if line.strip())
    return (*cited, *(source for source in before if source.kind is SourceKind.COMPOSED and not cited))


@dataclass(frozen=True)
class Editor:
    """All parts of one page of editing."""

    before: Content
    terms: TermsForm
    own: StandardForm | OfferForm
    conditions: Rows
    materials: Rows

    @classmethod
    def of(cls, content: Content, *, standard: Standard | None, known: Known, data: Mapping[str, Any] | None) -> Editor:
        """Make the page's parts; `standard` gives the words of an implementation that states nothing itself."""
        terms = terms_of(content, standard)
        is_standard = isinstance(content, Standard)
        own = StandardForm if is_standard else OfferForm
        return cls(
            before=content,
            terms=TermsForm(data, initial=TermsForm.of(terms), known=known, promise=not is_standard, prefix="terms"),
            own=own(data, initial=own.of(content), prefix="own"),  # type: ignore[arg-type]
            conditions=ConditionRows(
                data, initial=[ConditionRow.of(each) for each in terms.conditions], known=known, prefix="conditions"
            ),
            materials=MaterialRows(
                data,
                initial=[MaterialRow.of(each, known) for each in terms.requirements],
                known=known,
                prefix="materials",
            ),
        )

    @property
    def parts(self) -> tuple[Any, ...]:
        return (self.terms, self.own, self.conditions, self.materials)

    def is_valid(self) -> bool:
        """Every part is asked, so that all mistakes are told at once."""
        return False not in {part.is_valid() for part in self.parts}

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Yield each mistake with the id of its field and its label."""
        rows = [
            (form, _("受理条件第 %(number)d 条") if part is self.conditions else _("材料第 %(number)d 项"), number)
            for part in (self.conditions, self.materials)
            for number, form in enumerate(part.forms, start=1)
        ]
        for form, place, number in [(self.terms, "", 0), (self.own, "", 0), *rows]:
            for field in form:
                for error in field.errors:
                    own = "" if field.is_hidden else str(field.label)
                    label = _("：").join(filter(None, (place % {"number": number} if place else "", own)))
                    yield field.id_for_label or f"{field.auto_id}_0", label, str(error)
        for part in (self.conditions, self.materials):
            for error in part.non_form_errors():
                yield part.prefix, "", str(error)

    def value(self, standard: Standard | None) -> Content:
        """Return what the valid parts say together."""
        terms = replace(
            self.terms.value(terms_of(self.before, standard)),
            conditions=self.conditions.values(),
            requirements=self.materials.values(),
        )
        if isinstance(self.before, Standard) and isinstance(self.own, StandardForm):
            return saying(self.own.value(self.before), terms)
        if isinstance(self.before, Implementation) and isinstance(self.own, OfferForm):
            promised = terms.promised or self.before.promised
            silent = self.before.stated is None and terms == terms_of(self.before, standard)
            return replace(self.own.value(self.before), stated=None if silent else terms, promised=promised)
        raise TypeError("the parts of an editor belong to one kind of description")


def saying(standard: Standard, terms: Terms) -> Standard:
    """Return the standard with these terms."""
    return replace(standard, **{name: getattr(terms, name) for name in Terms.__dataclass_fields__})


def terms_of(content: Content, standard: Standard | None) -> Terms:
    """Return what the description says of what is compared; an implementation may leave that to the standard."""
    if isinstance(content, Standard):
        return content.terms
    if content.stated is not None:
        return content.stated
    if standard is None:
        raise ValueError(f"{content.matter}: an implementation that states nothing needs a standard")
    return replace(standard.terms, promised=content.promised)
