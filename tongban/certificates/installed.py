"""What is the page made of that verifies without the network? A page in each language, and all that both load.

A browser keeps what the worker names, under the digest of it all: with another release, or another root, the digest is
another one, and the browser fetches everything anew. The page brings the roots with it: a browser pins those that came
with the first page it kept, and from then on only what they have signed counts.

Source: W3C Service Workers; W3C Web Application Manifest.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from tongban.catalogue import labels
from tongban.certificates import speech
from tongban.crypto import base64url
from tongban.keys import trust

TEMPLATE = "certificates/offline.html"
MODULES = Path(__file__).parent / "static" / "certificates" / "verifying"
WORKER = MODULES / "worker.js"
READER = ("web/vendor/qr/decode.js", "web/vendor/qr/index.js")
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
_LOADS = re.compile(rf'(?:href|src)="{re.escape(settings.STATIC_URL)}([^"#]+)"')


def page(*, now: datetime) -> dict[str, Any]:
    """Return what the page shows in the language of the moment."""
    lists = trust.current(now=now).lists
    return {
        "demo": settings.DEMO,
        "language": get_language(),
        "other": next((code, name) for code, name in settings.LANGUAGES if code != get_language()),
        "data": {
            "speech": speech.speech(),
            "notes": speech.notes(),
            "words": speech.words(),
            "regions": {one.region: labels.province(one.region) for one in lists},
            "worker": reverse("certificates:offline_worker"),
            "scope": reverse("certificates:offline"),
            "lists": {
                "roots": [base64url.encode(root.encoded) for one in lists for root in one.roots],
                "trust": reverse("certificates:trust_list"),
                "status": reverse("certificates:status_lists"),
                "states": speech.states(),
            },
        },
    }


def worker(*, now: datetime) -> str:
    """Return the script of the worker, with the names of what it keeps and the digest of that before it."""
    pages = {}
    for language in LANGUAGES:
        with override(language):
            pages[reverse("certificates:offline_page", args=[language])] = render_to_string(TEMPLATE, page(now=now))
    loaded = {name for text in pages.values() for name in _LOADS.findall(text)}
    files = sorted({*loaded, *READER, *_modules()})
    digest = hashlib.sha256(WORKER.read_bytes())
    for part in (*pages.values(), *map(_digest, files)):
        digest.update(hashlib.sha256(part.encode()).digest())
    kept = json.dumps([*pages, *(static(name) for name in files)])
    return f'const VERSION = "{digest.hexdigest()[:16]}";\nconst KEPT = {kept};\n{WORKER.read_text(encoding="utf-8")}'


def manifest() -> dict[str, Any]:
    """Return what a device asks that puts the page among its programs."""
    return {
        "name": _("证照离线核验"),
        "short_name": _("离线核验"),
        "lang": get_language(),
        "start_url": reverse("certificates:offline_page", args=[get_language()]),
        "scope": reverse("certificates:offline"),
        "id": reverse("certificates:offline"),
        "display": "standalone",
        "theme_color": "#14509A",
        "background_color": "#F4F6F9",
        "icons": [{"src": static("web/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }


def _modules() -> Sequence[str]:
    return [f"certificates/verifying/{file.name}" for file in MODULES.glob("*.js") if file != WORKER]


@cache
def _digest(name: str) -> str:
    """Of a file that comes with the release; while the node runs it does not change."""
    return hashlib.sha256(Path(str(finders.find(name))).read_bytes()).hexdigest()
