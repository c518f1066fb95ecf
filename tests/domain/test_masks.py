"""What a stranger sees of names and numbers: enough to know them again, not enough to learn them."""

from __future__ import annotations

import pytest

from tongban.domain import masks
from tongban.domain.identifiers import DocumentType


@pytest.mark.parametrize(
    ("document_type", "number", "shown"),
    [
        (DocumentType.RESIDENT_ID, "13060820030203728X", "130***********728X"),
        (DocumentType.FOREIGN_PERMANENT_RESIDENT, "USA110080010112", "USA********0112"),
        (DocumentType.PASSPORT, "E12345678", "E1*****78"),
        (DocumentType.HK_MACAO_PERMIT, "H12345678", "H1*****78"),
        (DocumentType.TAIWAN_PERMIT, "12345678", "12****78"),
        (DocumentType.PASSPORT, "E1234", "E***4"),
        (DocumentType.USCC, "91310115MA1K3BTP2B", "91310115MA1K3BTP2B"),
        (DocumentType.IMO, "9074729", "9074729"),
    ],
)
def test_personal_numbers_are_masked_and_public_ones_are_not(
    document_type: DocumentType, number: str, shown: str
) -> None:
    assert masks.number(document_type, number) == shown


@pytest.mark.parametrize(("name", "shown"), [("王建国", "王＊＊"), ("J. Smith", "J＊＊＊＊＊＊＊"), ("", "")])
def test_of_a_person_the_first_character_is_shown(name: str, shown: str) -> None:
    assert masks.person(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("河北渤远航运有限公司", "河北＊＊＊＊＊＊公司"), ("海港航运公司", "海＊＊＊＊＊"), ("", "")]
)
def test_of_a_body_both_ends_of_a_long_name_are_shown(name: str, shown: str) -> None:
    assert masks.body(name) == shown
