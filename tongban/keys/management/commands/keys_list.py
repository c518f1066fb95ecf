"""`tongban keys list`: roots and certified keys of this node, and what of them ends soon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand

from tongban.domain.clock import day_of
from tongban.keys.actions.authorities import RENEWED_BEFORE
from tongban.keys.models import KeyCertificate, LicensedCertificate
from tongban.keys.purposes import Purpose
from tongban.web import clock


class Command(BaseCommand):
    help = "列出本节点的根证书和机关证书，标出 90 天内到期的"

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        rows = KeyCertificate.objects.filter(valid_until__gt=now, valid_from__lte=now).select_related("key")
        for row in rows.order_by("key__region", "valid_from", "id"):
            kind = "根证书" if row.key.purpose == Purpose.AUTHORITY else row.key.purpose
            state = _state(row, now)
            words = (row.key.region, row.key_id, row.key.algorithm, kind, row.key.name)
            self.stdout.write("  ".join((*words, f"至 {day_of(row.valid_until)}", state)).rstrip())
        for one in LicensedCertificate.objects.filter(valid_until__gt=now, valid_from__lte=now).select_related("key"):
            state = "即将到期" if one.valid_until < now + RENEWED_BEFORE else ""
            words = (one.key.region, one.key_id, one.key.algorithm, f"由“{one.issuer}”认证", one.key.name)
            self.stdout.write("  ".join((*words, f"至 {day_of(one.valid_until)}", state)).rstrip())


def _state(row: KeyCertificate, now: datetime) -> str:
    key = row.key
    if key.retired_at:
        return "已停用" if key.retired_at <= now else f"用到 {day_of(key.retired_at - timedelta(microseconds=1))}"
    if key.valid_from > now:
        return f"自 {day_of(key.valid_from)} 起用"
    return "即将到期" if row.valid_until < now + RENEWED_BEFORE else ""
