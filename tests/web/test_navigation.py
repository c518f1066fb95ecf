"""Entries brought by other rooms."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from tongban.web import navigation
from tongban.web.navigation import Entry, Shown, Side, Slot

pytestmark = pytest.mark.urls("tests.web.addresses")


def test_an_entry_knows_where_the_reader_is() -> None:
    navigation.install(
        side=Side.PUBLIC, entries=[Entry("样式", "styleguide"), Entry("工作台", "styleguide_staff", "list")]
    )

    assert navigation.shown(RequestFactory().get("/styleguide/staff/"), Side.PUBLIC) == [
        Shown("样式", "/styleguide/", "", ""),
        Shown("工作台", "/styleguide/staff/", "list", "page"),
    ]
    assert [each.current for each in navigation.shown(RequestFactory().get("/styleguide/x/"), Side.PUBLIC)] == [
        "true",
        "",
    ]


def test_an_entry_is_hidden_from_those_who_may_not_see_it() -> None:
    seen = Entry("看得见", "styleguide")
    hidden = Entry("看不见", "styleguide_staff", visible=lambda request: False)
    navigation.install(side=Side.STAFF, entries=[seen, hidden])

    shown = navigation.shown(RequestFactory().get("/"), Side.STAFF)

    assert [each.text for each in shown] == ["看得见"]


def test_an_entry_installed_twice_stands_once() -> None:
    navigation.install(side=Side.FOOTER, entries=[Entry("样式", "styleguide")])
    navigation.install(side=Side.FOOTER, entries=[Entry("样式", "styleguide")])

    assert len(navigation.shown(RequestFactory().get("/"), Side.FOOTER)) == 1


def test_a_slot_is_empty_until_a_room_fills_it() -> None:
    before = navigation.slot(Slot.ACCOUNT)
    navigation.fill(slot=Slot.ACCOUNT, template="people/_account.html")

    assert before == "web/_nothing.html"
    assert navigation.slot(Slot.ACCOUNT) == "people/_account.html"
