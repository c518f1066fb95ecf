"""Three regions with their bureaus, departments and keys, an agreement, and a batch to sign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from tongban.crypto import base64url, profiles
from tongban.crypto.profiles import Algorithm
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Act, Batch, Draft, Signature, fold
from tongban.domain.batch.acts import draft, issue
from tongban.domain.batch.signing import sign, sign_off
from tongban.domain.batch.status import State, status
from tongban.domain.joint import Annex, Listed, Party, Scope

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
IN_FORCE_ON = date(2026, 4, 1)

BUREAUS = (
    Party("110000", "11110000MA0TB1014N", "北京市政务服务和数据管理局"),
    Party("120000", "11120000MA0TB1145N", "天津市政务服务办公室"),
    Party("130000", "11130000MA0TB1276N", "河北省数据和政务服务局"),
)
REGIONS = tuple(bureau.region for bureau in BUREAUS)
DEPARTMENTS = tuple(
    Party(region, f"{region}-{sector}", f"{region} {sector}") for region in REGIONS for sector in ("transport", "drug")
)
AGREEMENT = Agreement(
    number="JJJ-2026-01",
    title="京津冀政务服务合作框架协议",
    title_en="",
    parties=BUREAUS,
    scope="政务服务“同事同标”",
    annexes=(Annex("合作事项清单", "0" * 64),),
    signed_on=date(2026, 2, 27),
    from_on=date(2026, 3, 1),
    until_on=date(2031, 3, 1),
)
STANDARDS = (Listed("TB-001", 1, "1" * 64), Listed("TB-002", 3, "2" * 64))
AMENDED = Listed("TB-002", 4, "4" * 64)
HELD = {(one.matter, one.version): one.digest for one in (*STANDARDS, AMENDED)}
SCOPE = Scope(zones=("ftz-hebei",))
DRAFT = Draft("第一批", "First batch", ("TB-001", "TB-002"), REGIONS, SCOPE, AGREEMENT.number, IN_FORCE_ON)
DRAFTED = fold([draft(None, code="TB-2026-01", draft=DRAFT, at=AT)])
ALGORITHMS = dict(zip(REGIONS, (Algorithm.SM2SM3, Algorithm.SM2SM3, Algorithm.ES256), strict=True))


@cache
def keys(region: str) -> tuple[bytes, bytes]:
    """The private and the public key of a region's bureau."""
    return profiles.generate(ALGORITHMS[region])


def departments_of(region: str) -> tuple[str, ...]:
    return tuple(one.body for one in DEPARTMENTS if one.region == region)


def proposed(batch: Batch = DRAFTED) -> Batch:
    event = issue(batch, standards=STANDARDS, departments=DEPARTMENTS, agreement=AGREEMENT, at=AT, today=TODAY)
    return fold([event], onto=batch)


def signature(act: Act, region: str, *, digest: str = "") -> Signature:
    """What the bureau of the region makes with its real key, over the act's digest unless told another."""
    private, public = keys(region)
    body = next(bureau.body for bureau in BUREAUS if bureau.region == region)
    value = profiles.sign(ALGORITHMS[region], private, bytes.fromhex(digest or act.digest))
    return Signature(
        region,
        body,
        digest or act.digest,
        f"k-{region}",
        ALGORITHMS[region].value,
        base64url.encode(public),
        base64url.encode(value),
        AT,
    )


def verify(one: Signature) -> bool:
    return profiles.verify(
        Algorithm(one.algorithm),
        base64url.decode(one.public_key),
        bytes.fromhex(one.digest),
        base64url.decode(one.value),
    )


def signed_off(batch: Batch, region: str) -> Batch:
    act = batch.demand_open()
    event = sign_off(batch, region=region, departments=departments_of(region), digest=act.digest, at=AT)
    return fold([event], onto=batch)


def signed(batch: Batch, region: str, *, today: date = TODAY) -> Batch:
    """The departments of a region sign off, and its bureau signs."""
    ready = signed_off(batch, region)
    events = sign(
        ready,
        signature=signature(ready.demand_open(), region),
        agreement=AGREEMENT,
        held=HELD,
        verify=verify,
        today=today,
    )
    return fold(events, onto=ready)


def by_all(batch: Batch, regions: Iterable[str] = REGIONS) -> Batch:
    for region in regions:
        batch = signed(batch, region)
    return batch


def seen(batch: Batch, *, today: date = IN_FORCE_ON, **other: object) -> State:
    about = {"agreement": AGREEMENT, "held": HELD, "verify": verify} | other
    return status(batch, today=today, **about)


def with_act(batch: Batch, **changes: object) -> Batch:
    """The batch as it would read if somebody had changed its newest act behind everybody's back."""
    return replace(batch, acts=(*batch.acts[:-1], replace(batch.acts[-1], **changes)))
