"""One joint standard in force, three provinces and a county that offer it, and stewards who keep it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import count

from tongban.catalogue import models, storage
from tongban.catalogue.actions import Holdings, Observations, Observed, observe, publish
from tongban.domain.catalogue import (
    CertificateType,
    Condition,
    Contact,
    DataElement,
    ElementKind,
    Implementation,
    Material,
    MatterType,
    Regime,
    Requirement,
    Source,
    SourceKind,
    Standard,
)
from tongban.domain.clock import Limit, Unit
from tongban.domain.codes import Channel, MaterialForm
from tongban.journal import actions as journal
from tongban.people import demo
from tongban.people.actor import SYSTEM
from tongban.project.walk import at

DAY = date(2026, 3, 2)
NOW = at(DAY, 9)
BATCH = "TB-2021-01"
BEIJING, TIANJIN, HEBEI = "11110000MA0TB10574", "11120000MA0TB11884", "11130000MA0TB1313W"
COMPOSED = Source(SourceKind.COMPOSED)
ARTICLE = Source(SourceKind.CITED, "药品管理法第五十一条")

STANDARD = Standard(
    matter="TB-001",
    name="药品零售企业经营许可",
    name_en="Licence to sell medicines",
    matter_type=MatterType.LICENCE,
    regime=Regime.LICENCE,
    sector="drug",
    statutory=Limit(20, Unit.WORKING),
    statutory_source=ARTICLE,
    promised=Limit(10, Unit.WORKING),
    yields="C-DRUG",
    conditions=(
        Condition("从业药师不少于一名", ARTICLE, expression="pharmacists >= 1"),
        Condition("有与所经营药品相适应的营业场所", ARTICLE),
    ),
    requirements=(
        Requirement("M-FORM", source=ARTICLE),
        Requirement("M-PLACE", copies=2, source=ARTICLE, form=MaterialForm.PAPER),
    ),
    recognised_in=("110000", "120000", "130000"),
)

_numbers = count()


def operation() -> str:
    return f"world-{next(_numbers)}"


def offer(body: str, region: str, **about: object) -> Implementation:
    given: dict[str, object] = {
        "matter": "TB-001",
        "region": region,
        "body": body,
        "level": 2,
        "promised": Limit(10, Unit.WORKING),
        "deciding_desk": "审批岗",
        "stated": STANDARD.terms,
        "channels": (Channel.WINDOW, Channel.COMPUTER),
        "contact": Contact(consulting_phone="12345", complaint_phone="12346"),
    }
    return Implementation(**(given | about))  # type: ignore[arg-type]


OFFERS = (offer(BEIJING, "110000"), offer(TIANJIN, "120000"), offer(HEBEI, "130000"))


def put(*, now: datetime = NOW, **holdings: object) -> None:
    publish(operation=operation(), actor=SYSTEM, holdings=Holdings(**holdings), now=now)  # type: ignore[arg-type]


@journal.action
def put_in_force(
    *, operation: journal.Operation, actor: object, versions: list[tuple[str, int]], from_on: date, now: datetime
) -> journal.Answer:
    """What the last signature under a batch does."""
    stream = journal.lock(storage.STREAM, operation)
    events = storage.schedule(versions, batch=BATCH, from_on=from_on, until_on=None, at=now)
    journal.append(stream, events, at=now, answer={})
    return {}


def schedule(versions: list[tuple[str, int]], *, from_on: date = DAY) -> None:
    put_in_force(operation=operation(), actor=SYSTEM, versions=versions, from_on=from_on, now=NOW)


def build() -> None:
    demo.load(now=NOW)
    put(
        standards=(STANDARD,),
        materials=(
            Material("M-FORM", "药品经营许可申请表"),
            Material("M-PLACE", "营业场所证明"),
            Material("M-EXTRA", "无违法记录证明"),
        ),
        certificate_types=(CertificateType("C-DRUG", "药品经营许可证"),),
        elements=(DataElement("pharmacists", "药师人数", "Pharmacists", ElementKind.INTEGER),),
    )
    schedule([("TB-001", 1)])
    put(implementations=OFFERS)


def see(body: str, region: str, **terms: object) -> None:
    """What the own system of a body shows."""
    seen = Observed("TB-001", body, region, replace(STANDARD.terms, **terms))  # type: ignore[arg-type]
    observe(operation=operation(), actor=SYSTEM, observations=Observations((seen,)), now=NOW)


def draft() -> models.Draft:
    return models.Draft.objects.get()
