"""When do two texts say the same, and how is a value of the catalogue said in words?

Texts are the same in wording when they differ in nothing but the width of characters, spaces, the kind of stop or
bracket and a stop at the end. Nothing that carries meaning is dropped: “1.5 年” is not “15 年”.

    >>> fold("有 固定住所（中文）；") == fold("有固定住所(中文)。"), fold("满 1.5 年") == fold("满 15 年")
    (True, False)
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from tongban.domain.catalogue import Condition, Jurisdiction, MatterType, Regime, Source, SourceKind, SubjectRole, When
from tongban.domain.clock import Limit, Start, Unit
from tongban.domain.codes import Coded

NONE = "无"
SEPARATOR = "、"

_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_STOPS = str.maketrans(dict(zip("。、“”‘’〔〕【】﹝﹞", ".,\"\"''()[]()", strict=True)))
_SPACE = re.compile(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])")

_WORDS: dict[type[StrEnum], dict[str, str]] = {
    MatterType: {
        "licence": "行政许可",
        "levy": "行政征收",
        "confirmation": "行政确认",
        "other_power": "其他行政权力",
        "public_service": "公共服务",
    },
    Regime: {
        "licence": "许可",
        "filing": "备案",
        "commitment": "告知承诺",
        "instant": "即办",
        "silent_consent": "默认同意",
    },
    Jurisdiction: {
        "registered_seat": "注册地",
        "project_site": "项目所在地",
        "household": "户籍地",
        "insured_place": "参保地",
        "tax_seat": "主管税务机关所在地",
        "fund_centre": "住房公积金缴存地",
        "port_of_registry": "船籍港",
        "anywhere": "不限地域",
    },
    SubjectRole: {
        "holder": "申请人",
        "ship": "船舶",
        "counterparty": "共同申请人",
        "person": "人员",
        "voyage": "航次",
    },
}
"""By type first: members of two closed sets may be the same word."""


def fold(text: str) -> str:
    """Return the text without differences of mere writing."""
    narrow = text.translate(_NARROW).translate(_STOPS)
    return _SPACE.sub("", narrow).strip().rstrip(".;,")


def in_words(value: object) -> str:
    """Say a value as people read it; what is not there is said too."""
    match value:
        case None | "" | ():
            return NONE
        case bool():
            return "是" if value else "否"
        case Coded():
            return value.label
        case StrEnum():
            return _WORDS.get(type(value), {}).get(value.value, value.value)
        case Limit():
            return limit(value)
        case Source():
            return value.reference or NONE if value.kind is SourceKind.CITED else "示例（未引用条文）"
        case Condition():
            return value.text or NONE
        case tuple():
            return SEPARATOR.join(in_words(each) for each in value)
        case frozenset():
            return SEPARATOR.join(sorted(in_words(each) for each in value))
        case _ if dataclasses.is_dataclass(value):
            return "，".join(_parts(value)) or NONE
        case _:
            return str(value)


def limit(value: Limit) -> str:
    """Say a limit with its unit and what it runs from: limits that differ never read alike."""
    unit = "个工作日" if value.unit is Unit.WORKING else "个自然日"
    return f"{value.days} {unit}（自{'受理' if value.start is Start.ACCEPTANCE else '收件'}起）"


def when_in_words(when: When, names: Mapping[str, str]) -> str:
    """Say under which answers something is asked; empty when it always is."""
    return "；".join(
        f"{names.get(question, question)}：{SEPARATOR.join(names.get(each, each) for each in sorted(allowed))}"
        for question, allowed in sorted(when, key=lambda part: (part[0], sorted(part[1])))
    )


def _parts(value: Any) -> list[str]:
    """The fields that say something, beside English ones, which repeat the Chinese."""
    fields = (field.name for field in dataclasses.fields(value) if not field.name.endswith("_en"))
    return [in_words(part) for name in fields if (part := getattr(value, name)) not in (None, "", (), False)]
