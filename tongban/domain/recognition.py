"""Does a certificate of one region count in another, as what, and why (not)?

Recognition (互认) rests on rules, each with one direction: a type of certificate, issued in some regions, counts in one
region *as evidence* for certain materials, or *with effect*: its holder may act there without a new licence, some only
after reporting in. The opposite direction never follows; it is a rule of the other region. A rule stands under an
agreement of which all its regions are parties, and stops with it. The bureau of the region in which it counts signs the
rule's digest; nobody is bound by what he did not sign. A recorded rule never changes: it ends, and another is recorded.

`judge` goes through the rules in the order of its questions and tells the one that holds or, if none does, the one that
came furthest with the question it failed. So whoever holds a certificate hears of its suspension only where a rule
would have let it count.

Source: Administrative Licensing Law, art. 41; Regulations on Improving the Business Environment, art. 37; State Council
provisions on online government services, arts. 7, 10; design, invariants 4 and 15.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from tongban.crypto import canonical, sm3
from tongban.domain import agreements
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Signature, Verify
from tongban.domain.batch.signing import BadSignature
from tongban.domain.codec import to_plain
from tongban.domain.codes import ServiceObject
from tongban.domain.events import Event, RecognitionEnded, RecognitionRecorded
from tongban.domain.joint import Effect, RecognitionRule
from tongban.domain.materials import Basis
from tongban.domain.refused import Refused
from tongban.domain.regions import lies_in, province_of
from tongban.domain.verdict import Code, Verdict

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")
BASES = frozenset({Basis.DUTY, Basis.CONSENT})
WITH_EFFECT = frozenset({Effect.LICENCE, Effect.REPORT})
AS_EVIDENCE = frozenset({Effect.EVIDENCE})


class InvalidRecognition(Refused):
    """A recognition rule that cannot be recorded, or ended, as it is."""

    code = "invalid_recognition"


@dataclass(frozen=True, slots=True)
class Recognition:
    """A recorded rule with its signature; `ended_on` is the first day that no longer counts."""

    rule: RecognitionRule
    signature: Signature
    ended_on: date | None = None
    ended_because: str = ""

    @property
    def last(self) -> date | None:
        """The first day on which it no longer holds by its own days; None: none is known."""
        return min((day for day in (self.rule.until_on, self.ended_on) if day is not None), default=None)

    def may_end(self, today: date) -> bool:
        """Whether it may still be ended: nobody has, and it has not run out; what has not begun may."""
        return self.ended_on is None and (self.rule.until_on is None or today < self.rule.until_on)


# --- Recording and ending ---------------------------------------------------------------------------------------------


def digest(rule: RecognitionRule) -> str:
    """Return the SM3 digest of the canonical form, in hex: what is signed."""
    return sm3.digest(canonical.encode({"recognition": to_plain(rule, RecognitionRule)})).hex()


def demand_code(code: str) -> None:
    """Refuse what is no code of a rule. Raises InvalidRecognition."""
    _demand(bool(CODE.fullmatch(code)), "编号只用字母、数字和连字符，最多 60 个字符", "code")


def demand_recordable(rule: RecognitionRule, *, agreement: Agreement | None, today: date) -> Agreement:
    """Return the agreement under which the rule may be signed now; asked before a key is touched.

    Raises InvalidRecognition, AgreementIsOver.
    """
    demand_code(rule.code)
    _demand(bool(rule.certificate), "没有写明证照类型", "certificate")
    _demand(bool(rule.document.strip()), "没有写明依据的清单或文件", "document")
    _demand(bool(rule.issued_in), "没有写明签发地区", "issued_in")
    _demand(len(set(rule.issued_in)) == len(rule.issued_in), "同一签发地区写了两次", "issued_in")
    for division in rule.issued_in:
        apart = not lies_in(division, rule.counts_in) and not lies_in(rule.counts_in, division)
        _demand(apart, "签发地区与认可地区相同，本地证照不需要互认", "issued_in")
    outside = [place for place in rule.scope.divisions if not lies_in(place, rule.counts_in)]
    _demand(not outside, f"适用区域 {'、'.join(outside)} 不在认可地区内", "scope")
    _demand_content(rule)
    _demand(rule.until_on is None or rule.from_on < rule.until_on, "期满日不晚于起始日", "until_on")
    _demand(rule.from_on >= today, "起始日不能早于今天，互认不溯及既往", "from_on")
    standing = agreements.demand(agreement, today=today)
    strangers = [place for place in (*rule.issued_in, rule.counts_in) if standing.party(province_of(place)) is None]
    _demand(not strangers, f"协议 {standing.number} 中没有地区 {'、'.join(strangers)} 的一方", "agreement")
    over = standing.last is not None and standing.last <= rule.from_on
    _demand(not over, f"协议 {standing.number} 自 {standing.last} 起失效，不晚于起始日", "from_on")
    return standing


def _demand_content(rule: RecognitionRule) -> None:
    if rule.effect is Effect.EVIDENCE:
        _demand(bool(rule.materials), "作为材料的，要写明代替哪些材料", "materials")
        _demand(rule.basis in BASES, "作为材料的，依据是法定共享或者持证人同意", "basis")
        _demand(not rule.permits, "作为材料的，不写可以做什么", "permits")
    else:
        _demand(not rule.materials, "免予另办的，不代替材料；另立一条作为材料的规则", "materials")
        _demand(bool(rule.permits.strip()), "免予另办的，要写明持证人在这里可以做什么", "permits")


def record(
    rule: RecognitionRule, *, signature: Signature, agreement: Agreement | None, verify: Verify, today: date
) -> RecognitionRecorded:
    """The bureau of the region in which it counts signs a rule. Raises InvalidRecognition, AgreementIsOver, …"""
    party = demand_recordable(rule, agreement=agreement, today=today).party(province_of(rule.counts_in))
    _demand(party is not None and signature.body == party.body, "签署单位不是协议中代表认可地区的一方", "counts_in")
    if signature.digest != digest(rule) or not verify(signature):
        raise BadSignature("互认规则未记录：签名与内容或公钥不符。请重新签署；仍不成功时请管理员检查签名密钥。")
    return RecognitionRecorded(
        rule,
        signature.body,
        signature.digest,
        signature.key,
        signature.algorithm,
        signature.public_key,
        signature.value,
        signature.at,
    )


def end(one: Recognition, *, ended_on: date, reason: str, at: datetime, today: date) -> RecognitionEnded:
    """Return what ending it means. Raises InvalidRecognition."""
    named = f"互认规则 {one.rule.code} 未终止："
    if one.ended_on is not None:
        raise InvalidRecognition(f"{named}它已于 {one.ended_on} 终止，无需再办。")
    if not reason.strip():
        raise InvalidRecognition(f"{named}没有写明原因。请填写终止的原因或依据。", field="reason")
    if ended_on < today:
        raise InvalidRecognition(f"{named}终止日不能早于今天。请填写今天或以后的日期。", field="ended_on")
    if one.rule.until_on is not None and one.rule.until_on <= ended_on:
        raise InvalidRecognition(f"{named}它在 {one.rule.until_on} 已经期满。请填写此前的日期。", field="ended_on")
    return RecognitionEnded(ended_on, reason, at)


def apply(one: Recognition | None, event: Event) -> Recognition:
    """Return the recorded rule after the event; None before it was recorded."""
    match one, event:
        case None, RecognitionRecorded():
            signed = (event.key, event.algorithm, event.public_key, event.signature)
            region = province_of(event.rule.counts_in)
            return Recognition(event.rule, Signature(region, event.body, event.digest, *signed, event.at))
        case Recognition(), RecognitionEnded():
            return replace(one, ended_on=event.ended_on, ended_because=event.reason)
    raise ValueError(f"{type(event).__name__} does not belong to the stream of a recognition rule")


def fold(events: Iterable[Event]) -> Recognition | None:
    one = None
    for event in events:
        one = apply(one, event)
    return one


def _demand(right: bool, what: str, field: str) -> None:
    if not right:
        raise InvalidRecognition(f"互认规则未记录：{what}。请改正后再记录。", field=field)


# --- Judging ----------------------------------------------------------------------------------------------------------


class Reason(StrEnum):
    """Why it counts or not, in the order of the questions: the further down, the nearer it came to counting."""

    NO_RULE = "no_rule"
    WRONG_DIRECTION = "wrong_direction"
    OTHER_EFFECT = "other_effect"
    OTHER_PLACE = "other_place"
    OTHER_MATERIAL = "other_material"
    OTHER_MATTER = "other_matter"
    OTHER_SUBJECTS = "other_subjects"
    RULE_ENDED = "rule_ended"
    RULE_EXPIRED = "rule_expired"
    AGREEMENT_OVER = "agreement_over"
    RULE_NOT_YET = "rule_not_yet"
    NOT_TRUSTED = "not_trusted"
    CERTIFICATE_ENDED = "certificate_ended"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NOT_YET = "certificate_not_yet"
    CERTIFICATE_SUSPENDED = "certificate_suspended"
    OTHER_HOLDER = "other_holder"
    OTHER_SUBJECT = "other_subject"
    AT_HOME = "at_home"
    COUNTS = "counts"


_ORDER = {reason: place for place, reason in enumerate(Reason)}

_OF_CERTIFICATE = {
    Code.ENDED: Reason.CERTIFICATE_ENDED,
    Code.EXPIRED: Reason.CERTIFICATE_EXPIRED,
    Code.NOT_YET_VALID: Reason.CERTIFICATE_NOT_YET,
    Code.SUSPENDED: Reason.CERTIFICATE_SUSPENDED,
}
"""Every other verdict but a valid one: not trusted."""

SENTENCES: dict[Reason, tuple[str, str]] = {
    Reason.NO_RULE: (
        "《{certificate}》不在这里的互认规则之内。",
        "No recognition rule here covers the type “{certificate}”.",
    ),
    Reason.WRONG_DIRECTION: (
        "互认有方向：规则 {code} 认可 {from_} 签发、在 {in_} 使用的，不是 {issued} 签发、在 {here} 使用的。",
        "Recognition has a direction: rule {code} lets certificates of {from_} count in {in_}, "
        "not those of {issued} in {here}.",
    ),
    Reason.OTHER_EFFECT: (
        "规则 {code} 对这种证照另有效力，不是这里所问的。",
        "Rule {code} gives this type another effect than the one asked about.",
    ),
    Reason.OTHER_PLACE: (
        "规则 {code} 只在 {in_} 的一部分区域适用，不包括这里。",
        "Rule {code} applies in a part of {in_} only, which is not here.",
    ),
    Reason.OTHER_MATERIAL: (
        "规则 {code} 没有写明可以代替这份材料。",
        "Rule {code} does not say that it takes the place of this material.",
    ),
    Reason.OTHER_MATTER: (
        "规则 {code} 不适用于事项 {matters}。",
        "Rule {code} does not apply to the matters {matters}.",
    ),
    Reason.OTHER_SUBJECTS: (
        "规则 {code} 的服务对象不包括这样的持证人。",
        "Rule {code} is not for holders of this kind.",
    ),
    Reason.RULE_ENDED: (
        "规则 {code} 已于 {ended_on} 终止：{because}",
        "Rule {code} was ended on {ended_on}: {because}",
    ),
    Reason.RULE_EXPIRED: (
        "规则 {code} 的最后一天是 {last_day}，现已届满。",
        "Rule {code} held until {last_day} and has run out.",
    ),
    Reason.AGREEMENT_OVER: (
        "规则 {code} 随协议停止：{agreement}",
        "Rule {code} stopped with its agreement: {agreement}",
    ),
    Reason.RULE_NOT_YET: (
        "规则 {code} 自 {from_on} 起才适用。",
        "Rule {code} applies from {from_on} only.",
    ),
    Reason.NOT_TRUSTED: (
        "规则 {code} 适用，但这张证照没有通过核验。{verdict}",
        "Rule {code} applies, but this certificate was not verified. {verdict_en}",
    ),
    Reason.CERTIFICATE_ENDED: (
        "规则 {code} 适用，但这张证照已经失效。{verdict}",
        "Rule {code} applies, but this certificate has ended. {verdict_en}",
    ),
    Reason.CERTIFICATE_EXPIRED: (
        "规则 {code} 适用，但这张证照已经过期。{verdict}",
        "Rule {code} applies, but this certificate has expired. {verdict_en}",
    ),
    Reason.CERTIFICATE_NOT_YET: (
        "规则 {code} 适用，但这张证照还没有生效。{verdict}",
        "Rule {code} applies, but this certificate is not valid yet. {verdict_en}",
    ),
    Reason.CERTIFICATE_SUSPENDED: (
        "规则 {code} 适用，但这张证照正在暂停使用。{verdict}",
        "Rule {code} applies, but this certificate is suspended. {verdict_en}",
    ),
    Reason.OTHER_HOLDER: (
        "规则 {code} 适用，但这张证照的持证人不是这里所要求的一方。",
        "Rule {code} applies, but the holder of this certificate is not the party that is asked.",
    ),
    Reason.OTHER_SUBJECT: (
        "规则 {code} 适用，但这张证照说的是另一个对象（人、船舶或场所）。",
        "Rule {code} applies, but this certificate is about another subject (person, ship or site).",
    ),
    Reason.AT_HOME: (
        "《{certificate}》就是在{here}签发的，在{here}用不需要互认。",
        "“{certificate}” was issued in {here} itself and needs no recognition there.",
    ),
    Reason.COUNTS: (
        "按规则 {code}（{document}{article}），{from_} 签发的《{certificate}》在 {in_} 有效。",
        "By rule {code} ({document}{article}), “{certificate}” issued in {from_} counts in {in_}.",
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as far as recognition asks about it.

    Whoever asks of a type only leaves out `identifier`, `verdict`, `holder` and `subject`: these are not asked then.
    """

    type: str
    name: str
    region: str
    """The division of the authority that issued it."""
    identifier: str = ""
    verdict: Verdict | None = None
    holder: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What it is to count as: where, for which material and matters (empty: any), whose and about whom (empty: any)."""

    region: str
    """The division of the authority that handles it."""
    places: tuple[str, ...] = ()
    """Narrower divisions and zones in which it is handled."""
    material: str = ""
    matters: tuple[str, ...] = ()
    served: ServiceObject | None = None
    holders: frozenset[str] = frozenset()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether it counts, by which rule, and the sentence that says why; no rule: none was near."""

    reason: Reason
    recognition: Recognition | None
    message: str
    message_en: str

    @property
    def counts(self) -> bool:
        return self.reason in (Reason.COUNTS, Reason.AT_HOME)

    @property
    def rule(self) -> RecognitionRule | None:
        return None if self.recognition is None else self.recognition.rule


def judge(
    known: Iterable[Recognition],
    agreements_by_number: Mapping[str, Agreement],
    shown: Shown,
    wanted: Wanted,
    *,
    effects: Collection[Effect],
    today: date,
    names: Mapping[str, str],
) -> Judgement:
    """Say whether a certificate counts for what is wanted on that day.

    `names` says what divisions are called. Among rules that came equally far the last to begin is told.
    """
    of_type = [one for one in known if one.rule.certificate == shown.type]
    tried = [
        (next(_doubts(one, agreements_by_number, shown, wanted, effects, today), Reason.COUNTS), one) for one in of_type
    ]
    reason, best = max(
        tried,
        key=lambda each: (_ORDER[each[0]], each[1].rule.from_on, each[1].rule.code),
        default=(Reason.NO_RULE, None),
    )
    return _told(reason, best, shown, wanted, agreements_by_number, names, today)


def at_home(shown: Shown, *, here: str, names: Mapping[str, str]) -> Judgement | None:
    """Judge a certificate where it was issued: valid, it counts there without any rule. None: it is from elsewhere."""
    if province_of(shown.region) != province_of(here):
        return None
    verdict = shown.verdict
    if verdict is not None and not verdict.valid:
        reason = _OF_CERTIFICATE.get(verdict.code, Reason.NOT_TRUSTED)
        return Judgement(reason, None, verdict.message, verdict.message_en)
    words = {"certificate": shown.name, "here": named([here], names)}
    chinese, english = SENTENCES[Reason.AT_HOME]
    return Judgement(Reason.AT_HOME, None, chinese.format_map(words), english.format_map(words))


def standing(one: Recognition, agreement: Agreement | None, *, today: date) -> Reason:
    """Say whether a rule itself holds today: COUNTS, or what keeps it from it."""
    rule = one.rule
    if one.ended_on is not None and one.ended_on <= today:
        return Reason.RULE_ENDED
    if rule.until_on is not None and rule.until_on <= today:
        return Reason.RULE_EXPIRED
    if not agreements.standing(agreement, today=today).holds:
        return Reason.AGREEMENT_OVER
    return Reason.RULE_NOT_YET if today < rule.from_on else Reason.COUNTS


def _doubts(
    one: Recognition,
    agreements_by_number: Mapping[str, Agreement],
    shown: Shown,
    wanted: Wanted,
    effects: Collection[Effect],
    today: date,
) -> Iterator[Reason]:
    """Yield what keeps the certificate from counting by this rule, in the order of `Reason`."""
    rule = one.rule
    from_here = any(lies_in(shown.region, each) for each in rule.issued_in)
    if not from_here or not lies_in(wanted.region, rule.counts_in):
        yield Reason.WRONG_DIRECTION
    if rule.effect not in effects:
        yield Reason.OTHER_EFFECT
    if not _reaches(rule, (wanted.region, *wanted.places)):
        yield Reason.OTHER_PLACE
    if wanted.material and wanted.material not in rule.materials:
        yield Reason.OTHER_MATERIAL
    if rule.matters and not set(wanted.matters) <= set(rule.matters):
        yield Reason.OTHER_MATTER
    if rule.scope.subjects and wanted.served is not None and wanted.served not in rule.scope.subjects:
        yield Reason.OTHER_SUBJECTS
    rests = standing(one, agreements_by_number.get(rule.agreement), today=today)
    if rests is not Reason.COUNTS:
        yield rests
    if shown.verdict is not None and not shown.verdict.valid:
        yield _OF_CERTIFICATE.get(shown.verdict.code, Reason.NOT_TRUSTED)
    if wanted.holders and shown.holder not in wanted.holders:
        yield Reason.OTHER_HOLDER
    if wanted.subject and shown.subject != wanted.subject:
        yield Reason.OTHER_SUBJECT


def _reaches(rule: RecognitionRule, places: Collection[str]) -> bool:
    """Whether what is handled in one of these divisions or zones lies in the scope of a rule."""
    scope = rule.scope
    if not scope.divisions and not scope.zones:
        return True
    return any(place in scope.zones or any(lies_in(place, each) for each in scope.divisions) for place in places)


def _told(
    reason: Reason,
    one: Recognition | None,
    shown: Shown,
    wanted: Wanted,
    agreements_by_number: Mapping[str, Agreement],
    names: Mapping[str, str],
    today: date,
) -> Judgement:
    words = {"certificate": shown.name, "issued": named([shown.region], names), "here": named([wanted.region], names)}
    if one is not None:
        rule = one.rule
        left = [matter for matter in wanted.matters if matter not in rule.matters]
        verdict = shown.verdict
        words |= {
            "code": rule.code,
            "from_": named(rule.issued_in, names),
            "in_": named([rule.counts_in], names),
            "matters": "、".join(left),
            "from_on": rule.from_on.isoformat(),
            "last_day": "" if rule.until_on is None else (rule.until_on - timedelta(days=1)).isoformat(),
            "ended_on": "" if one.ended_on is None else one.ended_on.isoformat(),
            "because": one.ended_because,
            "agreement": agreements.standing(agreements_by_number.get(rule.agreement), today=today).sentence,
            "document": rule.document,
            "article": rule.article,
            "verdict": "" if verdict is None else verdict.message,
            "verdict_en": "" if verdict is None else verdict.message_en,
        }
    chinese, english = SENTENCES[reason]
    return Judgement(reason, one, chinese.format_map(words), english.format_map(words))


def named(divisions: Iterable[str], names: Mapping[str, str]) -> str:
    """Name divisions, each by its code where nobody said what it is called."""
    return "、".join(names.get(each, each) for each in divisions)
