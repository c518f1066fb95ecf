"""A recognition rule: the business licence of Tianjin and Hebei counts in Beijing, in the place of a material."""

from __future__ import annotations

from datetime import date

from tongban.domain.joint import Effect, Field, RecognitionRule, Scope
from tongban.domain.materials import Basis

BEIJING, TIANJIN, HEBEI = "110000", "120000", "130000"
RULE = RecognitionRule(
    code="HR-1",
    field=Field.MARKET_ACCESS,
    certificate="C_BUSINESS",
    effect=Effect.EVIDENCE,
    issued_in=(TIANJIN, HEBEI),
    counts_in=BEIJING,
    scope=Scope(),
    materials=("M_LICENSE",),
    matters=(),
    basis=Basis.DUTY,
    permits="",
    permits_en="",
    agreement="JJJ-2026-01",
    document="清单",
    article="第 1 项",
    from_on=date(2026, 4, 1),
    until_on=date(2027, 4, 1),
)
