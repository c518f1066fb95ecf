"""Which certificates of other regions take the place of which materials of an application, by which rule, and why not?

What a participant holds that was issued elsewhere is judged for each asked material that a rule of recognition (互认)
names, or that is called like the certificate. Before one is offered its file is verified as it stands at that moment:
signature, trust, status. By duty it is taken unless the holder uploads; where the rule asks for consent, only the
holder's own is offered and he says so. What no rule lets count is told with the question that failed.

Source: State Council provisions on online government services, arts. 7, 10; design, invariants 4 and 15.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.catalogue import joint, recognised
from tongban.certificates import queries as certificates
from tongban.certificates.queries import Registered
from tongban.domain import recognition
from tongban.domain.agreements import Agreement
from tongban.domain.catalogue import Catalogue, SubjectRole
from tongban.domain.clock import day_of
from tongban.domain.codes import ServiceObject
from tongban.domain.materials import Ask, Basis, Supply, SupplySource, place
from tongban.domain.recognition import AS_EVIDENCE, Judgement, Recognition, Shown, Wanted
from tongban.domain.regions import province_of
from tongban.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Offer:
    """A certificate that was judged for one material. `own`: the applicant holds it himself, and may read it."""

    ask: Ask
    certificate: Registered
    judgement: Judgement
    own: bool
    verdict: Verdict | None = None

    @property
    def place(self) -> str:
        return place(self.ask.material, self.ask.subject)

    @property
    def counts(self) -> bool:
        return self.judgement.counts

    @property
    def basis(self) -> Basis | None:
        rule = self.judgement.rule
        return rule.basis if rule and self.counts else None

    @property
    def supply(self) -> Supply:
        rule = self.judgement.rule
        assert rule is not None
        ask = self.ask
        return Supply(
            ask.material,
            ask.about,
            SupplySource.CERTIFICATE,
            self.certificate.identifier,
            rule.basis,
            ask.subject,
            rule.code,
        )


@dataclass(frozen=True, slots=True)
class _Bench:
    """What one judging looks at."""

    catalogue: Catalogue
    ids: Mapping[SubjectRole, str]
    rules: Sequence[Recognition]
    agreements: Mapping[str, Agreement]
    names: Mapping[str, str]
    today: date


def offers(
    catalogue: Catalogue,
    asks: Sequence[Ask],
    *,
    held: Sequence[Registered],
    ids: Mapping[SubjectRole, str],
    applicant: str,
    now: datetime,
) -> dict[str, Offer]:
    """Return the best certificate for each place of a material, whether it counts or not.

    `held` is what the participants hold, the newest first; `applicant` is who reads this. Two statements for the rules
    and a few for the files, and none where nothing was issued elsewhere.
    """
    regions = {catalogue.implementations[matter].region for ask in asks for matter in ask.matters}
    abroad = [one for one in held if province_of(one.region) not in {province_of(region) for region in regions}]
    if not abroad:
        return {}
    rules = joint.read_recognitions(certificates={one.type for one in abroad})
    bench = _Bench(
        catalogue,
        ids,
        rules,
        joint.read_agreements({one.rule.agreement for one in rules}),
        recognised.places(rules, [*regions, *(one.region for one in abroad)]),
        day_of(now),
    )
    judged = [
        Offer(ask, one, _judge(bench, ask, one), own=one.holder == applicant)
        for ask in asks
        for one in abroad
        if _concerns(bench, ask, one)
    ]
    # The files are opened last, and only of those that a rule would let count.
    counting = {one.certificate.identifier for one in judged if one.counts}
    verdicts = certificates.verify_many(counting, now=now, today=bench.today)
    return _best(_verified(bench, one, verdicts) if one.counts else one for one in judged)


def taken(offered: Mapping[str, Offer], consented: Collection[str]) -> list[Offer]:
    """Return those that supply their material: by duty, or because the holder consented."""
    return [one for where, one in offered.items() if one.basis is Basis.DUTY or (one.basis and where in consented)]


def _best(judged: Iterable[Offer]) -> dict[str, Offer]:
    """Return by place the first that counts or, if none does, the first. Nobody consents for another."""
    best: dict[str, Offer] = {}
    for one in judged:
        if one.basis is Basis.CONSENT and not one.own:
            continue
        before = best.setdefault(one.place, one)
        if one.counts and not before.counts:
            best[one.place] = one
    return best


def _concerns(bench: _Bench, ask: Ask, one: Registered) -> bool:
    """Whether anybody would think of it for this material: a rule names both, or they are called alike."""
    named = any(each.rule.certificate == one.type and ask.material in each.rule.materials for each in bench.rules)
    return named or bench.catalogue.materials[ask.material].name == one.type_name


def _judge(bench: _Bench, ask: Ask, one: Registered, verdict: Verdict | None = None) -> Judgement:
    """Judge it for every matter where that is handled; one for which it does not count decides."""
    rules = [each for each in bench.rules if ask.material in each.rule.materials]
    shown = Shown(one.type, one.type_name, one.region, one.identifier, verdict, one.holder, one.subject)
    judgements = []
    for matter in ask.matters:
        offered = bench.catalogue.implementations[matter]
        wanted = Wanted(
            offered.region,
            places=(offered.territory,) if offered.territory else (),
            material=ask.material,
            matters=(matter,),
            served=ServiceObject.PERSON if one.holder.startswith("person:") else ServiceObject.COMPANY,
            holders=frozenset({*bench.ids.values(), ask.subject}),
            subject=ask.subject or bench.ids.get(ask.about, ""),
        )
        judgements.append(
            recognition.judge(
                rules, bench.agreements, shown, wanted, effects=AS_EVIDENCE, today=bench.today, names=bench.names
            )
        )
    return next((each for each in judgements if not each.counts), judgements[0])


def _verified(bench: _Bench, one: Offer, verdicts: Mapping[str, Verdict]) -> Offer:
    """Judge again what would count, with what its file says at this moment."""
    verdict = verdicts[one.certificate.identifier]
    return replace(one, judgement=_judge(bench, one.ask, one.certificate, verdict), verdict=verdict)
