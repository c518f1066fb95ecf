"""What does every page know? Its navigation, its text size and whether this is the demonstration."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tongban.web import navigation
from tongban.web.navigation import Side, Slot
from tongban.web.textsize import text_size


def shell(request: HttpRequest) -> dict[str, object]:
    return {
        "navigation": {side.value: SimpleLazyObject(partial(navigation.shown, request, side)) for side in Side},
        "slots": {slot.value: navigation.slot(slot) for slot in Slot},
        "text_size": text_size(request),
        "demo": settings.DEMO,
        "node": settings.NODE,
    }
