"""What do the pages of the catalogue show? Plain values for the components of the page shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.catalogue import calendars, words
from tongban.catalogue.queries import Delegated
from tongban.domain import plan
from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    DataElement,
    Delegation,
    Implementation,
    Item,
    Material,
    Source,
    Standard,
)
from tongban.domain.clock import due_pair
from tongban.domain.plan import Plan
from tongban.web import lanes
from tongban.web.values import Answer, Figure


@dataclass(frozen=True, slots=True)
class Offered:
    """A matter as a bundle lists it."""

    item: Item
    standard: Standard
    implementation: Implementation
    when: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A material of a bundle, with how many matters it serves."""

    material: Material
    serves: int


@dataclass(frozen=True, slots=True)
class TopicOf:
    """One page of the form and what it asks."""

    name: str
    elements: tuple[DataElement, ...]


def by_category(catalogue: Catalogue, bundle: Bundle) -> list[tuple[str, list[Offered]]]:
    """Return each category in the reader's language with its matters."""
    listed: dict[str, list[Offered]] = {}
    for item in bundle.items:
        offered = Offered(
            item,
            catalogue.standards[item.matter],
            catalogue.implementations[item.matter],
            words.when(item.when, bundle),
        )
        listed.setdefault(item.category, []).append(offered)
    names = {category.name: words.told(category, "name") for category in bundle.categories}
    return [(names.get(category, category), matters) for category, matters in listed.items()]


def figures(derived: Plan) -> list[Figure]:
    """What asking for everything together saves, each with its definition."""
    count = derived.figures
    found = [
        Figure(
            _("要交的材料"),
            str(count.materials_asked_without_sharing),
            _("份"),
            _("每份材料只交一次的份数；逐项申请时，每个事项各要各的，加起来是分母。"),
            _("逐项申请要交 %(count)d 份") % {"count": count.materials_one_by_one},
        ),
        Figure(
            _("可以免交"),
            str(count.materials_asked_without_sharing - count.materials_asked_with_sharing),
            _("份"),
            _("由登记部门的数据共享取得的材料。取不到的，仍由申请人上传。"),
            _("共 %(count)d 份材料") % {"count": count.materials_asked_without_sharing},
        ),
    ]
    if count.parallel_working_days is not None:
        found.append(
            Figure(
                _("全部办结"),
                str(count.parallel_working_days),
                _("个工作日"),
                _("同时受理、同步审核时，最后一项作出决定的承诺工作日；分母是各项承诺时限之和。"),
                _("一项接一项办要 %(days)d 个工作日") % {"days": count.serial_working_days},
            )
        )
    return found


def shared(catalogue: Catalogue, derived: Plan) -> list[Shared]:
    return [Shared(catalogue.materials[ask.material], len(ask.matters)) for ask in derived.asks]


def topics(catalogue: Catalogue, derived: Plan) -> list[TopicOf]:
    """Return the pages of the form for the matters of a plan."""
    wanted = {code for case in derived.cases for code in catalogue.standards[case.matter].elements}
    pages = (
        TopicOf(
            words.told(topic, "name"),
            tuple(e for e in catalogue.elements.values() if e.topic == topic.code and e.code in wanted),
        )
        for topic in catalogue.topics
    )
    return [page for page in pages if page.elements]


def picture(catalogue: Catalogue, derived: Plan, *, today: date) -> lanes.Drawing:
    """Draw how the cases would run if they were received and accepted today."""
    calendar = calendars.load()
    ends = {}
    for case in derived.cases:
        pair = due_pair(
            promised=case.promised,
            statutory=case.statutory,
            received_on=today,
            accepted_on=today,
            calendar=calendar,
            provisional=True,
        )
        assert pair.promised is not None  # nothing is paused, and both beginnings are known
        ends[case.matter] = pair.promised
    names = {case.index: case.matter for case in derived.cases}
    issued = _issued({case.matter: ends[case.matter].day for case in derived.cases}, derived, names)
    drawn = [
        lanes.Lane(
            key=case.matter,
            name=words.told(catalogue.standards[case.matter], "name"),
            department=case.deciding_desk,
            spans=(
                lanes.Span(lanes.SpanKind.PLANNED, min(today, issued[case.matter]), issued[case.matter], _("审核")),
            ),
            knots=tuple(lanes.Knot(names[index], _certificate(catalogue, names[index])) for index in case.awaits),
            state="none",
            state_text=words.limit(case.promised),
            due_on=ends[case.matter].day,
            supplied_on=issued[case.matter],
            provisional=ends[case.matter].provisional,
            href=reverse("catalogue:guide", args=[case.matter]),
        )
        for case in derived.cases
    ]
    last = max(max(issued.values()), max(end.day for end in ends.values()))
    days = [today + timedelta(days=number) for number in range((last - today).days + 1)]
    return lanes.draw(drawn, [lanes.Day(day, not calendar.counts(day, provisional=True)) for day in days], today)


def _issued(own: Mapping[str, date], derived: Plan, names: Mapping[int, str]) -> dict[str, date]:
    """A certificate is issued on the later of the case's own day and the day of the last one it awaits."""
    issued: dict[str, date] = {}
    waiting = list(derived.cases)
    while waiting:
        ready = [case for case in waiting if all(names[index] in issued for index in case.awaits)]
        for case in ready:
            issued[case.matter] = max([own[case.matter], *(issued[names[index]] for index in case.awaits)])
        waiting = [case for case in waiting if case not in ready]
    return issued


def _certificate(catalogue: Catalogue, matter: str) -> str:
    return words.told(catalogue.certificate_types[catalogue.standards[matter].yields], "name")


def defaults(catalogue: Catalogue, bundle: Bundle) -> Plan:
    return plan.derive(catalogue, bundle, {})


# --- Delegations ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Matters that one act brought from one level, on the same terms."""

    origin: str
    from_on: str
    source: Source
    facts: tuple[Answer, ...]
    delegated: tuple[Delegated, ...]


def by_origin(delegated: list[Delegated]) -> list[Group]:
    """Return the delegations by the level they came from, the fewest first; other terms make another group."""
    groups: dict[Delegation, list[Delegated]] = {}
    for each in delegated:
        groups.setdefault(replace(each.delegation, matter="", from_body=""), []).append(each)
    return sorted((_group(terms, rows) for terms, rows in groups.items()), key=lambda group: len(group.delegated))


def _group(terms: Delegation, delegated: list[Delegated]) -> Group:
    facts = (
        Answer(_("方式"), terms.kind),
        Answer(_("依据文件"), terms.document),
        Answer(_("交给谁"), terms.to_body),
        Answer(_("以谁的名义"), terms.in_whose_name),
        Answer(_("盖谁的章"), terms.seal_of),
    )
    return Group(terms.origin, terms.from_on, terms.source, facts, tuple(delegated))
