"""What does the sheet of one case say?

Its own elements and materials, its standard, the opinions so far, what it waits for, and what its certificate will say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.casework import (
    form,
    lamps,
    lanes,
    proceedings,
    promises,
    qualifying,
    queries,
    reading,
    reliance,
    supplies,
    words,
)
from tongban.casework.form import Form
from tongban.casework.forms.workbench import FIXED, OUTCOMES, VERDICTS, ConclusionForm
from tongban.casework.timeline import FATES
from tongban.casework.words import cited
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.certificates import queries as certificates
from tongban.domain import consequences, review
from tongban.domain.application import Application, Case, CaseState
from tongban.domain.catalogue import Catalogue, Standard
from tongban.domain.clock import day_of
from tongban.domain.events import ConclusionReturned
from tongban.domain.reliance import Became, untold
from tongban.domain.workdays import Calendar
from tongban.journal.queries import Recorded
from tongban.keys import actions as keys
from tongban.people.actor import Actor
from tongban.people.permissions import may_conclude, may_opine
from tongban.web.values import Answer


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """One certificate in doubt as the page tells it."""

    certificate: str
    became: str
    article: str


@dataclass(frozen=True)
class Sheet:
    found: Application
    case: Case
    catalogue: Catalogue
    today: date

    @classmethod
    def open(cls, number: str, index: int, *, actor: Actor, now: datetime) -> Sheet:
        """Open the sheet of a case that concerns the actor. Raises NoSuchApplication, NoSuchCase, NotAllowed."""
        found = queries.for_review(number, index, actor=actor)
        catalogue, _ = catalogue_queries.catalogue_of(found.bundle, found.bundle_version)
        return cls(found, found.case(index), catalogue, day_of(now))

    @property
    def href(self) -> str:
        return reverse("casework:task", args=[self.found.number, self.case.index])

    @property
    def standard(self) -> Standard:
        return self.catalogue.standards[self.case.matter]

    @cached_property
    def filled(self) -> Form:
        return form.unseal(self.found.form)

    def named(self, *, in_clear: bool = False) -> str:
        """Return what the case is called, with the person on the roster that it is about."""
        return words.case(self.catalogue, self.case, reading.called(self.found, self.filled, in_clear=in_clear))

    @cached_property
    def fixed(self) -> dict[str, str]:
        return form.fixed_by_conclusions(self.found, self.case.subject)

    # --- what one may do ----------------------------------------------------------------------------------------------

    def opinion_desk(self, actor: Actor) -> str:
        """Return the desk for which the actor still owes an opinion; empty when there is none."""
        if self.case.state is not CaseState.ACCEPTED:
            return ""
        mine = (desk for desk in self.case.asked_opinions if may_opine(actor, department=self.case.body, desk=desk))
        return next(mine, "")

    def may_conclude(self, actor: Actor) -> bool:
        ready = self.case.on_the_spot or not self.case.missing_opinions
        return self._at_deciding_desk(actor) and ready and not self.case.paused

    def _at_deciding_desk(self, actor: Actor) -> bool:
        return self.case.state is CaseState.ACCEPTED and may_conclude(
            actor,
            department=self.case.body,
            desk=self.case.deciding_desk,
            accepted_by=self.case.kept_from_deciding,
            taken_in_by=self.case.taken_in_by,
        )

    def why_not(self, actor: Actor) -> str:
        """Say why there is nothing to sign now; empty when there is, or when it is another's to sign."""
        if self.case.state is CaseState.SUBMITTED:
            return _("这个办件尚未受理，受理后才能提出意见、签署结论。")
        if self.case.state is CaseState.ACCEPTED and actor.id == self.case.taken_in_by:
            return _("这个办件由您帮办收件，收件人不能作决定。请由同岗位的另一位审查人员签署。")
        if self.case.state is CaseState.ACCEPTED and self.case.keeps_from_deciding(actor.id):
            return _("这个办件由您受理，受理人不能作决定。请由同岗位的另一位审查人员签署。")
        if self._at_deciding_desk(actor) and self.case.missing_opinions:
            desks = words.listed(list(self.case.missing_opinions))
            return _("等待%(desks)s的意见，意见齐全后即可签署结论。") % {"desks": desks}
        lasting = self.case.ledger.lasting
        if self._at_deciding_desk(actor) and lasting is not None:
            return _("%(procedure)s尚未结束，结束后即可签署结论。") % {"procedure": lamps.PROCEDURES[lasting.kind]}
        return ""

    def conclusion_form(self, data: Any = None, *, initial: Mapping[str, str] | None = None) -> ConclusionForm:
        determines = [self.catalogue.elements[code] for code in self.standard.determines]
        first = {"seen": review.shown(self.found, self.case.index)} | dict(initial or {})
        return ConclusionForm(data, initial=first, determines=determines, values=self.filled.of(self.case.subject))

    @cached_property
    def doubts(self) -> list[DoubtRow]:
        """What does not count any more of the certificates that the case goes by, and nobody has looked at."""
        told = [Became(one.certificate, one.fate, one.article, one.since) for one in self.case.doubts]
        over = reliance.lapsed(self.catalogue, self.found, self.case, today=self.today) if not self.case.ended else ()
        return [
            DoubtRow(
                one.certificate,
                _("已于 %(day)s %(fate)s") % {"day": date_format(one.on), "fate": FATES[one.fate]},
                one.article,
            )
            for one in (*told, *untold(self.case, over))
        ]

    def _further(self) -> list[str]:
        """Name the applications that in turn relied on the certificate which this case yielded."""
        if not self.case.certificate:
            return []
        relying = certificates.relying(certificates=[self.case.certificate])
        return queries.numbers_of(one.stream for one in relying)

    # --- what it says -------------------------------------------------------------------------------------------------

    def values(self, *, in_clear: bool, conclusion: ConclusionForm | None, papers: Mapping[str, str]) -> dict[str, Any]:
        """Return everything the page says; `papers`: where the documents are opened, by number."""
        calendar = calendars.load()
        held = reading.as_held(self.catalogue, self.found.holder)
        entries = queries.history(self.found)
        tied = lanes.with_awaited(self.found, self.case.index)
        people = reading.called(self.found, self.filled, in_clear=in_clear)
        own = self.filled.of(self.case.subject)
        return {
            "found": self.found,
            "case": self.case,
            "standard": self.standard,
            "matter": words.case(self.catalogue, self.case, people),
            "holder": reading.party(self.found.holder, self.filled.names.get(self.found.holder, "")),
            "department": self.filled.names.get(f"org:{self.case.body}", ""),
            "lamp": lamps.of_case(self.case, today=self.today, calendar=calendar),
            "conditions": qualifying.told(
                self.catalogue,
                qualifying.judged(self.catalogue, self.case.matter, own | self.fixed),
                own | self.fixed,
                recorded=self.filled.recorded,
            ),
            "legal_basis": [cited(source) for source in self.standard.legal_basis],
            "limits": self._limits(),
            "topics": reading.topics(held, [self.case.matter], own, in_clear=in_clear, fixed=self.fixed),
            "masked": not in_clear and reading.holds_personal(held, [self.case.matter]),
            "piles": reading.piles(self.catalogue, self.found, [self.case], people),
            "opinions": self._opinions(),
            "signed": self._signed(),
            "waits": self._waits(),
            "reach": proceedings.reach_of_barren(self.found, self.case, self.catalogue),
            "kept": self._kept(calendar),
            "charges": proceedings.charges(entries, self.case, self.filled.names, calendar=calendar, today=self.today),
            "standing": ""
            if self.case.ended
            else supplies.standing_already(self.found, self.case, self.catalogue, today=self.today),
            "commitment_state": self._commitment(),
            "to_follow": self._to_follow(),
            "relies_on_revoked": self._revoked(),
            "doubts": self.doubts,
            "further": self._further() if self.doubts else [],
            "returned": self._returned(entries),
            "urged": self._urged(),
            "late": self._late(),
            "drawing": lanes.drawing(
                self.found, self.catalogue, today=self.today, calendar=calendar, cases=tied, people=people
            )
            if len(tied) > 1
            else None,
            "certificate": words.certificate(self.catalogue, self.case.yields) if self.case.yields else "",
            "preview": self._preview(conclusion, in_clear=in_clear),
            "acts": reading.acts(
                self.found, self.catalogue, entries, case=self.case.index, in_clear=in_clear, papers=papers
            ),
        }

    def cases_in_words(self, indexes: Iterable[int]) -> str:
        return words.listed([self.numbered(index) for index in indexes])

    def numbered(self, index: int) -> str:
        matter = words.matter(self.catalogue, self.found.case(index).matter)
        return _("第 %(index)d 项“%(matter)s”") % {"index": index, "matter": matter}

    def _limits(self) -> list[Answer]:
        implementation = self.catalogue.implementations[self.case.matter]
        statutory = words.limit(self.standard.statutory)
        return [
            Answer(_("承诺时限"), words.limit(implementation.promised)),
            Answer(_("法定时限"), f"{statutory}（{cited(self.standard.statutory_source)}）"),
        ]

    def _opinions(self) -> list[dict[str, Any]]:
        names = reading.people_in_words({opinion.by for opinion in self.case.opinions})
        return [
            {
                "desk": opinion.desk,
                "verdict": VERDICTS[opinion.verdict] if opinion.verdict else "",
                "by": names.get(opinion.by, ""),
                "at": opinion.at,
                "reason": keys.unseal(opinion.reason).decode() if opinion.reason else "",
            }
            for opinion in self.case.opinions
        ]

    def _kept(self, calendar: Calendar) -> list[Answer]:
        officers = {officer for check in self.case.proceedings.site_checks for officer in check.officers}
        names = reading.people_in_words(officers) if officers else {}
        return proceedings.kept(self.case, names, calendar=calendar)

    def _signed(self) -> dict[str, Any] | None:
        signed = self.case.conclusion
        if signed is None:
            return None
        return {
            "outcome": OUTCOMES[signed.outcome],
            "denied": self.case.denied,
            "in_force": self.case.state is CaseState.DECIDED,
            "by": reading.people_in_words({signed.by}).get(signed.by, ""),
            "at": signed.at,
            "reason": keys.unseal(signed.reason).decode() if signed.reason else "",
        }

    def _waits(self) -> list[str]:
        """Say for what the decision waits; nothing once it is made."""
        if self.case.state is CaseState.DECIDED:
            return []
        return [self._wait(awaited) for awaited in self.found.waits_for(self.case)]

    def _wait(self, awaited: Case) -> str:
        about = {"index": awaited.index, "certificate": words.certificate(self.catalogue, awaited.yields)}
        if awaited.denied:
            return _("第 %(index)d 项已不予批准，《%(certificate)s》不会签发，本项不能批准。") % about
        if awaited.barren:
            return _("第 %(index)d 项已终止，《%(certificate)s》不会签发，本项不能批准。") % about
        if self.case.state is CaseState.CONCLUDED:
            return _("待第 %(index)d 项《%(certificate)s》签发后生效。") % about
        return _("可先签署结论；证照待第 %(index)d 项《%(certificate)s》签发后生效。") % about

    def _commitment(self) -> str:
        commitment = self.case.proceedings.commitment
        return promises.standing(self.case, commitment)[0] if commitment else ""

    def _to_follow(self) -> str:
        """Name what the case still waits for, with its last day."""
        missing = [
            f"《{words.material(self.catalogue, each.material)}》"
            + (_("（%(day)s 前）") % {"day": date_format(each.due_on)} if each.due_on else "")
            for each in self.found.deferred(self.case)
        ]
        return words.listed(missing)

    def _revoked(self) -> str:
        """Name the revoked approvals upon which this case was decided, near or far."""
        revoked = [
            other.index
            for other in self.found.cases
            if other.revoked and self.case in consequences.relying(self.found, other.index)
        ]
        return self.cases_in_words(revoked)

    def _returned(self, entries: list[Recorded]) -> str:
        """Say why the last conclusion came back; empty when none did or a new one is signed."""
        if self.case.returned is None:
            return ""
        events = (entry.event for entry in reversed(entries))
        last = next(one for one in events if isinstance(one, ConclusionReturned) and one.case == self.case.index)
        return reading.sentence(last, self.found, self.catalogue)

    def _urged(self) -> str:
        """Say when and how often the applicant urged; empty when he did not, or nothing is left to do."""
        urged = self.case.proceedings
        if self.case.ended or urged.urged_at is None:
            return ""
        said = ngettext("申请人于 %(at)s 催办。", "申请人已催办 %(times)d 次，最近一次在 %(at)s。", urged.urges)
        return said % {"times": urged.urges, "at": date_format(localtime(urged.urged_at), "DATETIME_FORMAT")}

    def _late(self) -> str:
        """Name what stands under supervision, and the desk that answers for it; empty when nothing does."""
        open_ones = [one for one in self.case.proceedings.supervision if one.closed_at is None]
        said = _("%(what)s，责任岗位：%(desk)s")
        return _("；").join(said % {"what": proceedings.RULES[one.rule], "desk": one.desk} for one in open_ones)

    def _preview(self, conclusion: ConclusionForm | None, *, in_clear: bool) -> list[Answer]:
        """Return what the certificate will say, with what the conclusion in hand would fix."""
        if not self.case.yields or self.case.barren:
            return []
        values = dict(self.filled.of(self.case.subject)) | self.fixed
        if conclusion is not None:
            given = {code: str(conclusion[FIXED + code].value() or "").strip() for code in conclusion.determines}
            values |= {code: text for code, text in given.items() if text}
        held = reading.as_held(self.catalogue, self.found.holder)
        return reading.certificate_content(held, self.case, values, in_clear=in_clear)
