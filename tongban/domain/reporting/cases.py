"""Which rows tell the national platform of the cases of an application?

A case is reported from the decision on its acceptance on: accepted or not, before that nothing is. Then its rows are
derived anew from the application's entries whenever these grew: one of the acceptance, one for each step of its
handling, one for each special procedure, one for each material that was given for it, and one of its result. What the
platform asks about people is theirs and is told; nothing else of them stands in a row.

A step begins where the one before it ended: the journal knows instants, the platform asks for spans. The promised day
is told as its last second, so that who decides on the last day is on time.

Source: upload tables up_pro_*; GB/T 39046-2020, tables 5 to 8; Administrative Licensing Law, arts. 32, 42, 45.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from tongban.domain.application import Application, Case, CaseState
from tongban.domain.catalogue import Catalogue, Implementation, Standard
from tongban.domain.clock import BEIJING_TIME
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import (
    SYSTEM,
    ApplicationSubmitted,
    CaseDecided,
    CaseLapsed,
    CaseWithdrawn,
    CorrectionAsked,
    DecisionSigned,
    DeliveryMeans,
    DocumentsDelivered,
    Event,
    LimitExtended,
    OpinionGiven,
    ProcedureBegun,
    ProcedureEnded,
)
from tongban.domain.identifiers import DocumentType
from tongban.domain.materials import SupplySource
from tongban.domain.reporting.mapping import Codes
from tongban.domain.reporting.rows import Draft, guid
from tongban.domain.reporting.schema import Value
from tongban.domain.sealed import Sealed

ACCEPTANCE = "up_pro_accept"
BY_RULE = "系统"
"""What the system is called where a person is asked for."""
LAST_SECOND = time(23, 59, 59, tzinfo=BEIJING_TIME)
ITEM_CODE_LENGTH = 33


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an application's journal."""

    seq: int
    actor: str
    event: Event


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody whom the platform asks about; empty where it is not known, or erased."""

    name: str = ""
    document: DocumentType | None = None
    number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the entries do not say in the clear: the catalogue by which the cases go, who is who, opened seals."""

    catalogue: Catalogue
    holder: Who
    contact: Who = Who()
    legal: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    """The form, by data element."""
    names: Mapping[str, str] = field(default_factory=dict)
    """By `account:…` and `org:…`."""
    texts: Mapping[Sealed, str] = field(default_factory=dict)
    ratings: Mapping[int, str] = field(default_factory=dict)
    """By case, how satisfied the applicant was: 1 (very) to 5; a case without a rating is absent."""


def seals(entries: Iterable[Entry]) -> Iterator[Sealed]:
    """Yield the seals whose content the rows may tell: reasons, results and findings, not the form."""
    for entry in entries:
        for name in _SPOKEN:
            if isinstance(said := getattr(entry.event, name, None), Sealed):
                yield said


def actors(entries: Iterable[Entry]) -> set[str]:
    """Return who acted: whose names the rows tell."""
    return {getattr(entry.event, "by", "") or entry.actor for entry in entries} | {entry.actor for entry in entries}


def rows(application: Application, entries: Sequence[Entry], told: Told, codes: Codes) -> tuple[Draft, ...]:
    """Return the rows of all cases of an application; `entries` are all of its journal, which it is folded from."""
    return tuple(row for case in application.cases for row in _OfCase(entries, application, case, told, codes).rows())


def reported(case: Case) -> bool:
    """Whether its acceptance was decided on, so that it is reported."""
    return case.accepted_at is not None or case.state is CaseState.REFUSED


_SPOKEN = ("reason", "result", "findings", "finding")


@dataclass(frozen=True, slots=True)
class _OfCase:
    entries: Sequence[Entry]
    application: Application
    case: Case
    told: Told
    codes: Codes

    def rows(self) -> Iterator[Draft]:
        if not reported(self.case):
            return
        yield self._draft(ACCEPTANCE, (), self._acceptance())
        for key, values in self._steps():
            yield self._draft("up_pro_process", key, values)
        for key, values in self._procedures():
            yield self._draft("up_pro_special_procedure", key, values)
        for key, values in self._materials():
            yield self._draft("up_pro_material", key, values)
        if self.case.ended:
            yield self._draft("up_pro_result", (), self._result())

    @property
    def number(self) -> str:
        return f"{self.application.number}-{self.case.index:04d}"

    @property
    def standard(self) -> Standard:
        return self.told.catalogue.standards[self.case.matter]

    @property
    def implementation(self) -> Implementation:
        return self.told.catalogue.implementations[self.case.matter]

    def _draft(self, table: str, key: tuple[str, ...], values: Mapping[str, Value]) -> Draft:
        whole = {"project_no": self.number, **self.codes.nothing(table), **values}
        parent = "" if table == ACCEPTANCE else guid(ACCEPTANCE, self.number)
        return Draft(table, (self.number, *key), self.case.body, self.number, whole, parent)

    # --- acceptance ---------------------------------------------------------------------------------------------------

    def _acceptance(self) -> dict[str, Value]:
        case, holder, contact = self.case, self.told.holder, self.told.contact
        refusal = case.proceedings.refusal
        name = task_name(self.standard, self.implementation)
        return {
            "catalog_code": self.standard.basic_code,
            "task_code": task_code(self.implementation),
            "task_handle_item": item_code(self.standard, self.implementation),
            "task_name": name,
            "task_version": case.implementation_version,
            "project_name": f"关于“{name}”的申请",
            "project_type": self.codes.code("project", "instant" if case.on_the_spot else "promised"),
            "apply_date": self.application.submitted_at,
            "apply_type": self.codes.code("channel", "computer" if self._online else "window"),
            "applyer_name": holder.name,
            "applyer_type": self._applicant_type(),
            "applyer_page_type": self._document(holder),
            "applyer_page_code": holder.number,
            "contact_name": contact.name,
            "contact_type": self._document(contact),
            "contact_code": contact.number,
            "contact_mobile": contact.phone,
            "legal": self.told.legal,
            "address": next((said for one in self.codes.address if (said := self.told.values.get(one))), None),
            "accept_date": case.accepted_at or (refusal.at if refusal else None),
            "accept_doc_no": self._paper(DocumentKind.REFUSAL if refusal else DocumentKind.ACCEPTANCE),
            "handle_user_name": self._named(refusal.by if refusal else case.accepted_by),
            "org_code": case.body,
            "org_name": self.told.names.get(f"org:{case.body}", ""),
            "promise_date": _end_of(case.promised_due_on),
        }

    @property
    def _online(self) -> bool:
        """Whether the applicant handed it in himself, and nobody took it in at a window."""
        return self.application.intake is None and self.entries[0].actor == self.application.applicant

    def _applicant_type(self) -> Value:
        if self.application.holder.startswith("person:"):
            return self.codes.code("service_object", "person")
        return self.codes.applicant(self.told.holder.number)

    def _document(self, who: Who) -> Value:
        return None if who.document is None else self.codes.code("document", who.document.value)

    def _paper(self, kind: DocumentKind) -> str | None:
        """Return the number of the newest document of a kind on this case; None until it is printed."""
        found = [one.number for one in self.application.documents if one.kind is kind and self.case.index in one.cases]
        return found[-1] if found else None

    # --- process ------------------------------------------------------------------------------------------------------

    def _steps(self) -> Iterator[tuple[tuple[str, ...], dict[str, Value]]]:
        began = self.application.submitted_at
        for entry in self.entries:
            step = self.codes.steps.get(word(entry.event))
            if step is None or not self._concerned(entry.event):
                continue
            ended: datetime = entry.event.at  # type: ignore[attr-defined]  # every event of an application has its instant
            yield (
                (str(entry.seq),),
                {
                    "process_name": step.name,
                    "event_name": self.codes.code("action", step.action),
                    "event_start_time": began,
                    "event_end_time": ended,
                    "handle_user_name": self._named(self._handler(entry)) or self._hall(entry.event),
                    "handle_explain": self._explained(entry.event),
                },
            )
            began = ended

    def _concerned(self, event: Event) -> bool:
        """Whether an event is about this case, or about the whole application."""
        index = self.case.index
        match event:
            case ApplicationSubmitted():
                return True
            case CorrectionAsked():
                return any(demand.case == index for demand in event.demands)
            case DocumentsDelivered():
                delivered = set(event.numbers)
                return any(index in one.cases for one in self.application.documents if one.number in delivered)
            case _:
                return getattr(event, "case", None) == index

    def _handler(self, entry: Entry) -> str:
        """Return who handled a step: where the applicant acted, the clerk at the window, or who had accepted it."""
        match entry.event:
            case ApplicationSubmitted() if self._online:
                return SYSTEM
            case ApplicationSubmitted():
                return self.application.intake.by if self.application.intake else entry.actor
            case CaseWithdrawn():
                return self.case.accepted_by or SYSTEM
            case _:
                return getattr(entry.event, "by", "") or entry.actor

    def _hall(self, event: Event) -> str:
        """Return where it was taken in: a clerk of another node has no name that is known here."""
        taken_in = self.application.intake
        return taken_in.hall if taken_in and isinstance(event, ApplicationSubmitted) else ""

    def _explained(self, event: Event) -> str | None:
        match event:
            case CorrectionAsked():
                count = sum(demand.case == self.case.index for demand in event.demands)
                return f"一次性告知需要补正的 {count} 项内容"
            case CaseLapsed():
                return event.article or None
            case _:
                return self._said(event)

    def _said(self, event: object) -> str | None:
        said = next((one for name in _SPOKEN if isinstance(one := getattr(event, name, None), Sealed)), None)
        return None if said is None else self.told.texts.get(said) or None

    # --- special procedures -------------------------------------------------------------------------------------------

    def _procedures(self) -> Iterator[tuple[tuple[str, ...], dict[str, Value]]]:
        for place, entry in enumerate(self.entries):
            event = entry.event
            if getattr(event, "case", None) != self.case.index:
                continue
            match event:
                case ProcedureBegun():
                    yield (str(entry.seq),), self._procedure(event, self._end_after(place))
                case LimitExtended():
                    yield (str(entry.seq),), self._extension(event)

    def _end_after(self, place: int) -> ProcedureEnded | None:
        """A case has one special procedure at a time: the next end is the end of this one."""
        later = (entry.event for entry in self.entries[place:])
        ends = (one for one in later if isinstance(one, ProcedureEnded) and one.case == self.case.index)
        return next(ends, None)

    def _procedure(self, begun: ProcedureBegun, ended: ProcedureEnded | None) -> dict[str, Value]:
        return {
            "special_type": self.codes.code("procedure", "other"),
            "special_name": begun.name,
            "special_time": begun.at,
            "special_reason": begun.article or begun.name,
            "applyer_user_name": self._named(begun.by),
            "end_time": ended.at if ended else None,
            "result": self._said(ended) if ended else None,
            "special_explain": f"告知所需时间 {begun.expected_days} 个工作日",
            "handle_user": self._named((ended or begun).by),
        }

    def _extension(self, event: LimitExtended) -> dict[str, Value]:
        return {
            "special_type": self.codes.code("procedure", "extension"),
            "special_name": "延长审批",
            "special_time": event.at,
            "special_reason": "；".join(filter(None, (self._said(event), event.article))),
            "applyer_user_name": self._named(event.by),
            "end_time": event.at,
            "result": f"批准延长 {event.days} 日",
            "special_explain": None,
            "handle_user": self._named(event.by),
        }

    # --- materials ----------------------------------------------------------------------------------------------------

    def _materials(self) -> Iterator[tuple[tuple[str, ...], dict[str, Value]]]:
        submitted = self.entries[0].event
        assert isinstance(submitted, ApplicationSubmitted)
        planned = submitted.plan.cases[self.case.index - 1]
        asked = {(ask.material, ask.subject) for ask in submitted.plan.asks if self.case.matter in ask.matters}
        asked |= {(code, "") for code in planned.needs}
        for supply in self.application.supplies:
            if (supply.material, supply.subject) not in asked or supply.subject not in ("", self.case.subject):
                continue
            told = supply.source in (SupplySource.UPLOAD, SupplySource.CERTIFICATE)
            yield (
                (supply.material, supply.subject),
                {
                    "material_name": self._material_name(supply.material),
                    "get_type": self.codes.code("supply", supply.source.value),
                    "get_num": "1",
                    "material_attach_name": supply.reference if told else None,
                    "remark": supply.rule or None,
                },
            )

    def _material_name(self, code: str) -> str:
        catalogue = self.told.catalogue
        found = catalogue.materials.get(code) or catalogue.certificate_types.get(code)
        return found.name if found else ""

    # --- result -------------------------------------------------------------------------------------------------------

    def _result(self) -> dict[str, Value]:
        case = self.case
        ending = case.conclusion if case.state is CaseState.DECIDED else case.proceedings.refusal
        rating = self.told.ratings.get(case.index)
        return {
            "result_type": self.codes.code("result", outcome(case)),
            "result_date": case.ended_at,
            "result_explain": self._said(ending) if ending else None,
            "result_cetr_name": self._issued_name(),
            "result_cetr_no": case.certificate or None,
            "is_delivery_results": self.codes.yes_no(self._posted()),
            "satisfaction": None if rating is None else self.codes.code("satisfaction", rating),
            "handle_user_name": self._named(ending.by if ending else self._ended_by()),
        }

    def _issued_name(self) -> str | None:
        if self.case.certificate:
            return self.told.catalogue.certificate_types[self.case.yields].name
        return self.standard.document or None if self.case.approved else None

    def _posted(self) -> bool:
        return any(
            isinstance(entry.event, DocumentsDelivered)
            and entry.event.means is DeliveryMeans.POST
            and self._concerned(entry.event)
            for entry in self.entries
        )

    def _ended_by(self) -> str:
        """Who ended it that neither decided nor refused: it was taken back, or lapsed by rule."""
        ends = (
            entry
            for entry in self.entries
            if isinstance(entry.event, CaseWithdrawn | CaseLapsed) and self._concerned(entry.event)
        )
        return next((self._handler(entry) for entry in ends), SYSTEM)

    def _named(self, id: str) -> str:
        return BY_RULE if id in ("", SYSTEM) else self.told.names.get(id, "")


def word(event: Event) -> str:
    """Return the word by which the mapping knows an event: its type, and what was said where that matters."""
    name = type(event).__name__
    match event:
        case OpinionGiven():
            return f"{name}.{event.verdict.value}"
        case DecisionSigned() | CaseDecided():
            return f"{name}.{event.outcome.value}"
        case _:
            return name


def outcome(case: Case) -> str:
    """Return how a case ended, in the mapping's word."""
    match case.state:
        case CaseState.DECIDED:
            assert case.outcome is not None
            return case.outcome.value
        case CaseState.LAPSED:
            assert case.lapse is not None
            return case.lapse.consequence.value
        case _:
            return case.state.value


def task_name(standard: Standard, implementation: Implementation) -> str:
    """Return the name under which the body publishes the matter."""
    return implementation.stated.name if implementation.stated else standard.name


def task_code(implementation: Implementation) -> str:
    """Return the implementation code (实施编码), without the two digits of a handling item."""
    return implementation.implementation_code[: ITEM_CODE_LENGTH - 2]


def item_code(standard: Standard, implementation: Implementation) -> str:
    """Return the code of the handling item (业务办理项编码): of a matter that has but one, with its digits."""
    code = implementation.implementation_code
    return code if len(code) >= ITEM_CODE_LENGTH or not code else code + standard.item_digits


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, LAST_SECOND)
