"""What every form that acts needs: a fresh operation id."""

from __future__ import annotations

from django import template

from tongban.people.ids import uuid7
from tongban.web import clock

register = template.Library()


@register.simple_tag
def operation() -> str:
    """Return a new operation id for one form: pressing its button twice has one effect."""
    return str(uuid7(now=clock.now()))
