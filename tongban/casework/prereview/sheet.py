"""What does the hall read of a draft that it pre-reviews, and on what can it remark?

Each data element, material and condition of the version that the draft is filled in by is one item, with what stood
there when pre-review was asked for. Personal values are masked until somebody asks to see them; every reading is
recorded. What was taken back or handed in is not read here any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from tongban.casework import reading, words
from tongban.casework.filling import REST
from tongban.casework.prereview import queries, snapshot
from tongban.casework.prereview.snapshot import Snapshot
from tongban.casework.reading import NoSuchMaterial
from tongban.catalogue import queries as catalogue_queries
from tongban.domain import elements, plan, prereview
from tongban.domain.catalogue import Bundle, Catalogue, DataElement
from tongban.domain.events import Remark, Target, TargetKind
from tongban.domain.materials import SupplySource, certificates_needed
from tongban.domain.plan import Plan
from tongban.domain.prereview import PreReview, Round
from tongban.journal.actions import record_reads
from tongban.keys import actions as keys
from tongban.people.actor import Actor


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be remarked on. `missing`: it is asked and was not there."""

    target: Target
    label: str
    value: str
    note: str
    missing: bool
    uploaded: bool
    earlier: str
    """What the last answered pre-review said of it."""
    remark: str
    """What this one says of it; empty while it is open, and where it was found fine."""

    @property
    def field(self) -> str:
        return prereview.field_of(self.target)


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Sheet:
    pre_review: PreReview
    asked: Round
    catalogue: Catalogue
    bundle: Bundle

    @classmethod
    def open(cls, draft: str, number: int, *, actor: Actor) -> Sheet:
        """Open a request that concerns the actor. Raises NoSuchPreReview."""
        found, asked = queries.seen_by(draft, number, actor=actor)
        catalogue, bundle = catalogue_queries.catalogue_of(asked.bundle, asked.bundle_version)
        return cls(found, asked, catalogue, bundle)

    @property
    def readable(self) -> bool:
        return self.asked.state in queries.READABLE

    @cached_property
    def planned(self) -> Plan:
        return plan.derive(self.catalogue, self.bundle, dict(self.asked.answers), only=self.asked.matters)

    @cached_property
    def snapshot(self) -> Snapshot:
        return snapshot.unseal(self.asked.snapshot)

    def took_a_look(self, *, actor: Actor, what: str, now: datetime) -> None:
        """Write down that a member of staff read personal data of the draft's holder."""
        about = f"prereview {self.pre_review.draft} {self.asked.number} {what}"
        record_reads(actor=actor.id, about=[self.pre_review.holder], what=about, at=now)

    def uploaded(self, material: str) -> str:
        """Return the digest of an uploaded file. Raises NoSuchMaterial."""
        digest = self.snapshot.upload(material) if self.readable else ""
        if not digest:
            raise NoSuchMaterial("没有这份上传材料，或者预审已经撤回或结束。请从预审页面的材料列表打开。")
        return digest

    # --- items --------------------------------------------------------------------------------------------------------

    def items(self) -> list[Item]:
        """Return everything that may be remarked on, masked."""
        return [item for group in self.groups(in_clear=False) for item in group.items]

    def groups(self, *, in_clear: bool) -> list[Group]:
        """Return what was filled in by topic, then the materials, then each matter's conditions."""
        matters = [case.matter for case in self.planned.cases]
        return [
            *self._topics(elements.needed(self.catalogue, matters), in_clear=in_clear),
            Group(_("申请材料"), tuple(self._materials())),
            *(
                Group(
                    _("受理条件：{matter}").format(matter=words.matter(self.catalogue, matter)),
                    tuple(self._conditions(matter)),
                )
                for matter in matters
                if self.catalogue.standards[matter].conditions
            ),
        ]

    @property
    def holds_personal(self) -> bool:
        held = reading.as_held(self.catalogue, self.pre_review.holder)
        return reading.holds_personal(held, [case.matter for case in self.planned.cases])

    def _topics(self, asked: Iterable[DataElement], *, in_clear: bool) -> list[Group]:
        held = reading.as_held(self.catalogue, self.pre_review.holder).elements
        by_topic: dict[str, list[Item]] = {}
        for element in asked:
            raw = self.snapshot.values.get(element.code, "")
            shown = reading.value(held[element.code], raw, in_clear=in_clear)
            by_topic.setdefault(element.topic, []).append(
                self._item(Target(TargetKind.ELEMENT, element.code), words.element(element), shown or _("未填写"))
            )
        names = {topic.code: words.spoken(topic.name, topic.name_en) for topic in self.catalogue.topics}
        known = [Group(names[code], tuple(by_topic.pop(code))) for code in names if code in by_topic]
        return known + [Group(words.spoken(REST.name, REST.name_en), tuple(rest)) for rest in by_topic.values()]

    def _materials(self) -> Iterable[Item]:
        serves = {ask.material: ask.matters for ask in self.planned.asks}
        for code in certificates_needed(self.planned.cases):
            serves[code] = tuple(case.matter for case in self.planned.cases if code in case.needs)
        for code, matters in serves.items():
            supply = self.snapshot.supply(code)
            note = words.listed([words.matter(self.catalogue, matter) for matter in matters[:3]])
            if len(matters) > 3:
                note = _("{matters}等 {count} 个事项").format(matters=note, count=len(matters))
            yield self._item(
                Target(TargetKind.MATERIAL, code),
                words.material(self.catalogue, code),
                str(words.SOURCES[supply.source]) if supply else _("未提供"),
                note=_("用于：{matter}").format(matter=note),
                uploaded=supply is not None and supply.source is SupplySource.UPLOAD,
            )

    def _conditions(self, matter: str) -> Iterable[Item]:
        for place, condition in enumerate(self.catalogue.standards[matter].conditions, start=1):
            yield self._item(
                Target(TargetKind.CONDITION, str(place), matter),
                words.spoken(condition.text, condition.text_en),
                "",
                note=words.cited(condition.source),
            )

    def _item(self, target: Target, label: str, value: str, *, note: str = "", uploaded: bool = False) -> Item:
        return Item(
            target=target,
            label=label,
            value=value,
            note=note,
            missing=target in self.asked.missing,
            uploaded=uploaded,
            earlier=self._earlier.get(target, ""),
            remark=self._said.get(target, ""),
        )

    @cached_property
    def _said(self) -> Mapping[Target, str]:
        return in_words(self.asked.remarks)

    @cached_property
    def _earlier(self) -> Mapping[Target, str]:
        """What was remarked when the hall answered last before this request."""
        before = [one for one in self.pre_review.rounds[: self.asked.number - 1] if one.readiness]
        return in_words(before[-1].remarks) if before else {}


def in_words(remarks: tuple[Remark, ...]) -> dict[Target, str]:
    """Return what each remark says. Raises Erased."""
    opened = keys.unseal_many([remark.words for remark in remarks])
    return {remark.target: text.decode() for remark, text in zip(remarks, opened, strict=True)}
