"""Write recognition rules as JSON and as a workbook.

The JSON holds every rule whole with its digest and signature, so that anybody verifies it by the trust list alone. The
workbook is for reading: one rule a row, in the words of the page. Every text is written as text, as in `workbook`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable

import xlsxwriter

from tongban.catalogue.recognised import Rule
from tongban.domain.codec import to_plain
from tongban.domain.recognition import Recognition

FORMAT = "tongban-recognition"
VERSION = 1
COLUMNS = (
    "编号",
    "证照类型",
    "类别",
    "签发地 → 认可地",
    "效力",
    "代替的材料",
    "适用事项",
    "可以做什么",
    "依据方式",
    "清单",
    "项",
    "协议",
    "起始日",
    "不再有效之日",
    "状态",
)
WIDE = 36


def json_file(recorded: Iterable[Recognition]) -> bytes:
    plain = {"format": FORMAT, "version": VERSION, "rules": [to_plain(one, Recognition) for one in recorded]}
    return json.dumps(plain, ensure_ascii=False, indent=1).encode() + b"\n"


def workbook(rules: Iterable[Rule]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    page = book.add_worksheet("互认规则")
    page.freeze_panes(1, 2)
    page.set_column(0, len(COLUMNS) - 1, WIDE // 2)
    page.set_column(5, 7, WIDE)
    for number, name in enumerate(COLUMNS):
        page.write_string(0, number, name, head)
    for place, rule in enumerate(rules, start=1):
        for number, cell in enumerate(_cells(rule)):
            page.write_string(place, number, cell, text)
    book.close()
    return out.getvalue()


def _cells(rule: Rule) -> tuple[str, ...]:
    return (
        rule.code,
        rule.certificate,
        rule.field,
        rule.direction,
        rule.effect,
        "、".join(rule.materials),
        "、".join(name for name, _href in rule.matters),
        rule.permits,
        rule.basis,
        rule.document,
        rule.article,
        f"{rule.agreement}（{rule.recorded.rule.agreement}）",
        rule.from_on.isoformat(),
        "" if rule.last is None else rule.last.isoformat(),
        rule.state,
    )


__all__ = ["json_file", "workbook"]
