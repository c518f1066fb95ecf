"""Comparing the texts of regions."""

from __future__ import annotations

from tongban.web.values import Piece, RegionRow, compare


def test_equal_texts_are_the_same() -> None:
    row = compare("事项名称", ["道路客运", "道路客运", "道路客运"])

    assert row == RegionRow("事项名称", ((Piece("道路客运", False),),) * 3, True)


def test_differing_words_are_marked_against_what_most_regions_say() -> None:
    row = compare("承诺期限", ["8 个工作日", "10 个工作日", "8 个工作日"])

    assert not row.same
    assert row.cells[1] == (Piece("10", True), Piece(" 个工作日", False))
    assert row.cells[0] == row.cells[2] == (Piece("8", True), Piece(" 个工作日", False))


def test_an_empty_text_beside_others_has_no_pieces() -> None:
    row = compare("收费依据", ["", "价费字〔1992〕191号", "价费字〔1992〕191号"])

    assert row.cells[0] == ()
    assert row.cells[1] == (Piece("价费字〔1992〕191号", True),)
