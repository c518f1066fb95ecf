"""What is said of help at a window: its states, what is checked, on what a hall takes a matter in."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.catalogue import labels
from tongban.domain.assistance import State
from tongban.domain.events import IntakeCheck
from tongban.domain.offers import Entitlement, HandlingMode

STATES: dict[State, tuple[Promise, str]] = {
    State.WAITING: (lazy("等申请人授权"), "attention"),
    State.LAPSED: (lazy("没有授权，已过时"), "quiet"),
    State.REFUSED: (lazy("申请人没有同意"), "bad"),
    State.HELPED: (lazy("正在帮办"), "active"),
    State.OVER: (lazy("已结束，没有提交"), "quiet"),
    State.SIGNED: (lazy("已收件"), "good"),
}
CHECKS_EXPLAINED: dict[IntakeCheck, Promise] = {
    IntakeCheck.IDENTITY: lazy("到场的人就是证件上的人，证件在有效期内。"),
    IntakeCheck.AUTHORITY: lazy("受托人在授权范围和期限内代表该单位。"),
    IntakeCheck.FORM: lazy("申请表各栏已填，签名盖章齐全。"),
    IntakeCheck.LIST: lazy("每一份都在材料清单上，份数相符。"),
    IntakeCheck.COPIES: lazy("与原件一致，清晰，没有缺页。"),
}
OWN = lazy("本大厅事项")


def mode(found: HandlingMode | None) -> str:
    return str(labels.MODES[found] if found else OWN)


def tone(found: HandlingMode | None) -> str:
    return "active" if found else "good"


def receipt(upon: Entitlement) -> str:
    """Say from when receipt counts; empty for a hall's own matters, where it is now."""
    return str(labels.RECEIPTS[upon.receipt_counts]) if upon.mode else ""


def not_acceptance(upon: Entitlement, *, body: str) -> str:
    """Say what the hall that takes it in does not do."""
    if upon.mode is None:
        return ""
    return _("本大厅只核对身份和材料形式；是否受理由{body}决定，{counts}。").format(body=body, counts=receipt(upon))
