"""Bodies are given their keys by a command, once each."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.worlds import maritime_walk
from tongban.catalogue import queries as catalogue
from tongban.catalogue.actions import refresh_daily
from tongban.crypto.profiles import Algorithm
from tongban.keys.models import KeyCertificate, SigningKey
from tongban.keys.purposes import Purpose
from tongban.project import walk
from tongban.web import clock

MARITIME = "11130200MA0TB0011Q"


def keys() -> list[str]:
    found = SigningKey.objects.filter(purpose=Purpose.CERTIFICATE, owner=MARITIME)
    return list(found.order_by("pk").values_list("pk", flat=True))


def prepare(*words: str) -> str:
    said = io.StringIO()
    call_command("certificates_prepare", *words, stdout=said)
    return said.getvalue()


@pytest.fixture
def keyless(maritime: None) -> None:
    maritime_walk()
    KeyCertificate.objects.filter(key__purpose=Purpose.CERTIFICATE).delete()
    SigningKey.objects.filter(purpose=Purpose.CERTIFICATE).delete()
    catalogue.forget()


@pytest.mark.usefixtures("keyless")
def test_a_body_gets_its_key_and_keeps_it() -> None:
    assert "曹妃甸海事局" in prepare(MARITIME)
    first = keys()

    prepare(MARITIME)

    assert (len(first), keys()) == (len(Algorithm), first)


@pytest.mark.usefixtures("keyless")
def test_all_that_issue_certificates_are_given_keys() -> None:
    refresh_daily(now=clock.now())

    assert f"{MARITIME} 曹妃甸海事局" in prepare("--all")
    assert len(keys()) == len(Algorithm)


@pytest.mark.usefixtures("keyless")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [((), "请写明部门"), ((MARITIME, "--all"), "请写明部门"), (("11999999MA00000000",), "没有登记部门 1199")],
)
def test_what_names_no_body_is_refused(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        prepare(*words)
    assert keys() == []


@pytest.mark.usefixtures("keyless")
def test_a_body_of_which_this_node_has_a_copy_gets_no_key_here(settings: Settings) -> None:
    refresh_daily(now=clock.now())
    settings.REGIONS = ["110000"]

    prepare("--all")
    walk.prepare_issuers({MARITIME}, now=clock.now())
    with pytest.raises(CommandError, match="地区 130209 由该地区的节点办理"):
        prepare(MARITIME)

    assert keys() == []
