"""What does a member of staff read of an application, and what stays masked?

A page of a case shows the data elements and materials of that case and no others (design, invariant 13). Personal
values are masked until somebody asks to see them; opening a sheet, showing its personal values and taking out a file
are each written to the log of reads (invariant 14).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from tongban.casework import form, supplies, timeline, words
from tongban.catalogue import labels
from tongban.domain import elements, instant, masks
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Catalogue, DataElement, ElementKind, SubjectRole
from tongban.domain.events import SYSTEM, Event
from tongban.domain.identifiers import DocumentType
from tongban.domain.materials import Basis, Supply, SupplySource, place
from tongban.domain.refused import Refused
from tongban.domain.roster import asked_of_each
from tongban.journal.actions import record_reads
from tongban.journal.queries import Recorded
from tongban.keys import actions as keys
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.pages import in_reader_language
from tongban.web.values import Act, Answer, Link

NUMBERS = {ElementKind.PHONE, ElementKind.RESIDENT_ID, ElementKind.USCC}
"""Personal numbers, masked in their middle."""


class NoSuchMaterial(Refused):
    """A file that this application, or this case of it, does not hold."""

    code = "no_such_material"
    status = 404


@dataclass(frozen=True, slots=True)
class Topic:
    """What was filled in on one page of the form."""

    name: str
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Supplied:
    """One material as it was supplied; `serves` names the matters that asked for it."""

    code: str
    place: str
    name: str
    reference: str
    serves: tuple[str, ...]
    rule: str = ""
    """The recognition rule by which a certificate of another region counts."""


@dataclass(frozen=True, slots=True)
class Pile:
    """Materials of one source, on one basis."""

    source: SupplySource
    source_text: str
    basis_text: str
    materials: tuple[Supplied, ...]

    @property
    def is_uploaded(self) -> bool:
        return self.source is SupplySource.UPLOAD

    @property
    def is_certificate(self) -> bool:
        return self.source is SupplySource.CERTIFICATE


def as_held(catalogue: Catalogue, holder: str) -> Catalogue:
    """Return the catalogue in which a person's own name and number are personal; those of a body are public."""
    if not holder.startswith("person:"):
        return catalogue
    own = {
        code: replace(element, personal=True)
        for code, element in catalogue.elements.items()
        if SubjectRole.HOLDER in (element.identifies, element.names)
    }
    return replace(catalogue, elements={**catalogue.elements, **own})


def topics(
    catalogue: Catalogue,
    matters: Iterable[str],
    values: Mapping[str, str],
    *,
    in_clear: bool,
    fixed: Mapping[str, str] | None = None,
    apart: Collection[str] = (),
) -> list[Topic]:
    """Return what these matters ask for, by topic; `fixed` holds values that conclusions have settled since.

    `apart`: data elements that are shown elsewhere.
    """
    needed = [one for one in elements.needed(catalogue, matters) if one.code not in apart]
    found = []
    for topic in catalogue.topics:
        answers = [_answer(one, values, fixed or {}, in_clear=in_clear) for one in needed if one.topic == topic.code]
        if answers:
            found.append(Topic(words.spoken(topic.name, topic.name_en), answers))
    return found


def of_application(
    catalogue: Catalogue,
    cases: Sequence[Case],
    filled: form.Form,
    *,
    in_clear: bool,
    fixed: Mapping[str, str] | None = None,
) -> list[Topic]:
    """Return what was filled in for these cases, by topic; who is on the roster, and what is his own, comes last."""
    matters = [case.matter for case in cases]
    own = {one.code for one in asked_of_each(catalogue, matters)} if filled.subjects else set()
    shared = topics(catalogue, matters, filled.values, in_clear=in_clear, fixed=fixed, apart=own)
    return [*shared, *roster(catalogue, cases, filled, in_clear=in_clear)]


def roster(catalogue: Catalogue, cases: Sequence[Case], filled: form.Form, *, in_clear: bool) -> list[Topic]:
    """Return who is on the roster of these cases, each with his own values; nothing where there is none."""
    matters = [case.matter for case in cases]
    own = [one for one in asked_of_each(catalogue, matters) if one.names is not SubjectRole.PERSON]
    answers = [
        Answer(
            filled.names[person] if in_clear else masks.person(filled.names[person]),
            [value(one, values.get(one.code, ""), in_clear=in_clear) or _("未填写") for one in own],
        )
        for person, values in filled.subjects.items()
        if any(case.subject == person for case in cases)
    ]
    return [Topic(_("人员名单（{count} 人）").format(count=len(answers)), answers)] if answers else []


def _answer(element: DataElement, values: Mapping[str, str], fixed: Mapping[str, str], *, in_clear: bool) -> Answer:
    settled = fixed.get(element.code)
    text = value(element, settled or values.get(element.code, ""), in_clear=in_clear)
    source = _("已由签署的结论核定") if settled else ""
    return Answer(words.element(element), text or _("未填写"), source=source)


def value(element: DataElement, raw: str, *, in_clear: bool) -> str:
    """Return a value as a page writes it: the words of a choice, the unit of a number, personal text masked."""
    if not raw:
        return ""
    if in_clear or not element.personal:
        return words.value(element, raw)
    return masks.number(DocumentType.RESIDENT_ID, raw) if element.kind in NUMBERS else masks.person(raw)


def party(id: str, name: str) -> str:
    """Return how a list names a party: bodies in clear, people masked."""
    return masks.person(name) if id.startswith("person:") else name


def taken_in(application: Application) -> list[Answer]:
    """Return where it was taken in at a window, upon what, and what was checked there; nothing where it was not."""
    intake = application.intake
    if intake is None:
        return []
    hall = people.hall(code=intake.hall)
    told = [Answer(_("收件窗口"), in_reader_language(hall.name, hall.name_en) if hall else intake.hall)]
    # Who works at another node has no name here.
    if by := people.names_of([intake.by]).get(intake.by):
        told.append(Answer(_("收件人员"), by))
    if intake.mode:
        told.append(Answer(_("办理模式"), f"{labels.MODES[intake.mode]} · {labels.RECEIPTS[intake.receipt_counts]}"))
    told.append(Answer(_("窗口核对无误"), words.listed([str(words.CHECKS[one]) for one in intake.checked]) or _("无")))
    if intake.remark:
        told.append(Answer(_("窗口说明"), keys.unseal(intake.remark).decode()))
    return told


def holds_personal(catalogue: Catalogue, matters: Iterable[str]) -> bool:
    """Whether there is anything to show in clear."""
    return any(element.personal for element in elements.needed(catalogue, matters))


def called(application: Application, filled: form.Form, *, in_clear: bool) -> dict[str, str]:
    """Return what the people on the roster are called, by id; nobody where there is none."""
    people = {case.subject for case in application.cases if case.subject}
    return {id: filled.names[id] if in_clear else masks.person(filled.names[id]) for id in people if id in filled.names}


def called_by(application: Application, *, in_clear: bool) -> dict[str, str]:
    """Return what the people on the roster are called; the form is opened only where there is one."""
    if not any(case.subject for case in application.cases):
        return {}
    return called(application, form.unseal(application.form), in_clear=in_clear)


def piles(
    catalogue: Catalogue, application: Application, cases: Sequence[Case], people: Mapping[str, str] | None = None
) -> list[Pile]:
    """Return the materials of these cases, each once, by source and basis, uploads first; `people` as `called`."""
    people = people or {}
    serves: dict[str, dict[str, None]] = {}
    for case in cases:
        for where in supplies.places(catalogue, application, [case]):
            serves.setdefault(where, {})[words.matter(catalogue, case.matter)] = None
    found: dict[tuple[SupplySource, Basis], list[Supplied]] = {}
    for supply in application.supplies:
        where = place(supply.material, supply.subject)
        if where in serves:
            name = words.of_person(words.material(catalogue, supply.material), people.get(supply.subject, ""))
            # The digest of the words that were signed finds nothing: it is not shown.
            reference = "" if supply.source is SupplySource.COMMITMENT else supply.reference
            one = Supplied(supply.material, where, name, reference, tuple(serves[where]), supply.rule)
            found.setdefault((supply.source, supply.basis), []).append(one)
    return [
        Pile(source, str(words.SOURCES[source]), str(words.BASES[basis]), tuple(materials))
        for (source, basis), materials in sorted(found.items(), key=lambda pile: list(SupplySource).index(pile[0][0]))
    ]


def uploaded(catalogue: Catalogue, application: Application, cases: Sequence[Case], material: str) -> Supply:
    """Return the upload at the place `material` of these cases. Raises NoSuchMaterial."""
    asked = supplies.places(catalogue, application, cases).get(material)
    found = next(
        (
            supply
            for supply in application.supplies
            if (supply.material, supply.subject) == asked and supply.source is SupplySource.UPLOAD
        ),
        None,
    )
    if found is None:
        raise NoSuchMaterial("没有这份上传材料，或者它不属于您正在办理的办件。请从办件页面的材料列表打开。")
    return found


def certificate_content(catalogue: Catalogue, case: Case, values: Mapping[str, str], *, in_clear: bool) -> list[Answer]:
    """Return what the certificate of a case would say with these values, in its own words."""
    return [
        Answer(words.element(catalogue.elements[code]), _said(catalogue.elements[code], text, in_clear) or _("未填写"))
        for code, _label, text in form.content(catalogue, case.yields, values)
    ]


def _said(element: DataElement, text: str, in_clear: bool) -> str:
    return text if in_clear or not element.personal else masks.person(text)


def acts(
    application: Application,
    catalogue: Catalogue,
    entries: Sequence[Recorded],
    *,
    case: int | None = None,
    in_clear: bool = True,
    shown: Collection[int] | None = None,
    papers: Mapping[str, str] | None = None,
) -> list[Act]:
    """Return what happened, oldest first; with `case` only what concerns that case or the whole application.

    `shown`: the cases that the reader may know of; None: all. `papers`: where he opens his documents, by number; others
    are not told of.

    Who acts for applicants is named in clear only where personal values are.
    """
    if shown is None and case is not None and application.case(case).subject:
        shown = {case}  # nothing is said here of other people on the roster
    people = called_by(application, in_clear=in_clear)
    names = replace(_names(application, catalogue, people), shown=shown)
    about = shown if case is None else {case}
    if about is not None:
        entries = timeline.of_materials(entries, supplies.places(catalogue, application, map(application.case, about)))
    steps = timeline.tell_together(entries, names, about=about)
    actors = people_in_words({step.actor for step in steps})
    if not in_clear:
        private = {application.applicant, *(place.by for each in application.cases for place in each.confirmations)}
        actors |= {id: masks.person(actors[id]) for id in private & actors.keys()}
    if application.applicant in actors:
        actors[application.applicant] = _("%(name)s（申请人）") % {"name": actors[application.applicant]}
    return [
        Act(
            step.at,
            step.sentence,
            actors.get(step.actor, ""),
            step.article,
            step.automatic,
            papers=[
                Link(f"《{words.document(one)}》{one.number}", papers[one.number])
                for one in step.documents
                if papers is not None and one.number in papers
            ],
        )
        for step in steps
    ]


def sentence(event: Event, application: Application, catalogue: Catalogue) -> str:
    """Return one event in words."""
    return timeline.sentence(event, _names(application, catalogue, called_by(application, in_clear=False)))


def _names(application: Application, catalogue: Catalogue, people: Mapping[str, str]) -> timeline.Names:
    return timeline.Names(
        matters={each.index: words.case(catalogue, each, people) for each in application.cases},
        certificates={
            each.index: words.certificate(catalogue, each.yields) for each in application.cases if each.yields
        },
        materials={
            **{code: words.spoken(kind.name, kind.name_en) for code, kind in catalogue.certificate_types.items()},
            **{code: words.spoken(one.name, one.name_en) for code, one in catalogue.materials.items()},
        },
        articles=instant.articles(application),
    )


def people_in_words(ids: Collection[str]) -> dict[str, str]:
    """Return what accounts and parties are called; the system by its name. One statement for each kind."""
    return {SYSTEM: _("系统")} | people.names_of({id for id in ids if id and id != SYSTEM})


def took_a_look(application: Application, *, actor: Actor, what: str, now: datetime) -> None:
    """Write down that a member of staff read personal data of the application's holder."""
    record_reads(actor=actor.id, about=[application.holder], what=f"{application.number} {what}", at=now)
