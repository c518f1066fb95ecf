"""How do agreements, joint meetings, batches and recognition rules become rows, and rows the same values again?

Rows hold the kernel's values whole. A row whose columns do not say what its body says is no copy of anything, and
`tongban journal verify` names it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from django.db.models import Model

from tongban.catalogue import adapters, models
from tongban.catalogue.body import digest
from tongban.crypto import base64url
from tongban.domain import agreements, batch, meetings, recognition
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Act, Batch, Draft, Held, Signature, Verify
from tongban.domain.codec import from_plain, to_plain
from tongban.domain.joint import Listed, Party
from tongban.domain.meetings import Meeting
from tongban.domain.recognition import Recognition
from tongban.domain.trust import owner_of
from tongban.journal import queries as journal
from tongban.journal.queries import Recorded
from tongban.keys import trust
from tongban.keys.purposes import Purpose
from tongban.people.actor import NODE
from tongban.people.models import Department

BATCH, AGREEMENT, MEETING, RECOGNITION = "batch/", "agreement/", "meeting/", "recognition/"

Value = TypeVar("Value")


# --- Writing ----------------------------------------------------------------------------------------------------------


def write_agreement(agreement: Agreement) -> None:
    _write(_agreement_row(agreement), "number")


def write_meeting(meeting: Meeting) -> None:
    _write(_meeting_row(meeting), "id")


def write_recognition(one: Recognition) -> None:
    _write(_recognition_row(one), "code")


def write_batch(before: Batch | None, after: Batch) -> None:
    """Write what differs: the draft, and acts that are new or have moved."""
    if before is None or before.draft != after.draft:
        _write(_batch_row(after), "code")
    known = before.acts if before else ()
    moved = [act for place, act in enumerate(after.acts) if place >= len(known) or known[place] != act]
    models.BatchAct.objects.bulk_create(
        [_act_row(act) for act in moved],
        update_conflicts=True,
        unique_fields=["batch", "serial"],
        update_fields=["digest", "number", "body"],
    )


def _write(row: Model, key: str) -> None:
    model = type(row)
    model._default_manager.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=[key],
        update_fields=[field.name for field in model._meta.concrete_fields if field.name != key],
    )


def _agreement_row(one: Agreement) -> models.Agreement:
    return models.Agreement(
        number=one.number, title=one.title, from_on=one.from_on, last_on=one.last, body=to_plain(one, Agreement)
    )


def _meeting_row(one: Meeting) -> models.JointMeeting:
    return models.JointMeeting(id=one.id, held_on=one.held_on, agreement=one.agreement, body=to_plain(one, Meeting))


def _recognition_row(one: Recognition) -> models.RecognitionRule:
    rule = one.rule
    return models.RecognitionRule(
        code=rule.code,
        certificate=rule.certificate,
        counts_in=rule.counts_in,
        agreement=rule.agreement,
        from_on=rule.from_on,
        last_on=one.last,
        body=to_plain(one, Recognition),
    )


def _batch_row(one: Batch) -> models.Batch:
    return models.Batch(code=one.code, agreement=one.draft.agreement, body=to_plain(one.draft, Draft))


def _act_row(act: Act) -> models.BatchAct:
    return models.BatchAct(
        batch_id=act.content.batch,
        serial=act.content.serial,
        digest=act.digest,
        number=act.number,
        body=to_plain(act, Act),
    )


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_agreements(numbers: Collection[str] | None = None) -> dict[str, Agreement]:
    """Return agreements by number, the newest first; all of them when none are named."""
    rows = models.Agreement.objects.order_by("-from_on", "number")
    found = rows if numbers is None else rows.filter(number__in=set(numbers))
    return {row.number: from_plain(row.body, Agreement) for row in found}


def read_agreement(number: str) -> Agreement | None:
    return read_agreements([number]).get(number)


def read_meetings(agreement: str | None = None) -> list[Meeting]:
    """Return joint meetings, the newest first; those under one agreement when it is named."""
    rows = models.JointMeeting.objects.order_by("-held_on", "id")
    found = rows if agreement is None else rows.filter(agreement=agreement)
    return [from_plain(row.body, Meeting) for row in found]


def read_meeting(meeting: str) -> Meeting | None:
    row = models.JointMeeting.objects.filter(pk=meeting).first()
    return None if row is None else from_plain(row.body, Meeting)


def read_recognitions(*, certificates: Collection[str] | None = None) -> list[Recognition]:
    """Return recognition rules by code; those for these certificate types when they are named. One statement."""
    rows = models.RecognitionRule.objects.order_by("code")
    found = rows if certificates is None else rows.filter(certificate__in=set(certificates))
    return [from_plain(row.body, Recognition) for row in found]


def read_recognition(code: str) -> Recognition | None:
    row = models.RecognitionRule.objects.filter(pk=code).first()
    return None if row is None else from_plain(row.body, Recognition)


def read_batches(codes: Collection[str] | None = None) -> list[Batch]:
    """Return batches with their acts, by code, in two statements."""
    rows = models.Batch.objects.prefetch_related("acts").order_by("code")
    return [_batch(row) for row in (rows if codes is None else rows.filter(code__in=set(codes)))]


def read_batch(code: str) -> Batch | None:
    return next(iter(read_batches([code])), None)


def resting_on(agreement: str) -> list[Batch]:
    """Return the batches that name an agreement."""
    return read_batches(models.Batch.objects.filter(agreement=agreement).values_list("code", flat=True))


def _batch(row: models.Batch) -> Batch:
    acts = sorted(row.acts.all(), key=lambda act: act.serial)
    return Batch(row.code, from_plain(row.body, Draft), tuple(from_plain(act.body, Act) for act in acts))


def held(listed: Iterable[Listed]) -> Held:
    """Compute the digests of these stored versions anew, in one statement."""
    wanted = {(one.matter, one.version) for one in listed}
    rows = models.Standard.objects.filter(
        matter__in={matter for matter, _ in wanted}, version__in={version for _, version in wanted}
    )
    return {(row.matter_id, row.version): digest(row.body) for row in rows if (row.matter_id, row.version) in wanted}


def verifier(purpose: Purpose = Purpose.BATCH) -> Verify:
    """Return what verifies signatures by the keys this node trusts; they are looked up once, here.

    Its own keys come before those of others, who speak for their own regions only.
    """
    keys = {**adapters.keys_elsewhere(purpose), **trust.listed(purpose=purpose)}

    def verify(signature: Signature) -> bool:
        key = keys.get(signature.key)
        return (
            key is not None
            and key.owner == owner_of(signature.region)
            and base64url.encode(key.public_key) == signature.public_key
            and key.stands(signature.at)
            and key.verify(bytes.fromhex(signature.digest), base64url.decode(signature.value))
        )

    return verify


def competent(matters: Iterable[str], regions: Iterable[str]) -> tuple[Party, ...]:
    """Return the departments of these regions, at their own level, that implement one of these matters."""
    found = set(
        models.Implementation.objects.filter(matter__in=set(matters), region__in=set(regions))
        .values_list("region", "by")
        .distinct()
    )
    known = {one.uscc: one for one in Department.objects.filter(uscc__in={body for _, body in found})}
    return tuple(
        Party(region, body, known[body].name, known[body].name_en) if body in known else Party(region, body, body)
        for region, body in sorted(found)
    )


def led_by(code: str) -> str:
    """Return which other node a batch came from; it alone puts acts of it to the regions. Empty: this node."""
    drafter = journal.first_actor(BATCH + code)
    return drafter.removeprefix(NODE) if drafter.startswith(NODE) else ""


# --- Replay -----------------------------------------------------------------------------------------------------------


def register_folds() -> None:
    """Tell the journal how these streams are folded and how their rows are read."""
    _register(AGREEMENT, agreements.fold, _agreement, models.Agreement)
    _register(MEETING, meetings.fold, _meeting, models.JointMeeting)
    _register(BATCH, batch.fold, _whole_batch, models.Batch)
    _register(RECOGNITION, recognition.fold, _recognition, models.RecognitionRule)


def _register(
    prefix: str, fold: Callable[[Iterable[Any]], Any], rows: Callable[[str], Any], model: type[Model]
) -> None:
    def folded(entries: list[Recorded]) -> Any:
        return fold(entry.event for entry in entries)

    journal.register(
        prefix,
        fold=folded,
        rows=lambda stream: rows(stream.removeprefix(prefix)),
        streams=lambda: [f"{prefix}{key}" for key in model._default_manager.values_list("pk", flat=True)],
    )


def _agreement(number: str) -> Agreement | None:
    row = models.Agreement.objects.filter(pk=number).first()
    return None if row is None else _copied(row, from_plain(row.body, Agreement), _agreement_row)


def _meeting(meeting: str) -> Meeting | None:
    row = models.JointMeeting.objects.filter(pk=meeting).first()
    return None if row is None else _copied(row, from_plain(row.body, Meeting), _meeting_row)


def _recognition(code: str) -> Recognition | None:
    row = models.RecognitionRule.objects.filter(pk=code).first()
    return None if row is None else _copied(row, from_plain(row.body, Recognition), _recognition_row)


def _whole_batch(code: str) -> Batch | None:
    row = models.Batch.objects.filter(pk=code).first()
    whole = None if row is None else _copied(row, _batch(row), _batch_row)
    acts = () if row is None else row.acts.order_by("serial")
    sound = all(_copied(act, from_plain(act.body, Act), _act_row) is not None for act in acts)
    return whole if sound else None


def _copied(row: Model, value: Value, write: Callable[[Value], Model]) -> Value | None:
    """Return the value if the row is what writing it would give."""
    again = write(value)
    fields = [field.attname for field in type(row)._meta.concrete_fields if not field.primary_key]
    return value if all(getattr(row, name) == getattr(again, name) for name in fields) else None
