"""A rule of recognition has a direction, days, a scope and an agreement; what is missing is told by its own name."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.recognitions import BEIJING, HEBEI, RULE, TIANJIN
from tests.domain.regions_together import AGREEMENT
from tongban.domain import recognition
from tongban.domain.agreements import AgreementIsOver
from tongban.domain.batch import Signature
from tongban.domain.batch.signing import BadSignature
from tongban.domain.codes import ServiceObject
from tongban.domain.joint import Effect, RecognitionRule, Scope
from tongban.domain.materials import Basis
from tongban.domain.recognition import (
    AS_EVIDENCE,
    WITH_EFFECT,
    InvalidRecognition,
    Judgement,
    Reason,
    Recognition,
    Shown,
    Wanted,
    judge,
)
from tongban.domain.verdict import Code, Verdict

BUREAU = "11110000MA0TB1014N"
TODAY = date(2026, 5, 6)
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
WITHOUT_NEW_LICENCE = {"effect": Effect.LICENCE, "materials": (), "permits": "可以直接从业"}
SHOWN = Shown("C_BUSINESS", "营业执照", "120116", "1.2.156", holder="org:a", subject="org:a")
WANTED = Wanted("110112", material="M_LICENSE", matters=("TB-075",), holders=frozenset({"org:a"}), subject="org:a")


def signed(rule: RecognitionRule) -> Recognition:
    signature = Signature(BEIJING, BUREAU, recognition.digest(rule), "k", "sm2sm3", "p", "v", NOW)
    return Recognition(rule, signature)


def judged(
    *rules: Recognition, shown: Shown = SHOWN, wanted: Wanted = WANTED, agreement=AGREEMENT, today=TODAY, effects=None
) -> Judgement:
    return judge(
        rules or (signed(RULE),),
        {agreement.number: agreement},
        shown,
        wanted,
        effects=effects or AS_EVIDENCE,
        today=today,
        names={BEIJING: "北京市", TIANJIN: "天津市"},
    )


def verdict(code: Code) -> Verdict:
    return Verdict(code, "核验结果。", "What was found.", TODAY)


# --- Judging ----------------------------------------------------------------------------------------------------------


def test_a_certificate_counts_by_a_rule_that_covers_it():
    found = judged(shown=replace(SHOWN, verdict=verdict(Code.VALID)))

    assert found.counts
    assert found.rule == RULE
    assert found.message == "按规则 HR-1（清单第 1 项），天津市、130000 签发的《营业执照》在 北京市 有效。"


@pytest.mark.parametrize(
    ("rule", "shown", "wanted", "reason"),
    [
        ({}, {"type": "C_FOOD"}, {}, Reason.NO_RULE),
        ({}, {"region": "110105"}, {"region": "120116"}, Reason.WRONG_DIRECTION),
        ({}, {}, {"region": "130209"}, Reason.WRONG_DIRECTION),
        ({}, {"region": "370100"}, {}, Reason.WRONG_DIRECTION),
        (WITHOUT_NEW_LICENCE, {}, {}, Reason.OTHER_EFFECT),
        ({"scope": Scope(divisions=("110105",))}, {}, {}, Reason.OTHER_PLACE),
        ({"scope": Scope(zones=("FTZ-BJ-KC",))}, {}, {}, Reason.OTHER_PLACE),
        ({}, {}, {"material": "T_ID"}, Reason.OTHER_MATERIAL),
        ({"matters": ("TB-075", "TB-010")}, {}, {"matters": ("TB-075", "TB-011")}, Reason.OTHER_MATTER),
        (
            {"scope": Scope(subjects=(ServiceObject.PERSON,))},
            {},
            {"served": ServiceObject.COMPANY},
            Reason.OTHER_SUBJECTS,
        ),
        ({"until_on": TODAY}, {}, {}, Reason.RULE_EXPIRED),
        ({"from_on": TODAY + timedelta(days=1)}, {}, {}, Reason.RULE_NOT_YET),
        ({"agreement": "another"}, {}, {}, Reason.AGREEMENT_OVER),
        ({}, {"verdict": verdict(Code.UNKNOWN_ISSUER)}, {}, Reason.NOT_TRUSTED),
        ({}, {"verdict": verdict(Code.ALTERED)}, {}, Reason.NOT_TRUSTED),
        ({}, {"verdict": verdict(Code.ENDED)}, {}, Reason.CERTIFICATE_ENDED),
        ({}, {"verdict": verdict(Code.EXPIRED)}, {}, Reason.CERTIFICATE_EXPIRED),
        ({}, {"verdict": verdict(Code.NOT_YET_VALID)}, {}, Reason.CERTIFICATE_NOT_YET),
        ({}, {"verdict": verdict(Code.SUSPENDED)}, {}, Reason.CERTIFICATE_SUSPENDED),
        ({}, {"holder": "org:b"}, {}, Reason.OTHER_HOLDER),
        ({}, {"subject": "ship:9"}, {}, Reason.OTHER_SUBJECT),
    ],
)
def test_a_refusal_names_the_question_that_failed(rule, shown, wanted, reason):
    found = judged(signed(replace(RULE, **rule)), shown=replace(SHOWN, **shown), wanted=replace(WANTED, **wanted))

    assert found.reason is reason
    assert not found.counts


def test_where_it_was_issued_a_valid_certificate_needs_no_rule():
    names = {TIANJIN: "天津市"}

    found = recognition.at_home(replace(SHOWN, region="120116"), here=TIANJIN, names=names)
    ended = recognition.at_home(replace(SHOWN, region=TIANJIN, verdict=verdict(Code.ENDED)), here="120116", names=names)

    assert found is not None
    assert found.counts
    assert found.message == "《营业执照》就是在天津市签发的，在天津市用不需要互认。"
    assert ended is not None
    assert (ended.reason, ended.counts) == (Reason.CERTIFICATE_ENDED, False)
    assert recognition.at_home(replace(SHOWN, region=TIANJIN), here=BEIJING, names=names) is None


def test_every_finding_has_sentences_of_its_own():
    chinese, english = zip(*recognition.SENTENCES.values(), strict=True)

    assert recognition.SENTENCES.keys() == set(Reason)
    assert len(set(chinese)) == len(set(english)) == len(Reason)


def test_a_part_of_the_region_is_reached_by_its_division_or_zone():
    for scope in (Scope(divisions=("110112",)), Scope(zones=("FTZ-BJ-KC",))):
        wanted = replace(WANTED, places=("FTZ-BJ-KC",))
        assert judged(signed(replace(RULE, scope=scope)), wanted=wanted).counts


def test_the_rule_that_came_furthest_is_told():
    elsewhere = signed(replace(RULE, code="HR-2", materials=("T_ID",)))
    ended = replace(signed(RULE), ended_on=TODAY, ended_because="由新清单替代。")

    found = judged(elsewhere, ended)

    assert (found.reason, found.rule) == (Reason.RULE_ENDED, RULE)
    assert found.message == "规则 HR-1 已于 2026-05-06 终止：由新清单替代。"


def test_another_rule_holds_where_one_does_not():
    ended = replace(signed(RULE), ended_on=TODAY, ended_because="由新清单替代。")
    anew = signed(replace(RULE, code="HR-2"))

    assert judged(ended, anew).rule == anew.rule


DAYS = st.dates(date(2026, 1, 1), date(2032, 1, 1))
RULES = st.builds(
    lambda code, issued, counts, effect, days, ended: replace(
        signed(
            replace(
                RULE,
                code=f"HR-{code}",
                issued_in=tuple(sorted(issued)),
                counts_in=counts,
                effect=effect,
                from_on=min(days),
                until_on=max(days) + timedelta(days=1),
            )
        ),
        ended_on=ended,
    ),
    st.integers(0, 99),
    st.sets(st.sampled_from([BEIJING, TIANJIN, HEBEI]), min_size=1),
    st.sampled_from([BEIJING, TIANJIN, HEBEI]),
    st.sampled_from(Effect),
    st.tuples(DAYS, DAYS),
    st.none() | DAYS,
)


@given(
    st.lists(RULES, max_size=6),
    st.sampled_from([BEIJING, "120116", "130209"]),
    st.sampled_from(["110105", TIANJIN, HEBEI]),
    DAYS,
)
def test_what_counts_counts_by_a_rule_of_that_direction_in_its_days(rules, issued, here, today):
    found = judged(
        *rules, signed(replace(RULE, certificate="C_OTHER")),
        shown=replace(SHOWN, region=issued),
        wanted=replace(WANTED, region=here),
        today=today,
    )  # fmt: skip

    if found.counts:
        rule = found.rule
        assert rule is not None and found.recognition is not None
        assert here[:2] == rule.counts_in[:2]
        assert issued[:2] in {each[:2] for each in rule.issued_in}
        assert rule.effect is Effect.EVIDENCE
        assert rule.from_on <= today < (rule.until_on or date.max)
        assert found.recognition.ended_on is None or today < found.recognition.ended_on
        assert AGREEMENT.from_on <= today and (AGREEMENT.until_on is None or today < AGREEMENT.until_on)


@given(st.lists(RULES, max_size=6), DAYS)
def test_reversing_the_direction_never_holds_unless_a_rule_says_so(rules, today):
    forward = [one for one in rules if one.rule.counts_in == BEIJING and BEIJING not in one.rule.issued_in]

    back = judged(
        *forward, signed(replace(RULE, certificate="C_OTHER")),
        shown=replace(SHOWN, region=BEIJING),
        wanted=replace(WANTED, region=TIANJIN),
        today=today,
    )  # fmt: skip

    assert not back.counts


@given(DAYS, DAYS)
def test_ending_the_agreement_ends_the_rule(ended_on, today):
    ended = replace(AGREEMENT, ended_on=ended_on, ended_because="由新协议替代。")
    always = signed(replace(RULE, from_on=date(2026, 1, 1), until_on=None))

    found = judged(always, agreement=ended, today=today)

    assert found.counts == (AGREEMENT.from_on <= today < min(ended_on, AGREEMENT.until_on or date.max))


def test_a_rule_with_effect_lets_the_holder_act_and_is_no_evidence():
    licence = signed(replace(RULE, **WITHOUT_NEW_LICENCE))
    to_act = replace(WANTED, material="", matters=())

    assert judged(licence, wanted=to_act, effects=WITH_EFFECT).rule == licence.rule
    assert judged(licence).reason is Reason.OTHER_EFFECT
    assert judged(wanted=to_act, effects=WITH_EFFECT).reason is Reason.OTHER_EFFECT


# --- Recording --------------------------------------------------------------------------------------------------------


def recorded(
    rule: RecognitionRule, *, body: str = BUREAU, holds: bool = True, today=date(2026, 3, 2), agreement=AGREEMENT
):
    signature = replace(signed(rule).signature, body=body)
    return recognition.record(rule, signature=signature, agreement=AGREEMENT, verify=lambda one: holds, today=today)


def test_what_was_recorded_is_what_is_folded():
    event = recorded(RULE)
    ended = recognition.end(signed(RULE), ended_on=TODAY, reason="由新清单替代。", at=NOW, today=TODAY)

    assert recognition.fold([event]) == signed(RULE)
    assert recognition.fold([event, ended]) == replace(signed(RULE), ended_on=TODAY, ended_because="由新清单替代。")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "没有"}, "code"),
        ({"certificate": ""}, "certificate"),
        ({"document": " "}, "document"),
        ({"issued_in": ()}, "issued_in"),
        ({"issued_in": (TIANJIN, TIANJIN)}, "issued_in"),
        ({"issued_in": ("110105",)}, "issued_in"),
        ({"scope": Scope(divisions=("120116",))}, "scope"),
        ({"materials": ()}, "materials"),
        ({"basis": Basis.GIVEN}, "basis"),
        ({"permits": "可以从业"}, "permits"),
        ({"effect": Effect.LICENCE}, "materials"),
        ({"effect": Effect.REPORT, "materials": ()}, "permits"),
        ({"until_on": date(2026, 4, 1)}, "until_on"),
        ({"from_on": date(2026, 3, 1)}, "from_on"),
        ({"issued_in": ("370000",)}, "agreement"),
        ({"from_on": date(2031, 3, 1), "until_on": None}, "from_on"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(changes, field):
    with pytest.raises(InvalidRecognition) as refused:
        recorded(replace(RULE, **changes))

    assert refused.value.field == field


def test_only_the_bureau_of_the_region_in_which_it_counts_binds_it():
    with pytest.raises(InvalidRecognition, match="代表认可地区的一方"):
        recorded(RULE, body="11120000MA0TB1145N")
    with pytest.raises(BadSignature):
        recorded(RULE, holds=False)


def test_nothing_is_recorded_under_an_agreement_that_does_not_hold():
    with pytest.raises(AgreementIsOver):
        recorded(RULE, today=date(2026, 2, 27))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"ended_on": date(2026, 5, 5)}, "ended_on"),
        ({"ended_on": date(2027, 4, 1)}, "ended_on"),
    ],
)
def test_a_rule_ends_with_a_reason_and_not_backwards(changes, field):
    asked = {"ended_on": TODAY, "reason": "由新清单替代。", "at": NOW, "today": TODAY}
    with pytest.raises(InvalidRecognition) as refused:
        recognition.end(signed(RULE), **(asked | changes))
    assert refused.value.field == field


def test_a_rule_ends_once():
    with pytest.raises(InvalidRecognition, match="无需再办"):
        recognition.end(replace(signed(RULE), ended_on=TODAY), ended_on=TODAY, reason="又", at=NOW, today=TODAY)


@pytest.mark.parametrize("today", [date(2026, 3, 2), RULE.until_on - timedelta(days=1), RULE.until_on])
@pytest.mark.parametrize("ended_on", [None, TODAY])
def test_what_may_be_ended_today_is_what_ending_it_today_does_not_refuse(ended_on, today):
    one = replace(signed(RULE), ended_on=ended_on)
    refusal = nullcontext() if one.may_end(today) else pytest.raises(InvalidRecognition)

    with refusal:
        recognition.end(one, ended_on=today, reason="由新清单替代。", at=NOW, today=today)
