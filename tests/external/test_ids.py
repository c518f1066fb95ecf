"""Every identifier of the outside vectors: the valid are accepted, the invalid refused."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from tests.external import EXTERNAL
from tongban.domain.identifiers import (
    CertificateIdentifier,
    DocumentType,
    InvalidIdentifier,
    birth_date,
    check,
    check_ric,
    mod_37_36,
)

TODAY = date(2026, 11, 23)
VECTORS: dict[str, Any] = json.loads((EXTERNAL / "ids" / "vectors.json").read_text(encoding="utf-8"))
TYPES = {"uscc": DocumentType.USCC, "ric": DocumentType.RESIDENT_ID, "imo": DocumentType.IMO}


def _value(row: Any) -> str:
    return row if isinstance(row, str) else row["value"]


def _rows(group: str) -> list[tuple[DocumentType, str]]:
    return [(TYPES[kind], _value(row)) for kind in TYPES for row in VECTORS[kind][group]]


@pytest.mark.parametrize(("document_type", "value"), _rows("valid"))
def test_a_valid_number_is_accepted_as_it_is(document_type, value):
    assert check(document_type, value, today=TODAY) == value


@pytest.mark.parametrize(("document_type", "value"), _rows("invalid"))
def test_an_invalid_number_is_refused(document_type, value):
    with pytest.raises(InvalidIdentifier):
        check(document_type, value, today=TODAY)


def test_the_codes_of_public_bodies_are_judged_as_the_vectors_judge_them():
    bodies = VECTORS["uscc"]["government_bodies_in_guangdong_task_codes"]

    def accepted(value: str) -> bool:
        try:
            return check(DocumentType.USCC, value, today=TODAY) == value
        except InvalidIdentifier:
            return False

    assert [accepted(body["value"]) for body in bodies] == [body["valid"] for body in bodies]


@pytest.mark.parametrize("row", VECTORS["ric"]["valid"], ids=_value)
def test_a_resident_number_tells_the_day_of_birth(row):
    assert birth_date(check_ric(row["value"], today=TODAY)).isoformat() == row["birth"]


@pytest.mark.parametrize("value", VECTORS["ric"]["lower_case_x"])
def test_a_small_x_is_taken_as_a_capital(value):
    assert check_ric(value, today=TODAY) == value.upper()


@pytest.mark.parametrize("value", VECTORS["imo"]["accept_with_prefix"])
def test_an_imo_number_may_carry_its_prefix(value):
    assert check(DocumentType.IMO, value, today=TODAY) == value[-7:]


@pytest.mark.parametrize("value", VECTORS["imo"]["company_valid_computed"])
def test_a_company_number_has_its_own_rule(value):
    assert check(DocumentType.IMO_COMPANY, value, today=TODAY) == value


@pytest.mark.parametrize("row", VECTORS["ecert_id"]["found_in_the_wild"], ids=_value)
def test_a_certificate_identifier_found_in_the_wild_is_judged_by_its_check_character(row):
    body, _, _ = row["value"].removeprefix("1.2.156.3005.2.").rpartition(".")

    assert mod_37_36(body.replace(".", "")) == row["expected_check"]
    if row["check_ok"]:
        assert str(CertificateIdentifier.parse(row["value"])) == row["value"]
    else:
        with pytest.raises(InvalidIdentifier, match="校验位不符"):
            CertificateIdentifier.parse(row["value"])


@pytest.mark.parametrize("row", VECTORS["ecert_id"]["generated_valid"], ids=_value)
def test_a_valid_certificate_identifier_is_accepted(row):
    assert str(CertificateIdentifier.parse(row["value"])) == row["value"]


@pytest.mark.parametrize("row", VECTORS["ecert_id"]["invalid"], ids=_value)
def test_an_invalid_certificate_identifier_is_refused(row):
    with pytest.raises(InvalidIdentifier):
        CertificateIdentifier.parse(row["value"])


@pytest.mark.parametrize(
    ("kind", "group"), [("uscc", "uscc"), ("ric", "ric"), ("imo", "imo"), ("certificate", "ecert_id")]
)
def test_a_batch_of_the_command_line_is_judged_as_the_vectors_judge_it(tmp_path, kind, group):
    valid = [_value(row) for row in VECTORS[group].get("valid") or VECTORS[group]["generated_valid"]]
    invalid = [_value(row) for row in VECTORS[group]["invalid"]]
    batch, answer = tmp_path / "ids.txt", StringIO()
    batch.write_text("\n".join([*valid, *invalid]), encoding="utf-8")

    call_command("check_id", kind, "--batch", str(batch), stdout=answer)

    judged = json.loads(answer.getvalue())
    assert [(row["value"], row["valid"]) for row in judged] == [(v, True) for v in valid] + [
        (v, False) for v in invalid
    ]
    assert all(row["reason"] for row in judged[len(valid) :])
