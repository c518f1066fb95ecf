"""What a page says, hides and costs."""

from __future__ import annotations

import html
import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def text(answer: Any) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))).strip()


def hidden(answer: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


def statements(client: Client, address: str) -> int:
    """Count the statements of a page in a process that has served it before."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
