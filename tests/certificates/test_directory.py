"""An entry of the directory names its elements as the national platform does, and outlives its holder's data."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from tests.certificates.drafts import CITIZEN, FIELDS, ISSUER, OWNER, draft
from tongban.certificates import actions, directory, queries
from tongban.certificates.models import Certificate
from tongban.domain.certificate import Related, Relation, Status
from tongban.domain.codes import CertificateState
from tongban.keys import actions as keys

BEFORE = draft(9).identifier


def issue(now, *drafts) -> list[str]:
    return [one.identifier for one in actions.issue_many(stream="application:1", drafts=drafts, now=now)]


def entries(*words: str) -> list[dict[str, object]]:
    said = io.StringIO()
    call_command("certificates_entries", *words, stdout=said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_an_entry_says_what_directory_and_metadata_ask(issuer, now, today):
    (identifier,) = issue(now, draft(related=Related(BEFORE, Relation.RENEWAL)))

    entry = directory.entry(queries.find(identifier=identifier), queries.content(identifier=identifier), today=today)

    assert entry == {
        # Twelve elements of the table up_lic_data (证照目录), named as there.
        "certificate_name": "船舶国籍证书",
        "certificate_type": "船舶国籍证书",
        "certificate_type_code": "11130200MA0TB0011Q003",
        "certificate_number": "13020920260302000001A0001",
        "certificate_source_id": identifier,
        "certificate_area_code": "130209",
        "certificate_holder": OWNER.name,
        "certificate_holder_code": OWNER.number,
        "certificate_holder_type": "统一社会信用代码",
        "issue_date": "2026-03-02",
        "issue_dept": ISSUER.name,
        "issue_dept_code": ISSUER.code,
        "valid_from": "2026-03-02",
        "valid_until": "2031-03-02",
        "certificate_status": "01",
        "certificate_status_description": "有效",
        "related_certificate_id": BEFORE,
        "operation_type": "03",
        "operation_type_description": "延续",
        "business_information": [{"code": code, "name": name, "value": value} for code, name, value in FIELDS],
    }


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.IN_FORCE])
def test_every_state_of_the_register_has_its_digits(issuer, now, today, status):
    (identifier,) = issue(now, draft())
    Certificate.objects.update(status=status, ended_on=today)

    assert directory.state_of(queries.find(identifier=identifier), today) == CertificateState(status.value)


@pytest.mark.parametrize(
    ("day", "digits", "words"),
    [(date(2026, 3, 1), "99", "其他"), (date(2031, 3, 2), "01", "有效"), (date(2031, 3, 3), "03", "过期")],
)
def test_the_state_follows_the_calendar(issuer, now, day, digits, words):
    (identifier,) = issue(now, draft())

    state = directory.state_of(queries.find(identifier=identifier), day)

    assert (state.code, state.label) == (digits, words)


def test_the_command_gives_one_entry_a_line(issuer, now):
    first, second = issue(now, draft(1), draft(2, holder=CITIZEN))

    assert [one["certificate_source_id"] for one in entries()] == [first, second]
    assert [one["certificate_holder_type"] for one in entries()] == ["统一社会信用代码", "护照"]
    assert entries("--issuer", "11120116MA0TB0033K") == entries("--since", "2026-03-03") == []
    with pytest.raises(CommandError, match="“2026-13-01”不是日期"):
        entries("--since", "2026-13-01")


def test_an_entry_outlives_its_holders_data(issuer, now):
    issue(now, draft(holder=CITIZEN))
    keys.erase(person=CITIZEN.party, now=now + timedelta(days=1))

    (entry,) = entries()

    assert (entry["certificate_holder"], entry["certificate_holder_code"], entry["business_information"]) == (
        "",
        "",
        [],
    )
    assert entry["certificate_name"] == "船舶国籍证书"
