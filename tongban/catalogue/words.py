"""Which words do pages use for values of the catalogue, in the reader's language?

Content of a standard is told in English where its author gave it in English; what has none stays Chinese, because a
translation of a law that nobody has checked is worse than the law.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tongban.domain.catalogue import Bundle, MatterType, Question, SubjectRole, When
from tongban.domain.clock import Limit, Start, Unit

MATTER_TYPES: dict[MatterType, str | Promise] = {
    MatterType.LICENCE: gettext_lazy("行政许可"),
    MatterType.LEVY: gettext_lazy("行政征收"),
    MatterType.CONFIRMATION: gettext_lazy("行政确认"),
    MatterType.OTHER_POWER: gettext_lazy("其他行政权力"),
    MatterType.PUBLIC_SERVICE: gettext_lazy("公共服务"),
}
SUBJECTS: dict[SubjectRole, str | Promise] = {
    SubjectRole.HOLDER: gettext_lazy("申请人"),
    SubjectRole.SHIP: gettext_lazy("船舶"),
    SubjectRole.COUNTERPARTY: gettext_lazy("共同申请人"),
    SubjectRole.PERSON: gettext_lazy("人员"),
    SubjectRole.VOYAGE: gettext_lazy("航次"),
}


def told(value: object, field: str) -> str:
    """Return a field of a value in the reader's language, in Chinese where there is no English."""
    english = getattr(value, f"{field}_en", "") if in_english() else ""
    return str(english or getattr(value, field))


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def matter_type(kind: MatterType) -> str:
    return str(MATTER_TYPES[kind])


def subject(role: SubjectRole) -> str:
    return str(SUBJECTS[role])


def limit(value: Limit) -> str:
    """Say a limit with its unit and from when it runs; 0 days is on the spot."""
    if value.days == 0:
        return _("当场办结")
    text = (
        ngettext("%(days)d 个工作日", "%(days)d 个工作日", value.days)
        if value.unit is Unit.WORKING
        else ngettext("%(days)d 日（自然日）", "%(days)d 日（自然日）", value.days)
    )
    return text % {"days": value.days}


def start(value: Limit) -> str:
    return _("自收到申请之日起") if value.start is Start.RECEIPT else _("自受理之日起")


def fee(cents: int) -> str:
    if cents == 0:
        return _("不收费")
    return _("%(yuan)s 元") % {"yuan": f"{cents / 100:.2f}"}


def when(condition: When, bundle: Bundle | None) -> str:
    """Say under which answers something is asked: “购置或受让、新建造”. Empty when it always is."""
    return "" if bundle is None else when_asked(condition, bundle.questions)


def when_asked(condition: When, asked: Iterable[Question]) -> str:
    """The same by the questions of a standard; an answer to what is not asked there is left out."""
    questions = {question.code: question for question in asked}
    parts = (
        _join(told(choice, "text") for choice in questions[code].choices if choice.code in allowed)
        for code, allowed in condition
        if code in questions
    )
    return _("；").join(parts)


def _join(words: Iterable[str]) -> str:
    return _("、").join(words)
