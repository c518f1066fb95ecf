"""`tongban node forms`: print the JSON Schema of all bodies of messages; the copy in the documents is made by it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tongban.exchange import bodies


class Command(BaseCommand):
    help = "输出各类消息正文的 JSON Schema"

    def handle(self, **options: Any) -> None:
        self.stdout.write(bodies.description(), ending="")
