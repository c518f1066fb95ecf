"""Which people does the demo know? Those of `data/demo.yaml`, entered by the same actions as anybody else.

The bodies and halls of the three regions stand in `data/bodies.yaml`. A node enters those of the regions it speaks for
alone: others keep theirs.

Loading twice changes nothing: each act carries an operation id derived from its subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from tongban.domain.identifiers import DocumentType
from tongban.domain.regions import lies_in
from tongban.people import actions
from tongban.people.actor import SYSTEM, Actor
from tongban.people.models import Account, Department, Desk, Hall, Window
from tongban.people.roles import Role

DATA = Path(__file__).parent / "data" / "demo.yaml"
BODIES = DATA.with_name("bodies.yaml")


@cache
def read() -> dict[str, Any]:
    """Return the demo people as the file has them."""
    content: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return content


@cache
def read_bodies() -> dict[str, Any]:
    """Return the bodies and halls of the three regions as the file has them."""
    content: dict[str, Any] = yaml.safe_load(BODIES.read_text(encoding="utf-8"))
    return content


def usernames() -> frozenset[str]:
    return frozenset(one["username"] for one in (*read()["persons"], *read()["staff"]))


def is_here(region: str) -> bool:
    """Whether this node speaks for a region."""
    return any(lies_in(region, scope) for scope in settings.REGIONS)


def load(*, now: datetime) -> None:
    """Enter places, people, bodies, mandates, accounts and duties of the regions for which this node speaks."""
    demo = _kept_here(read())
    if is_here(demo["region"]):
        _places(demo)
    _bodies(_kept_here(read_bodies()))
    persons = {one["username"]: _person(one, now) for one in demo["persons"]}
    for one in demo["organisations"]:
        _organisation(one, persons, now)
    for one in demo["mandates"]:
        _mandate(one, demo, persons, now)
    for one in demo["staff"]:
        _on_duty(one, demo, now)


def _kept_here(content: dict[str, Any]) -> dict[str, Any]:
    """Return what of a file is entered on this node.

    A resident belongs where his number was given; whoever holds a passport may come to any node.
    """
    known = {one["uscc"]: one["region"] for one in read()["organisations"]}
    place_of: dict[str, Callable[[dict[str, Any]], str]] = {
        "persons": lambda one: one["number"][:6] if one["type"] == DocumentType.RESIDENT_ID else "",
        "organisations": lambda one: one["region"],
        "mandates": lambda one: known[one["organisation"]],
        "staff": lambda one: one.get("region", content["region"]),
        "bodies": lambda one: one["region"],
        "halls": lambda one: one["region"],
    }

    def kept(name: str, rows: Any) -> Any:
        if name not in place_of:
            return rows
        return [one for one in rows if not place_of[name](one) or is_here(place_of[name](one))]

    return {name: kept(name, rows) for name, rows in content.items()}


def _places(demo: dict[str, Any]) -> None:
    department, hall = _governed(demo["department"]), dict(demo["hall"])
    windows = hall.pop("windows")
    body, _ = Department.objects.update_or_create(code=department.pop("code"), defaults=department)
    for desk in demo["desks"]:
        names = {"name": desk["code"], "name_en": desk["name_en"]}
        Desk.objects.update_or_create(department=body, code=desk["code"], defaults=names)
    place, _ = Hall.objects.update_or_create(code=hall.pop("code"), defaults=hall)
    for number in range(1, windows + 1):
        Window.objects.update_or_create(hall=place, number=number, defaults={"name": "综合窗口"})


def _bodies(bodies: dict[str, Any]) -> None:
    """Enter bodies, halls and windows, however many, in one statement each."""
    names = ["abbreviation", "name", "name_en", "region"]
    own = ["uscc", "government", *names]
    Department.objects.bulk_create(
        [Department(code=one["code"], **{n: one[n] for n in own}) for one in map(_governed, bodies["bodies"])],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=own,
    )
    _desks_of_sectors(bodies)
    Hall.objects.bulk_create(
        [Hall(code=one["code"], **{n: one[n] for n in names}) for one in bodies["halls"]],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=names,
    )
    Window.objects.bulk_create(
        [
            Window(hall_id=one["code"], number=number, name="综合窗口")
            for one in bodies["halls"]
            for number in range(1, one["windows"] + 1)
        ],
        ignore_conflicts=True,
    )


def _governed(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with the government it belongs to: that of its region, unless it is a vertical authority."""
    said = dict(body)
    vertical = said.pop("vertical", False)
    return said | {"government": "" if vertical else said["region"]}


def _desks_of_sectors(bodies: dict[str, Any]) -> None:
    """Give each body the desk of its sector; a bureau of government services decides no cases and has none."""
    desks = {one["code"]: bodies["desks"].get(one["sector"]) for one in bodies["bodies"]}
    deciding = {code: desk for code, desk in desks.items() if desk}
    Desk.objects.bulk_create(
        [
            Desk(department=body, code=desk["code"], name=desk["code"], name_en=desk["name_en"])
            for body in Department.objects.filter(code__in=deciding).order_by("code")
            if (desk := deciding[body.code])
        ],
        ignore_conflicts=True,
    )


def _person(one: dict[str, Any], now: datetime) -> str:
    answer = actions.register_person(
        operation=f"demo/person/{one['username']}",
        actor=SYSTEM,
        document_type=DocumentType(one["type"]),
        number=one["number"],
        name=one["name"],
        phone=one["phone"],
        now=now,
    )
    person: str = answer["person"]
    _account(one["username"], now, person=person)
    return person


def _account(username: str, now: datetime, *, person: str = "", name: str = "") -> Account:
    """Open an account nobody can sign in to by password; the demo signs in by one click."""
    found = Account.objects.filter(username=username).first()
    return found or actions.open_account(
        actor=SYSTEM, username=username, password=None, person=person, name=name, now=now
    )


def _organisation(one: dict[str, Any], persons: dict[str, str], now: datetime) -> None:
    actions.register_organisation(
        operation=f"demo/organisation/{one['uscc']}",
        actor=SYSTEM,
        uscc=one["uscc"],
        name=one["name"],
        region=one["region"],
        legal_representative=persons[one["legal_representative"]],
        now=now,
    )


def _mandate(one: dict[str, Any], demo: dict[str, Any], persons: dict[str, str], now: datetime) -> None:
    """Granted by the legal representative himself, as the action demands."""
    bodies = {body["uscc"]: body["legal_representative"] for body in demo["organisations"]}
    representative = persons[bodies[one["organisation"]]]
    account = Account.objects.get(person=representative.removeprefix("person:"))
    actions.grant_mandate(
        operation=f"demo/mandate/{one['organisation']}/{one['agent']}",
        actor=Actor(id=f"account:{account.pk}", name="", person=representative),
        organisation=f"org:{one['organisation']}",
        agent=persons[one["agent"]],
        matters=one["matters"],
        valid_from=demo["from_on"],
        valid_until=demo["until"],
        now=now,
    )


def _on_duty(one: dict[str, Any], demo: dict[str, Any], now: datetime) -> None:
    role = Role(one["role"])
    account = _account(one["username"], now, name=one["name"])
    for operation, place in _places_of_duty(one, demo):
        actions.appoint(
            operation=operation,
            actor=SYSTEM,
            account=f"account:{account.pk}",
            role=role,
            region=one.get("region", demo["region"]),
            **place,
            valid_from=one.get("from_on", demo["from_on"]),
            now=now,
        )


def _places_of_duty(one: dict[str, Any], demo: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each place somebody serves at, with the operation that appoints him there."""
    operation, role = f"demo/duty/{one['username']}", Role(one["role"])
    if "sectors" in one:
        codes = {body["sector"]: body["code"] for body in read_bodies()["bodies"] if body["region"] == one["region"]}
        for sector in one["sectors"]:
            desk = read_bodies()["desks"][sector]["code"] if role is Role.REVIEWER else ""
            yield f"{operation}/{codes[sector]}", {"department": codes[sector], "desk": desk}
        return
    if "hall" in one:
        yield operation, {"hall": one["hall"]}
        return
    yield (
        operation,
        {
            "hall": demo["hall"]["code"] if role is Role.CLERK else "",
            "department": demo["department"]["code"] if role in (Role.CLERK, Role.REVIEWER) else "",
            "desk": one.get("desk", ""),
        },
    )
