"""What is a document called and numbered, and does its digest cover every word?"""

from __future__ import annotations

import dataclasses
import doctest
from datetime import date

import pytest

from tests.paper.contents import notice
from tongban.domain import codec
from tongban.domain.documents import content, kinds
from tongban.domain.documents.content import DocumentContent, Table
from tongban.domain.documents.kinds import DocumentKind, number


@pytest.mark.parametrize("module", [kinds, content])
def test_the_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_every_kind_has_a_name_and_a_code_word_of_its_own() -> None:
    assert len({kind.label for kind in DocumentKind}) == len(DocumentKind)
    assert len({kind.word for kind in DocumentKind}) == len(DocumentKind)


def test_numbers_differ_by_body_kind_year_and_serial() -> None:
    made = {
        number(abbreviation=body, kind=kind, year=year, serial=serial)
        for body in ("曹海", "津海")
        for kind in DocumentKind
        for year in (2026, 2027)
        for serial in range(1, 30)
    }

    assert len(made) == 2 * len(DocumentKind) * 2 * 29


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(DocumentContent)])
def test_a_change_anywhere_changes_the_digest(field: str) -> None:
    before = notice()
    changed = {
        "kind": DocumentKind.REFUSAL,
        "cases": (1,),
        "table": Table(("序号", "事项"), (("1", "船舶名称核准"), ("2", "船舶国籍登记"), ("3", "光船租赁登记")), (0, 1)),
        "dated_on": date(2026, 3, 3),
        "articles": before.articles[:1],
    }.get(field)
    was = getattr(before, field)
    after = dataclasses.replace(before, **{field: changed or ((*was, "。") if isinstance(was, tuple) else f"{was}。")})

    assert after.digest != before.digest


def test_it_comes_back_from_plain_values_as_it_was() -> None:
    plain = codec.to_plain(notice(), DocumentContent)

    assert codec.from_plain(plain, DocumentContent) == notice()
