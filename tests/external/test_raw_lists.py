"""The real lists of Sichuan and Guangdong come in with the defects that are known of them."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.external import EXTERNAL
from tongban.catalogue import models
from tongban.catalogue.imports.rawlist import read

DATA = EXTERNAL.parent / "data"
ZIYANG = DATA / "ziyang_scjg_items.csv"
GUANGAN = DATA / "guangan_district_items.csv"
GUANGDONG = DATA / "alignment" / "gd_catalogue.csv"


def test_ziyang_lists_two_matters_under_one_code() -> None:
    raw = read(file=ZIYANG.name, data=ZIYANG.read_bytes())

    assert [(fault.row, fault.column) for fault in raw.faults] == [(88, "local_basic_code")]
    assert raw.faults[0].reason == (
        "编码 511A0064100063 与第 85 行重复，两个事项用了同一编码：第 85 行是“非公司企业法人注销登记”，"
        "这一行是“非公司企业法人分支机构注销登记”"
    )
    assert (raw.read, len(raw.rows)) == (135, 134)


def test_guangan_names_bodies_by_codes_that_cannot_be() -> None:
    raw = read(file=GUANGAN.name, data=GUANGAN.read_bytes())

    kinds = Counter(
        "TE" if "TE 开头" in fault.reason else "no code" if "没有基本编码" in fault.reason else "body"
        for fault in raw.faults
    )
    assert kinds == {"body": 143, "no code": 21, "TE": 7}
    assert (raw.read, len(raw.rows)) == (1135, 1135)


def test_the_basic_catalogue_of_guangdong_is_sound() -> None:
    raw = read(file=GUANGDONG.name, data=GUANGDONG.read_bytes())

    assert raw.faults == ()
    assert len({row.code for row in raw.rows}) == 1965


@pytest.mark.django_db
def test_they_are_kept_beside_the_catalogue() -> None:
    with pytest.raises(CommandError, match="没有存入任何内容"):
        call_command("catalogue_import", str(ZIYANG), "--format", "raw", stdout=StringIO())

    for file in (ZIYANG, GUANGAN, GUANGDONG):
        call_command("catalogue_import", str(file), "--format", "raw", "--take-good", stdout=StringIO())

    assert Counter(models.RawItem.objects.values_list("source", flat=True)) == {
        ZIYANG.name: 134,
        GUANGAN.name: 1135,
        GUANGDONG.name: 1965,
    }
    assert models.Matter.objects.count() == 0
