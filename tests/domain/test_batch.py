"""Joint means all: a batch is in force when every region has signed the same digest (design, invariant 10)."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.domain.regions_together import (
    AGREEMENT,
    AMENDED,
    AT,
    BUREAUS,
    DEPARTMENTS,
    DRAFT,
    DRAFTED,
    HELD,
    IN_FORCE_ON,
    REGIONS,
    SCOPE,
    STANDARDS,
    TODAY,
    by_all,
    departments_of,
    proposed,
    seen,
    signature,
    signed,
    signed_off,
    verify,
    with_act,
)
from tongban.domain.agreements import AgreementIsOver
from tongban.domain.batch import Batch, NotNow, digest, fold
from tongban.domain.batch.acts import InvalidBatch, amend, draft, issue, recall, widen, withdraw
from tongban.domain.batch.signing import (
    AlreadySigned,
    BadSignature,
    DepartmentsMissing,
    DigestMismatch,
    NotARegion,
    sign,
    sign_off,
)
from tongban.domain.batch.status import FlawKind, Life
from tongban.domain.codes import ServiceObject
from tongban.domain.joint import Listed, Scope

BEIJING, TIANJIN, HEBEI = REGIONS
LATER = date(2026, 6, 1)


def attempt(batch, one, *, agreement=AGREEMENT, held=HELD, today=TODAY):
    return sign(batch, signature=one, agreement=agreement, held=held, verify=verify, today=today)


def put(batch, event):
    return fold([event], onto=batch)


# --- Two of three, three of three -------------------------------------------------------------------------------------


def test_two_signatures_of_three_leave_it_out_of_force_and_the_third_puts_it_in_force():
    two = by_all(proposed(), (BEIJING, HEBEI))

    three = signed(two, TIANJIN)

    assert (seen(two).life, seen(two).in_force) == (Life.PROPOSED, False)
    assert [flaw.about for flaw in seen(two).flaws] == [*departments_of(TIANJIN)[::-1], TIANJIN]
    assert (seen(three).life, seen(three).flaws, three.last.number) == (Life.IN_FORCE, (), "同标〔2026〕TB-2026-01号")
    assert seen(three).sentence == "各地均已签署同一内容，自 2026-04-01 起施行。"


@pytest.mark.parametrize("order", list(permutations(REGIONS)))
def test_the_order_of_signing_does_not_matter(order):
    assert seen(by_all(proposed(), order)).in_force


def test_before_its_day_it_is_signed_and_not_yet_in_force():
    state = seen(by_all(proposed()), today=date(2026, 3, 31))

    assert (state.life, state.sentence) == (Life.SIGNED, "各地均已签署，自 2026-04-01 起施行。")


def test_signed_after_its_day_it_takes_effect_when_the_last_signs_and_not_backwards():
    two = by_all(proposed(), (BEIJING, TIANJIN))

    late = signed(two, HEBEI, today=LATER)

    assert late.last.takes_effect_on == LATER


def test_a_draft_is_not_in_force_and_says_so():
    assert (seen(DRAFTED).life, seen(DRAFTED).sentence) == (Life.DRAFT, "未生效：尚未提请各地签署。")


# --- What breaks it ---------------------------------------------------------------------------------------------------


def test_a_changed_byte_of_a_standard_breaks_it():
    state = seen(by_all(proposed()), held=HELD | {("TB-002", 3): "2" * 63 + "3"})

    assert (state.life, state.in_force) == (Life.BROKEN, False)
    assert [(flaw.kind, flaw.about) for flaw in state.flaws] == [(FlawKind.STANDARD_CHANGED, "TB-002")]
    assert state.sentence == "未生效：事项 TB-002 第 3 版标准的内容被改动。"


def test_a_standard_that_is_gone_breaks_it():
    state = seen(by_all(proposed()), held={("TB-001", 1): "1" * 64})

    assert [(flaw.kind, flaw.about) for flaw in state.flaws] == [(FlawKind.STANDARD_MISSING, "TB-002")]


def test_content_changed_after_signing_breaks_it():
    batch = by_all(proposed())

    state = seen(with_act(batch, content=replace(batch.last.content, scope=Scope(divisions=REGIONS))))

    assert [flaw.kind for flaw in state.flaws] == [FlawKind.CONTENT_CHANGED]


def test_a_digest_changed_with_the_content_is_not_the_one_they_signed():
    batch = by_all(proposed())
    content = replace(batch.last.content, scope=Scope(divisions=REGIONS))

    state = seen(with_act(batch, content=content, digest=digest(content)))

    assert [(flaw.kind, flaw.about) for flaw in state.flaws] == [(FlawKind.OTHER_DIGEST, region) for region in REGIONS]


def test_a_signature_that_names_a_digest_it_does_not_cover_breaks_it():
    batch = by_all(proposed())
    elsewhere = signature(batch.last, TIANJIN, digest="a" * 64)
    forged = [replace(elsewhere, digest=batch.last.digest) if s.region == TIANJIN else s for s in batch.last.signatures]

    state = seen(with_act(batch, signatures=tuple(forged)))

    assert [(flaw.kind, flaw.about) for flaw in state.flaws] == [(FlawKind.BAD_SIGNATURE, TIANJIN)]


def test_a_signature_taken_away_breaks_it():
    batch = by_all(proposed())

    state = seen(with_act(batch, signatures=batch.last.signatures[:2]))

    assert (state.life, [flaw.about for flaw in state.flaws]) == (Life.BROKEN, [HEBEI])


@pytest.mark.parametrize(
    ("agreement", "sentence"),
    [
        (None, "已停止：所依据的协议没有记录在案。"),
        (
            replace(AGREEMENT, ended_on=IN_FORCE_ON, ended_because="由新协议替代。"),
            "已停止：协议《京津冀政务服务合作框架协议》（JJJ-2026-01）已于 2026-04-01 终止：由新协议替代。",
        ),
        (
            replace(AGREEMENT, until_on=IN_FORCE_ON),
            "已停止：协议《京津冀政务服务合作框架协议》（JJJ-2026-01）有效期至 2026-04-01，现已届满。",
        ),
    ],
)
def test_a_batch_stops_with_the_agreement_it_rests_on(agreement, sentence):
    state = seen(by_all(proposed()), agreement=agreement)

    assert (state.life, state.sentence) == (Life.STOPPED, sentence)


# --- Who may sign what ------------------------------------------------------------------------------------------------


def test_a_bureau_does_not_sign_before_its_departments():
    batch = proposed()
    act = batch.demand_open()
    half = put(batch, sign_off(batch, region=HEBEI, departments=departments_of(HEBEI)[:1], digest=act.digest, at=AT))

    with pytest.raises(DepartmentsMissing, match=r"还有 1 个主管部门没有会签（130000 drug）"):
        attempt(half, signature(act, HEBEI))


def test_a_bureau_does_not_sign_another_digest():
    batch = signed_off(proposed(), HEBEI)

    with pytest.raises(DigestMismatch):
        attempt(batch, signature(batch.demand_open(), HEBEI, digest="a" * 64))


def test_a_department_does_not_sign_another_digest_off():
    with pytest.raises(DigestMismatch):
        sign_off(proposed(), region=HEBEI, departments=departments_of(HEBEI), digest="a" * 64, at=AT)


def test_nobody_signs_what_was_changed_since_it_was_proposed():
    batch = signed_off(proposed(), HEBEI)
    one = signature(batch.demand_open(), HEBEI)

    with pytest.raises(DigestMismatch, match="TB-001"):
        attempt(batch, one, held=HELD | {("TB-001", 1): "f" * 64})


def test_a_signature_of_another_key_is_refused():
    batch = signed_off(proposed(), HEBEI)
    act = batch.demand_open()
    other = replace(signature(act, HEBEI), public_key=signature(act, BEIJING).public_key)

    with pytest.raises(BadSignature):
        attempt(batch, other)


def test_nobody_signs_twice():
    batch = signed(proposed(), HEBEI)
    act = batch.demand_open()

    with pytest.raises(AlreadySigned):
        attempt(batch, signature(act, HEBEI))
    with pytest.raises(AlreadySigned):
        sign_off(batch, region=HEBEI, departments=departments_of(HEBEI), digest=act.digest, at=AT)


def test_a_region_outside_the_batch_does_not_sign():
    batch = proposed()
    act = batch.demand_open()

    with pytest.raises(NotARegion):
        sign_off(batch, region="140000", departments=departments_of(HEBEI), digest=act.digest, at=AT)
    with pytest.raises(NotARegion):
        attempt(batch, replace(signature(act, HEBEI), region="140000"))


@pytest.mark.parametrize("departments", [(), ("120000-drug",)])
def test_a_department_signs_off_in_its_own_region(departments):
    batch = proposed()

    with pytest.raises(NotARegion):
        sign_off(batch, region=HEBEI, departments=departments, digest=batch.demand_open().digest, at=AT)


def test_only_the_party_of_the_agreement_signs_for_a_region():
    batch = signed_off(proposed(), HEBEI)

    with pytest.raises(NotARegion):
        attempt(batch, replace(signature(batch.demand_open(), HEBEI), body=BUREAUS[0].body))


def test_nobody_signs_when_the_agreement_is_over():
    batch = signed_off(proposed(), HEBEI)
    over = replace(AGREEMENT, ended_on=TODAY, ended_because="终止。")

    with pytest.raises(AgreementIsOver):
        attempt(batch, signature(batch.demand_open(), HEBEI), agreement=over)


@pytest.mark.parametrize("ended_on", [IN_FORCE_ON, date.fromordinal(IN_FORCE_ON.toordinal() - 1)])
def test_nobody_signs_what_would_take_effect_after_the_agreement_was_ended(ended_on):
    batch = signed_off(proposed(), HEBEI)
    ending = replace(AGREEMENT, ended_on=ended_on, ended_because="终止。")

    with pytest.raises(AgreementIsOver):
        attempt(batch, signature(batch.demand_open(), HEBEI), agreement=ending)


# --- What may be proposed ---------------------------------------------------------------------------------------------


def propose(**changes):
    about = {"standards": STANDARDS, "departments": DEPARTMENTS, "agreement": AGREEMENT, "at": AT, "today": TODAY}
    return issue(DRAFTED, **(about | changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"standards": ()}, "matters"),
        ({"departments": DEPARTMENTS[2:]}, "regions"),
        ({"agreement": replace(AGREEMENT, parties=BUREAUS[:2])}, "regions"),
        ({"agreement": replace(AGREEMENT, until_on=IN_FORCE_ON)}, "in_force_on"),
        ({"today": date(2026, 4, 2)}, "in_force_on"),
    ],
)
def test_a_proposal_that_could_not_come_into_force_is_refused(changes, field):
    with pytest.raises(InvalidBatch) as refused:
        propose(**changes)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": " "}, "title"), ({"regions": (HEBEI,)}, "regions"), ({"scope": Scope()}, "scope")],
)
def test_a_draft_that_lacks_something_is_not_proposed(changes, field):
    lacking = put(DRAFTED, draft(DRAFTED, code="TB-2026-01", draft=replace(DRAFT, **changes), at=AT))

    with pytest.raises(InvalidBatch) as refused:
        proposed(lacking)

    assert refused.value.field == field


def test_what_is_proposed_is_frozen():
    with pytest.raises(NotNow):
        draft(proposed(), code="TB-2026-01", draft=DRAFT, at=AT)
    with pytest.raises(NotNow):
        proposed(proposed())


def test_a_recalled_proposal_can_be_written_anew_and_its_signatures_do_not_count():
    two = by_all(proposed(), (BEIJING, HEBEI))
    recalled = put(two, recall(two, reason="依据已修改", at=AT))
    again = proposed(put(recalled, draft(recalled, code="TB-2026-01", draft=DRAFT, at=AT)))

    with pytest.raises(DigestMismatch):
        sign_off(again, region=TIANJIN, departments=departments_of(TIANJIN), digest=two.acts[0].digest, at=AT)

    assert (seen(recalled).life, again.demand_open().unsigned()) == (Life.DRAFT, REGIONS)


def test_a_recall_says_why():
    with pytest.raises(InvalidBatch):
        recall(proposed(), reason=" ", at=AT)
    with pytest.raises(NotNow):
        recall(by_all(proposed()), reason="反悔", at=AT)


# --- Widened, amended, withdrawn --------------------------------------------------------------------------------------

CHANGE = {"departments": DEPARTMENTS, "agreement": AGREEMENT, "at": AT, "today": TODAY}


def test_a_widening_counts_from_its_day_and_needs_all():
    issued = by_all(proposed())
    wide = Scope(divisions=REGIONS, zones=SCOPE.zones)
    proposal = put(issued, widen(issued, scope=wide, in_force_on=LATER, **CHANGE))

    done = by_all(proposal)

    assert seen(by_all(proposal, REGIONS[:2]), today=LATER).act.content.scope == SCOPE
    assert seen(done, today=IN_FORCE_ON).act.content.scope == SCOPE
    assert seen(done, today=LATER).act.content.scope == wide


@pytest.mark.parametrize(
    "scope", [SCOPE, Scope(divisions=REGIONS), replace(SCOPE, divisions=REGIONS, subjects=(ServiceObject.COMPANY,))]
)
def test_a_widening_takes_nothing_away(scope):
    issued = by_all(proposed())

    with pytest.raises(InvalidBatch):
        widen(issued, scope=scope, in_force_on=LATER, **CHANGE)


def test_an_amendment_replaces_versions_on_its_day_and_leaves_the_old_until_then():
    issued = by_all(proposed())
    done = by_all(put(issued, amend(issued, standards=[AMENDED], in_force_on=LATER, **CHANGE)))

    before, after = seen(done), seen(done, today=LATER)

    assert (before.in_force, before.act.content.standards) == (True, STANDARDS)
    assert (after.in_force, after.act.content.standards) == (True, (STANDARDS[0], AMENDED))


@pytest.mark.parametrize("standards", [[], [STANDARDS[0]], [Listed("TB-003", 1, "3" * 64)]])
def test_an_amendment_changes_standards_of_the_batch(standards):
    issued = by_all(proposed())

    with pytest.raises(InvalidBatch):
        amend(issued, standards=standards, in_force_on=LATER, **CHANGE)


def test_a_withdrawal_needs_all_and_ends_the_batch():
    issued = by_all(proposed())
    proposal = put(issued, withdraw(issued, withdrawn_on=LATER, **CHANGE))
    done = by_all(proposal)

    assert seen(by_all(proposal, REGIONS[1:]), today=LATER).life is Life.IN_FORCE
    assert (seen(done).life, seen(done, today=LATER).life) == (Life.IN_FORCE, Life.WITHDRAWN)
    with pytest.raises(NotNow):
        widen(done, scope=Scope(divisions=REGIONS, zones=SCOPE.zones), in_force_on=LATER, **CHANGE)


def test_a_change_does_not_come_before_what_it_changes():
    issued = by_all(proposed())

    with pytest.raises(InvalidBatch):
        withdraw(issued, withdrawn_on=date(2026, 3, 20), **CHANGE)


def test_what_was_never_issued_is_neither_widened_nor_amended_nor_withdrawn():
    with pytest.raises(NotNow):
        withdraw(proposed(), withdrawn_on=LATER, **CHANGE)


# --- Any order, repeats, changed digests ------------------------------------------------------------------------------


class Signing(RuleBasedStateMachine):
    """Regions sign, repeat themselves, sign other digests, and stewards recall: two of three is never in force."""

    def __init__(self):
        super().__init__()
        self.batch: Batch = DRAFTED
        self.signed: set[str] = set()
        self.departments: set[str] = set()

    @rule()
    def propose(self):
        if self.batch.open or self.batch.last:
            with pytest.raises(NotNow):
                proposed(self.batch)
        else:
            self.batch = proposed(self.batch)

    @precondition(lambda self: self.batch.open)
    @rule(department=st.sampled_from(DEPARTMENTS), right=st.booleans())
    def sign_off(self, department, right):
        seen = self.batch.open.digest if right else "a" * 64
        about = {"region": department.region, "departments": [department.body], "digest": seen, "at": AT}
        if right and department.body not in self.departments:
            self.batch = put(self.batch, sign_off(self.batch, **about))
            self.departments.add(department.body)
        else:
            with pytest.raises(AlreadySigned if right else DigestMismatch):
                sign_off(self.batch, **about)

    @precondition(lambda self: self.batch.open)
    @rule(region=st.sampled_from(REGIONS), right=st.booleans())
    def sign(self, region, right):
        one = signature(self.batch.open, region, digest="" if right else "a" * 64)
        if right and region not in self.signed and set(departments_of(region)) <= self.departments:
            self.batch = fold(attempt(self.batch, one), onto=self.batch)
            self.signed.add(region)
        else:
            with pytest.raises((AlreadySigned, DigestMismatch, DepartmentsMissing)):
                attempt(self.batch, one)

    @precondition(lambda self: self.batch.open)
    @rule()
    def recall(self):
        self.batch = put(self.batch, recall(self.batch, reason="重拟", at=AT))
        self.signed, self.departments = set(), set()

    @invariant()
    def in_force_when_every_region_has_signed_the_same_digest(self):
        assert seen(self.batch).in_force == (self.signed == set(REGIONS))

    @invariant()
    def never_in_force_when_a_byte_is_changed(self):
        assert not seen(self.batch, held=HELD | {("TB-001", 1): "f" * 64}).in_force


TestSigning = Signing.TestCase
TestSigning.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
