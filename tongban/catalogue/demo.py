"""How do the joint standards come into force in the demo? As they do anywhere: published, signed by all, then observed.

The stewards of three regions record the agreement, hold the joint meetings, put each batch to the regions on its day,
sign it off department by department and sign it; later they widen it. What is done already is left as it is, so that
loading twice changes nothing.

A node does what falls to the regions it speaks for: it publishes what their bodies offer, and their stewards sign. The
rest arrives from other nodes; loading again goes on with what has arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache

from tongban.catalogue import actions, differences, joint, models
from tongban.catalogue.actions import Holdings, Observations
from tongban.catalogue.joint_build import PlannedBatch, PlannedMeeting
from tongban.catalogue.joint_set import JointSet
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Act
from tongban.domain.clock import BEIJING_TIME
from tongban.domain.joint import ActKind
from tongban.domain.meetings import Meeting
from tongban.domain.offers import Extension, Offer, Reform
from tongban.domain.workdays import ONE_DAY
from tongban.journal.actions import Answer
from tongban.people import demo as people_demo
from tongban.people import queries as people
from tongban.people.actor import SYSTEM, Actor
from tongban.people.demo import is_here
from tongban.people.models import Account
from tongban.people.roles import Role

Tell = Callable[[str], None]
"""Hears what was done, one sentence at a time."""


@dataclass(frozen=True, slots=True)
class Signatories:
    """Who signs for the bureau, and who signs off for the departments, by province."""

    bureau: Mapping[str, str]
    departments: Mapping[str, str]


def load(*, joint_set: JointSet, now: datetime, tell: Tell) -> None:
    """Put a set in force, each act on its own day; the demo people must be there.

    `now` is when the own systems of some bodies are looked at, which differ on purpose, and when lists are written.
    """
    joint_set = kept_here(joint_set)
    put_in_force(joint_set=joint_set, tell=tell)
    for meeting in joint_set.meetings:
        _hold(meeting)
    recognise(joint_set=joint_set, tell=tell)
    _publish_others(joint_set)
    load_bundles(joint_set)
    tell(f"跨省通办清单 {len(joint_set.offers)} 项，延伸服务 {len(joint_set.extensions)} 项。")
    standards = {each.matter: each for each in joint_set.joint}
    shown = differences.observed(differences.read(), standards)
    seen = Observations(tuple(each for each in shown if is_here(each.region)))
    actions.observe(operation=f"demo/observe/{seen!r}", actor=SYSTEM, observations=seen, now=now)
    # What was published on days long gone is listed as of today.
    actions.refresh(operation=f"demo/lists/{now.isoformat()}", actor=SYSTEM, now=now)


def kept_here(joint_set: JointSet) -> JointSet:
    """Return of a set the joint standards, and what the regions of this node keep, offer, recognise and take in."""
    return replace(
        joint_set,
        standards=tuple(each for each in joint_set.standards if not each.owner or is_here(each.owner)),
        implementations=tuple(each for each in joint_set.implementations if is_here(each.region)),
        offers=tuple(each for each in joint_set.offers if is_here(each.province)),
        extensions=tuple(each for each in joint_set.extensions if is_here(each.region)),
        reforms=tuple(each for each in joint_set.reforms if is_here(each.region)),
        recognition=tuple(each for each in joint_set.recognition if is_here(each.rule.counts_in)),
        bundles=tuple(
            (catalogue, bundle)
            for catalogue, bundle in joint_set.bundles
            if all(is_here(each.region) for each in catalogue.implementations.values())
        ),
    )


def put_in_force(*, joint_set: JointSet, tell: Tell) -> None:
    """Record the agreements, and let the regions sign the batches of a set."""
    for planned in joint_set.agreements:
        _record(planned)
    for batch in _in_order(joint_set):
        _publish_joint(joint_set, batch)
        _issue(batch)
        _sign(batch)
        signed = "由三地签署" if _is_signed(batch) else "等待各地签署"
        tell(f"批次 {batch.code}：{len(batch.draft.matters)} 个事项的标准{signed}。")
    for batch in joint_set.batches:
        _widen(batch)
        _sign(batch)


@dataclass(frozen=True, slots=True)
class Level:
    """How far the nodes have come with a set; `done`: there is nothing left that one of them would do."""

    signed: int
    batches: int
    done: bool


def go_on(*, joint_set: JointSet) -> Level:
    """Do what falls to this node now that others have said more; return how far all have come.

    A batch is put to the regions once everything that their bodies offer is here: each must find its departments named.
    """
    own = kept_here(joint_set)
    for batch in _in_order(joint_set):
        if _offered(joint_set, batch):
            _issue(batch)
        _sign(batch)
        _widen(batch)
        _sign(batch)
    recognise(joint_set=own, tell=lambda sentence: None)
    load_bundles(own)
    known = {one.rule.code for one in joint.read_recognitions()}
    recognised = all(one.rule.code in known for one in joint_set.recognition)
    signed = sum(_is_signed(batch) for batch in joint_set.batches)
    return Level(signed, len(joint_set.batches), recognised and all(map(_is_done, joint_set.batches)))


def _in_order(joint_set: JointSet) -> list[PlannedBatch]:
    return sorted(joint_set.batches, key=lambda each: each.proposed_on)


def _offered(joint_set: JointSet, batch: PlannedBatch) -> bool:
    """Whether all implementations of a batch's matters are here, those of other nodes too."""
    matters = set(batch.draft.matters)
    rows = models.Implementation.objects.filter(matter_id__in=matters)
    offered = {(one.matter, one.body) for one in joint_set.implementations if one.matter in matters}
    return offered <= set(rows.values_list("matter_id", "by"))


def _is_done(batch: PlannedBatch) -> bool:
    known = joint.read_batch(batch.code)
    return known is not None and known.open is None and len(known.completed) == 1 + (batch.widened is not None)


def recognise(*, joint_set: JointSet, tell: Tell) -> None:
    """Let the bureau of each region sign the rules by which certificates of the others count there."""
    known = {one.rule.code for one in joint.read_recognitions()}
    agreed = joint.read_agreements().keys()
    for planned in joint_set.recognition:
        if planned.rule.code not in known and planned.rule.agreement in agreed:
            actions.record_recognition(
                operation=f"demo/recognition/{planned.rule.code}",
                actor=_who(_signatories().bureau[planned.rule.counts_in], planned.recorded_on),
                rule=planned.rule,
                now=_at(planned.recorded_on, 16),
            )
    tell(f"互认规则 {sum(each.rule.agreement in agreed for each in joint_set.recognition)} 条。")


def publish(*, joint_set: JointSet, now: datetime) -> Answer:
    """Publish a whole set at once: what regions keep alone is in force, joint standards wait for their signatures."""
    holdings = Holdings(
        standards=joint_set.standards,
        implementations=joint_set.implementations,
        materials=joint_set.materials,
        certificate_types=joint_set.certificate_types,
        elements=joint_set.elements,
        offers=joint_set.offers,
        extensions=joint_set.extensions,
        reforms=joint_set.reforms,
    )
    return actions.publish(operation=f"catalogue-load/{holdings.digest}", actor=SYSTEM, holdings=holdings, now=now)


# --- Publishing -------------------------------------------------------------------------------------------------------


def _publish_joint(joint_set: JointSet, batch: PlannedBatch) -> None:
    """The standards of a batch, who implements them, and everything that they name."""
    matters = frozenset(batch.draft.matters)
    standards = tuple(each for each in joint_set.joint if each.matter in matters)
    holdings = Holdings(
        standards=standards,
        implementations=tuple(each for each in joint_set.implementations if each.matter in matters),
        materials=joint_set.materials,
        certificate_types=joint_set.certificate_types,
        elements=joint_set.elements,
    )
    _publish(batch.code, holdings, batch.proposed_on - ONE_DAY)


def _publish_others(joint_set: JointSet) -> None:
    """What each region keeps alone, and the lists: on the day on which the first offer stands."""
    regional = tuple(each for each in joint_set.standards if each.owner)
    matters = {each.matter for each in regional}
    listed: Iterable[Offer | Extension | Reform] = (*joint_set.offers, *joint_set.extensions)
    holdings = Holdings(
        standards=regional,
        implementations=tuple(each for each in joint_set.implementations if each.matter in matters),
        offers=joint_set.offers,
        extensions=joint_set.extensions,
        reforms=joint_set.reforms,
    )
    _publish("others", holdings, min(each.from_on for each in listed))


def load_bundles(joint_set: JointSet) -> None:
    """Bundles of joint standards take them as all have signed them, on the day after the last batch took effect."""
    if not all(_is_signed(batch) for batch in joint_set.batches):
        return
    day = max(batch.draft.in_force_on for batch in joint_set.batches) + ONE_DAY
    for catalogue, bundle in joint_set.bundles:
        content = actions.Content(catalogue, bundle)
        actions.load(operation=f"demo/bundle/{content!r}", actor=SYSTEM, content=content, now=_at(day, 9))


def _publish(what: str, holdings: Holdings, day: date) -> None:
    operation = f"demo/publish/{what}/{holdings.digest[:32]}"
    actions.publish(operation=operation, actor=SYSTEM, holdings=holdings, now=_at(day, 9))


# --- Agreements and meetings ------------------------------------------------------------------------------------------


def _record(planned: Agreement) -> None:
    if joint.read_agreement(planned.number) is None and is_here(planned.parties[0].region):
        steward = _who(_signatories().bureau[planned.parties[0].region], planned.signed_on)
        operation = f"demo/agreement/{planned.number}"
        actions.record_agreement(operation=operation, actor=steward, agreement=planned, now=_at(planned.signed_on, 16))


def _hold(meeting: PlannedMeeting) -> None:
    if joint.read_meeting(meeting.code) is not None or not is_here(meeting.attendees[0].region):
        return
    held_at = _at(meeting.held_on, 17)
    actions.record_meeting(
        operation=f"demo/meeting/{meeting.code}",
        actor=_who(_signatories().bureau[meeting.attendees[0].region], meeting.held_on),
        meeting=Meeting(
            meeting.code,
            meeting.title,
            meeting.held_on,
            meeting.agreement,
            meeting.attendees,
            meeting.agenda,
            meeting.minutes,
            meeting.undertakings,
        ),
        now=held_at,
    )
    for number, (undertaking, done) in enumerate(zip(meeting.undertakings, meeting.done, strict=True), start=1):
        if done is not None and is_here(undertaking.owner.region):
            done_on, outcome = done
            actions.close_action(
                operation=f"demo/meeting/{meeting.code}/{number}",
                actor=_who(_signatories().bureau[undertaking.owner.region], done_on),
                meeting=meeting.code,
                number=number,
                outcome=outcome,
                now=_at(done_on, 15),
            )


# --- Batches ----------------------------------------------------------------------------------------------------------


def _issue(batch: PlannedBatch) -> None:
    """Put a batch to the regions, once it is known who offers its matters in each of them."""
    known = joint.read_batch(batch.code)
    if known is not None and known.last is not None:
        return
    regions = batch.draft.regions
    if not is_here(regions[0]) or not all(joint.competent(batch.draft.matters, [region]) for region in regions):
        return
    steward = _who(_signatories().bureau[regions[0]], batch.proposed_on)
    operation, now = f"demo/batch/{batch.code}", _at(batch.proposed_on, 9)
    actions.draft_batch(operation=f"{operation}/draft", actor=steward, code=batch.code, draft=batch.draft, now=now)
    actions.propose_batch(operation=f"{operation}/propose", actor=steward, code=batch.code, now=now)


def _widen(batch: PlannedBatch) -> None:
    known = joint.read_batch(batch.code)
    if batch.widened is None or known is None or len(known.completed) != 1 or known.open is not None:
        return
    if is_here(batch.draft.regions[0]):
        day = batch.widened.proposed_on
        actions.widen_batch(
            operation=f"demo/batch/{batch.code}/widen",
            actor=_who(_signatories().bureau[batch.draft.regions[0]], day),
            code=batch.code,
            scope=batch.widened.scope,
            in_force_on=batch.widened.in_force_on,
            now=_at(day, 9),
        )


def _sign(batch: PlannedBatch) -> None:
    """In each region the departments sign off the day after the proposal, and the bureau signs the day after that."""
    for act in _open_acts(batch.code):
        widening = batch.widened if act.content.kind is ActKind.WIDENING else None
        proposed_on = widening.proposed_on if widening else batch.proposed_on
        operation = f"demo/batch/{batch.code}/{act.content.serial}"
        for region in filter(is_here, act.unsigned()):
            off_on, signed_on = proposed_on + ONE_DAY, proposed_on + 2 * ONE_DAY
            actions.sign_off(
                operation=f"{operation}/sign-off/{region}",
                actor=_who(_signatories().departments[region], off_on),
                code=batch.code,
                region=region,
                departments=tuple(one.body for one in act.departments_of(region)),
                digest=act.digest,
                now=_at(off_on, 10),
            )
            actions.sign_batch(
                operation=f"{operation}/sign/{region}",
                actor=_who(_signatories().bureau[region], signed_on),
                code=batch.code,
                region=region,
                digest=act.digest,
                now=_at(signed_on, 10),
            )


def _is_signed(batch: PlannedBatch) -> bool:
    known = joint.read_batch(batch.code)
    return known is not None and bool(known.completed)


def _open_acts(code: str) -> tuple[Act, ...]:
    batch = joint.read_batch(code)
    return (batch.open,) if batch is not None and batch.open is not None else ()


# --- People and days --------------------------------------------------------------------------------------------------


@cache
def _signatories() -> Signatories:
    """The stewards of the demo: one who speaks for the bureau alone, one for the departments of each province."""
    stewards = [one for one in people_demo.read()["staff"] if one["role"] == Role.STEWARD]
    bureau = {one["region"]: one["username"] for one in stewards if one.get("sectors") == ["bureau"]}
    departments = {one["region"]: one["username"] for one in stewards if one["username"] not in bureau.values()}
    return Signatories(bureau, departments)


def _who(username: str, day: date) -> Actor:
    return people.actor(Account.objects.get(username=username), today=day)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=BEIJING_TIME)
