"""Which duties are there? An applicant has none: anybody may apply for himself or for whom he represents."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a duty is (职责)."""

    CLERK = "clerk"  # 窗口人员
    REVIEWER = "reviewer"  # 审查人员
    STEWARD = "steward"  # 事项管理员
    SUPERVISOR = "supervisor"  # 效能监察员
    ADMINISTRATOR = "administrator"  # 系统管理员
