"""How far is a draft filled in, and what is still missing?

One value read from the draft, its plan, its form and the registries; the task list, the pages of the form, the page of
materials and the check before submission all look at it, so that they cannot tell different things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from tongban.casework import drafts, form, promising, recorded, rosters, supplies
from tongban.casework.models import Draft
from tongban.casework.promising import Promised
from tongban.casework.recognising import Offer
from tongban.casework.rosters import Member
from tongban.casework.supplies import Found, LookedUp
from tongban.domain import elements, materials
from tongban.domain.catalogue import Bundle, Catalogue, DataElement, SubjectRole, Topic
from tongban.domain.clock import day_of
from tongban.domain.materials import SupplySource
from tongban.domain.plan import Plan
from tongban.domain.refused import Refused
from tongban.people.actor import Party

REST = Topic("other", "其他填报内容", "Other particulars")
"""Where data elements stand that name no topic of the catalogue."""


class NoSuchTopic(Refused):
    """A page of the form that these answers do not ask for."""

    code = "no_such_topic"
    status = 404


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the form: its topic, its data elements, and which required ones are empty."""

    topic: Topic
    elements: tuple[DataElement, ...]
    missing: tuple[DataElement, ...]
    begun: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A material, or a certificate from outside, that the application asks for once, and what is there of it."""

    code: str
    about: SubjectRole
    matters: tuple[str, ...]
    retrievable: bool
    certificate: bool
    subject: str
    """Id of the person on the roster whose own it is; empty: shared."""
    found: Found | None
    offered: bool
    """A registry or the wallet would supply it if the upload were not there."""
    deferrable: bool = False
    committable: bool = False
    later: bool = False
    """It is promised for later (容缺)."""
    carried: bool = False
    """The upload was taken over from an earlier application, and nobody has confirmed it yet."""
    recognised: Offer | None = None
    """A certificate of another region that was judged for it: it counts, or says which rule failed."""

    @property
    def place(self) -> str:
        return materials.place(self.code, self.subject)

    @property
    def uploaded(self) -> bool:
        return self.found is not None and self.found.supply.source is SupplySource.UPLOAD

    @property
    def committed(self) -> bool:
        return self.found is not None and self.found.supply.source is SupplySource.COMMITMENT


@dataclass(frozen=True)
class Filling:
    draft: Draft
    catalogue: Catalogue
    bundle: Bundle
    planned: Plan
    holder: Party
    now: datetime

    @property
    def today(self) -> date:
        return day_of(self.now)

    @cached_property
    def values(self) -> dict[str, str]:
        """The form's values, with what is known of the holder."""
        return drafts.values(self.draft) | self.known

    @cached_property
    def of_holder(self) -> dict[str, str]:
        return form.of_holder(self.catalogue, self.holder)

    @cached_property
    def recorded(self) -> dict[str, str]:
        """What a registry tells of the holder, by data element."""
        return recorded.of_record(self.catalogue, self.holder, today=self.today)

    @cached_property
    def known(self) -> dict[str, str]:
        """What nobody has to fill in: whom it is for, and what registries tell of him."""
        return self.recorded | self.of_holder

    @property
    def answered(self) -> bool:
        return bool(self.draft.answers)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        known = {topic.code for topic in self.catalogue.topics}
        of_people = {element.code for element in self.roster}
        matters = {case.matter for case in self.planned.cases}
        asked = [one for one in elements.needed(self.catalogue, matters) if one.code not in of_people]
        by_topic: dict[str, list[DataElement]] = {}
        for element in asked:
            by_topic.setdefault(element.topic if element.topic in known else REST.code, []).append(element)
        topics = (*self.catalogue.topics, REST)
        return tuple(self._sheet(topic, by_topic[topic.code]) for topic in topics if topic.code in by_topic)

    @cached_property
    def roster(self) -> tuple[DataElement, ...]:
        """What is asked of each person on the list; empty where the draft is not for others."""
        return rosters.asked(self.draft)

    @cached_property
    def people(self) -> tuple[Member, ...]:
        return rosters.members(self.draft)

    @property
    def nobody_named(self) -> bool:
        return bool(self.roster) and not self.people

    def _sheet(self, topic: Topic, asked: list[DataElement]) -> Sheet:
        missing = tuple(element for element in asked if element.required and not self.values.get(element.code))
        begun = any(self.values.get(element.code) for element in asked if element.code not in self.known)
        return Sheet(topic, tuple(asked), missing, begun)

    def sheet(self, topic: str) -> Sheet:
        """Return one page of the form. Raises NoSuchTopic."""
        found = next((sheet for sheet in self.sheets if sheet.topic.code == topic), None)
        if found is None:
            raise NoSuchTopic("没有这一页填报内容，或者按现在的情况不需要填写。请从任务清单中打开。")
        return found

    @cached_property
    def _given(self) -> dict[str, Found]:
        return _by_code(supplies.uploaded(self.catalogue, self.planned, self.draft.uploads))

    @cached_property
    def _looked_up(self) -> LookedUp:
        about = rosters.with_people(supplies.parties(self.catalogue, self.values, self.holder), self.people)
        return supplies.look_up(
            catalogue=self.catalogue,
            planned=self.planned,
            uploads={},
            consented=self.draft.consented,
            about=about,
            now=self.now,
        )

    @cached_property
    def _offered(self) -> dict[str, Found]:
        return _by_code(self._looked_up.found)

    @cached_property
    def promised(self) -> Promised:
        """What the draft promises for later, or replaces by a commitment, because nothing supplies it."""
        supplied = self._given.keys() | self._offered.keys()
        return promising.of_draft(self.draft, self.planned, self.catalogue, supplied=supplied)

    @cached_property
    def wanted(self) -> tuple[Wanted, ...]:
        """Everything asked, in the order of first need."""
        given, offered = self._given, self._offered
        return (*self._materials(given, offered), *self._certificates(given, offered))

    def _materials(self, given: Mapping[str, Found], offered: Mapping[str, Found]) -> list[Wanted]:
        committed = {supply.material: Found(supply) for supply in self.promised.supplies}
        may_follow = promising.deferrable(self.planned, self.catalogue)
        may_be_replaced = promising.committable(self.planned, self.catalogue)
        return [
            Wanted(
                code=ask.material,
                about=ask.about,
                matters=ask.matters,
                retrievable=ask.retrievable,
                certificate=False,
                subject=ask.subject,
                found=given.get(where) or offered.get(where) or committed.get(where),
                offered=where in offered,
                deferrable=not ask.subject and ask.material in may_follow,
                committable=not ask.subject and ask.material in may_be_replaced,
                later=where in self.promised.deferred,
                carried=self._is_carried(where),
                recognised=self._looked_up.offers.get(where),
            )
            for ask in self.planned.asks
            for where in [materials.place(ask.material, ask.subject)]
        ]

    def _certificates(self, given: Mapping[str, Found], offered: Mapping[str, Found]) -> list[Wanted]:
        return [
            Wanted(
                code=code,
                about=self.catalogue.certificate_types[code].about,
                matters=tuple(dict.fromkeys(case.matter for case in self.planned.cases if code in case.needs)),
                retrievable=False,
                certificate=True,
                subject="",
                found=given.get(code) or offered.get(code),
                offered=code in offered,
                carried=self._is_carried(code),
            )
            for code in materials.certificates_needed(self.planned.cases)
        ]

    def _is_carried(self, code: str) -> bool:
        return bool(self.draft.uploads.get(code, {}).get("carried"))

    @property
    def missing_materials(self) -> tuple[Wanted, ...]:
        return tuple(one for one in self.wanted if one.found is None and not one.later)

    @property
    def missing_elements(self) -> tuple[DataElement, ...]:
        return tuple(element for sheet in self.sheets for element in sheet.missing)

    @property
    def receivable(self) -> bool:
        """Whether it can be handed in as it stands: whom it is about is told, and all can be decided in time."""
        unnamed = self.nobody_named or any(element.identifies for element in self.missing_elements)
        return self.planned.feasible and not unnamed

    @property
    def complete(self) -> bool:
        return not (self.nobody_named or self.missing_elements or self.missing_materials)


def read(draft: Draft, *, holder: Party, now: datetime) -> Filling:
    """Return how far a draft is; the plan is proved as if everything were accepted today."""
    catalogue, bundle = drafts.of_bundle(draft)
    planned = drafts.derive(draft, today=day_of(now))
    return Filling(draft, catalogue, bundle, planned, holder, now)


def _by_code(found: tuple[Found, ...]) -> dict[str, Found]:
    return {materials.place(one.supply.material, one.supply.subject): one for one in found}
