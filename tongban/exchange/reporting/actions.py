"""What is done to report: a run, the platform's answer, and doing it again.

A run first brings to its end what an earlier one left: what is sealed is written, what is written is sent. Then it
derives what moved since, lays aside what changed, seals, writes, sends. Whatever it does is done once: a run that dies
at any point has lost nothing, and the next one goes on from there; a run with nothing new has no effect at all.

Nobody decides anything here and nothing is journalled: what was reported follows from the journal, and stands in the
rows of the dispatches.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import translation

from tongban.domain.clock import day_of
from tongban.domain.refused import Refused
from tongban.domain.reporting.schema import Fault, FaultCode
from tongban.domain.sealed import Sealed
from tongban.exchange.reporting import definitions, folder, gathering, uploading
from tongban.exchange.reporting.definitions import Definitions
from tongban.exchange.reporting.folder import Line
from tongban.exchange.reporting.gathering import Derived, Origin, Source
from tongban.exchange.reporting.keeping import Keeper, write_faults
from tongban.exchange.reporting.models import Dispatch, ReportedRow, ReportedSource, Reporting, State
from tongban.exchange.reporting.uploading import Answer, NotUploaded, Uploader
from tongban.journal import backoff
from tongban.keys import actions as keys
from tongban.people import queries as people

LOG = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""So long nobody else reports; whoever does renews it with every share that is kept."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
KEPT_AFTER_ANSWER = timedelta(days=30)
"""So long a folder stays after the platform has answered: rows about people are not kept for longer than needed."""
READ_AT_ONCE = 2000
THE_NODE = 1


class Busy(Refused):
    """Another process reports now."""

    code = "reporting_busy"


class NoSuchDispatch(Refused):
    code = "no_such_dispatch"
    status = 404


class NotWritten(Refused):
    """A dispatch to which there can be no answer yet."""

    code = "dispatch_not_written"


class Overtaken(Exception):
    """This run was taken for dead, and another goes on."""


@dataclass(slots=True)
class Result:
    """What a run did: rows that differ, dispatches that were written and sent, and what failed."""

    changed: int = 0
    written: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def daily(*, now: datetime) -> Result | None:
    """Report once a day, and try again what was not sent. None: this node does not report, or there is nothing to do.

    For the worker: who finds another one at it leaves it to him.
    """
    if not settings.REPORT:
        return None
    _forget_folders(now)
    reporting = Reporting.objects.filter(pk=THE_NODE).first()
    if reporting is not None and reporting.reported_on == day_of(now) and not _waiting(now).exists():
        return None
    with suppress(Busy):
        return run(now=now)
    return None


def run(*, now: datetime, upload: bool = True) -> Result:
    """Report everything that is new; `upload` False: dispatches are written and not sent. Raises Busy."""
    claim = _claim(now)
    uploader = uploading.uploader() if upload else None
    result = Result()
    # What the platform reads is Chinese, whoever asks for it.
    with translation.override("zh-hans"):
        _finish(claim, result, now)
        _send(claim, uploader, result, now)
        _gather(claim, result, now)
        _finish(claim, result, now)
        _send(claim, uploader, result, now)
    Reporting.objects.filter(pk=THE_NODE, claim=claim).update(claimed_until=None, reported_on=day_of(now))
    return result


# --- one at a time ----------------------------------------------------------------------------------------------------


def _claim(now: datetime) -> int:
    """Take the reporting up, unless somebody is at it; return by which claim. Raises Busy."""
    Reporting.objects.get_or_create(pk=THE_NODE)
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    with transaction.atomic():
        if not Reporting.objects.filter(free, pk=THE_NODE).update(claim=F("claim") + 1, claimed_until=now + LEASE):
            raise Busy("未上报：另一个进程正在上报。请等它结束，或十分钟后再试。")
        return Reporting.objects.get(pk=THE_NODE).claim


def _hold(claim: int, now: datetime) -> None:
    """Lock the reporting for this transaction and go on having it. Raises Overtaken."""
    if not Reporting.objects.filter(pk=THE_NODE, claim=claim).update(claimed_until=now + LEASE):
        raise Overtaken("上报已由另一个进程接手。")


# --- gathering --------------------------------------------------------------------------------------------------------


def _gather(claim: int, result: Result, now: datetime) -> None:
    """Derive what moved, and lay aside what changed; then nothing more is added to the open dispatches."""
    by, today = definitions.load(), day_of(now)
    provinces = gathering.provinces()
    departments = people.departments_in(regions=[code[:2] for code in provinces])
    keeper = Keeper(by, frozenset(provinces), {one.uscc: one.region for one in departments}, now)
    for origin in gathering.ORIGINS:
        for some in gathering.shares(origin.moved(by.edition, today), origin.at_once):
            derived = _derived(origin, some, by, today, result)
            with transaction.atomic():
                _hold(claim, now)
                result.changed += keeper.keep(derived)
    with transaction.atomic():
        _hold(claim, now)
        _seal(now)


def _derived(origin: Origin, some: list[Source], by: Definitions, today: date, result: Result) -> list[Derived]:
    """Derive the rows of some sources; one of which none can be derived is told, and stops none of the others."""
    try:
        return list(origin.derive(some, by, today))
    except DatabaseError:
        raise
    except Exception as wrong:  # whatever it is: it comes again with the next run
        if len(some) > 1:
            return [derived for one in some for derived in _derived(origin, [one], by, today, result)]
        LOG.exception("没有推导出 %s 的上报记录", some[0].name)
        result.failures.append(f"{some[0].name} 没有推导出来（{type(wrong).__name__}）")
        return []


def _seal(now: datetime) -> None:
    """Let the open dispatches bring what they have; one without rows is kept for what was rejected, if there was."""
    rows = ReportedRow.objects.filter(dispatch=OuterRef("number")).exclude(operation="")
    under_way = Dispatch.objects.filter(state=State.GATHERING)
    under_way.filter(Exists(rows)).update(state=State.SEALED, sealed_at=now)
    under_way.filter(counts=[]).delete()
    under_way.update(state=State.NOTHING, sealed_at=now)


# --- writing ----------------------------------------------------------------------------------------------------------


def _finish(claim: int, result: Result, now: datetime) -> None:
    """Write the folder of every dispatch that is sealed."""
    schema = definitions.load().schema
    for dispatch in Dispatch.objects.filter(state=State.SEALED).order_by("number"):
        erased: list[str] = []
        manifest = folder.write(dispatch, _lines(dispatch, erased), schema=schema)
        with transaction.atomic():
            _hold(claim, now)
            rows = ReportedRow.objects.filter(dispatch=dispatch.number).exclude(operation="")
            rows.filter(guid__in=erased).update(operation="", content="", owner="")
            rows.update(before=F("sent"), sent=F("digest"), refused="", operation="", content="", owner="")
            dispatch.state, dispatch.written_at = State.WRITTEN, now
            dispatch.rows = {file["table"]: file["rows"] for file in manifest["files"]}
            dispatch.digest = folder.digest(manifest)
            dispatch.save(update_fields=["state", "written_at", "rows", "digest"])
        result.written.append(dispatch.number)


def _lines(dispatch: Dispatch, erased: list[str]) -> Iterator[Line]:
    """Yield the rows of a sealed dispatch; of whoever had his data erased since, only who they were is told here."""
    rows = ReportedRow.objects.filter(dispatch=dispatch.number).exclude(operation="").order_by("table", "guid")
    for some in gathering.shares(rows.iterator(chunk_size=READ_AT_ONCE), READ_AT_ONCE):
        for row, content in zip(some, _contents(some), strict=True):
            if content is None:
                erased.append(row.guid)
            else:
                yield row.table, row.guid, row.operation, content


def _contents(rows: Iterable[ReportedRow]) -> list[dict[str, Any] | None]:
    rows = list(rows)
    sealed = [Sealed(row.owner, row.content) for row in rows if row.owner]
    try:
        opened = iter(keys.unseal_many(sealed))
    except keys.Erased:
        return [_if_kept(row) for row in rows]
    return [json.loads(next(opened) if row.owner else row.content or "{}") for row in rows]


def _if_kept(row: ReportedRow) -> dict[str, Any] | None:
    try:
        said = keys.unseal(Sealed(row.owner, row.content)) if row.owner else row.content or "{}"
    except keys.Erased:
        return None
    content: dict[str, Any] = json.loads(said)
    return content


# --- sending ----------------------------------------------------------------------------------------------------------


def _waiting(now: datetime) -> Any:
    """Return the dispatches that are to be brought on their way, the first first."""
    under_way = Dispatch.objects.filter(state__in=[State.GATHERING, State.SEALED])
    is_due = backoff.is_due(now, longest=LONGEST_WAIT)
    to_send = Dispatch.objects.filter(Q(due_at=None) | is_due, state=State.WRITTEN)
    return under_way | to_send if uploading.configured() else under_way


def _send(claim: int, uploader: Uploader | None, result: Result, now: datetime) -> None:
    """Send what is written, in order; a province whose dispatch does not get through waits with those behind it."""
    if uploader is None:
        return
    stuck: set[str] = set()
    for dispatch in Dispatch.objects.filter(state=State.WRITTEN).order_by("number"):
        if dispatch.province in stuck:
            continue
        with transaction.atomic():
            _hold(claim, now)
        try:
            said = uploader.upload(folder.place(dispatch), folder.manifest(dispatch))
        except (NotUploaded, OSError) as failed:
            stuck.add(dispatch.province)
            _put_off(dispatch, str(failed), now)
            result.failures.append(f"{dispatch.number}：{failed}")
        else:
            answered(number=dispatch.number, answer=said, now=now)
            result.sent.append(dispatch.number)


def _put_off(dispatch: Dispatch, failure: str, now: datetime) -> None:
    attempts = dispatch.attempts + 1
    due_at = now + backoff.wait_after(attempts, first=FIRST_WAIT, longest=LONGEST_WAIT)
    Dispatch.objects.filter(pk=dispatch.pk).update(attempts=attempts, failure=failure[:500], due_at=due_at)
    LOG.error("上报批次 %s 没有送达：%s", dispatch.number, failure)


# --- what the platform says -------------------------------------------------------------------------------------------


@transaction.atomic
def answered(*, number: str, answer: Answer, now: datetime) -> None:
    """Take the platform's answer to a dispatch; a second one changes nothing. Raises NoSuchDispatch, NotWritten.

    What was refused the platform does not have as it was sent: it is told again when it has changed.
    """
    dispatch = Dispatch.objects.select_for_update().filter(number=number).first()
    if dispatch is None:
        raise no_such(number)
    if dispatch.state == State.SENT:
        return
    if dispatch.state != State.WRITTEN:
        raise NotWritten(f"未记下：上报批次 {number} 还没有写成文件，不会有国家平台的回答。请核对批次号。")
    refused = {one.guid: one for one in answer.refused}
    rows = list(ReportedRow.objects.filter(guid__in=refused, dispatch=number, operation=""))
    for row in rows:
        why = refused[row.guid]
        if row.digest == row.sent:
            row.faults = write_faults([Fault(why.field, FaultCode.REFUSED, f"{why.code} {why.words}".strip())])
            row.changed_at = now
        row.refused, row.sent = row.sent, row.before
    ReportedRow.objects.bulk_update(rows, ["faults", "refused", "sent", "changed_at"], batch_size=1000)
    dispatch.state, dispatch.sent_at, dispatch.receipt = State.SENT, now, answer.receipt
    dispatch.refused, dispatch.failure, dispatch.due_at = len(refused), "", None
    dispatch.save(update_fields=["state", "sent_at", "receipt", "refused", "failure", "due_at"])


def no_such(number: str) -> NoSuchDispatch:
    return NoSuchDispatch(f"没有上报批次“{number[:40]}”。请用 tongban report status 查看批次号。")


# --- again ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def again(*, number: str) -> int:
    """Let the next run tell anew all that a dispatch brought last, as if it had got lost; return how many rows.

    Raises NoSuchDispatch, NotWritten.
    """
    dispatch = Dispatch.objects.filter(number=number).first()
    if dispatch is None:
        raise no_such(number)
    if dispatch.state not in (State.WRITTEN, State.SENT):
        raise NotWritten(f"未登记：上报批次 {number} 没有送出过记录。请核对批次号。")
    rows = ReportedRow.objects.filter(dispatch=number, operation="").exclude(sent=F("before"), refused="")
    return _anew(rows, sent=F("before"))


@transaction.atomic
def again_refused() -> int:
    """Let the next run tell anew what the platform refused; return how many rows."""
    return _anew(ReportedRow.objects.exclude(refused=""))


def again_all() -> int:
    """Let the next run derive everything anew, and tell what comes out differently; return how many sources."""
    return ReportedSource.objects.all().delete()[0]


def _anew(rows: Any, **changed: Any) -> int:
    sources = ReportedRow.objects.filter(pk__in=rows.values("pk")).values("source")
    ReportedSource.objects.filter(source__in=sources).delete()
    rows.filter(refused=F("digest")).update(faults="")
    return int(rows.update(refused="", **changed))


def _forget_folders(now: datetime) -> None:
    """Remove the folders that the platform answered long ago."""
    for dispatch in Dispatch.objects.filter(state=State.SENT, sent_at__lt=now - KEPT_AFTER_ANSWER, digest__gt=""):
        folder.remove(dispatch)
        Dispatch.objects.filter(pk=dispatch.pk).update(digest="")
