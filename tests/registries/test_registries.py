"""What registries know is not asked again; what has expired is no evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from tongban.crypto import canonical, sm3
from tongban.registries import adapters, demo, queries
from tongban.registries.adapters import Asked, Evidence
from tongban.registries.models import Record

TODAY = date(2026, 3, 2)
COMPANY = "91130209MA0TB10143"
BANK = "91130200MA0TB2025C"
SHIP = "9074729"
RETRIEVABLE = [
    Asked("M_LICENSE", COMPANY),
    Asked("M_LEGALID", COMPANY),
    Asked("M_SURVEY", SHIP),
    Asked("M_TONNAGE", SHIP),
    Asked("M_IOPP", SHIP),
    Asked("M_CREW", SHIP),
    Asked("M_BANKLIC", BANK),
]


@pytest.fixture
def records(db: None) -> None:
    demo.load_records()


def test_the_seven_retrievable_materials_of_the_demo_are_found(records: None) -> None:
    assert set(queries.find(asked=RETRIEVABLE, today=TODAY)) == set(RETRIEVABLE)


def test_evidence_says_where_it_stands_since_when_and_until_when(records: None) -> None:
    asked = Asked("M_IOPP", SHIP)

    found = queries.find(asked=[asked], today=TODAY)

    content = canonical.encode({"IMO编号": "9074729", "证书": "防止油污证书", "载运持久性油类吨": 28000})
    assert found == {
        asked: Evidence(
            material="M_IOPP",
            number=SHIP,
            registry="船舶检验库",
            reference="IOPP-9074729-2025",
            issued_on=date(2025, 6, 10),
            expires_on=date(2030, 6, 9),
            digest=sm3.digest(content).hex(),
        )
    }


@pytest.mark.parametrize(
    ("day", "references"),
    [
        (date(2020, 6, 9), []),
        (date(2020, 6, 10), ["IOPP-9074729-2020"]),
        (date(2025, 6, 9), ["IOPP-9074729-2020"]),
        (date(2025, 6, 10), ["IOPP-9074729-2025"]),
        (date(2030, 6, 9), ["IOPP-9074729-2025"]),
        (date(2030, 6, 10), []),
    ],
)
def test_a_record_counts_from_its_first_to_its_last_day(records: None, day: date, references: list[str]) -> None:
    found = queries.find(asked=[Asked("M_IOPP", SHIP)], today=day)

    assert [evidence.reference for evidence in found.values()] == references


def test_nobody_gets_the_record_of_another(records: None) -> None:
    asked = [Asked("M_LICENSE", BANK), Asked("M_BANKLIC", COMPANY), Asked("M_SURVEY", "9074730"), Asked("M_X", SHIP)]

    assert queries.find(asked=asked, today=TODAY) == {}


@pytest.mark.parametrize("rows", [0, 1, 3, 7])
def test_any_number_of_questions_costs_one_statement(
    records: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    with django_assert_num_queries(min(rows, 1)):
        assert len(queries.find(asked=RETRIEVABLE[:rows], today=TODAY)) == rows


def test_the_table_shows_neither_numbers_nor_content(records: None) -> None:
    table = str(list(Record.objects.values("number_index", "content", "digest", "registry", "material")))

    assert [secret for secret in (COMPANY, SHIP, "陈海生", "130209197506123112") if secret in table] == []


def test_the_content_of_a_record_is_read_by_its_reference(records: None) -> None:
    assert queries.content(reference="TON-9074729-2025") == {"IMO编号": "9074729", "总吨": 29995, "净吨": 15800}


def test_an_unknown_reference_is_refused(db: None) -> None:
    with pytest.raises(queries.NoRecord, match="没有找到登记记录 X-1"):
        queries.content(reference="X-1")


def test_loading_twice_changes_nothing(records: None) -> None:
    before = list(Record.objects.order_by("pk").values())

    demo.load_records()

    assert list(Record.objects.order_by("pk").values()) == before


class Gateway:
    """A registry of a node's own."""

    def find(self, *, asked: Sequence[Asked], today: date) -> Mapping[Asked, Evidence]:
        return {one: Evidence(one.material, one.number, "自有库", "1", today, None, "0" * 64) for one in asked}


@pytest.fixture
def gateway() -> Iterator[None]:
    adapters.install(Gateway())
    yield
    adapters._installed.clear()


def test_a_node_may_install_its_own_registry(gateway: None) -> None:
    (evidence,) = queries.find(asked=[Asked("M_LICENSE", "1")], today=TODAY).values()

    assert evidence.registry == "自有库"
