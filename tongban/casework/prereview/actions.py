"""What people do about pre-review: ask for it, answer it, take it back; and what submission does to it.

Each draft that was ever pre-reviewed has a stream `prereview/<draft>`. Handing in a draft locks the application's
stream first and then this one, in the order of their names, and ends what is open in the same transaction: no clerk
answers a draft that is handed in already, and no submission fails because one answers just now. (A message to a worker
would leave a while in which he could.) A request counts itself on the draft's row, and a submission goes through only
upon the count it looked up: no request slips in between, and a draft that was never pre-reviewed costs no statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from tongban.casework import drafts, filling, rosters, rules, supplies
from tongban.casework.models import Draft, PreReviewRound
from tongban.casework.prereview import snapshot, storage
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.domain import plan, prereview
from tongban.domain.clock import day_of
from tongban.domain.events import Event, Readiness, Remark, Target
from tongban.domain.prereview import Asked, NoSuchPreReview, PreReview, State
from tongban.domain.refused import Refused
from tongban.journal import storage as journal_storage
from tongban.journal.actions import Answer, LockedStream, Operation, action, append, lock
from tongban.keys import actions as keys
from tongban.people.actor import SYSTEM, Actor
from tongban.people.permissions import may

MOST = 10
WINDOW = timedelta(days=1)
"""How many requests one party makes within this time, for all its drafts: halls have others to serve."""
LONGEST_WORDS = 500
NO_SUCH = "没有找到这份草稿的预审。请从列表中打开，或刷新页面后重试。"


class NothingToReview(Refused):
    """A draft into which nothing was put yet."""

    code = "nothing_to_review"


class TooManyPreReviews(Refused):
    """More requests by one party than halls can bear."""

    code = "too_many_pre_reviews"
    status = 429


class WordsMissing(Refused):
    """A remark that does not say what is to be mended, or says too much."""

    code = "words_missing"


# --- the applicant ----------------------------------------------------------------------------------------------------


class NotForLists(Refused):
    """A pre-review of a draft that is for people on a list."""

    code = "not_for_lists"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a request looks up before its transaction: nobody's lock waits for a registry."""

    asked: Asked
    revision: int
    """Of the draft as it was looked up: what is reviewed is what stands."""


def request(*, operation: str, actor: Actor, draft: str, now: datetime) -> Answer:
    """Ask for pre-review of a draft as it stands; answers {"draft", "number", "due_on", "provisional"}.

    Raises NoSuchDraft, DraftSubmitted, NotAllowed, NothingToReview, TooManyPreReviews, NoRules, Overtaken, AlreadyOpen,
    TooOften.
    """
    try:
        prepared = prepare(drafts.open_draft(draft, actor=actor), actor=actor, now=now)
    except Refused:
        # A repeat gets its first answer even if the draft could no longer be pre-reviewed.
        if not journal_storage.operation_exists(actor.id, operation):
            raise
        prepared = None
    return _request(operation=operation, actor=actor, draft=draft, prepared=prepared, now=now)


@action
def _request(*, operation: Operation, actor: Actor, draft: str, prepared: Prepared | None, now: datetime) -> Answer:
    stream = lock(storage.stream_of(draft), operation, create=True)
    if prepared is None:
        raise NoSuchPreReview(NO_SUCH)
    before = storage.read(draft)
    events = prereview.request(
        before,
        prepared.asked,
        rules=rules.of_region(prepared.asked.region),
        calendar=calendars.load(),
        today=day_of(now),
        by=actor.id,
        at=now,
    )
    asked = Draft.objects.filter(pk=draft, revision=prepared.revision, submitted_at=None)
    if not asked.update(pre_reviews=F("pre_reviews") + 1):
        raise drafts.Overtaken("未提请预审：这份草稿刚刚在别处修改或提交了。请刷新页面，核对后再提请。")
    after = prereview.fold(events, onto=before)
    answer = {
        "draft": draft,
        "number": after.last.number,
        "due_on": after.last.due_on.isoformat(),
        "provisional": after.last.provisional,
    }
    _store(stream, before, after, events, now=now, answer=answer)
    return answer


def prepare(draft: Draft, *, actor: Actor, now: datetime) -> Prepared:
    """Look up everything that is to be reviewed."""
    if rosters.asked(draft):
        raise NotForLists("未提请：为名单上的人员申请，不办理网上预审。请直接提交；缺少的内容会一次性告知补正。")
    assert actor.party is not None  # only its own party's draft is opened
    if draft.submitted_at is not None:
        raise drafts.DraftSubmitted("未提请预审：这份申请已经提交。请到“我的办件”查看进度。")
    one = filling.read(draft, holder=actor.party, now=now)
    matters = [case.matter for case in one.planned.cases]
    may(actor, "act_for", party=draft.party, matters=matters)
    if not draft.values and not draft.uploads:
        raise NothingToReview("未提请预审：草稿里还没有填写内容，也没有上传材料。请先填写一部分，再提请预审。")
    _demand_within_bounds(draft.party, now)
    implementation = one.catalogue.implementations[matters[0]]
    return Prepared(
        asked=Asked(
            draft=draft.id,
            holder=draft.party,
            region=implementation.region,
            hall=implementation.hall,
            participants=supplies.parties(one.catalogue, one.values, actor.party).participants,
            planned=one.planned,
            missing=snapshot.missing(one),
            snapshot=snapshot.seal(snapshot.take(one), holder=draft.party),
        ),
        revision=draft.revision,
    )


def _demand_within_bounds(party: str, now: datetime) -> None:
    if PreReviewRound.objects.filter(holder=party, requested_at__gt=now - WINDOW).count() >= MOST:
        raise TooManyPreReviews(f"未提请预审：24 小时内已提请 {MOST} 次。请明天再提请，或者直接提交申请。")


@action
def withdraw(*, operation: Operation, actor: Actor, draft: str, number: int, now: datetime) -> Answer:
    """Take a request back; answers {"draft", "number"}. Raises NoSuchPreReview, NotAllowed, NotOpen."""
    stream, before = _open(draft, operation)
    if actor.party is None or actor.party.id != before.holder:
        raise NoSuchPreReview(NO_SUCH)
    may(actor, "act_for", party=before.holder, matters=before.round(number).matters)
    events = prereview.withdraw(before, number, by=actor.id, at=now)
    answer = {"draft": draft, "number": number}
    _store(stream, before, prereview.fold(events, onto=before), events, now=now, answer=answer)
    return answer


def discard(draft: Draft, *, actor: Actor, now: datetime) -> None:
    """Delete a draft; what is open of its pre-review is taken back first.

    Raises DraftSubmitted, NotAllowed, Overtaken.
    """
    asked = storage.read(draft.id) if draft.pre_reviews else None
    if asked and asked.open:
        number = asked.open.number
        withdraw(operation=f"discard/{draft.id}/{number}", actor=actor, draft=draft.id, number=number, now=now)
    drafts.discard(draft)


# --- the hall ---------------------------------------------------------------------------------------------------------


@action
def answer(
    *,
    operation: Operation,
    actor: Actor,
    draft: str,
    number: int,
    readiness: Readiness,
    remarks: Sequence[tuple[Target, str]],
    now: datetime,
) -> Answer:
    """Answer a request; what gets no remark is found fine. Answers {"draft", "number", "readiness", "remarks": count}.

    Raises NoSuchPreReview, NotAllowed, WordsMissing, NotOpen, NoTarget, RemarkedTwice, Contradictory.
    """
    stream, before = _open(draft, operation)
    asked = before.round(number)
    absent = may(actor, "pre_review", hall=asked.hall)
    may(
        actor,
        "handle",
        applicants=[one.requested_by for one in before.rounds],
        parties=[participant.id for participant in asked.participants],
        absent=absent,
    )
    stream.acting = actor.signs(absent)
    catalogue, bundle = catalogue_queries.catalogue_of(asked.bundle, asked.bundle_version)
    planned = plan.derive(catalogue, bundle, dict(asked.answers), only=asked.matters)
    events = prereview.answer(
        before,
        number,
        targets=prereview.targets(catalogue, planned),
        readiness=readiness,
        remarks=_sealed(remarks, before.holder),
        by=actor.id,
        at=now,
    )
    answered = {"draft": draft, "number": number, "readiness": readiness.value, "remarks": len(remarks)}
    _store(stream, before, prereview.fold(events, onto=before), events, now=now, answer=answered)
    return answered


def _sealed(remarks: Sequence[tuple[Target, str]], holder: str) -> tuple[Remark, ...]:
    for target, words in remarks:
        if not 0 < len(words.strip()) <= LONGEST_WORDS:
            raise WordsMissing(
                f"未答复：每条意见应写明要改什么，不超过 {LONGEST_WORDS} 个字。请补充或缩短后再答复。",
                field=prereview.field_of(target),
            )
    seals = keys.seal_many((holder, words.strip().encode()) for _, words in remarks)
    return tuple(Remark(target, seal) for (target, _), seal in zip(remarks, seals, strict=True))


# --- submission -------------------------------------------------------------------------------------------------------


def end(draft: str, *, application: str, now: datetime) -> None:
    """End what is open of a draft's pre-review, within the transaction that hands the draft in."""
    stream = lock(storage.stream_of(draft), Operation(f"{storage.stream_of(draft)}/ended", SYSTEM.id, ""))
    before = storage.read(draft)
    assert before is not None  # it was counted on the draft
    if events := prereview.end(before, application=application, at=now):
        _store(stream, before, prereview.fold(events, onto=before), events, now=now, answer={})


# --- a calendar that came later ---------------------------------------------------------------------------------------


def project_days(*, now: datetime) -> int:
    """Give open requests their day in the newest calendar; return how many moved. Few are open, and not for long."""
    calendar = calendars.load()
    other = PreReviewRound.objects.filter(state=State.OPEN).exclude(calendar=calendar.version)
    found = [storage.read(draft) for draft in other.values_list("draft", flat=True)]
    to_move = [one for one in found if one and prereview.project(one, calendar=calendar, at=now)]
    for one in to_move:
        operation = f"{storage.stream_of(one.draft)}/{one.last.number}/{calendar.version}"
        project(operation=operation, actor=SYSTEM, draft=one.draft, now=now)
    return len(to_move)


@action
def project(*, operation: Operation, actor: Actor, draft: str, now: datetime) -> Answer:
    """Work out anew by when the open request of a draft is answered; answers {"draft"}."""
    stream, before = _open(draft, operation)
    events = prereview.project(before, calendar=calendars.load(), at=now)
    _store(stream, before, prereview.fold(events, onto=before), events, now=now, answer={"draft": draft})
    return {"draft": draft}


# --- the beats every action shares ------------------------------------------------------------------------------------


def _open(draft: str, operation: Operation) -> tuple[LockedStream, PreReview]:
    stream = lock(storage.stream_of(draft), operation)
    before = storage.read(draft)
    assert before is not None  # a stream begins with its first row
    return stream, before


def _store(
    stream: LockedStream,
    before: PreReview | None,
    after: PreReview,
    events: Sequence[Event],
    *,
    now: datetime,
    answer: Answer,
) -> None:
    if events:
        storage.write(before, after)
    append(stream, events, at=now, answer=answer)
