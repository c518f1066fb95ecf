"""How do cases reach a department's system, and its answers this node? By workers, again and again until it is done.

A worker claims what is due by moving its time on, so that of many workers one gets it, and does it outside of any
transaction: what a system acknowledged is written afterwards, and whoever died in between tells the system the same
again, which has no second effect there. Answers come in first, all that the system has after the last number, in one
transaction with that number; each is then weighed by itself. What fails is noted and tried after longer and longer
waits, a little apart; nothing is given up, and what only people can clear up says so.

Source: design, invariant 11; `docs/systems.md` has the numbers.
"""

from __future__ import annotations

import io
import logging
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from tongban.casework import storage as casework_storage
from tongban.casework.actions.beats import catalogue_of
from tongban.crypto import sm3
from tongban.domain import answers
from tongban.domain.acts import NotNow
from tongban.domain.answers import Acknowledged, NotAnAnswer
from tongban.domain.refused import Refused
from tongban.exchange.systems import actions, adapters, describing, storage
from tongban.exchange.systems.adapters import Adapter, NotReached, TurnedAway
from tongban.exchange.systems.models import Answer, AnswerState, PlacedCase, System
from tongban.files import actions as files
from tongban.journal import backoff

LOG = logging.getLogger(__name__)

MOST_AT_ONCE = 50
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)
FETCH_EVERY = timedelta(seconds=30)
"""How often a system is asked whether it has more to say."""
MOST_ROUNDS = 3
"""So often a case is told in one attempt, while the system still names files that it lacks."""
PIECE_BYTES = 256 * 1024

Clock = Callable[[], datetime]


def run(*, clock: Clock) -> int:
    """Do what is due: tell cases, fetch answers, weigh them, fetch files; return how much was done."""
    return sum(work(clock) for work in (tell, listen, weigh, fetch_files))


def wait_after(attempt: int, *, spread: float) -> timedelta:
    """Return how long to wait after so many failures; `spread` between 0 and 1 draws it apart by up to a half.

    >>> [wait_after(attempt, spread=0).total_seconds() for attempt in (1, 2, 3, 9, 10, 10_000)]
    [2.0, 4.0, 8.0, 512.0, 600.0, 600.0]
    """
    return backoff.wait_after(attempt, first=FIRST_WAIT, longest=LONGEST_WAIT) * (1 + spread / 2)


def _until(attempts: int, now: datetime) -> datetime:
    # A draw in time, not a secret.
    return now + wait_after(attempts, spread=random.random())


def _is_due(now: datetime, field: str = "due_at") -> Q:
    return backoff.is_due(now, longest=LONGEST_WAIT * 1.5, field=field)


def failed_words(what: str, failed: Exception) -> str:
    """Return what is kept of a failure; what was not foreseen is told, and only its name kept: it may hold anything."""
    if isinstance(failed, NotReached | TurnedAway | NotAnAnswer | Refused):
        return str(failed)[:500]
    LOG.error("%s没有完成", what, exc_info=failed)
    if not connection.in_atomic_block:
        connection.close()
    return type(failed).__name__


# --- telling ----------------------------------------------------------------------------------------------------------


def tell(clock: Clock) -> int:
    """Tell systems of the cases that they are to know anew; return how many know."""
    due = PlacedCase.objects.filter(_is_due(clock()), told__lt=F("wanted")).order_by("due_at")
    return sum(_tell(number, clock) for number in due.values_list("pk", flat=True)[:MOST_AT_ONCE])


def _tell(number: str, clock: Clock) -> bool:
    now = clock()
    if not PlacedCase.objects.filter(_is_due(now), pk=number).update(due_at=now + LEASE):
        return False
    placed = PlacedCase.objects.select_related("system").get(pk=number)
    try:
        _bring(placed, clock)
    except Exception as failed:  # whatever it is: one case must not stop the others
        words = failed_words(f"办件 {number} 送交{placed.system}", failed)
        attempts = placed.attempts + 1
        until = _until(attempts, clock())
        PlacedCase.objects.filter(pk=number).update(attempts=attempts, failure=words, due_at=until)
        return False
    return True


def _bring(placed: PlacedCase, clock: Clock) -> None:
    """Tell a case as it stands now, with the files that the system lacks."""
    application = casework_storage.read(placed.application)
    if application is None:
        raise NotReached("没有找到这件申请。请运维人员核对。")
    case = application.case(placed.case)
    description = describing.describe(application, case, catalogue_of(application), placed=placed)
    content = describing.digest(description)
    if placed.told and content == placed.content:
        PlacedCase.objects.filter(pk=placed.pk).update(told=placed.wanted, attempts=0, failure="")
        return
    adapter = adapters.of(placed.system)
    said = _acknowledged(adapter, placed, description)
    for _ in range(MOST_ROUNDS):
        if not said.missing:
            break
        _hand_over(adapter, application.holder, said, describing.files_of(description))
        said = _acknowledged(adapter, placed, description)
    if said.missing:
        raise NotReached(f"{placed.system}还缺 {len(said.missing)} 个文件，稍后再送。")
    actions.entered(placed, number=said.number, wanted=placed.wanted, content=content, now=clock())


def _acknowledged(adapter: Adapter, placed: PlacedCase, description: describing.Plain) -> Acknowledged:
    told = adapter.tell(placed.number, description | {"revision": placed.wanted})
    said = answers.read_acknowledgement(storage.believe(placed.system, told, member="acknowledgement"))
    if (said.system, said.case, said.revision) != (placed.system_id, placed.number, placed.wanted):
        raise NotAnAnswer("签收的不是这个办件的这一版。请联系对方运维人员。")
    return said


def _hand_over(adapter: Adapter, holder: str, said: Acknowledged, named: dict[str, int]) -> None:
    """Hand over what is missing, from where each file breaks off; only what the case names."""
    for digest, have in said.missing:
        if digest not in named:
            raise NotAnAnswer("对方要的文件不属于这个办件，没有给。请联系对方运维人员。")
        data = files.open_file(party=holder, digest=digest)
        start = have if have < len(data) else 0
        while start < len(data):
            piece = data[start : start + PIECE_BYTES]
            after = adapter.hand_over(digest, start=start, size=len(data), piece=piece)
            if after <= start:
                raise NotReached("对方没有收下文件的这一段，稍后再送。")
            start = after


# --- listening --------------------------------------------------------------------------------------------------------


def listen(clock: Clock) -> int:
    """Fetch what systems have to say that are due to be asked; return how many answers came."""
    due = System.objects.filter(_is_due(clock())).order_by("due_at").values_list("pk", flat=True)
    return sum(_listen(name, clock) for name in list(due))


def ask_now(system: System, *, clock: Clock) -> int:
    """Ask a system at once, whenever it is due. Raises NotReached, TurnedAway, NotAnAnswer."""
    return _take_in(system, clock)


def _listen(name: str, clock: Clock) -> int:
    now = clock()
    if not System.objects.filter(_is_due(now), pk=name).update(due_at=now + LEASE):
        return 0
    system = System.objects.get(pk=name)
    try:
        came = _take_in(system, clock)
    except Exception as failed:  # whatever it is: one system must not stop the others
        words = failed_words(f"读取{system}的答复", failed)
        attempts = system.attempts + 1
        until = _until(attempts, clock())
        System.objects.filter(pk=name).update(attempts=attempts, failure=words, due_at=until)
        return 0
    now = clock()
    System.objects.filter(pk=name).update(due_at=now if came else now + FETCH_EVERY)
    return came


def _take_in(system: System, clock: Clock) -> int:
    """Keep what a system says after the last answer that is here, up to what cannot be believed."""
    came = adapters.of(system).answers(after=system.fetched)
    believed: list[tuple[Any, Any]] = []
    doubted: NotAnAnswer | None = None
    for said in came:
        try:
            content = storage.believe(system, said, member="answer")
            answers.sequence_of(content)
        except NotAnAnswer as wrong:
            # Who is not known to have spoken moves nothing on, or an answer behind it would be lost.
            doubted = wrong
            break
        believed.append((said, content))
    kept = _keep(system, believed, clock())
    if doubted is not None:
        raise doubted
    return kept


def _keep(system: System, believed: Iterable[tuple[Any, Any]], now: datetime) -> int:
    """Store answers with the number of the last, in one transaction; what is here already is left out."""
    with transaction.atomic():
        row = System.objects.select_for_update().get(pk=system.pk)
        fresh: dict[int, tuple[Any, Any]] = {}
        for said, content in believed:
            number = answers.sequence_of(content)
            if number > row.fetched:
                fresh.setdefault(number, (said, content))
        about = {content.get("case") for _, content in fresh.values() if isinstance(content.get("case"), str)}
        placed = PlacedCase.objects.filter(system=system, pk__in=about)
        holders = dict(placed.values_list("pk", "holder"))
        rows = [storage.arrived(system, *fresh[number], holders, now=now) for number in sorted(fresh)]
        Answer.objects.bulk_create(rows)
        row.fetched = max(fresh, default=row.fetched)
        row.heard_at, row.attempts, row.failure = now, 0, ""
        row.save(update_fields=["fetched", "heard_at", "attempts", "failure"])
        system.fetched = row.fetched
    return len(rows)


# --- weighing ---------------------------------------------------------------------------------------------------------


def weigh(clock: Clock) -> int:
    """Let answers have their effect, in the order in which they were given; return how many were weighed."""
    due = Answer.objects.filter(_is_due(clock()), state=AnswerState.WAITING).order_by("system_id", "sequence")
    return sum(_weigh(pk, clock) for pk in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE]))


def _weigh(pk: tuple[str, int], clock: Clock) -> bool:
    now = clock()
    mine = Answer.objects.filter(_is_due(now), pk=pk, state=AnswerState.WAITING).update(due_at=now + LEASE)
    if not mine:
        return False
    answer = Answer.objects.get(pk=pk)
    try:
        actions.take_over(answer, now=clock())
    except NotNow as early:
        # An opinion that is still missing, a hearing that is still to be held: the conclusion waits for it.
        _put_off(answer, early.code, str(early), clock())
    except Refused as refused:
        Answer.objects.filter(pk=pk).update(state=AnswerState.REFUSED, code=refused.code, words=str(refused)[:500])
    except Exception as failed:  # whatever it is: one answer must not stop the others
        _put_off(answer, "failed_here", failed_words(f"{answer}的答复", failed), clock())
    return True


def _put_off(answer: Answer, code: str, words: str, now: datetime) -> None:
    attempts = answer.attempts + 1
    Answer.objects.filter(pk=answer.pk).update(
        attempts=attempts, code=code, words=words[:500], due_at=_until(attempts, now)
    )


# --- files of certificates --------------------------------------------------------------------------------------------


def fetch_files(clock: Clock) -> int:
    """Fetch the files of certificates that systems have; return how many are here."""
    due = PlacedCase.objects.filter(_is_due(clock(), "file_due_at")).order_by("file_due_at")
    return sum(_fetch(number, clock) for number in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE]))


def _fetch(number: str, clock: Clock) -> bool:
    now = clock()
    if not PlacedCase.objects.filter(_is_due(now, "file_due_at"), pk=number).update(file_due_at=now + LEASE):
        return False
    placed = PlacedCase.objects.select_related("system").get(pk=number)
    try:
        data = _fetched(adapters.of(placed.system), placed)
        files.store(party=placed.holder, name=placed.file_name, stream=io.BytesIO(data), now=clock())
    except Exception as failed:  # whatever it is: one file must not stop the others
        words = failed_words(f"取{placed.system}的证照文件", failed)
        attempts = placed.file_attempts + 1
        until = _until(attempts, clock())
        PlacedCase.objects.filter(pk=number).update(file_attempts=attempts, file_failure=words, file_due_at=until)
        return False
    PlacedCase.objects.filter(pk=number, file=placed.file).update(file_due_at=None, file_attempts=0, file_failure="")
    return True


def _fetched(adapter: Adapter, placed: PlacedCase) -> bytes:
    """Return the file, read in ranges; what does not have the digest that was signed is none."""
    if placed.file_size > files.MAX_BYTES:
        raise files.TooLarge(f"“{placed.file_name}”没有取来：超过 {files.MAX_BYTES // 1024 // 1024} MB。")
    data = bytearray()
    while len(data) < placed.file_size:
        piece = adapter.fetch(placed.file, start=len(data), length=min(PIECE_BYTES, placed.file_size - len(data)))
        if not piece:
            raise NotReached("对方给出的文件比所说的短，稍后再取。")
        data += piece
    if sm3.digest(bytes(data)).hex() != placed.file:
        raise NotReached("对方给出的文件与签过名的摘要不符，没有采用，稍后再取。")
    return bytes(data)
