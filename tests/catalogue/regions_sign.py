"""The demo people of three regions, two joint standards, an agreement, and the steps by which they sign a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

from django.db import connection

from tongban.catalogue import actions, joint, storage
from tongban.catalogue.actions import Holdings, publish
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Draft
from tongban.domain.batch.status import State, status
from tongban.domain.catalogue import Implementation, MatterType, Regime, Standard
from tongban.domain.clock import Limit, Unit
from tongban.domain.joint import Annex, Party, Scope
from tongban.people import demo, queries
from tongban.people.actor import SYSTEM, Actor
from tongban.people.models import Account

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
IN_FORCE_ON = date(2026, 4, 1)
LATER = date(2026, 6, 1)
LIMIT = Limit(5, Unit.WORKING)
CODE = "TB-2026-01"
BEIJING, TIANJIN, HEBEI = REGIONS = ("110000", "120000", "130000")
SIGNS = {BEIJING: "gumingyuan", TIANJIN: "tianwenjing", HEBEI: "shenyue"}
SIGNS_OFF = {BEIJING: "gaoxiaodong", TIANJIN: "xujing", HEBEI: "jialixin"}
SECTORS = {"TB-001": "transport", "TB-002": "drug"}
MATTERS = tuple(SECTORS)
_numbers = count()


def operation() -> str:
    return f"regions-{next(_numbers)}"


def bodies(sector: str) -> dict[str, Party]:
    """The authorities of one sector, by region."""
    found = [one for one in demo.read_bodies()["bodies"] if one["sector"] == sector]
    return {one["region"]: Party(one["region"], one["uscc"], one["name"], one["name_en"]) for one in found}


def departments(region: str) -> tuple[str, ...]:
    return tuple(sorted(bodies(sector)[region].body for sector in SECTORS.values()))


def agreement(**changes: object) -> Agreement:
    framework = Agreement(
        number="JJJ-2026-01",
        title="京津冀政务服务合作框架协议",
        title_en="Framework agreement on government services",
        parties=tuple(bodies("bureau")[region] for region in REGIONS),
        scope="政务服务“同事同标”",
        annexes=(Annex("合作事项清单", "0" * 64),),
        signed_on=date(2026, 2, 27),
        from_on=date(2026, 3, 1),
        until_on=date(2031, 3, 1),
    )
    return replace(framework, **changes)


def standard(matter: str, **about: object) -> Standard:
    given = {"matter": matter, "name": f"事项 {matter}", "matter_type": MatterType.LICENCE, "regime": Regime.LICENCE}
    return Standard(**(given | {"statutory": LIMIT} | about))


def implementations(sectors: Mapping[str, str] = SECTORS) -> tuple[Implementation, ...]:
    """Each matter, offered in every region by the department of its sector."""
    return tuple(
        Implementation(
            matter=matter, region=region, body=bodies(sector)[region].body, promised=LIMIT, deciding_desk="审批岗"
        )
        for matter, sector in sectors.items()
        for region in REGIONS
    )


def who(username: str, *, today: date = TODAY) -> Actor:
    return queries.actor(Account.objects.get(username=username), today=today)


def plan(**changes: object) -> Draft:
    first = Draft(
        title="第一批“同事同标”事项",
        title_en="First batch",
        matters=MATTERS,
        regions=REGIONS,
        scope=Scope(zones=("FTZ-HB-CFD",)),
        agreement="JJJ-2026-01",
        in_force_on=IN_FORCE_ON,
    )
    return replace(first, **changes)


def prepare() -> None:
    """Enter the people, publish the standards with their implementations, and record the agreement."""
    demo.load(now=NOW)
    publish_standards(*(standard(matter) for matter in MATTERS))
    actions.record_agreement(operation=operation(), actor=who("shenyue"), agreement=agreement(), now=NOW)


def publish_standards(*standards: Standard, sectors: Mapping[str, str] = SECTORS) -> None:
    holdings = Holdings(standards=standards, implementations=implementations(sectors))
    publish(operation=operation(), actor=SYSTEM, holdings=holdings, now=NOW)


def propose(*, code: str = CODE, now: datetime = NOW, **changes: object) -> str:
    """Draft a batch and put it to the regions; return the digest to sign."""
    steward = who("shenyue")
    actions.draft_batch(operation=operation(), actor=steward, code=code, draft=plan(**changes), now=now)
    answer = actions.propose_batch(operation=operation(), actor=steward, code=code, now=now)
    return str(answer["digest"])


def sign_off(region: str, digest: str, *, code: str = CODE, now: datetime = NOW) -> None:
    batch = joint.read_batch(code)
    assert batch is not None
    act = batch.demand_open()
    actions.sign_off(
        operation=operation(),
        actor=who(SIGNS_OFF[region]),
        code=code,
        region=region,
        departments=tuple(one.body for one in act.departments_of(region)),
        digest=digest,
        now=now,
    )


def sign(region: str, digest: str, *, code: str = CODE, now: datetime = NOW, by: str = "") -> dict[str, object]:
    answer: dict[str, object] = actions.sign_batch(
        operation=operation(), actor=who(by or SIGNS[region]), code=code, region=region, digest=digest, now=now
    )
    return answer


def sign_all(digest: str, regions: Iterable[str] = REGIONS, *, code: str = CODE, now: datetime = NOW) -> None:
    for region in regions:
        sign_off(region, digest, code=code, now=now)
        sign(region, digest, code=code, now=now)


def state(*, code: str = CODE, today: date = IN_FORCE_ON) -> State:
    batch = joint.read_batch(code)
    assert batch is not None
    return status(
        batch,
        today=today,
        agreement=joint.read_agreement(batch.draft.agreement),
        held=joint.held(one for act in batch.acts for one in act.content.standards),
        verify=joint.verifier(),
    )


def in_force(day: date) -> dict[str, int]:
    return {matter: one.version for matter, one in storage.standards_in_force(MATTERS, today=day).items()}


def past_the_trigger_of(table: str) -> None:
    """Let rows be changed behind everybody's back, although the database forbids it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {table}_no_UPDATE")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change")
