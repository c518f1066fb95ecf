"""Every event comes back equal from its bytes, today's and those once stored.

`examples/` holds the canonical bytes of one event of every type and version that was ever journalled. A released
example is never changed: a type that changes shape gets a new version, with an example of its own.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.strategies import values
from tongban.crypto import canonical
from tongban.domain import events
from tongban.domain.sealed import Sealed

EXAMPLES = {
    (match[1], int(match[2])): path
    for path in sorted((Path(__file__).parent / "examples").iterdir())
    if (match := re.fullmatch(r"(\w+)\.v(\d+)\.json", path.name))
}


def stored(kind):
    return events.decode(*kind, canonical.decode(EXAMPLES[kind].read_bytes()))


def test_every_type_and_version_has_a_stored_example():
    assert set(EXAMPLES) == set(events.kinds())


NEWEST = dict(sorted(EXAMPLES))
OLD = [kind for kind in EXAMPLES if kind[1] < NEWEST[kind[0]]]
CURRENT = [kind for kind in EXAMPLES if kind not in OLD]


@pytest.mark.parametrize("kind", CURRENT)
def test_a_stored_example_is_read_and_written_to_the_same_bytes(kind):
    name, version, body = events.encode(stored(kind))

    assert (name, version) == kind
    assert canonical.encode(body) == EXAMPLES[kind].read_bytes()


@pytest.mark.parametrize("kind", OLD)
def test_what_an_old_version_wrote_is_read_in_the_shape_of_today(kind):
    name, version, body = events.encode(stored(kind))

    assert (name, version) == (kind[0], NEWEST[kind[0]])
    assert events.decode(name, version, body) == stored(kind)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_another_wrote_is_read_in_every_version_and_with_no_member_more(kind):
    body = canonical.decode(EXAMPLES[kind].read_bytes())

    assert events.decode_strictly(*kind, body) == stored(kind)
    with pytest.raises(ValueError, match="another form"):
        events.decode_strictly(*kind, body | {"more": 1})


@pytest.mark.parametrize("kind", CURRENT)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_event_comes_back_equal_from_its_bytes(kind, data):
    event = data.draw(values(type(stored(kind))))

    name, version, body = events.encode(event)

    assert (name, version) == kind
    assert events.decode(name, version, canonical.decode(canonical.encode(body))) == event


def sealed_fields(kind):
    hints = get_type_hints(type(stored(kind)))
    return [name for name, hint in hints.items() if hint in (Sealed, Sealed | None)]


def test_personal_data_stands_under_a_seal():
    assert {kind[0]: fields for kind in CURRENT if (fields := sealed_fields(kind))} == {
        "AcceptanceRefused": ["reason"],
        "ApplicationSubmitted": ["form"],
        "ApplicationTakenIn": ["remark"],
        "ApprovalRevoked": ["reason"],
        "ActAsked": ["said"],
        "CaseReturned": ["reason"],
        "CasesHandedOver": ["reason"],
        "CasesTakenOver": ["reason"],
        "CaseWithdrawn": ["reason"],
        "CertificatesShared": ["recipient", "purpose"],
        "CertificateActDropped": ["reason"],
        "CertificateActNoticed": ["reason"],
        "CertificateEnded": ["reason"],
        "CaseRated": ["words"],
        "CertificateHearingHeld": ["record"],
        "CertificateRestored": ["reason"],
        "CertificateStatementMade": ["text"],
        "CertificateSuspended": ["reason"],
        "CommitmentVerified": ["findings"],
        "CreditRepairAsked": ["reason"],
        "CreditRepairDenied": ["reason"],
        "CreditRepaired": ["reason"],
        "DecisionSigned": ["reason", "determined"],
        "DocumentIssued": ["content"],
        "DoubtSettled": ["finding"],
        "FormChanged": ["form"],
        "HearingHeld": ["record"],
        "IntakeChecked": ["remark"],
        "InterestedTold": ["party"],
        "LimitExtended": ["reason"],
        "OrderedToCorrect": ["reason"],
        "ProcedureEnded": ["result"],
        "RevocationNoticed": ["reason"],
        "SiteChecked": ["record"],
        "SpotChecked": ["finding"],
        "StatementMade": ["text"],
        "SupervisionClosed": ["finding"],
        "SystemFilledIn": ["words", "reason"],
        "SystemTold": ["officer", "words"],
        "OpinionGiven": ["reason"],
        "PersonRegistered": ["number", "name", "phone"],
        "PreReviewRequested": ["snapshot"],
    }


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind in CURRENT for field in sealed_fields(kind)])
@pytest.mark.parametrize("clear", ["张三", {"person": "p", "ciphertext": "c"}, b"c"])
def test_plain_text_where_a_seal_is_demanded_is_refused(kind, field, clear):
    with pytest.raises(TypeError, match="a seal is demanded"):
        events.encode(dataclasses.replace(stored(kind), **{field: clear}))


def test_a_type_or_version_of_later_software_is_not_guessed():
    _, _, body = events.encode(stored(("ApplicationClosed", 1)))

    with pytest.raises(events.UnknownEvent, match="ApplicationClosed version 2"):
        events.decode("ApplicationClosed", 2, body)
    with pytest.raises(events.UnknownEvent, match="ApplicationForgotten version 1"):
        events.decode("ApplicationForgotten", 1, body)
