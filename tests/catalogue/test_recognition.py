"""Recognition rules are records: the bureau of the region in which a certificate is to count signs them, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.catalogue.regions_sign import BEIJING, LATER, NOW, TODAY, agreement, operation, who
from tests.domain import recognitions
from tests.soundness import demand_sound
from tongban.catalogue import actions, joint, models
from tongban.catalogue.actions import Holdings
from tongban.domain import recognition
from tongban.domain.catalogue import CertificateType, Material
from tongban.domain.recognition import InvalidRecognition, Recognition
from tongban.journal import queries as journal
from tongban.journal.actions import NoSuchStream
from tongban.keys import trust
from tongban.keys.purposes import Purpose
from tongban.people.actor import SYSTEM
from tongban.people.permissions import NotAllowed

BUREAU = "gumingyuan"
RULE = replace(recognitions.RULE, code="BJ-1", from_on=LATER, until_on=None)


@pytest.fixture(autouse=True)
def described(demo_people: None) -> None:
    actions.record_agreement(operation=operation(), actor=who("shenyue"), agreement=agreement(), now=NOW)
    holdings = Holdings(
        certificate_types=(CertificateType("C_BUSINESS", "营业执照"),),
        materials=(Material("M_LICENSE", "公司营业执照"),),
    )
    actions.publish(operation=operation(), actor=SYSTEM, holdings=holdings, now=NOW)


def record(username: str = BUREAU, **changes: object) -> None:
    rule = replace(RULE, **changes)
    actions.record_recognition(operation=operation(), actor=who(username), rule=rule, now=NOW)


def end(username: str = BUREAU, code: str = RULE.code, ended_on: date = LATER) -> None:
    actions.end_recognition(
        operation=operation(), actor=who(username), code=code, ended_on=ended_on, reason="由新清单替代。", now=NOW
    )


def stored() -> Recognition:
    found = joint.read_recognition(RULE.code)
    assert found is not None
    return found


def test_what_was_recorded_is_signed_by_its_region_and_reads_back_equal() -> None:
    record()

    one = stored()
    assert one.rule == RULE
    assert one.signature.region == BEIJING
    assert one.signature.digest == recognition.digest(RULE)
    assert joint.verifier(Purpose.RECOGNITION)(one.signature)
    assert one.signature.key in trust.listed(purpose=Purpose.RECOGNITION)
    assert one.signature.key not in trust.listed(purpose=Purpose.BATCH)
    demand_sound()


def test_only_who_speaks_for_the_region_in_which_it_counts_records_a_rule() -> None:
    for stranger in ("tianwenjing", "shenyue", "gaoxiaodong"):
        with pytest.raises(NotAllowed):
            record(stranger)

    assert joint.read_recognitions() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"certificate": "C_NONE"}, "certificate"),
        ({"materials": ("M_NONE",)}, "materials"),
        ({"matters": ("TB-999",)}, "matters"),
        ({"from_on": TODAY - timedelta(days=1)}, "from_on"),
        ({"issued_in": ("370000",)}, "agreement"),
        ({"code": "一"}, "code"),
    ],
)
def test_a_rule_that_cannot_stand_is_refused_and_leaves_nothing(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidRecognition) as refused:
        record(**changes)

    assert refused.value.field == field
    assert joint.read_recognitions() == []
    assert trust.listed(purpose=Purpose.RECOGNITION) == {}


def test_a_code_is_given_once() -> None:
    record()
    with pytest.raises(InvalidRecognition, match="已有规则"):
        record(materials=("M_LICENSE",), article="第 2 项")


def test_the_same_operation_has_one_effect() -> None:
    asked = {"operation": "once", "actor": who(BUREAU), "rule": RULE, "now": NOW}

    first = actions.record_recognition(**asked)

    assert actions.record_recognition(**asked) == first
    assert len(joint.read_recognitions()) == 1


def test_a_rule_is_ended_by_its_region_and_the_rows_say_when() -> None:
    record()
    with pytest.raises(NotAllowed):
        end("tianwenjing")
    with pytest.raises(NoSuchStream):
        end(code="BJ-2")

    end()

    assert (stored().ended_on, stored().ended_because) == (LATER, "由新清单替代。")
    assert models.RecognitionRule.objects.get().last_on == LATER
    demand_sound()


def test_a_row_changed_behind_everybody_is_found() -> None:
    record()
    models.RecognitionRule.objects.update(certificate="C_OTHER")

    assert not journal.soundness().replay_ok


def test_the_database_refuses_to_delete_a_rule() -> None:
    record()
    with pytest.raises(DatabaseError), transaction.atomic():
        models.RecognitionRule.objects.all().delete()
