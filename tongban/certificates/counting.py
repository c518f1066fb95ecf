"""Does a certificate count elsewhere? The answer as a page and the JSON door tell it, from the rules of recognition.

Asked with a number, the certificate itself is verified too; asked with a type only, the rules alone answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tongban.catalogue import recognised
from tongban.catalogue.code_tables import Named
from tongban.catalogue.queries import recognition as rules
from tongban.catalogue.recognised import Rule
from tongban.certificates import queries
from tongban.certificates.queries import Registered
from tongban.domain import recognition
from tongban.domain.clock import day_of
from tongban.domain.codes import ServiceObject
from tongban.domain.joint import Effect
from tongban.domain.recognition import Judgement, Shown, Wanted


@dataclass(frozen=True, slots=True)
class Answered:
    """What a certificate counts as in a region, by which rules; `judgement` is the best, or why there is none."""

    certificate: Named
    issued_in: str
    here: str
    line: Registered | None
    judgement: Judgement
    evidence: tuple[Rule, ...]
    effect: tuple[Rule, ...]
    rules: rules.Rules
    """All that name such a certificate."""

    @property
    def counts(self) -> bool:
        return self.judgement.counts


def of_type(certificate: Named, *, issued_in: str, here: str, now: datetime) -> Answered:
    """Say what a type of certificate, issued in one region, counts as in another."""
    return _answer(Shown(certificate.code, certificate.name, issued_in), certificate, None, here, now)


def of_number(identifier: str, *, here: str, now: datetime) -> Answered:
    """Say what one certificate counts as, verified at this moment. Raises NoSuchCertificate."""
    line = queries.find(identifier=identifier)
    verdict = queries.verify_many([identifier], now=now, today=day_of(now))[identifier]
    shown = Shown(line.type, line.type_name, line.region, identifier, verdict, line.holder, line.subject)
    return _answer(shown, Named(line.type, line.type_name, line.type_name_en), line, here, now)


def _answer(shown: Shown, certificate: Named, line: Registered | None, here: str, now: datetime) -> Answered:
    today, found = day_of(now), rules.rules(certificates=[shown.type])
    names = recognised.places(found.recorded, [shown.region, here])
    wanted = Wanted(here, served=_served(line))

    def judge(of: rules.Rules) -> Judgement:
        return recognition.judge(
            of.recorded, of.agreements, shown, wanted, effects=frozenset(Effect), today=today, names=names
        )

    counting = [one for one in found.recorded if judge(replace(found, recorded=(one,))).counts]
    told = [recognised.shown(found, one, today=today) for one in counting]
    return Answered(
        certificate,
        shown.region,
        here,
        line,
        recognition.at_home(shown, here=here, names=names) or judge(found),
        tuple(rule for rule in told if rule.as_evidence),
        tuple(rule for rule in told if not rule.as_evidence),
        found,
    )


def _served(line: Registered | None) -> ServiceObject | None:
    if line is None:
        return None
    return ServiceObject.PERSON if line.holder.startswith("person:") else ServiceObject.COMPANY
