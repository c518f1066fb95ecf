"""Which strings does a room show, which of them has it in English, and what does its compiled catalogue say?

A message is the pair of singular and plural (None without); `context` goes before the singular, parted by \\x04, as in
the catalogue itself. Everything is read with Python alone: a fresh machine has no gettext tools.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

import tongban

HOUSE = Path(tongban.__file__).parent
ROOMS = sorted(path.parent for path in HOUSE.glob("*/__init__.py"))
CALL = re.compile(r"\b(?:gettext|ngettext|pgettext|npgettext|_)\(")
NAMES = {
    f"{name}{lazy}": name
    for name in ["gettext", "ngettext", "pgettext", "npgettext"]
    for lazy in ["", "_lazy", "_noop"]
} | {"_": "gettext", "lazy": "gettext"}
CHINESE = re.compile(r"[\u3400-\u9fff]")


def of_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from _of_call(node)


def of_template(path: Path) -> Iterator[str]:
    words = templatize(path.read_text(encoding="utf-8"))
    for start in CALL.finditer(words):
        yield from _of_call(_call_at(words, start.start()))


def _call_at(words: str, start: int) -> ast.Call:
    """Parse the call that begins here: the shortest piece up to a closing bracket that is Python."""
    for end in re.finditer(r"\)", words[start:]):
        try:
            node = ast.parse(words[start : start + end.end()], mode="eval").body
        except SyntaxError:
            continue
        assert isinstance(node, ast.Call)
        return node
    raise ValueError(f"unfinished call: {words[start : start + 60]}")


def _of_call(node: ast.Call) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    match NAMES.get(name), texts:
        case "gettext", [text]:
            yield text
        case "ngettext", [one, many]:
            yield f"{one}\x00{many}"
        case "pgettext", [context, text]:
            yield f"{context}\x04{text}"
        case "npgettext", [context, one, many]:
            yield f"{context}\x04{one}\x00{many}"


def templates(room: Path) -> list[Path]:
    return sorted((room / "templates").rglob("*.html"))


def shown(room: Path) -> set[str]:
    """Return every message of a room's templates and modules."""
    python = {text for path in room.rglob("*.py") if "migrations" not in path.parts for text in of_python(path)}
    return python | {text for path in templates(room) for text in of_template(path)}


def raw(path: Path) -> list[str]:
    """Return the pieces of a template that are Chinese and not marked for translation."""
    pieces, skipping = [], ""
    for token in Lexer(path.read_text(encoding="utf-8")).tokenize():
        word = token.contents.split()[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if skipping:
            skipping = "" if word == f"end{skipping}" else skipping
        elif word in {"comment", "blocktranslate", "blocktrans"}:
            skipping = word
        elif token.token_type == TokenType.TEXT and CHINESE.search(token.contents):
            pieces.append(token.contents.strip())
    return pieces


def written(catalogue: Path) -> dict[str, str]:
    """Read a .po file (absent: empty): message to translation, plurals parted by \\x00; fuzzy ones do not count."""
    if not catalogue.exists():
        return {}
    entries: dict[str, str] = {}
    for block in re.split(r"\n{2,}", catalogue.read_text(encoding="utf-8")):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines or re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE):
            continue
        fields: dict[str, str] = {}
        keyword = ""
        for line in lines:
            head, _, rest = line.partition(" ") if not line.startswith('"') else (keyword, "", line)
            keyword = head
            fields[keyword] = fields.get(keyword, "") + ast.literal_eval(rest)
        key = fields["msgid"] + (f"\x00{fields['msgid_plural']}" if "msgid_plural" in fields else "")
        context = f"{fields['msgctxt']}\x04" if "msgctxt" in fields else ""
        texts = [text for name, text in fields.items() if name.startswith("msgstr")]
        entries[context + key] = "\x00".join(texts)
    entries.pop("", None)
    return entries


def compiled(catalogue: Path) -> dict[str, str]:
    """Read a .mo file into the same form as `written`, first plural form by first plural form."""
    if not catalogue.exists():
        return {}
    with catalogue.open("rb") as file:
        entries = GNUTranslations(file)._catalog  # the only way to list what it holds
    return {str(key): text for key, text in entries.items() if isinstance(key, str) and key}
