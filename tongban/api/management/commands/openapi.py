"""`tongban openapi`: print the description of the JSON door; the copy beside the code is made by it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tongban.api import door


class Command(BaseCommand):
    help = "输出 API 的 OpenAPI 描述"

    def handle(self, **options: Any) -> None:
        self.stdout.write(door.description(), ending="")
