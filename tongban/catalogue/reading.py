"""How is a data file read, and how are its mistakes named?

Reading gathers mistakes instead of stopping at the first: form (JSON Schema), codes that stand twice, codes that name
nothing. Whoever reads several files demands at the end that there be none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tongban.catalogue import schema, yaml_text
from tongban.catalogue.rows import BadRow, BadRows
from tongban.domain.catalogue import When


def read_file(path: Path, name: str, form: str, rows: list[BadRow], *, forms: Path = schema.FOLDER) -> Any:
    """Return what a YAML file says; what is wrong with its form, one of the folder `forms`, is added to `rows`."""
    try:
        value = yaml_text.read(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        rows.append(BadRow(name, "", "没有这个文件"))
        return None
    except UnicodeDecodeError:
        rows.append(BadRow(name, "", "不是 UTF-8 编码"))
        return None
    except yaml_text.Unreadable as wrong:
        rows.append(BadRow(name, "", str(wrong)))
        return None
    rows.extend(schema.bad_rows(name, value, form, forms=forms))
    return value


def demand(rows: list[BadRow]) -> None:
    """Raises BadRows when there are any."""
    if rows:
        raise BadRows(rows)


def twice(codes: Iterable[tuple[str, str, str]]) -> Iterator[BadRow]:
    """Of (file, path, code): every code that stands there before. It would silently replace the first."""
    seen: set[str] = set()
    for file, path, code in codes:
        if code in seen:
            yield BadRow(file, path, f"{code} 出现了两次")
        seen.add(code)


def unknown(file: str, path: str, codes: Iterable[str], known: Iterable[str]) -> Iterator[BadRow]:
    """Every code that names nothing."""
    defined = set(known)
    yield from (BadRow(file, path, f"{code} 没有定义") for code in codes if code not in defined)


def unanswerable(file: str, path: str, when: When, questions: Mapping[str, set[str]]) -> Iterator[BadRow]:
    """Every answer that something waits for and nobody can give; `questions` has the choices of each."""
    for question, choices in when:
        if question not in questions:
            yield BadRow(file, path, f"没有问题 {question}")
        else:
            yield from unknown(file, f"{path}/{question}", sorted(choices), questions[question])


def unasked_content(file: str, row: Any, certificates: Mapping[str, Any]) -> Iterator[BadRow]:
    """A certificate can only say what the form of its matter asks."""
    if (certificate := certificates.get(row.get("yields", ""))) is not None:
        missing = [field for field in certificate["fields"] if field not in row["elements"]]
        if missing:
            yield BadRow(file, "elements", f"证照“{certificate['name']}”要写 {'、'.join(missing)}，表单却没有问")
