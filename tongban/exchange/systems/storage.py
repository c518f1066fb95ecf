"""How do systems, their cases and their answers come into rows, and back as the kernel's values?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from tongban.crypto import base64url, profiles
from tongban.crypto.profiles import Algorithm
from tongban.domain import answers, systems
from tongban.domain.answers import NotAnAnswer, Said
from tongban.domain.application import Application, Case
from tongban.domain.events import SystemState
from tongban.domain.identifiers import ApplicationNumber, case_number
from tongban.domain.sealed import Sealed
from tongban.domain.systems import Known, StateTable
from tongban.exchange.systems.models import Answer, AnswerState, PlacedCase, System, SystemKey, SystemMatter
from tongban.keys import actions as keys


def table(system: System) -> StateTable:
    """Return what the words of a system mean today. One statement."""
    newest = system.tables.order_by("-id").first()
    if newest is None:
        return systems.STANDARD
    return StateTable(newest.version, {word: SystemState(state) for word, state in newest.states.items()})


def deciding(*, body: str, matter: str, today: date) -> System | None:
    """Return the system in which a matter of a body is decided; None: here. What names the matter goes first."""
    rows = SystemMatter.objects.select_related("system").filter(_standing(today), body=body, matter__in=("", matter))
    found = rows.order_by("-matter", "-id").first()
    return found.system if found else None


def any_deciding(*, today: date) -> bool:
    """Whether any matter is decided in a system. One statement."""
    return SystemMatter.objects.filter(_standing(today)).exists()


def _standing(today: date) -> Q:
    return Q(valid_from__lte=today) & (Q(valid_until__isnull=True) | Q(valid_until__gt=today))


# --- cases ------------------------------------------------------------------------------------------------------------


def number_of(application: Application, case: Case) -> str:
    return case_number(ApplicationNumber.parse(application.number), case.index)


def place(application: Application, case: Case, system: System, *, now: datetime) -> None:
    """Write that a system decides a case; what it is to be told waits. A second time does nothing."""
    PlacedCase.objects.get_or_create(
        number=number_of(application, case),
        defaults={
            "system": system,
            "application": application.id,
            "case": case.index,
            "holder": application.holder,
            "region": application.region,
            "desk": case.deciding_desk,
            "placed_at": now,
            "due_at": now,
        },
    )


def want(rows: Iterable[str], *, now: datetime) -> int:
    """Let cases be told anew, by their numbers."""
    return PlacedCase.objects.filter(pk__in=list(rows)).update(wanted=F("wanted") + 1, due_at=now, attempts=0)


def known(placed: PlacedCase) -> Known:
    """Return what was last taken over of what a system said about a case."""
    return Known(
        system=placed.system_id,
        title=placed.system.title,
        said=SystemState(placed.said) if placed.said else None,
        at=placed.said_at,
        number=placed.their_number,
    )


# --- what a system says -----------------------------------------------------------------------------------------------


def believe(system: System, said: Any, *, member: str) -> Any:
    """Return what a system said, once its signature is known to be good. Raises NotAnAnswer."""
    content, key_id, value = answers.signed(said, member=member)
    key = SystemKey.objects.filter(pk=key_id, system=system, ended_at=None).first()
    if key is None:
        raise NotAnAnswer(f"签名所用的密钥“{key_id:.64}”没有登记。请核对后用 tongban system key 登记。")
    try:
        signature = base64url.decode(value)
    except ValueError as wrong:
        raise NotAnAnswer(f"签名的写法不对：{wrong}") from None
    if not profiles.verify(Algorithm(key.algorithm), bytes(key.public_key), answers.message(content), signature):
        raise NotAnAnswer("签名不成立：内容改动过，或不是这把密钥签的。")
    return content


def arrived(system: System, said: Any, content: Any, holders: dict[str, str], *, now: datetime) -> Answer:
    """Return the row of an answer whose signature is good; nothing is kept of what is said about strangers.

    Raises NotAnAnswer where not even its number can be read.
    """
    row = Answer(
        system=system,
        sequence=answers.sequence_of(content),
        digest=answers.digest(content),
        arrived_at=now,
        due_at=now,
    )
    try:
        read = answers.read_answer(content)
    except NotAnAnswer as wrong:
        row.state, row.code, row.words = AnswerState.REFUSED, "not_an_answer", f"未采用：{wrong}"[:500]
        return row
    row.case = read.case
    holder = holders.get(read.case)
    if holder is None or read.system != system.name:
        row.state, row.code = AnswerState.REFUSED, systems.NotPlacedThere.code
        row.words = f"未采用：办件 {read.case} 没有送交{system.title}。请双方核对。"
        return row
    row.said = keys.seal(person=holder, plaintext=json.dumps(said, ensure_ascii=False).encode()).ciphertext
    return row


def opened(row: Answer, placed: PlacedCase) -> Said:
    """Return what an answer says. Raises Erased."""
    plain = keys.unseal(Sealed(placed.holder, row.said))
    return answers.read_answer(json.loads(plain)["answer"])
