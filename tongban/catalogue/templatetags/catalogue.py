"""How do values of the catalogue read on a page? `{% load catalogue %}`."""

from __future__ import annotations

from datetime import date

from django import template

from tongban.catalogue import labels, words
from tongban.domain.offers import ReformMode

register = template.Library()

register.filter("told", words.told)
register.filter("limit_text", words.limit)
register.filter("matter_type_text", words.matter_type)
register.filter("subject_text", words.subject)


@register.filter
def reform_text(mode: ReformMode) -> str:
    return str(labels.REFORMS[mode])


@register.filter
def day(text: str) -> date:
    return date.fromisoformat(text)
