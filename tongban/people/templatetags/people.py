"""What pages of people need in a template: matters in words, a fresh operation id."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from tongban.people.forms import matters_in_words
from tongban.people.ids import uuid7
from tongban.web import clock

register = template.Library()


@register.simple_tag
def matters(codes: Sequence[str]) -> str:
    return matters_in_words(codes)


@register.simple_tag
def operation() -> str:
    """Return a new operation id for one form: pressing its button twice has one effect."""
    return str(uuid7(now=clock.now()))
