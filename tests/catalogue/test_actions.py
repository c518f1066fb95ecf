"""Loading puts into force what is new or has changed, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from itertools import count
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.soundness import demand_sound
from tongban.catalogue import actions, files, models, queries
from tongban.catalogue.actions import Content
from tongban.domain.catalogue import Circular
from tongban.domain.events import BundlePutInForce, DelegationRecorded, ImplementationPutInForce, StandardPutInForce
from tongban.journal import queries as journal
from tongban.journal.actions import OperationReused
from tongban.people.actor import SYSTEM, Actor, DutyValue
from tongban.people.permissions import NotAllowed
from tongban.people.roles import Role

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MARITIME = Content(*files.read_set("maritime"))
STEWARD = Actor("account:1", "管理员", duties=(DutyValue(Role.STEWARD, "130000"),))
_numbers = count()


def load(content: Content = MARITIME, *, actor: Actor = SYSTEM, operation: str = "") -> dict[str, object]:
    answer: dict[str, object] = actions.load(
        operation=operation or f"load-{next(_numbers)}", actor=actor, content=content, now=NOW
    )
    return answer


def with_standard(matter: str, **changes: object) -> Content:
    catalogue = MARITIME.catalogue
    changed = catalogue.standards | {matter: replace(catalogue.standards[matter], **changes)}
    return replace(MARITIME, catalogue=replace(catalogue, standards=changed))


def rows() -> list[int]:
    kinds = (models.Matter, models.Standard, models.Implementation, models.Bundle, models.Delegation, models.Material)
    return [kind.objects.count() for kind in kinds]


def test_the_first_load_puts_everything_into_force() -> None:
    assert load() == {
        "bundle": "maritime",
        "bundle_version": 1,
        "standards": 37,
        "implementations": 37,
        "delegations": 37,
        "bundles": 1,
    }
    assert rows() == [37, 37, 37, 1, 37, 40]


def test_what_was_loaded_is_read_back_equal() -> None:
    load()

    catalogue, bundle = queries.catalogue_of("maritime")

    matters = [item.matter for item in bundle.items]
    assert bundle == MARITIME.bundle
    assert catalogue.standards == {matter: MARITIME.catalogue.standards[matter] for matter in matters}
    assert catalogue.implementations == {matter: MARITIME.catalogue.implementations[matter] for matter in matters}
    assert catalogue.materials == dict(list(MARITIME.catalogue.materials.items())[:33])
    asked = {
        code: MARITIME.catalogue.elements[code]
        for standard in catalogue.standards.values()
        for code in (*standard.elements, *standard.determines)
    }
    assert catalogue.elements == asked
    assert catalogue.topics == MARITIME.catalogue.topics
    assert len(catalogue.certificate_types) == 17


def test_loading_the_same_again_changes_nothing() -> None:
    load()
    before = rows()

    answer = load()

    assert answer == {
        "bundle": "maritime",
        "bundle_version": 1,
        "standards": 0,
        "implementations": 0,
        "delegations": 0,
        "bundles": 0,
    }
    assert rows() == before


def test_a_changed_standard_is_a_new_version_beside_the_old_one() -> None:
    load()

    answer = load(with_standard("HS-01", name="船舶名称核准"))

    assert answer == {
        "bundle": "maritime",
        "bundle_version": 2,
        "standards": 1,
        "implementations": 1,
        "delegations": 0,
        "bundles": 1,
    }
    old, new = queries.catalogue_of("maritime", 1)[0], queries.catalogue_of("maritime")[0]
    assert (old.standards["HS-01"].name, old.standards["HS-01"].version) == ("船舶名称核定", 1)
    assert (new.standards["HS-01"].name, new.standards["HS-01"].version) == ("船舶名称核准", 2)
    assert (new.implementations["HS-01"].version, new.implementations["HS-01"].standard_version) == (2, 2)
    assert new.standards["HS-02"] == old.standards["HS-02"]


def test_going_back_is_a_third_version() -> None:
    load()
    load(with_standard("HS-01", name="船舶名称核准"))

    assert load()["bundle_version"] == 3
    assert queries.guide("HS-01", today=NOW.date()).standard.version == 3


def test_a_changed_matter_outside_the_bundle_leaves_the_bundle_as_it_is() -> None:
    load()

    answer = load(with_standard("HS-27", name="进出口岸许可"))

    assert (answer["bundle_version"], answer["standards"]) == (1, 1)
    assert queries.guide("HS-27", today=NOW.date()).standard.name == "进出口岸许可"


def test_the_same_operation_has_one_effect() -> None:
    first = load(operation="one")

    assert load(operation="one") == first
    assert len(journal.entries("catalogue")) == 37 * 3 + 1


def test_the_same_operation_with_other_content_is_refused_outside_the_bundle_too() -> None:
    load(operation="one")

    with pytest.raises(OperationReused):
        load(with_standard("HS-27", name="进出口岸许可"), operation="one")


def test_every_version_is_journalled_and_the_rows_equal_the_replay() -> None:
    load()
    load(with_standard("HS-01", name="船舶名称核准"))

    events = [entry.event for entry in journal.entries("catalogue")]

    assert sum(isinstance(event, StandardPutInForce) for event in events) == 38
    assert sum(isinstance(event, ImplementationPutInForce) for event in events) == 38
    assert sum(isinstance(event, DelegationRecorded) for event in events) == 37
    assert [event.version for event in events if isinstance(event, BundlePutInForce)] == [1, 2]
    demand_sound()


def test_a_catalogue_that_contradicts_itself_leaves_nothing_behind() -> None:
    with pytest.raises(Circular):
        load(with_standard("HS-01", needs=("C_NAT",)))

    assert rows() == [0, 0, 0, 0, 0, 0]
    assert journal.entries("catalogue") == []


@pytest.mark.parametrize("model", [models.Standard, models.Implementation, models.Bundle, models.Delegation])
def test_the_database_refuses_to_change_or_delete_a_version(model: type[models.Version]) -> None:
    load()

    for verb in (lambda: model.objects.update(digest="0" * 64), lambda: model.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match="a version in force never changes"), transaction.atomic():
            verb()


def test_a_steward_of_the_region_may_load_and_others_may_not() -> None:
    with pytest.raises(NotAllowed, match="您不是这个地区的事项管理员"):
        load(actor=replace(STEWARD, duties=(DutyValue(Role.STEWARD, "110000"),)))

    assert load(actor=STEWARD)["standards"] == 37


def test_loading_takes_the_same_number_of_statements_for_three_matters_and_for_all() -> None:
    with CaptureQueriesContext(connection) as all_of_them:
        load()
    first = replace(
        MARITIME,
        bundle=replace(MARITIME.bundle, code="three", items=MARITIME.bundle.items[:3]),
        delegations=(),
        catalogue=replace(
            MARITIME.catalogue,
            standards=dict(list(with_standard("HS-01", name="甲").catalogue.standards.items())[:3]),
            implementations=dict(list(MARITIME.catalogue.implementations.items())[:3]),
        ),
    )
    with CaptureQueriesContext(connection) as three:
        load(first)

    # With no delegations there is no statement that writes them, and on SQLite the index takes two for each matter.
    assert len(three) <= len(all_of_them)
    assert len(all_of_them) <= {"postgresql": 33, "sqlite": 22 + 2 * 37}[connection.vendor]


def test_the_command_says_what_it_did() -> None:
    first, second = StringIO(), StringIO()

    call_command("catalogue_load", stdout=first)
    call_command("catalogue_load", "maritime", stdout=second)

    assert first.getvalue() == "已装载“maritime”第 1 版：新标准 37 个，新实施清单 37 个，新授权记录 37 个。\n"
    assert second.getvalue() == "没有变化：“maritime”仍是第 1 版。\n"


def test_the_command_names_every_bad_row(tmp_path: Path) -> None:
    file, errors = tmp_path / "bundle.json", StringIO()
    file.write_text('{"materials": {"M": {}}, "items": []}')

    with pytest.raises(CommandError, match="有 2 处不合要求"):
        call_command("catalogue_load", str(file), stderr=errors)

    assert errors.getvalue().splitlines() == [
        "集成办理文件 的 materials/M/name：应为 1 至 400 个字的文字，没有写",
        "集成办理文件 的 items：不应为空",
    ]
