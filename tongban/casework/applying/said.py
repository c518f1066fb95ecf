"""How are the parts of a draft called, and where do they stand?"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.casework import words
from tongban.casework.filling import Filling, Wanted


def at(one: Filling, page: str, *args: str) -> str:
    return reverse(f"casework:{page}", args=[one.draft.id, *args])


def called(one: Filling) -> dict[str, str]:
    return {each.id: each.name for each in one.people}


def category_of(one: Filling, name: str) -> str:
    return next((words.spoken(each.name, each.name_en) for each in one.bundle.categories if each.name == name), name)


def name_of(one: Filling, wanted: Wanted) -> str:
    """Return what a material is called, with the person whose own it is."""
    return words.of_person(words.material(one.catalogue, wanted.code), called(one).get(wanted.subject, ""))


def taken_over(one: Filling) -> str:
    return _("沿用自 {number}").format(number=one.draft.carried_from)
