"""What does a page say of a case that a department's system decides?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tongban.casework.adapters import Aside
from tongban.domain.application import Application, Case
from tongban.domain.events import SystemFilledIn, SystemTold
from tongban.domain.sealed import Sealed
from tongban.exchange.systems import queries, words
from tongban.exchange.systems.models import Answer, AnswerState, PlacedCase
from tongban.journal.queries import Recorded
from tongban.keys import actions as keys
from tongban.web.values import Answer as Fact


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that stands in the way, and what to do about it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was said last, in clear: who acted there, what the department explained, why it was filled in by hand."""

    officer: str = ""
    words: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """An answer that had no effect, or not yet."""

    sequence: int
    words: str
    waits: bool


def aside(application: Application, case: Case) -> Aside | None:
    """Return what the sheet of a case says of the system that decides it."""
    row = queries.placed(application, case.index)
    if row is None:
        return None
    href = reverse("systems:case", args=[application.number, case.index])
    title = _("在%(system)s中办理") % {"system": row.system.title}
    if case.ended:
        return Aside(title, standing(row), href)
    troubles = troubles_of(row, queries.held(row))
    text = troubles[0].text if troubles else standing(row)
    return Aside(title, text, href, "warning" if troubles else "")


def standing(row: PlacedCase) -> str:
    """Say how a case stands there, in a sentence."""
    if row.said:
        said = _("%(system)s：%(state)s。") % {"system": row.system.title, "state": words.state(row.said)}
        return said + (_("这是手工补录的。") if row.by_hand else "")
    if row.told_at:
        return _("已送交，编号 %(number)s，还没有答复。") % {"number": row.their_number}
    return _("等待送交。")


def facts(row: PlacedCase, told: Told) -> list[Fact]:
    """Return how far both sides are, line by line, with what was said last."""
    found = [Fact(_("部门系统"), row.system.title), Fact(_("那里的状态"), _state(row))]
    said = ((_("经办人"), told.officer), (_("部门的说明"), told.words), (_("手工补录的原因"), told.why))
    found += [Fact(label, text) for label, text in said if text]
    if row.their_number:
        found.append(Fact(_("那里的编号"), row.their_number))
    if row.said_at:
        found.append(Fact(_("状态的时间"), _moment(row.said_at)))
    if row.heard_at:
        found.append(Fact(_("最近得知"), _moment(row.heard_at)))
    found.append(Fact(_("最近送交"), _moment(row.told_at) if row.told_at else _("还没有")))
    if row.certificate:
        found.append(Fact(_("那里的证照编号"), row.certificate))
    return found


def _state(row: PlacedCase) -> str:
    if not row.said:
        return standing(row)
    return words.state(row.said) + (_("（手工补录）") if row.by_hand else "")


def last_told(history: Iterable[Recorded], index: int) -> Told:
    """Return what stands under seal in the last entry about a case in its system: it is opened for who may read it."""
    kinds = (SystemTold, SystemFilledIn)
    events = [one.event for one in history if isinstance(one.event, kinds) and one.event.case == index]
    if not events:
        return Told()
    last = events[-1]
    if isinstance(last, SystemFilledIn):
        return Told(words=_opened(last.words), why=_opened(last.reason))
    return Told(officer=_opened(last.officer), words=_opened(last.words))


def _opened(sealed: Sealed | None) -> str:
    return keys.unseal(sealed).decode() if sealed else ""


def troubles_of(row: PlacedCase, held: list[Answer]) -> list[Trouble]:
    """Return what people must look at, the most pressing first."""
    found = []
    if any(one.state == AnswerState.REFUSED for one in held):
        text = _("%(system)s的答复没有采用，原因见下。请处理后重新办理，或者手工补录。") % {"system": row.system.title}
        found.append(Trouble(_("有答复没有采用"), text))
    state = queries.for_people(row)
    if state is not None and row.ended_at is None:
        found.append(Trouble(words.state(state.value), str(words.NEXT[state])))
    if row.attempts:
        about = {"times": row.attempts, "why": row.failure, "due": _moment(row.due_at)}
        found.append(Trouble(_("没有送到"), _("已试 %(times)d 次，%(due)s 再试。最近一次：%(why)s") % about))
    if row.file_attempts:
        about = {"times": row.file_attempts, "why": row.file_failure}
        found.append(Trouble(_("证照文件没有取到"), _("已试 %(times)d 次。最近一次：%(why)s") % about))
    return found


def held(rows: list[Answer]) -> list[Held]:
    return [Held(row.sequence, row.words or _("等待办理。"), row.state == AnswerState.WAITING) for row in rows]


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")
