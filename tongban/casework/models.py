"""What casework stores: drafts, and the rows that copy the kernel's `Application`.

The rows of an application are written by `storage` only, from the folded value, so that rows equal replay. Each table
carries the application as the first column of its key: no hot statement crosses applications.
"""

from __future__ import annotations

from datetime import date

from django.db import models

from tongban.domain.events import DrawKind

NEVER = date(9999, 12, 31)
"""Stands in lists where no day is set, so that what has none comes last."""


class Draft(models.Model):
    """An application being filled in. It survives closing the browser and is not journalled."""

    id = models.CharField(max_length=36, primary_key=True)
    party = models.CharField(max_length=64)
    account = models.CharField(max_length=64)
    bundle = models.CharField(max_length=40)
    bundle_version = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    matters = models.JSONField(default=list)
    """The matters of one stage; empty: all that the answers choose."""
    values = models.TextField(blank=True)
    """The form's values as a seal of the party; empty while nothing is filled in."""
    uploads = models.JSONField(default=dict)
    """By place of a material (`materials.place`) {"digest", "name", "size"}; the name as a seal of the party,
    "carried" where it was taken over."""
    deferred = models.JSONField(default=list)
    """Materials that are promised for later (容缺)."""
    committed = models.JSONField(default=list)
    """Proofs that a commitment is to replace (告知承诺, 证明事项)."""
    consented = models.JSONField(default=list)
    """Places of materials for which the holder lets a certificate of another region be used (互认)."""
    by_commitment = models.JSONField(default=list)
    """Matters that take the route of commitment (告知承诺, 涉企经营许可); others go the ordinary one."""
    people = models.TextField(blank=True)
    """The list of people it is for (`rosters.Member`), as a seal of the party; empty: for nobody but the party."""
    carried_from = models.CharField(max_length=50, default="", blank=True)
    """Number of the earlier application it began with; empty: with none."""
    carried = models.JSONField(default=list)
    """Data elements that stand as they were taken over: nobody has looked at them yet. An upload says so itself."""
    revision = models.PositiveIntegerField(default=1)
    pre_reviews = models.PositiveSmallIntegerField(default=0)
    """How many times pre-review was asked for."""
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["party", "-changed_at"], name="open_drafts_of_party", condition=models.Q(submitted_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.bundle} {self.id}"


class Application(models.Model):
    id = models.CharField(max_length=36, primary_key=True)
    number = models.CharField(max_length=50, unique=True)
    region = models.CharField(max_length=6)
    hall = models.CharField(max_length=40)
    bundle = models.CharField(max_length=40)
    bundle_version = models.PositiveIntegerField()
    answers = models.TextField()
    holder = models.CharField(max_length=64)
    applicant = models.CharField(max_length=64)
    participants = models.TextField()
    form = models.TextField()
    submitted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    together = models.BooleanField(default=False)
    notice = models.TextField(null=True)  # noqa: DJ001 - no notice is not an empty one
    deferrals = models.TextField(default="[]")
    intake = models.TextField(null=True)  # noqa: DJ001 - handed in by the applicant himself is not empty
    taken_in_at = models.CharField(max_length=40, default="", blank=True)
    """The hall at whose window it was taken in; empty: at none."""
    to_accept = models.PositiveSmallIntegerField()
    """How many received cases wait for the department's answer."""
    accept_by_on = models.DateField(null=True)
    """The first day by which one of them is to be answered; None: none waits. So with the two below."""
    correct_by_on = models.DateField(null=True)
    confirm_by_on = models.DateField(null=True)
    open_cases = models.PositiveSmallIntegerField()
    wakes_on = models.DateField(null=True)
    """The first day on which something may have fallen due by itself."""
    shape = models.PositiveSmallIntegerField(default=1)
    """The version of the columns in which this row and its children were written."""

    class Meta:
        indexes = [
            models.Index(fields=["holder", "-submitted_at"], name="applications_of_holder"),
            models.Index(
                fields=["hall", "accept_by_on", "id"],
                name="to_accept_at_hall",
                condition=models.Q(accept_by_on__isnull=False),
            ),
            models.Index(
                fields=["hall", "bundle", "accept_by_on", "id"],
                name="to_accept_at_hall_by_bundle",
                condition=models.Q(accept_by_on__isnull=False),
            ),
            models.Index(
                fields=["hall", "correct_by_on", "id"],
                name="to_correct_at_hall",
                condition=models.Q(correct_by_on__isnull=False),
            ),
            models.Index(
                fields=["hall", "confirm_by_on", "id"],
                name="to_confirm_at_hall",
                condition=models.Q(confirm_by_on__isnull=False),
            ),
            models.Index(fields=["hall", "-submitted_at"], name="applications_of_hall"),
            models.Index(
                fields=["taken_in_at", "-submitted_at"],
                name="applications_taken_in_at_hall",
                condition=~models.Q(taken_in_at=""),
            ),
            models.Index(fields=["wakes_on"], name="applications_to_wake", condition=models.Q(wakes_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class Case(models.Model):
    pk = models.CompositePrimaryKey("application_id", "index")
    application = models.ForeignKey(Application, models.PROTECT, related_name="cases", db_index=False)
    index = models.PositiveSmallIntegerField()
    matter = models.CharField(max_length=40)
    standard_version = models.PositiveIntegerField()
    implementation_version = models.PositiveIntegerField()
    body = models.CharField(max_length=18)
    deciding_desk = models.CharField(max_length=80)
    awaits = models.TextField()
    yields = models.CharField(max_length=40)
    content = models.CharField(max_length=64)
    confirmations = models.TextField()
    promised = models.TextField(default="")
    statutory = models.TextField(default="")
    regime = models.CharField(max_length=16, default="")
    matter_type = models.CharField(max_length=16, default="")
    subject = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(max_length=12)
    confirm_by_on = models.DateField(null=True)
    received_on = models.DateField(null=True)
    answer_due_on = models.DateField(null=True)
    accepted_by = models.CharField(max_length=120)
    accepted_at = models.DateTimeField(null=True)
    accepted_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    provisional = models.BooleanField()
    calendar = models.CharField(max_length=64, default="", blank=True)
    ledger = models.TextField(default="{}")
    conclusion = models.TextField(null=True)  # noqa: DJ001 - no conclusion is not an empty one
    returned = models.CharField(max_length=20, null=True)  # noqa: DJ001 - as the kernel has it
    outcome = models.CharField(max_length=10, null=True)  # noqa: DJ001 - undecided is not empty
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lapse = models.TextField(null=True)  # noqa: DJ001 - as the kernel has it
    certificate = models.CharField(max_length=120)
    proceedings = models.TextField(default="{}")
    taken_in_by = models.CharField(max_length=120, default="", blank=True)
    """The clerk who took it in at a window and so does not decide it; empty: nobody did."""
    holding = models.TextField(null=True)  # noqa: DJ001 - what never went to another node is not empty
    """Which node may act on it, and how often it was handed over."""
    supervised = models.PositiveSmallIntegerField(default=0)
    """How many supervision cases are open on it."""
    urges = models.PositiveSmallIntegerField(default=0)
    """How often its applicant has urged (催办)."""
    urged_at = models.DateTimeField(null=True)
    promise = models.CharField(max_length=12, default="", blank=True)
    """What is to be done about its commitment next (`promises.Next`); empty: nothing."""
    promise_on = models.DateField(null=True)
    """By when, or not before when."""
    region = models.CharField(max_length=6, default="")
    """Of the application, so that lists of a region find it by index."""
    spot_decided_at = models.DateTimeField(null=True)
    """When it was decided on the spot; None: it was not."""
    check_by_on = models.DateField(null=True)
    """By when the decision on the spot is checked (事后抽查); None: it was not drawn, or is checked."""
    rated = models.PositiveSmallIntegerField(default=0)
    """The worst level by which its applicant rated it, 1 to 5; 0: nobody did."""
    doubted = models.PositiveSmallIntegerField(default=0)
    """How many certificates it relied on do not count any more, and nobody has looked at that yet."""
    stage = models.CharField(max_length=12, null=True)  # noqa: DJ001 - what has ended stands at no stage
    """What the case waits for; it stands on the lists of its deciding desk."""
    due_on = models.DateField(default=NEVER)
    """By when what it waits for should be there."""
    kept_from_deciding = models.CharField(max_length=120, default="", blank=True)
    """Who accepted it and so does not decide it; empty where one pair of eyes decides on the spot."""

    class Meta:
        indexes = [
            models.Index(
                fields=["application", "index"],
                name="open_cases_that_travelled",
                condition=models.Q(ended_at=None, holding__isnull=False),
            ),
            models.Index(
                fields=["calendar"],
                name="open_provisional_cases",
                condition=models.Q(ended_at=None, provisional=True),
            ),
            models.Index(
                fields=["supervised", "application"],
                name="supervised_cases",
                condition=models.Q(supervised__gt=0),
            ),
            models.Index(
                fields=["body", "deciding_desk", "promise_on"],
                name="commitments_to_follow",
                condition=~models.Q(promise=""),
            ),
            models.Index(
                fields=["body", "deciding_desk", "application_id", "index"],
                name="doubted_cases_of_a_desk",
                condition=models.Q(doubted__gt=0),
            ),
            models.Index(fields=["region", "ended_at"], name="badly_rated_cases", condition=models.Q(rated__gte=4)),
            models.Index(
                fields=["body", "deciding_desk", "stage", "due_on", "application_id", "index"],
                name="cases_of_a_desk",
                condition=models.Q(stage__isnull=False),
            ),
            models.Index(
                fields=["body", "deciding_desk", "stage", "matter", "due_on", "application_id", "index"],
                name="cases_of_a_desk_by_matter",
                condition=models.Q(stage__isnull=False),
            ),
            models.Index(
                fields=["spot_decided_at"],
                name="decided_on_the_spot",
                condition=models.Q(spot_decided_at__isnull=False),
            ),
            models.Index(
                fields=["region", "check_by_on"],
                name="spot_checks_of_a_region",
                condition=models.Q(check_by_on__isnull=False),
            ),
            models.Index(
                fields=["body", "deciding_desk", "check_by_on"],
                name="spot_checks_of_a_desk",
                condition=models.Q(check_by_on__isnull=False),
            ),
            models.Index(
                fields=["region", "due_on", "application_id", "index"],
                name="running_cases_of_a_region",
                condition=models.Q(stage__isnull=False, promised_due_on__isnull=False),
            ),
            models.Index(
                fields=["region", "due_on", "application_id", "index"],
                name="waiting_cases_of_a_region",
                condition=models.Q(stage__isnull=False, promised_due_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}-{self.index}"


class Projection(models.Model):
    """A calendar in which the days of all cases that were open then have been looked at."""

    calendar = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.calendar


class Opinion(models.Model):
    pk = models.CompositePrimaryKey("application_id", "case", "desk")
    application = models.ForeignKey(Application, models.PROTECT, related_name="opinions", db_index=False)
    case = models.PositiveSmallIntegerField()
    desk = models.CharField(max_length=80)
    step = models.PositiveSmallIntegerField(default=1)
    matter = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField()
    body = models.CharField(max_length=18)
    verdict = models.CharField(max_length=10, null=True)  # noqa: DJ001 - not given is not empty
    by = models.CharField(max_length=120)
    reason = models.TextField(null=True)  # noqa: DJ001 - as the kernel has it
    at = models.DateTimeField(null=True)
    promised_due_on = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    asked = models.BooleanField()
    """The case is under review and it is this desk's turn to speak: it stands on the desk's list."""
    due_on = models.DateField(default=NEVER)

    class Meta:
        indexes = [
            models.Index(
                fields=["body", "desk", "due_on", "application_id", "case"],
                name="opinions_asked",
                condition=models.Q(asked=True),
            ),
            models.Index(
                fields=["body", "desk", "matter", "due_on", "application_id", "case"],
                name="opinions_asked_by_matter",
                condition=models.Q(asked=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}-{self.case} {self.desk}"


class Supply(models.Model):
    pk = models.CompositePrimaryKey("application_id", "material", "about", "subject")
    application = models.ForeignKey(Application, models.PROTECT, related_name="supplies", db_index=False)
    material = models.CharField(max_length=40)
    about = models.CharField(max_length=20)
    subject = models.CharField(max_length=64, default="", blank=True)
    place = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20)
    reference = models.CharField(max_length=160)
    basis = models.CharField(max_length=20)
    rule = models.CharField(max_length=60, default="", blank=True)
    """The recognition rule by which a certificate of another region counts; empty: none is needed."""
    given_at = models.DateTimeField(null=True)
    """Empty: with the application."""

    def __str__(self) -> str:
        return f"{self.application_id} {self.material}"


class ConfirmationAsked(models.Model):
    """A co-applicant's open signature: what stands on his list until he confirms."""

    pk = models.CompositePrimaryKey("application_id", "case", "party")
    application = models.ForeignKey(Application, models.PROTECT, related_name="confirmations_asked", db_index=False)
    case = models.PositiveSmallIntegerField()
    party = models.CharField(max_length=64)
    role = models.CharField(max_length=20)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["party"], name="confirmations_of_party")]

    def __str__(self) -> str:
        return f"{self.application_id}-{self.case} {self.party}"


class Assignment(models.Model):
    """Who has taken what on a worklist (领取、指派): a mark, not journalled, that binds nobody.

    `case` 0 is the answer to the whole application, and `desk` then the code of its hall.
    """

    pk = models.CompositePrimaryKey("application_id", "case", "desk")
    application = models.ForeignKey(Application, models.PROTECT, related_name="assignments", db_index=False)
    case = models.PositiveSmallIntegerField()
    desk = models.CharField(max_length=80)
    account = models.CharField(max_length=64)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account"], name="assignments_of_an_account")]

    def __str__(self) -> str:
        return f"{self.application_id}-{self.case} {self.desk}: {self.account}"


class PreReviewRound(models.Model):
    """One request for pre-review of a draft, open or not. It outlives its draft: the journal tells of it."""

    pk = models.CompositePrimaryKey("draft", "number")
    draft = models.CharField(max_length=36)
    number = models.PositiveSmallIntegerField()
    holder = models.CharField(max_length=64)
    region = models.CharField(max_length=6)
    hall = models.CharField(max_length=40)
    participants = models.TextField()
    bundle = models.CharField(max_length=40)
    bundle_version = models.PositiveIntegerField()
    answers = models.TextField()
    matters = models.TextField()
    missing = models.TextField()
    snapshot = models.TextField()
    limit = models.TextField()
    due_on = models.DateField()
    provisional = models.BooleanField()
    calendar = models.CharField(max_length=64)
    requested_by = models.CharField(max_length=120)
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=10)
    readiness = models.CharField(max_length=10, null=True)  # noqa: DJ001 - not said is not empty
    remarks = models.TextField()
    closed_by = models.CharField(max_length=120)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["hall", "due_on"], name="pre_reviews_at_hall", condition=models.Q(state="open")),
            models.Index(fields=["region", "due_on"], name="pre_reviews_in_region", condition=models.Q(state="open")),
            models.Index(fields=["holder", "requested_at"], name="pre_reviews_of_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.draft} {self.number}"


class Document(models.Model):
    """A document (文书) of an application as it was issued; `place` counts from 1. The paper lies with the files."""

    pk = models.CompositePrimaryKey("application_id", "place")
    application = models.ForeignKey(Application, models.PROTECT, related_name="documents", db_index=False)
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=60)
    number = models.CharField(max_length=240, unique=True)
    body = models.CharField(max_length=40)
    cases = models.TextField()
    act = models.PositiveIntegerField()
    dated_on = models.DateField()
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=200)
    key = models.CharField(max_length=18)
    issued_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Of acts that are at another node, numbered 0, there may be several.
            models.UniqueConstraint(
                fields=["application", "act", "kind", "body"],
                condition=models.Q(act__gt=0),
                name="one_document_per_act_kind_and_body",
            )
        ]
        indexes = [models.Index(fields=["digest"], name="documents_by_digest")]

    def __str__(self) -> str:
        return self.number


class DocumentReprint(models.Model):
    """A paper of a document as it was printed again (重印), by which it is told when somebody verifies it."""

    digest = models.CharField(max_length=64, primary_key=True)
    number = models.CharField(max_length=240)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["number", "at"], name="reprints_of_a_document")]

    def __str__(self) -> str:
        return f"{self.number} {self.at}"


class DocumentCounter(models.Model):
    """The last serial of a body, kind and year."""

    pk = models.CompositePrimaryKey("body", "kind", "year")
    body = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.body} {self.kind} {self.year}: {self.last}"


class DocumentNumber(models.Model):
    """What a number was taken for: it stays with that document until it is issued, and afterwards."""

    pk = models.CompositePrimaryKey("application", "act", "kind", "body")
    application = models.CharField(max_length=36)
    act = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    body = models.CharField(max_length=40)
    number = models.CharField(max_length=240, unique=True)

    def __str__(self) -> str:
        return self.number


class LookUpAttempt(models.Model):
    """One look-up by number and query code that is not yet proved right, kept for the throttle's window."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=50)
    address_index = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["number", "at"], name="look_ups_of_a_number"),
            models.Index(fields=["address_index", "at"], name="look_ups_from_an_address"),
        ]

    def __str__(self) -> str:
        return self.number


class NumberBlock(models.Model):
    """The next free application number of a region and day; processes take numbers in blocks, gaps are allowed."""

    pk = models.CompositePrimaryKey("region", "day")
    region = models.CharField(max_length=6)
    day = models.DateField()
    next = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.region} {self.day}: {self.next}"


class CommitmentDraw(models.Model):
    """A public draw (公开抽取) of commitments to verify, or of decisions on the spot to check: a copy of its event."""

    id = models.CharField(max_length=36, primary_key=True)
    region = models.CharField(max_length=6)
    body = models.CharField(max_length=18)
    checkpoint = models.PositiveIntegerField()
    seed = models.TextField()
    share = models.PositiveSmallIntegerField()
    candidates = models.JSONField()
    drawn = models.JSONField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, default=DrawKind.COMMITMENTS.value)
    month = models.CharField(max_length=7, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["body", "-at"], name="draws_of_body"),
            models.Index(fields=["month"], name="draws_of_a_month", condition=~models.Q(month="")),
        ]

    def __str__(self) -> str:
        return self.id


class DrawnMonth(models.Model):
    """A month from which the watcher has drawn for every department that decided on the spot in it."""

    month = models.CharField(max_length=7, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.month
