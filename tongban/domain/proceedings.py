"""What has a case been through, beside opinions and conclusion?

Values only: notices of correction, materials that are to follow, time that does not count, hearings, looks at the
place, statements, the fate of a commitment, supervision. `application` folds them from events; `intake`, `procedures`,
`promises` and `watch` say what may happen next.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.domain.catalogue import SubjectRole
from tongban.domain.events import (
    Channel,
    CommitmentKind,
    Demand,
    DemandKind,
    Fate,
    FollowUp,
    Means,
    Procedure,
    RefusalGround,
    Side,
    SupervisionRule,
)
from tongban.domain.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Notice:
    """The one-time notice (一次性告知) of one department; its demands are numbered from `first` on, each number once in
    the application. `answered` are the numbers of those that were answered.
    """

    first: int
    demands: tuple[Demand, ...]
    answer_due_on: date
    by: str
    at: datetime
    answered: tuple[int, ...] = ()
    explanations: tuple[tuple[int, Sealed], ...] = ()
    """What was answered in words, by the number of the demand."""

    @property
    def numbers(self) -> range:
        """The numbers of its demands."""
        return range(self.first, self.first + len(self.demands))

    def demand(self, number: int) -> Demand:
        return self.demands[self.numbers.index(number)]

    def open_demands(self, case: int) -> tuple[int, ...]:
        """Return the numbers of the demands on a case that wait for an answer."""
        return tuple(
            number
            for number, demand in zip(self.numbers, self.demands, strict=True)
            if demand.case == case and number not in self.answered
        )

    def asks_of(self, case: int, *, but: Collection[int] = ()) -> bool:
        """Whether something of a case itself is still to be corrected, `but` for these demands; else it only waits for
        others.
        """
        waits = (DemandKind.AWAITED, DemandKind.CONFIRMATION)
        return any(self.demand(number).kind not in waits for number in self.open_demands(case) if number not in but)

    def cases(self) -> tuple[int, ...]:
        """Return the cases it demands something of."""
        return tuple(dict.fromkeys(demand.case for demand in self.demands))


@dataclass(frozen=True, slots=True)
class Deferral:
    """A material that is to follow (容缺); `due_on` None until cases are accepted with it."""

    material: str
    about: SubjectRole
    subject: str
    cases: tuple[int, ...]
    by: str
    signature: str
    key: str
    promised_at: datetime
    due_on: date | None = None
    remind_on: date | None = None
    pauses_promise: bool = False
    reminded: bool = False
    met_on: date | None = None
    lapsed: bool = False

    @property
    def names(self) -> tuple[str, SubjectRole, str]:
        """What tells one deferral of an application from another."""
        return self.material, self.about, self.subject

    @property
    def open(self) -> bool:
        return self.met_on is None and not self.lapsed


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a case was not accepted (不予受理)."""

    ground: RefusalGround
    reason: Sealed | None
    right_body: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SpecialProcedure:
    """A line in the ledger of time that does not count; `resumed_on` None while it lasts."""

    kind: Procedure
    name: str
    article: str
    expected_days: int
    began_on: date
    until_on: date | None
    """The last day that the notice told of; None: nobody worked it out when it began."""
    resumed_on: date | None = None
    result: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Extended:
    """The one extension of a case."""

    days: int
    approved_on: date
    approver: str
    reason: Sealed
    article: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that moves the days on which a case is due."""

    procedures: tuple[SpecialProcedure, ...] = ()
    extension: Extended | None = None

    @property
    def lasting(self) -> SpecialProcedure | None:
        """The special procedure that lasts now."""
        return next((entry for entry in self.procedures if entry.resumed_on is None), None)


@dataclass(frozen=True, slots=True)
class Hearing:
    """A hearing offered, asked for or held (听证)."""

    request_due_on: date
    requested_by: Side | None = None
    hold_by_on: date | None = None
    record: Sealed | None = None
    held_at: datetime | None = None

    @property
    def outstanding(self) -> bool:
        """Asked for and not yet held."""
        return self.requested_by is not None and self.held_at is None

    def may_be_asked_for(self, today: date) -> bool:
        return self.requested_by is None and today <= self.request_due_on


@dataclass(frozen=True, slots=True)
class SiteCheck:
    officers: tuple[str, ...]
    passed: bool
    record: Sealed
    at: datetime


@dataclass(frozen=True, slots=True)
class Interested:
    """A third party that was told (利害关系人)."""

    party: Sealed
    statement_due_on: date


@dataclass(frozen=True, slots=True)
class Statement:
    """What the applicant or a third party said (陈述申辩)."""

    side: Side
    text: Sealed
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Commitment:
    """A commitment that stands, and what became of it."""

    kind: CommitmentKind
    materials: tuple[str, ...]
    by: str
    signature: str
    key: str
    made_at: datetime
    verify_by_on: date | None = None
    draw: str = ""
    chosen: bool | None = None
    """Whether a draw chose it for verification; None: no draw was held."""
    kept: bool | None = None
    means: Means | None = None
    verified_by: str = ""
    mend_by_on: date | None = None
    mended_at: datetime | None = None
    noticed_at: datetime | None = None
    statement_due_on: date | None = None
    revoked_at: datetime | None = None
    credit_entry: str = ""
    repaired_at: datetime | None = None
    """When the credit entry was repaired; None: it stands, or there is none."""

    @property
    def to_verify(self) -> bool:
        return self.kept is None and self.chosen is not False and self.verify_by_on is not None

    @property
    def broken(self) -> bool:
        """Found broken and neither mended nor yet revoked."""
        return self.kept is False and self.mended_at is None and self.revoked_at is None


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """A decision on the spot that a draw chose to be checked, and what was found (事后抽查)."""

    draw: str
    due_on: date
    by: str = ""
    checked_at: datetime | None = None
    follow_up: FollowUp | None = None
    """What follows; None: it was right, or is not checked yet."""
    finding: Sealed | None = None

    @property
    def open(self) -> bool:
        return self.checked_at is None


@dataclass(frozen=True, slots=True)
class Supervision:
    """A supervision case (督办); closed with a finding."""

    rule: SupervisionRule
    desk: str
    opened_at: datetime
    finding: Sealed | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A certificate that the case relied on, and that does not count any more (所依据的证照有变化)."""

    certificate: str
    material: str
    fate: Fate
    article: str
    since: date
    told_at: datetime
    settled_by: str = ""
    settled_at: datetime | None = None
    finding: Sealed | None = None
    """Why the desk stands by the case all the same; None: it has not looked yet."""

    @property
    def open(self) -> bool:
        return self.settled_at is None


@dataclass(frozen=True, slots=True)
class Rating:
    """How satisfied the applicant was, from 1 to 5, by one channel; `words` None: he said no more."""

    level: int
    channel: Channel
    words: Sealed | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Proceedings:
    """What only some cases go through."""

    refusal: Refusal | None = None
    hearing: Hearing | None = None
    site_checks: tuple[SiteCheck, ...] = ()
    interested: tuple[Interested, ...] = ()
    statements: tuple[Statement, ...] = ()
    commitment: Commitment | None = None
    supervision: tuple[Supervision, ...] = ()
    spot_check: SpotCheck | None = None
    doubts: tuple[Doubt, ...] = ()
    urged_at: datetime | None = None
    urges: int = 0
    returns: int = 0
    """How often a conclusion or an opinion went back."""
    ratings: tuple[Rating, ...] = ()

    @property
    def worst(self) -> int:
        """The worst level that was given; 0: nobody rated it."""
        return max((one.level for one in self.ratings), default=0)

    def supervised(self, rule: SupervisionRule) -> bool:
        """Whether a supervision case of this rule was ever opened."""
        return any(one.rule is rule for one in self.supervision)

    def closing(self, rule: SupervisionRule, *, finding: Sealed, at: datetime) -> Proceedings:
        """Return these with the open supervision case of the rule closed."""
        return replace(
            self,
            supervision=tuple(
                replace(one, finding=finding, closed_at=at) if one.rule is rule and one.closed_at is None else one
                for one in self.supervision
            ),
        )
