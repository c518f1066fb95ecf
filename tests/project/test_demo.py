"""Does `tongban demo` tell the truth, for the maritime bundle and for any other?

Random bundles are made by altering materials, days and edges of the maritime one; what the demo prints is compared with
ten lines of brute force that know nothing of the kernel.
"""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.own_database import TONGBAN

EXPECTED = {
    "matters": 17,
    "categories": 9,
    "materials_one_by_one": 61,
    "materials_asked_without_sharing": 33,
    "materials_asked_with_sharing": 26,
    "repeats_saved": 28,
    "certificates_issued": 17,
    "certificates_verified": 17,
    "serial_working_days": 80,
    "parallel_working_days": 10,
    "certificate_chain_days": 30,
    "working_days_taken": 10,
    "journal_ok": True,
    "replay_ok": True,
}


def demo(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(TONGBAN), "demo", *words], capture_output=True, text=True, timeout=120, check=False)


def test_the_demo_walks_the_maritime_bundle_and_counts_what_happened() -> None:
    walked = demo("--json")

    assert walked.returncode == 0, walked.stderr
    figures = json.loads(walked.stdout)
    assert {code: figures[code] for code in EXPECTED} == EXPECTED
    assert figures["journal_entries"] > 17 * 4


def test_the_demo_tells_its_story_in_words() -> None:
    told = demo()

    assert told.returncode == 0, told.stderr
    assert "一并受理 17 个办件" in told.stdout
    assert "全部办结" in told.stdout
    assert "离线核验通过的证照  17" in told.stdout


@pytest.mark.parametrize("seed", [1, 2])
def test_the_demo_of_any_bundle_agrees_with_brute_force(seed: int, tmp_path: Path) -> None:
    bundle = altered(random.Random(seed))
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")

    walked = demo("--bundle", str(file), "--json")

    assert walked.returncode == 0, walked.stderr
    figures = json.loads(walked.stdout)
    expected = brute_force(bundle)
    assert {code: figures[code] for code in expected} == expected


def test_a_circle_is_refused_in_one_sentence(tmp_path: Path) -> None:
    bundle = altered(random.Random(4))
    first, last = bundle["items"][0], bundle["items"][-1]
    first["requires_certificates"], last["requires_certificates"] = [last["yields"]], [first["yields"]]
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(bundle), encoding="utf-8")

    refused = demo("--bundle", str(file), "--json")

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "成了环" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_what_cannot_be_decided_in_time_is_handed_in_by_stages(tmp_path: Path) -> None:
    bundle = altered(random.Random(5))
    first, last = bundle["items"][:2]
    for item in bundle["items"]:
        item["requires_certificates"] = []
    first["promised_days"], last["promised_days"] = 9, 2
    last["requires_certificates"] = [first["yields"]]
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")

    walked = demo("--bundle", str(file), "--json")

    assert walked.returncode == 0, walked.stderr
    figures = json.loads(walked.stdout)
    expected = brute_force(bundle)
    assert {code: figures[code] for code in expected} == expected
    assert figures["applications"] == 2


def altered(chance: random.Random) -> dict[str, Any]:
    """Make a bundle of a few items; some await others, and may have to be handed in by stages."""
    materials = {
        f"M{number}": {"name": f"材料{number}", "retrievable_by_data_sharing": chance.random() < 0.3}
        for number in range(chance.randint(3, 12))
    }
    items: list[dict[str, Any]] = []
    for number in range(chance.randint(2, 9)):
        awaited = chance.sample(items, chance.randint(0, min(3, len(items))))
        items.append(
            {
                "id": f"X-{number:02d}",
                "category": f"类别{chance.randint(1, 4)}",
                "name": f"事项{number}",
                "office": f"岗位{chance.randint(1, 3)}",
                "item_type": "行政许可",
                "statutory_days": 20,
                "statutory_days_unit": "工作日",
                "promised_days": chance.randint(1, 15),
                "promised_days_unit": "工作日",
                "materials": chance.sample(sorted(materials), chance.randint(1, len(materials))),
                "yields": f"C{number}",
                "requires_certificates": [item["yields"] for item in awaited],
            }
        )
    chance.shuffle(items)
    certificates = {item["yields"]: {"name": f"证照{item['yields']}"} for item in items}
    return {"title": "随机示例", "materials": materials, "certificates": certificates, "items": items}


def brute_force(bundle: dict[str, Any]) -> dict[str, Any]:
    items = {item["yields"]: item for item in bundle["items"]}
    asked = {code for item in bundle["items"] for code in item["materials"]}
    one_by_one = sum(len(item["materials"]) for item in bundle["items"])

    def ends(code: str, *, chained: bool) -> int:
        before = [ends(other, chained=chained) for other in items[code]["requires_certificates"]]
        days: int = items[code]["promised_days"]
        return days + max(before, default=0) if chained else max(days, *before, 0)

    return {
        "matters": len(items),
        "categories": len({item["category"] for item in bundle["items"]}),
        "materials_one_by_one": one_by_one,
        "materials_asked_without_sharing": len(asked),
        "materials_asked_with_sharing": sum(
            not bundle["materials"][code]["retrievable_by_data_sharing"] for code in asked
        ),
        "repeats_saved": one_by_one - len(asked),
        "serial_working_days": sum(item["promised_days"] for item in bundle["items"]),
        "parallel_working_days": max(ends(code, chained=False) for code in items),
        "certificate_chain_days": max(ends(code, chained=True) for code in items),
        "certificates_issued": len(items),
        "certificates_verified": len(items),
        "journal_ok": True,
        "replay_ok": True,
    }
