"""What `docs/exchange.md` promises to whoever writes a node in another language is what this one does."""

from __future__ import annotations

import re

import pytest

from tests.domain.messages import NINE, Writer
from tests.exchange import tables
from tests.plugin import ROOT
from tongban.crypto import http_signatures
from tongban.domain import certificate, envelope, forwarding, reconciliation, status, trust
from tongban.exchange import actions, attachments, bodies, delivering, fetching, views
from tongban.files import actions as files
from tongban.files.kinds import Kind

DOCUMENT = (ROOT / "docs/exchange.md").read_text(encoding="utf-8")


def rows(heading: str, number: int = 0) -> list[list[str]]:
    """The rows of a table under a heading, the first unless told, without its head."""
    table = re.findall(r"(?:^\|.*\n)+", DOCUMENT.split(f"## {heading}\n", 1)[1], re.MULTILINE)[number]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_every_problem_stands_in_the_table() -> None:
    told = {
        (int(status), code.strip("`")): retry == "yes"
        for status, code, retry, _ in rows("Everything that can go wrong") + rows("Files", 1)
    }
    source = (ROOT / "tongban/exchange/views.py").read_text(encoding="utf-8")
    for module in ("actions", "attachments"):
        source += (ROOT / f"tongban/exchange/{module}.py").read_text(encoding="utf-8")
    at_the_door = re.findall(r'problem\(\s*"(\w+)", [^\n]*?, status=(\d+)(, retry=True)?', source)
    done = {(int(status), code): bool(retry) for code, status, retry in at_the_door}
    for code, retry in re.findall(r'NotTaken\(\s*"(\w+)",.*?retry=(True|False)', source, re.DOTALL):
        done[views.STATUS[code], code] = retry == "True"

    assert told == done


def test_the_numbers_are_those_of_the_program() -> None:
    numbers = {promise: number for promise, _, number in rows("What is promised")}

    assert f"{actions.KEPT_AFTER_RECEIPT.days} days" in numbers["nothing is lost"]
    window, longest = delivering.WINDOW.seconds // 60, http_signatures.LONGEST.seconds // 60
    leeway = http_signatures.LEEWAY.seconds
    told = f"{window} minutes, at most {longest}; clocks may differ by {leeway} seconds"
    assert numbers["a copy is of no use tomorrow"] == told
    assert numbers["a silent node costs nothing"] == f"at most {delivering.LONGEST_WAIT.seconds // 60} minutes"
    megabytes = (delivering.LARGEST_BATCH_BYTES // 2**20, envelope.LARGEST_BODY_BYTES // 2**20)
    assert numbers["a batch is bounded"] == f"{actions.MOST_MESSAGES}, {megabytes[0]} MB, {megabytes[1]} MB"
    assert numbers["who answers too late is asked again"] == f"{delivering.ANSWER_WITHIN_SECONDS:.0f} seconds"
    pieces = (fetching.PIECE_BYTES // 2**20, fetching.SMALLEST_PIECE_BYTES // 2**10)
    assert numbers["a file goes on where it was cut off"] == f"{pieces[0]} MB, at least {pieces[1]} KB"


def test_the_numbers_of_files_are_those_of_the_program() -> None:
    said = " ".join(DOCUMENT.split("## Files\n", 1)[1].split("\n## ", 1)[0].split())

    assert f"At most {files.MAX_BYTES // 2**20} MB" in said
    assert f"at most {attachments.MOST_AT_ONCE} in one message" in said
    assert f"at most {attachments.LARGEST_OVERHEAD:,} bytes longer" in said
    assert attachments.use_of("<sender>", "<receiver>", "<digest>").decode() in said
    assert f"until {attachments.OFFERED_AFTER_GIVEN.days} days after its last byte" in said
    for kind in Kind:
        assert kind.name in said


def test_the_attributes_are_those_of_a_message() -> None:
    table = rows("The message")
    attributes = envelope.plain(Writer().write())

    named = [name for cell, *_ in table for name in re.findall(r"`(\w+)`", cell)]
    assert set(named) == set(attributes)


def test_the_members_of_a_standing_are_those_of_the_program() -> None:
    sent, received = reconciliation.Sent(0, 0, "0" * 64), reconciliation.Received(0, "0" * 64)
    standing = reconciliation.Standing("tianjin", "beijing", "0" * 32, NINE, sent, received)
    said = reconciliation.plain(standing)

    named = [name for cell, *_ in rows("Reconciliation") for name in re.findall(r"`(\w+)`", cell)]
    assert set(named) == set(said)
    text = " ".join(DOCUMENT.split("## Reconciliation\n", 1)[1].split("\n## ", 1)[0].split())
    assert f"`{said['type']}`" in text
    assert f"at most {reconciliation.LARGEST_VALUE:,} bytes" in text
    assert f"at most {reconciliation.MOST_LISTED} named" in text
    assert f"more than {reconciliation.MOST_IN_A_PART:,} lines" in text


def test_the_versions_are_those_of_the_program() -> None:
    told = {form: re.sub('[`"]', "", version) for form, version, _ in rows("Versions")}
    types = bodies.schema()["properties"]["type"]["enum"]
    checkpoint = bodies.schema()["$defs"]["cn.tongban.journal.checkpoint.v1"]["properties"]["said"]

    assert told["message"] == f"specversion {envelope.SPECIFICATION}"
    assert {kind.rpartition(".")[2] for kind in types} == {"v1"} and "today v1" in told["type of a message"]
    assert told["receipt"] == envelope.RECEIPT
    assert told["standing"] == reconciliation.STANDING
    assert told["trust list"] == f"version {trust.VERSION}"
    assert told["status list"] == f"version {status.VERSION}"
    assert told["certificate"] == certificate.FORMAT
    assert told["checkpoint"] == checkpoint["properties"]["type"]["const"]


def test_every_type_of_message_stands_in_the_document() -> None:
    prefix = "cn.tongban.catalogue."
    of_the_catalogue = {name for cell, *_ in rows("The catalogue") for name in re.findall(r"`(\w+)`", cell)}

    for kind in bodies.schema()["properties"]["type"]["enum"]:
        if kind.startswith(prefix):
            assert kind.removeprefix(prefix).partition(".")[0] in of_the_catalogue
        else:
            assert kind in DOCUMENT


def test_what_bodies_have_as_members_is_what_the_tables_say() -> None:
    forms = bodies.schema()["$defs"]
    for kind, _, members, _ in rows("Applications"):
        assert members.startswith("`") and members.strip("`").split() == list(forms[kind.strip("`")]["properties"])
    for heading, kind in (("Certificates", "certificates.issued"), ("Evidence", "evidence.asked")):
        named = [name for cell, *_ in rows(heading) for name in re.findall(r"`(\w+)`", cell)]
        assert set(named) == set(forms[f"cn.tongban.{kind}.v1"]["properties"])


@pytest.mark.parametrize("page", tables.TABLES)
def test_a_long_table_is_what_the_program_says(page: str) -> None:
    assert tables.told(page) == tables.TABLES[page]()


def test_what_a_node_may_bring_with_a_case_is_told() -> None:
    said = " ".join(DOCUMENT.split("## Applications\n", 1)[1].split("\n## ", 1)[0].split())
    named = re.findall(r"`(\w+)`", said.partition("is intake only (")[2].partition(")")[0])

    assert set(named) == {kind.__name__ for kind in forwarding.INTAKE}
