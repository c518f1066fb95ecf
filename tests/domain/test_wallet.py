"""What a holder shows of his certificates: never more than he chose, never after its end, never by another's hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.certificates.drafts import CITIZEN, OWNER, SHIP, draft
from tongban.domain import asking, certificate, pins, sharing, showing
from tongban.domain.asking import Held
from tongban.domain.certificate import Certificate
from tongban.domain.events import (
    AskingAllowed,
    AskingEnded,
    CertificatesAsked,
    Need,
    Selection,
    ShareOpened,
    ShareWithdrawn,
    Way,
)
from tongban.domain.sealed import Sealed
from tongban.domain.verdict import Code

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOLDER = OWNER.party
CLERK, REPRESENTATIVE = "account:clerk", "account:representative"
ONE = Selection("1.2.3", ("holder.name",))
MINUTES = st.integers(-1, 200).map(lambda minutes: timedelta(minutes=minutes))


def opened(holder=OWNER, **changes) -> Certificate:
    """A certificate as its file says it."""
    content = certificate.payload(draft(holder=holder, **changes))
    block = certificate.SignatureBlock("k", "SM2", b"0")
    return certificate.open_up(certificate.seal_up(certificate.message(content), block))[0]


WORDS = st.text("abcdefgh", min_size=1, max_size=3)
CERTIFICATES = st.builds(
    lambda person, lines: opened(CITIZEN if person else OWNER, fields=tuple(lines)),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), WORDS, WORDS.map("值{}".format)), max_size=6),
)


# --- what shows -------------------------------------------------------------------------------------------------------


def test_a_certificate_is_cut_into_facts_and_a_repeated_code_is_numbered():
    one = opened(CITIZEN, fields=(("port", "船籍港", "曹妃甸"), ("port", "原船籍港", "天津")))

    assert [(fact.code, fact.label, fact.value) for fact in showing.facts(one)] == [
        ("holder.name", "", "王建国"),
        ("holder.number.masked", "", "E1*****78"),
        ("holder.number", "", "E12345678"),
        ("content.port", "船籍港", "曹妃甸"),
        ("content.port#2", "原船籍港", "天津"),
        ("issued_on", "", "2026-03-02"),
        ("last_day", "", "2031-03-02"),
        ("identifier", "", one.identifier),
    ]


@given(st.data(), CERTIFICATES, st.sampled_from(Code))
def test_nothing_shows_that_was_not_chosen_and_nothing_of_what_is_not_real(data, one, found):
    facts = showing.facts(one)
    chosen = data.draw(st.sets(st.sampled_from([fact.code for fact in facts]), min_size=1))

    shown = showing.shown(one, showing.select(one, chosen), found)

    assert shown == (tuple(fact for fact in facts if fact.code in chosen) if found in showing.AUTHENTIC else ())
    assert len({fact.code for fact in facts}) == len(facts)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (["content.price"], "没有“content.price”这一栏"),
        ([], "没有选择任何一栏"),
        (["holder.number.masked"], "没有“holder"),
    ],
)
def test_a_choice_that_the_certificate_does_not_have_is_refused(chosen, sentence):
    with pytest.raises(showing.NoFactsChosen, match=sentence):
        showing.select(opened(), chosen)


def test_a_choice_is_for_its_own_certificate():
    with pytest.raises(ValueError, match="was chosen"):
        showing.shown(opened(), ONE, Code.VALID)


# --- shares -----------------------------------------------------------------------------------------------------------


def shared(*, days: int = 7, uses: int = 2, **changes):
    asked = {
        "holder": HOLDER,
        "key": "5f" * 32,
        "selections": [ONE],
        "recipient": Sealed(HOLDER, "cg"),
        "purpose": Sealed(HOLDER, "cA"),
        "until": AT + timedelta(days=days),
        "uses": uses,
        "by": REPRESENTATIVE,
        "at": AT,
    }
    return sharing.share(**asked | changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"selections": []}, "没有选择证照"),
        ({"selections": [ONE, ONE]}, "同一张证照选择了两次"),
        ({"selections": [Selection(str(n), ("issued_on",)) for n in range(21)]}, "一次最多出示 20 张"),
        ({"until": AT}, "期限应从现在起、最长 90 天"),
        ({"until": AT + timedelta(days=90, seconds=1)}, "最长 90 天"),
        ({"uses": 0}, "次数应为 1 至 100"),
        ({"uses": 101}, "次数应为 1 至 100"),
    ],
)
def test_a_share_has_limits(changes, sentence):
    with pytest.raises(sharing.InvalidShare, match=sentence):
        shared(**changes)


@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from(["open", "withdraw"]), st.integers(0, 40).map(lambda n: timedelta(hours=n)))),
)
def test_no_opening_after_the_end_and_none_too_many(uses, steps):
    found = sharing.fold([shared(days=1, uses=uses)])

    for act, after in sorted(steps, key=lambda step: step[1]):
        before, now = found, AT + after
        stands = before.withdrawn_at is None and now < before.until and len(before.openings) < uses
        if act == "open" and stands:
            found = sharing.apply(found, sharing.open_up(found, at=now))
            assert found.readable(len(found.openings), now)
        elif act == "open":
            with pytest.raises(sharing.NoSuchShare):
                sharing.open_up(found, at=now)
        elif before.withdrawn_at is None and now < before.until:
            found = sharing.apply(found, sharing.withdraw(found, by=REPRESENTATIVE, at=now))
            assert not any(found.readable(number, now) for number in range(-1, 9))
        else:
            with pytest.raises(sharing.InvalidShare):
                sharing.withdraw(found, by=REPRESENTATIVE, at=now)
    assert len(found.openings) <= uses


@given(MINUTES, MINUTES)
def test_what_was_opened_shows_for_a_sitting_and_never_after_the_end(opening, later):
    found = sharing.fold([shared(until=AT + timedelta(minutes=100)), ShareOpened(1, AT + opening)])
    now = AT + opening + later

    assert found.readable(1, now) == (now < AT + opening + sharing.SITTING and now < AT + timedelta(minutes=100))
    assert not found.readable(2, now)
    assert not found.readable(0, now)


def test_every_no_to_a_stranger_is_the_same_sentence():
    one = shared(uses=1)
    found = [
        (None, AT),
        (sharing.fold([one]), AT + timedelta(days=7)),
        (sharing.fold([one, ShareOpened(1, AT)]), AT),
        (sharing.fold([one, ShareWithdrawn(REPRESENTATIVE, AT)]), AT),
    ]

    sentences = set()
    for share, now in found:
        with pytest.raises(sharing.NoSuchShare) as refused:
            sharing.open_up(share, at=now)
        sentences.add(str(refused.value))

    assert sentences == {"打不开：这个链接不对，或者对方的出示已经结束。请向出示的人要一个新的链接。"}


@pytest.mark.parametrize(
    "events",
    [[ShareOpened(1, AT)], [shared(), shared()], [shared(), ShareOpened(2, AT)], [shared(), AskingEnded("", AT)]],
)
def test_a_share_is_folded_from_its_own_events_only(events):
    with pytest.raises(ValueError, match="does not belong"):
        sharing.fold(events)


# --- requests at a window ---------------------------------------------------------------------------------------------


def asked(**changes) -> CertificatesAsked:
    values = {
        "hall": "cfd-hall",
        "types": ["C_NAT", "C_OWN", "C_NAT"],
        "subject": "",
        "need": Need.QUALIFICATION,
        "matter": "",
        "key": "a1" * 32,
        "by": CLERK,
        "at": AT,
    }
    return asking.ask(**values | changes)


HELD = Held("1.2.3", HOLDER, "C_NAT", SHIP, counts=True)


def allowed(found=None, **changes) -> AskingAllowed:
    values = {
        "holder": HOLDER,
        "selections": [ONE],
        "held": [HELD],
        "way": Way.SCAN,
        "by": REPRESENTATIVE,
        "at": AT + timedelta(minutes=1),
    }
    return asking.allow(found or asking.fold([asked()]), **values | changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"types": []}, "没有说明需要哪几种证照"),
        ({"types": [str(n) for n in range(11)]}, "一次最多调阅 10 种"),
        ({"need": Need.APPLICATION}, "要说明是哪个事项"),
    ],
)
def test_a_request_says_what_it_is_for(changes, sentence):
    with pytest.raises(asking.InvalidAsking, match=sentence):
        asked(**changes)


def test_what_was_allowed_shows_for_minutes():
    found = asking.fold([asked(), allowed()])

    shown = [found.state(AT + timedelta(minutes=minutes)) for minutes in (1, 10, 11)]

    assert shown == [asking.State.SHOWN, asking.State.SHOWN, asking.State.OVER]
    assert (asked().types, found.selections) == (("C_NAT", "C_OWN"), (ONE,))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"by": CLERK}, "发起调阅的窗口人员不能自己授权"),
        ({"held": []}, "不属于您现在代表的一方"),
        ({"held": [replace(HELD, holder=CITIZEN.party)]}, "不属于您现在代表的一方"),
        ({"held": [replace(HELD, type="C_DSM")]}, "不是窗口这次需要的"),
        ({"held": [replace(HELD, counts=False)]}, "今天不能用"),
        ({"selections": []}, "没有选择证照"),
    ],
)
def test_consent_that_does_not_fit_is_refused(changes, sentence):
    with pytest.raises(asking.InvalidAsking, match=sentence):
        allowed(**changes)


def test_a_request_about_one_ship_shows_no_other():
    about = asking.fold([asked(subject="ship:9321483")])

    with pytest.raises(asking.InvalidAsking, match="不是窗口这次需要的"):
        allowed(about)
    assert asking.newest([HELD], about) == {}
    assert asking.newest(
        [replace(HELD, counts=False), HELD, replace(HELD, identifier="older")], asking.fold([asked()])
    ) == {"C_NAT": HELD}


def test_by_pin_the_clerk_may_learn_that_nothing_is_there():
    assert allowed(selections=[], way=Way.PIN).selections == ()


@given(st.lists(st.tuples(st.sampled_from(["allow", "refuse", "end"]), MINUTES.filter(lambda one: one >= timedelta()))))
def test_a_request_is_answered_once_in_time_and_shows_nothing_before_consent_or_after_its_end(steps):
    found = asking.fold([asked()])

    for act, after in sorted(steps, key=lambda step: step[1]):
        now = AT + after
        state = found.state(now)
        consent = found.answered_at is not None and found.shown_until is not None
        assert (state is asking.State.SHOWN) <= (consent and now < found.shown_until and found.ended_at is None)
        try:
            if act == "allow":
                event = allowed(found, at=now)
            elif act == "refuse":
                event = asking.refuse(found, holder=HOLDER, by=REPRESENTATIVE, at=now)
            else:
                event = asking.end(found, by=CLERK, at=now)
        except (asking.NoSuchAsking, asking.InvalidAsking):
            assert state not in ({asking.State.WAITING, asking.State.SHOWN} if act == "end" else {asking.State.WAITING})
        else:
            found = asking.apply(found, event)
            assert (found.state(now) is asking.State.SHOWN) == (act == "allow")


# --- the PIN ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pin", ["395817", "390011", "482913756"])
def test_a_pin_is_taken(pin):
    assert pins.check(pin, known=["110101199003078515", "13900001111"]) == pin


@pytest.mark.parametrize(
    ("pin", "sentence"),
    [
        ("39581", "应为 6 至 12 位数字"),
        ("3958172034851", "应为 6 至 12 位数字"),
        ("39581a", "应为 6 至 12 位数字"),
        ("３９５８１７", "应为 6 至 12 位数字"),
        ("395817\n", "应为 6 至 12 位数字"),
        ("", "应为 6 至 12 位数字"),
        ("000000", "连号或重复"),
        ("121212", "连号或重复"),
        ("123123", "连号或重复"),
        ("345678", "连号或重复"),
        ("890123", "连号或重复"),
        ("876543", "连号或重复"),
        ("199003", "证件号码或电话号码"),
        ("078515", "证件号码或电话号码"),
    ],
)
def test_a_pin_that_is_tried_first_is_refused(pin, sentence):
    with pytest.raises(pins.WeakPin, match=sentence):
        pins.check(pin, known=["110101199003078515", "13912345678"])


def test_the_day_in_a_certificate_may_be_without_end():
    endless = opened(type=replace(draft().type, valid_months=None), issued_on=date(2026, 3, 2))

    assert [fact.value for fact in showing.facts(endless) if fact.code == "last_day"] == [""]
