"""What does a submitted form hold, and what would each certificate say?

The form's values, the names and numbers of the participants and a secret salt travel together as one seal of the
holder. A certificate's content are the fields of its type, filled from the form; a conclusion may fix some of them
otherwise (the approved ship name). Digests of contents go into the journal; the salt keeps them from telling anything.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from tongban.domain import elements
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Catalogue, DataElement, SubjectRole
from tongban.domain.certificate import content_digest
from tongban.domain.events import Participant
from tongban.domain.identifiers import DocumentType
from tongban.domain.sealed import Sealed
from tongban.keys import actions as keys
from tongban.paper.wording import writable
from tongban.people.actor import Party, PartyKind


@dataclass(frozen=True, slots=True)
class Form:
    """`names` maps the id of a participant or deciding body to its name on the day of submission."""

    values: Mapping[str, str]
    names: Mapping[str, str]
    numbers: Mapping[str, str]
    """Id of a participant to its number: unified social credit code, document number, IMO number."""
    salt: str
    subjects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Id of a person on the roster to the values that are his own."""
    documents: Mapping[str, str] = field(default_factory=dict)
    """Id of a participant to the kind of document its number stands on, where that is no matter of course."""
    recorded: Sequence[str] = ()
    """The data elements whose values a registry told, not the applicant."""

    def document(self, participant: str) -> DocumentType:
        """Bodies are known by their credit code; people, if nothing else is said, by their resident number."""
        usual = DocumentType.USCC if participant.startswith("org:") else DocumentType.RESIDENT_ID
        return DocumentType(self.documents.get(participant, usual))

    def of(self, subject: str) -> dict[str, str]:
        """Return the values that a case of this person goes by; of nobody's the shared ones."""
        return {**self.values, **self.subjects.get(subject, {})}


def of_holder(catalogue: Catalogue, holder: Party) -> dict[str, str]:
    """Return the elements that say the holder's own name and number: he is not asked for what is known.

    Who is a person himself asks for no other.
    """
    roles = {SubjectRole.HOLDER} | ({SubjectRole.PERSON} if holder.kind is PartyKind.PERSON else set())
    return {
        code: holder.number if element.identifies in roles else holder.name
        for code, element in catalogue.elements.items()
        if not roles.isdisjoint((element.identifies, element.names))
    }


def changeable(catalogue: Catalogue, cases: Iterable[Case]) -> tuple[str, ...]:
    """Return the data elements of these cases that may be changed after submission: not whom they are about.

    What was listed for many people is no part of the form they share.
    """
    cases = tuple(cases)
    listed = elements.about(catalogue, SubjectRole.PERSON) if any(case.subject for case in cases) else frozenset()
    return tuple(
        one.code
        for one in elements.needed(catalogue, [case.matter for case in cases])
        if one.code not in listed
        and one.identifies is None
        and one.names not in (SubjectRole.HOLDER, SubjectRole.PERSON)
    )


def new_salt() -> str:
    return secrets.token_hex(16)


def seal(form: Form, *, holder: str) -> Sealed:
    return keys.seal(person=holder, plaintext=json.dumps(asdict(form), ensure_ascii=False).encode())


def unseal(sealed: Sealed) -> Form:
    return Form(**json.loads(keys.unseal(sealed)))


def unseal_many(many: Sequence[Sealed]) -> list[Form | None]:
    """Return several forms in their order; None for one whose holder had his data erased. One statement at most."""
    try:
        return [Form(**json.loads(opened)) for opened in keys.unseal_many(many)]
    except keys.Erased:
        return [_if_kept(one) for one in many]


def _if_kept(sealed: Sealed) -> Form | None:
    try:
        return unseal(sealed)
    except keys.Erased:
        return None


def seal_text(text: str, *, holder: str) -> Sealed | None:
    """Seal what somebody says about the holder's case; nothing said is None. Raises Unwritable."""
    said = writable(text)
    return keys.seal(person=holder, plaintext=said.encode()) if said else None


def seal_determined(determined: Mapping[str, str], *, holder: str) -> Sealed | None:
    return seal_text(json.dumps(dict(determined), ensure_ascii=False) if determined else "", holder=holder)


def settled(application: Application, form: Form, subject: str = "") -> dict[str, str]:
    """Return the form's values as the conclusions signed so far have fixed them, for the cases of this person."""
    return form.of(subject) | fixed_by_conclusions(application, subject)


def fixed_by_conclusions(application: Application, subject: str = "") -> dict[str, str]:
    """Return the data elements that conclusions have settled otherwise than applied for; another's are his alone."""
    fixed: dict[str, str] = {}
    for case in application.cases:
        if case.conclusion and case.conclusion.determined and case.subject in ("", subject):
            fixed |= json.loads(keys.unseal(case.conclusion.determined))
    return fixed


def contents(
    catalogue: Catalogue,
    application: Application,
    form: Form,
    *,
    fixed: Mapping[str, str] | None = None,
    by: Case | None = None,
) -> dict[int, str]:
    """Return by case the digest of what its certificate would say, if a conclusion on `by` fixed values so."""
    values = {subject: settled(application, form, subject) for subject in {case.subject for case in application.cases}}
    for subject in values:
        if by is None or by.subject in ("", subject):
            values[subject] |= fixed or {}
    return {case.index: digest(catalogue, case.yields, values[case.subject], form.salt) for case in application.cases}


def content(catalogue: Catalogue, yields: str, values: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Return code, label and value of every field of a certificate type; in words and units."""
    if not yields:
        return ()
    fields = catalogue.certificate_types[yields].fields
    elements = [catalogue.elements[code] for code in fields]
    return tuple((one.code, one.name, _in_words(one, values.get(one.code, ""))) for one in elements)


def _in_words(element: DataElement, value: str) -> str:
    words = dict(element.choices).get(value, value)
    return f"{words} {element.unit}" if words and element.unit else words


def digest(catalogue: Catalogue, yields: str, values: Mapping[str, str], salt: str) -> str:
    """Return the digest of what the certificate would say; of an empty content where nothing is issued."""
    fields = {code: value for code, _, value in content(catalogue, yields, values)}
    return content_digest(certificate_type=yields, fields=fields, salt=salt)


def participant(participants: tuple[Participant, ...], role: SubjectRole) -> str:
    return next(participant.id for participant in participants if participant.role is role)
