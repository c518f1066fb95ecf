"""What do the pages of people say? Facts in the reader's words, from the values the queries return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tongban.domain import masks
from tongban.domain.identifiers import DocumentType
from tongban.people import demo, queries
from tongban.people.actor import Absent, Actor
from tongban.people.forms import DOCUMENTS, in_words, names_of_matters
from tongban.people.models import Account, Duty
from tongban.people.queries import Colleague, MandateView
from tongban.people.roles import Role
from tongban.web.values import Answer

ROLES: dict[Role, Promise] = {
    Role.CLERK: gettext_lazy("窗口人员"),
    Role.REVIEWER: gettext_lazy("审查人员"),
    Role.STEWARD: gettext_lazy("事项管理员"),
    Role.SUPERVISOR: gettext_lazy("效能监察员"),
    Role.ADMINISTRATOR: gettext_lazy("系统管理员"),
}


def about(actor: Actor, account: Account) -> list[Answer]:
    """Return who is signed in; the document number masked."""
    facts = [Answer(_("姓名"), actor.name), Answer(_("用户名"), account.username)]
    if account.person is not None:
        document_type = DocumentType(account.person.document_type)
        facts.append(
            Answer(str(dict(DOCUMENTS)[document_type]), masks.number(document_type, queries.number_of(account.person)))
        )
    if actor.party is not None:
        whom = _("本人") if actor.party.id == actor.person else actor.party.name
        facts.append(Answer(_("现在代表"), whom, reverse("people:acting_for")))
    return facts


def duties(account: Account, *, today: date) -> list[Answer]:
    """Return each duty with its place."""
    return [Answer(str(ROLES[Role(duty.role)]), _place(duty)) for duty in queries.places(account=account, today=today)]


def stood_in_for(actor: Actor) -> list[Answer]:
    """Return each duty that the actor does today for somebody away."""
    return [
        Answer(str(ROLES[duty.role]), " · ".join(filter(None, [_for(duty.absent), duty.desk])))
        for duty in actor.duties
        if duty.absent
    ]


def _for(absent: Absent) -> str:
    return _("代{name}").format(name=absent.name)


def _place(duty: Duty) -> str:
    named = [place for place in (duty.hall, duty.department, duty.desk) if place is not None]
    return " · ".join(in_reader_language(place.name, place.name_en) for place in named) or duty.region


def in_reader_language(name: str, name_en: str) -> str:
    return name_en if get_language() == "en" and name_en else name


@dataclass(frozen=True, slots=True)
class MandateRow:
    mandate: MandateView
    matters: str


def mandate_rows(actor: Actor, *, today: date) -> list[MandateRow]:
    """Return the mandates somebody granted, their matters in words."""
    granted = queries.mandates_granted(person=actor.person, today=today) if actor.person else ()
    names = names_of_matters() if any(one.matters for one in granted) else {}
    return [MandateRow(one, in_words(one.matters, names)) for one in granted]


def choices(colleagues: Sequence[Colleague]) -> list[tuple[str, str]]:
    """Return colleagues as the options of a field, each with where he works."""
    return [
        (one.id, _("{name}（{places}）").format(name=one.name, places=_("、").join(map(_post, one.duties))))
        for one in colleagues
    ]


def _post(duty: Duty) -> str:
    """Return the desk of a reviewer, the hall or department of a clerk."""
    place = duty.desk or duty.hall or duty.department
    return in_reader_language(place.name, place.name_en) if place else duty.region


@dataclass(frozen=True, slots=True)
class DemoPerson:
    username: str
    name: str
    can: str


@dataclass(frozen=True, slots=True)
class DemoGroup:
    title: str
    hint: str
    people: tuple[DemoPerson, ...]


def demo_groups() -> list[DemoGroup]:
    """Return the demo people of this node by what they do, each with a sentence. One statement."""
    known = set(Account.objects.filter(username__in=demo.usernames()).values_list("username", flat=True))
    persons, staff = ([one for one in demo.read()[kind] if one["username"] in known] for kind in ("persons", "staff"))

    def group(title: str, hint: str, people: Iterable[dict[str, Any]]) -> DemoGroup:
        return DemoGroup(title, hint, tuple(map(_demo_person, people)))

    at_desks = (Role.CLERK, Role.REVIEWER)
    groups = [
        group(_("申请人"), _("企业的法定代表人、受托人，以及个人"), persons),
        group(_("窗口"), _("综合窗口，收件和受理"), (one for one in staff if one["role"] == Role.CLERK)),
        group(
            _("审查岗位"),
            _("每个岗位两人，同时审查，各自签署"),
            (one for one in staff if one["role"] == Role.REVIEWER),
        ),
        group(_("管理"), _("标准、效能、系统"), (one for one in staff if one["role"] not in at_desks)),
    ]
    return [one for one in groups if one.people]


def _demo_person(one: dict[str, Any]) -> DemoPerson:
    desk = next((desk for desk in demo.read()["desks"] if desk["code"] == one.get("desk")), None)
    can = in_reader_language(one["can"], one["can_en"])
    if desk is not None:
        can = _("{desk}：{can}").format(desk=in_reader_language(desk["code"], desk["name_en"]), can=can)
    return DemoPerson(one["username"], one["name"], can)
