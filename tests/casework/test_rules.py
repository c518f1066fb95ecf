"""Which rules of a region count, and what is said of a file that does not hold them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.worlds import tongbiao
from tongban.casework import rules
from tongban.catalogue import files
from tongban.domain.catalogue import Regime, Source, SourceKind
from tongban.domain.clock import Limit, Start, Unit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the rules that a test may spoil."""
    return Path(shutil.copytree(rules.DATA / "rules", tmp_path / "rules"))


@pytest.mark.parametrize("region", ["110000", "120000", "130000"])
def test_each_region_answers_a_pre_review_within_two_working_days(region: str) -> None:
    found = rules.of_region(region)

    assert (found.pre_review, found.pre_review_source) == (
        Limit(2, Unit.WORKING, Start.RECEIPT),
        Source(SourceKind.COMPOSED),
    )
    assert found.pre_reviews == 3


@pytest.mark.parametrize(
    ("place", "region"), [("130209", "130000"), ("130200", "130000"), ("110105", "110000"), ("120116", "120000")]
)
def test_a_place_follows_the_region_it_lies_in(place: str, region: str) -> None:
    assert rules.of_region(place).region == region


def test_a_city_with_rules_of_its_own_follows_those(folder: Path) -> None:
    text = (folder / "130000.yaml").read_text(encoding="utf-8")
    (folder / "130200.yaml").write_text(text.replace("days: 2", "days: 1"), encoding="utf-8")

    found = {place: rules.of_region(place, folder=folder) for place in ("130209", "130200", "130300")}

    assert {place: (each.region, each.pre_review.days) for place, each in found.items()} == {
        "130209": ("130200", 1),
        "130200": ("130200", 1),
        "130300": ("130000", 2),
    }


@pytest.mark.parametrize("region", ["440300", "", "../rules/11", "11000０"])
def test_a_place_without_rules_is_refused(region: str) -> None:
    with pytest.raises(rules.NoRules, match=f"没有行政区划 {region} 的办理规则"):
        rules.of_region(region)


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("days: 2", "days: -2", "110000.yaml 的 pre_review/limit/days：不应小于 0，写的是“-2”"),
        ("times: 3", "times: 0", "110000.yaml 的 pre_review/times：不应小于 1，写的是“0”"),
        (", source: composed", "", "110000.yaml 的 pre_review/limit：缺少 source"),
        ("source: composed", "source: cited", "110000.yaml 的 pre_review/limit：缺少 reference"),
        (
            "times: 3",
            "tmies: 3",
            "110000.yaml 的 pre_review：缺少 times；110000.yaml 的 pre_review：有不认识的名称：tmies",
        ),
        ("pre_review:", "pre_review: [", "110000.yaml"),
    ],
)
def test_a_file_in_another_form_is_refused_with_the_place(folder: Path, written: str, instead: str, said: str) -> None:
    path = folder / "110000.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(written, instead), encoding="utf-8")

    with pytest.raises(rules.InvalidRules) as refused:
        rules.of_region("110105", folder=folder)

    assert said in str(refused.value)


@pytest.mark.parametrize("division", ["110000", "120000", "130000"])
def test_no_matter_that_a_region_keeps_out_takes_a_commitment(division: str) -> None:
    maritime, _, _ = files.read_set("maritime")
    standards = maritime.standards | {each.matter: each for each in tongbiao().standards}

    kept_out = [standards[one.matter] for one in rules.of_region(division).exclusions]

    assert kept_out
    assert [one.matter for one in kept_out if one.regime is Regime.COMMITMENT] == []
    assert [one.matter for one in kept_out if any(each.commitment for each in one.requirements)] == []
