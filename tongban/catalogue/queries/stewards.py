"""What stewards look up: standards and how they stand, their versions, what departs, and drafts of their own region."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from tongban.catalogue import joint, models, storage
from tongban.domain import validity
from tongban.domain.catalogue import CertificateType, DataElement, Implementation, Material, Standard
from tongban.domain.codec import from_plain
from tongban.domain.events import ImplementationPutInForce, StandardProposed, StandardPutInForce
from tongban.domain.refused import Refused
from tongban.domain.validity import Span
from tongban.domain.versions import Change, changes
from tongban.journal import queries as journal
from tongban.people.actor import Actor
from tongban.people.permissions import covers, may
from tongban.people.roles import Role

Content = Standard | Implementation


class NoSuchMatter(Refused):
    """A matter or a body's offer of it that the catalogue never had."""

    code = "not_found"
    status = 404


class NoSuchDraft(Refused):
    """A draft that was published or discarded, or never was."""

    code = "not_found"
    status = 404


@dataclass(frozen=True, slots=True)
class Drafted:
    """A steward's unfinished version.

    `base` is the newest version when it was begun or last brought up to date, 0 where there was none; `follows` the
    version of the standard in force then. `updated_at` tells one state of the draft from the next.
    """

    id: int
    matter: str
    body: str
    region: str
    editor: str
    updated_at: datetime
    base: int
    follows: int
    content: Content


@dataclass(frozen=True, slots=True)
class Now:
    """Where the thing that a draft is about stands: its newest version, and the standard of its matter.

    `standard` is the one in force, None where none is; `wording` then the newest one, None where there never was any.
    """

    newest: Content | None
    standard: Standard | None
    wording: Standard | None

    @property
    def base(self) -> int:
        return self.newest.version if self.newest else 0

    @property
    def follows(self) -> int:
        return self.standard.version if self.standard else 0


def draft(number: int, *, actor: Actor) -> Drafted:
    """Return a draft of the actor's own region. Raises NoSuchDraft, NotAllowed."""
    row = models.Draft.objects.filter(pk=number).first()
    if row is None:
        raise NoSuchDraft("没有找到这份草稿，它可能已经发布或被放弃。请从“标准与差异”重新打开。")
    may(actor, "keep_standards", region=row.region)
    return _read(row)


def drafts(*, actor: Actor) -> list[Drafted]:
    """Return the drafts of the actor's regions, the last changed first, in one statement."""
    regions = {duty.region for duty in actor.duties if duty.role is Role.STEWARD}
    rows = models.Draft.objects.order_by("-updated_at", "matter")
    return [_read(row) for row in rows if any(covers(region, row.region) for region in regions)]


def where_it_stands(matter: str, *, body: str, today: date) -> Now:
    """Return the newest version of a standard (`body` empty) or implementation, and the standard in force."""
    standard = storage.standards_in_force([matter], today=today).get(matter)
    row = _versions(models.Standard, matter).first()
    wording = None if row is None else storage.read_standard(row)
    if not body:
        return Now(wording, standard, wording)
    row = _versions(models.Implementation, matter, by=body).first()
    return Now(None if row is None else storage.read_implementation(row), standard, standard or wording)


def version(matter: str, *, body: str, number: int) -> Content | None:
    """Return one version of a standard (`body` empty) or implementation; None where there is no such version."""
    about = {"by": body} if body else {}
    row = _versions(models.Implementation if body else models.Standard, matter, **about).filter(version=number).first()
    if row is None:
        return None
    return storage.read_implementation(row) if body else storage.read_standard(row)


def _read(row: models.Draft) -> Drafted:
    kind = Implementation if row.by else Standard
    return Drafted(
        id=row.pk,
        matter=row.matter,
        body=row.by,
        region=row.region,
        editor=row.editor,
        updated_at=row.updated_at,
        base=row.body["base"],
        follows=row.body["follows"],
        content=from_plain(row.body["content"], kind),
    )


def own_regions(actor: Actor) -> Collection[str]:
    """Return the regions that the actor keeps, as his duties name them."""
    return sorted({duty.region for duty in actor.duties if duty.role is Role.STEWARD})


# --- Standards and how they stand -------------------------------------------------------------------------------------


class State(StrEnum):
    """How a standard stands today."""

    IN_FORCE = "in_force"
    AMENDING = "amending"  # in force, and a newer version is proposed or has not begun
    PROPOSED = "proposed"  # never in force yet
    ENDED = "ended"


class Keeper(StrEnum):
    JOINT = "joint"
    REGIONAL = "regional"


@dataclass(frozen=True, slots=True)
class Search:
    """What a steward looks for; what is empty does not narrow."""

    words: str = ""
    sector: str = ""
    batch: str = ""
    state: str = ""
    keeper: str = ""


def standards(search: Search, *, today: date) -> QuerySet[models.Matter, dict[str, Any]]:
    """Return the matters that a steward looks for, joint ones first, by code, and how each stands."""
    rows = _standing(today)
    if search.words:
        rows = rows.filter(Q(name__icontains=search.words) | Q(code__icontains=search.words))
    if search.sector:
        rows = rows.filter(sector=search.sector)
    if search.batch:
        rows = rows.filter(batch=search.batch)
    if search.state:
        rows = rows.filter(state=search.state)
    if search.keeper:
        rows = rows.filter(owner="") if search.keeper == Keeper.JOINT else rows.exclude(owner="")
    return rows.order_by("owner", "code").values(
        "code", "name", "name_en", "sector", "owner", "matter_type", "newest", "valid", "batch", "state"
    )


def proposals(*, today: date) -> list[dict[str, Any]]:
    """Return the joint standards of which the newest version waits to be put in a batch, by code."""
    scheduled = models.Validity.objects.filter(matter=OuterRef("pk"), version=OuterRef("newest"))
    rows = _standing(today).filter(Q(owner="") & ~Exists(scheduled) & Q(newest__isnull=False)).order_by("code")
    open_acts = [batch.demand_open() for batch in joint.read_batches(None) if batch.open]
    signing = {(listed.matter, listed.version) for act in open_acts for listed in act.content.standards}
    found = rows.values("code", "name", "name_en", "sector", "newest", "valid")
    return [each for each in found if (each["code"], each["newest"]) not in signing]


def joint_in_force(*, today: date) -> list[str]:
    """Return the matters whose standard all regions keep and is in force, in one statement."""
    return list(_standing(today).filter(owner="", valid__isnull=False).order_by("code").values_list("code", flat=True))


def names_of_matters(matters: Collection[str]) -> dict[str, str]:
    return dict(models.Matter.objects.filter(code__in=matters).values_list("code", "name"))


def sectors_of(matters: Collection[str]) -> dict[str, str]:
    return dict(models.Matter.objects.filter(code__in=matters).values_list("code", "sector"))


def choices(field: str) -> list[str]:
    """Return the sectors, or the batches, that standards have; one statement."""
    if field == "batch":
        found = models.Validity.objects.exclude(batch="").values_list("batch", flat=True)
    else:
        found = models.Matter.objects.exclude(sector="").values_list("sector", flat=True)
    return sorted(found.distinct())


def _standing(today: date) -> QuerySet[models.Matter]:
    newest = (
        models.Standard.objects.filter(matter=OuterRef("pk")).order_by().values("matter").annotate(top=Max("version"))
    )
    spans = models.Validity.objects.filter(matter=OuterRef("pk"))
    today_s = spans.filter(Q(until_on=None) | Q(until_on__gt=today), from_on__lte=today)
    return models.Matter.objects.annotate(
        newest=Subquery(newest.values("top")),
        valid=Subquery(today_s.values("version")[:1]),
        batch=Coalesce(Subquery(today_s.values("batch")[:1]), Value("")),
        state=Case(
            When(valid__isnull=False, newest=F("valid"), then=Value(State.IN_FORCE.value)),
            When(valid__isnull=False, then=Value(State.AMENDING.value)),
            When(Exists(spans), then=Value(State.ENDED.value)),
            default=Value(State.PROPOSED.value),
        ),
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """How one body offers a matter: what it publishes and what its own system showed, newest of each."""

    published: Implementation
    observed: storage.Observed | None


@dataclass(frozen=True, slots=True)
class Whole:
    """All that stands of one matter today. `standard` is the one in force; where none is, the newest."""

    matter: str
    standard: Standard
    newest: int
    in_force: Span | None
    offers: tuple[Offered, ...]


def whole(matter: str, *, today: date) -> Whole:
    """Return a matter with its standard and every body's offer, by level and region. Raises NoSuchMatter."""
    versions = [storage.read_standard(row) for row in _versions(models.Standard, matter)]
    if not versions:
        raise NoSuchMatter(f"没有编号为“{matter}”的事项标准。请从标准清单中查找。")
    span = validity.in_force(storage.spans_of([matter])[matter], on=today)
    standard = next((each for each in versions if span and each.version == span.version), versions[0])
    seen = {each.body: each for each in storage.observations([matter])}
    published = storage.implementations_in_force([matter]).get(matter, [])
    offers = [Offered(each, seen.get(each.body)) for each in published]
    offers.sort(key=lambda each: (each.published.level, each.published.region, each.published.body))
    return Whole(matter, standard, versions[0].version, span, tuple(offers))


def _versions(model: type[models.Version], matter: str, **about: str) -> QuerySet[Any]:
    return model.objects.filter(matter_id=matter, **about).order_by("-version")


@dataclass(frozen=True, slots=True)
class Departed:
    """A body departs from a joint standard, because of the article it names, and has not come back yet."""

    matter: str
    name: str
    sector: str
    body: str
    region: str
    version: int
    article: str
    opened_at: datetime


def departures(matter: str = "") -> list[Departed]:
    """Return the open departures of all regions, the newest first, in one statement."""
    rows = models.Departure.objects.filter(closed_at=None).select_related("matter").order_by("-opened_at", "matter_id")
    return [
        Departed(
            matter=row.matter_id,
            name=row.matter.name,
            sector=row.matter.sector,
            body=row.by,
            region=row.region,
            version=row.version,
            article=row.article,
            opened_at=row.opened_at,
        )
        for row in (rows.filter(matter=matter) if matter else rows)
    ]


# --- Versions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """One version with what it changed, who brought it and when it was in force; `by` is empty for the system."""

    content: Content
    digest: str
    at: datetime
    by: str
    spans: tuple[Span, ...]
    changes: tuple[Change, ...]


def versions(matter: str, *, body: str = "") -> list[Version]:
    """Return the versions of a standard, or of a body's implementation, newest first. Raises NoSuchMatter."""
    about = {"by": body} if body else {}
    rows = list(_versions(models.Implementation if body else models.Standard, matter, **about))
    if not rows:
        raise NoSuchMatter(f"没有编号为“{matter}”的标准或实施清单。请从标准清单中查找。")
    read = storage.read_implementation if body else storage.read_standard
    contents: list[Any] = [read(row) for row in rows]
    before = [*contents[1:], None]
    authors = _authors([row.digest for row in rows], kinds=_KINDS[bool(body)])
    spans = () if body else storage.spans_of([matter])[matter]
    return [
        Version(
            content=content,
            digest=row.digest,
            at=row.in_force_at,
            by=authors.get((row.version, row.digest), ""),
            spans=tuple(span for span in spans if span.version == row.version),
            changes=changes(former, content) if former is not None else (),
        )
        for row, content, former in zip(rows, contents, before, strict=True)
    ]


_KINDS = {False: (StandardPutInForce, StandardProposed), True: (ImplementationPutInForce,)}


def _authors(digests: Collection[str], *, kinds: tuple[type[Any], ...]) -> dict[tuple[int, str], str]:
    """Return who brought each of these versions, by version and digest."""
    told = journal.telling(storage.STREAM, kinds=[kind.__name__ for kind in kinds], any_of=digests)
    return {(entry.event.version, entry.event.digest): entry.actor for entry in told}  # type: ignore[attr-defined]


# --- What forms may name ----------------------------------------------------------------------------------------------


def described(model: type[Any]) -> dict[str, Any]:
    """Return the materials, certificate types or data elements that there are, by code; one statement."""
    kind = {models.Material: Material, models.CertificateType: CertificateType, models.Element: DataElement}[model]
    return {row.code: from_plain(row.body, kind) for row in model.objects.order_by("code")}
