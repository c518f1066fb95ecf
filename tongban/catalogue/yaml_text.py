"""How is a data file read so that it says what its author sees?

YAML 1.1 has surprises: `no` is false, `2021-07-01` a date, `0130` an octal number, and of two equal keys the last one
wins in silence. Here only `true`, `false`, `null` and plain whole numbers are not text, and an equal key is refused.

    >>> read("answer: no\\non: 2021-07-01\\ncode: 000718\\ndays: 7")
    {'answer': 'no', 'on': '2021-07-01', 'code': '000718', 'days': 7}
"""

from __future__ import annotations

import re
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml reads the same, ten times slower
    from yaml import SafeLoader  # type: ignore[assignment]


class Unreadable(ValueError):
    """Text that is not YAML as described above; `str(error)` names line and column."""


def read(text: str) -> Any:
    """Raises Unreadable."""
    try:
        return yaml.load(text, Loader=_PlainLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        raise Unreadable(f"{_place(mark)}不合 YAML 语法" if mark else "不合 YAML 语法") from wrong
    except yaml.YAMLError as wrong:
        raise Unreadable("含有 YAML 不允许的字符") from wrong


class _PlainLoader(SafeLoader):
    pass


def _mapping(loader: _PlainLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    members: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise Unreadable(f"{_place(key_node.start_mark)}的名称不是文字")
        if key in members:
            raise Unreadable(f"{_place(key_node.start_mark)}的“{key}”写了两次")
        members[key] = loader.construct_object(value_node, deep=True)
    return members


def _place(mark: yaml.Mark) -> str:
    return f"第 {mark.line + 1} 行第 {mark.column + 1} 列"


_PlainLoader.yaml_implicit_resolvers = {}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf"))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"null\Z"), list("n"))
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"(?:0|-?[1-9][0-9]{0,17})\Z"), list("-0123456789")
)
_PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
