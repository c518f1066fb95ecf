"""A house in which everything can happen: two halls whose matters take every route between them.

In Hebei the maritime bundle, two of its matters on other routes than their own, one commitment in five verified by lot;
in Tianjin a composed bundle, its rules revoking an acceptance where Hebei takes a withdrawal for granted. Somebody sits
at the window and at a deciding desk, so that four eyes have something to refuse. Whatever a process makes once is made:
keys, bundles of one matter, a filled draft for each bundle, a first checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tests import worlds
from tests.domain import strategies
from tests.domain.strategies import Spec
from tongban.casework import actions
from tongban.casework.models import Draft
from tongban.catalogue import demo as catalogue_demo
from tongban.catalogue import files
from tongban.crypto.profiles import Algorithm
from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    DataElement,
    Delegation,
    ElementKind,
    MatterType,
    Regime,
    Requirement,
    Source,
    SourceKind,
    SubjectRole,
)
from tongban.domain.codes import Necessity
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.people import actions as people
from tongban.people.actor import SYSTEM
from tongban.people.ids import uuid7
from tongban.people.models import Account, Department
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import CLERK, HOLDER, at, who
from tongban.registries import adapters
from tongban.registries import demo as registries_demo

FIRST = date(2026, 1, 5)
BANK = "91130200MA0TB2025C"
MARITIME, COMPOSED = "maritime", "composed"
DESK, OTHER_DESK = "交通运输审批岗", "交通复核岗"
SECOND_REVIEWER, SUPERVISOR = "caoying", "hanlei"
TIANJIN_CLERK = "mengjia"
CONSENT_ARTICLE = "行政许可法第五十条"
"""Of a composed matter: no real one is granted by silence."""


@dataclass(frozen=True, slots=True)
class Certified:
    """Somebody who is certified something on the spot."""

    username: str
    matter: str
    acting_for: str = ""


CERTIFIED = (
    Certified("liangyu", "TB-036"),
    Certified("gaojianming", "TB-028", "org:91120116MA0TB3036L"),
    Certified("chenhaisheng", "TB-016"),
)


def build() -> None:
    """Enter everything, and let each thing that is made once be made."""
    maritime, composed = maritime_routes(), composed_in_tianjin()
    walk.prepare(*maritime, now=at(FIRST, 8))
    walk.prepare(*composed, now=at(FIRST, 8))
    _appoint_more()
    _certify_once()
    for kinds, bundle, _ in (maritime, composed):
        one = walk.Walk(kinds, bundle, FIRST, f"first/{bundle.code}", lambda sentence: None)
        one.draft()
    _make_keys()
    keys.checkpoint(now=at(FIRST, 20))


def maritime_routes() -> tuple[Catalogue, Bundle, tuple[Delegation, ...]]:
    """The maritime bundle; one matter may be committed to, one is granted by silence."""
    kinds, bundle, delegations = files.read_set("maritime")
    standards = dict(kinds.standards)
    standards["HS-12"] = replace(standards["HS-12"], regime=Regime.COMMITMENT)
    standards["HS-07"] = replace(
        standards["HS-07"],
        regime=Regime.SILENT_CONSENT,
        matter_type=MatterType.LICENCE,
        legal_basis=(Source(SourceKind.CITED, CONSENT_ARTICLE),),
    )
    return replace(kinds, standards=standards), bundle, delegations


SPECS = (
    Spec("J-01", materials=("LATER", "PROOF1"), elements=("name", "size"), days=6),
    Spec("J-02", materials=("PROOF2",), elements=("name",)),
    Spec("J-03", days=8, needs=("J-02",), materials=("PROOF3", "PLAIN"), elements=("name", "size")),
    Spec("J-04", materials=("PLAIN",), elements=("size",), statutory=10),
    Spec(
        "J-05",
        days=12,
        needs=("J-01",),
        opinion_desks=(OTHER_DESK,),
        materials=("LATER2",),
        elements=("name", "partner"),
    ),
)
REGIMES = {"J-02": Regime.COMMITMENT, "J-03": Regime.COMMITMENT, "J-04": Regime.SILENT_CONSENT}


def composed_in_tianjin() -> tuple[Catalogue, Bundle, tuple[Delegation, ...]]:
    """Five matters of the transport committee of Tianjin."""
    kinds, bundle = strategies.build(SPECS)
    maritime, maritime_bundle, _ = files.read_set("maritime")
    owner = maritime.standards[maritime_bundle.items[0].matter].owner
    return (
        replace(
            kinds,
            standards={
                matter: replace(
                    one,
                    owner=owner,
                    regime=REGIMES.get(matter, Regime.LICENCE),
                    requirements=tuple(_requirement(each) for each in one.requirements),
                    joint_applicants=(SubjectRole.COUNTERPARTY,) if matter == "J-05" else (),
                    legal_basis=(Source(SourceKind.CITED, CONSENT_ARTICLE),) if matter == "J-04" else (),
                )
                for matter, one in kinds.standards.items()
            },
            implementations={
                matter: replace(one, body="11120000MA0TB1161C", region="120000", hall="tj-hall", deciding_desk=DESK)
                for matter, one in kinds.implementations.items()
            },
            materials={code: replace(one, about=SubjectRole.HOLDER) for code, one in kinds.materials.items()},
            certificate_types={
                code: replace(one, about=SubjectRole.HOLDER, type_code=f"11100000000013338W{place:03d}")
                for place, (code, one) in enumerate(kinds.certificate_types.items(), start=1)
            },
            elements=ELEMENTS,
        ),
        replace(bundle, code=COMPOSED, name="五个事项"),
        (),
    )


ELEMENTS: Mapping[str, DataElement] = {
    one.code: one
    for one in (
        DataElement("name", "项目名称", "Project", ElementKind.TEXT, example="滨海示范项目"),
        DataElement("size", "规模", "Size", ElementKind.INTEGER, example="100"),
        DataElement(
            "partner", "合作方", "Partner", ElementKind.USCC, example=BANK, identifies=SubjectRole.COUNTERPARTY
        ),
    )
}


def _requirement(asked: Requirement) -> Requirement:
    later = asked.material.startswith("LATER")
    return replace(
        asked,
        necessity=Necessity.DEFERRABLE if later else Necessity.REQUIRED,
        commitment=asked.material.startswith("PROOF"),
    )


def _appoint_more() -> None:
    """A second reviewer in Tianjin, a supervisor for both places, and a clerk who sits at a deciding desk too."""
    tianjin = Department.objects.get(code="tj-transport")
    maritime = Department.objects.get(code="cfd-msa")
    for username, place in (
        (SECOND_REVIEWER, {"region": "120000", "department": tianjin.code, "desk": DESK, "role": Role.REVIEWER}),
        (TIANJIN_CLERK, {"region": "120000", "department": tianjin.code, "desk": DESK, "role": Role.REVIEWER}),
        (CLERK, {"region": "130209", "department": maritime.code, "desk": "船舶登记岗", "role": Role.REVIEWER}),
        (SUPERVISOR, {"region": "120000", "role": Role.SUPERVISOR}),
    ):
        people.appoint(
            operation=f"two-halls/{username}",
            actor=SYSTEM,
            account=f"account:{Account.objects.get(username=username).pk}",
            valid_from=date(2026, 1, 1),
            now=at(FIRST, 8),
            **place,
        )


def _certify_once() -> None:
    """Each matter that is certified on the spot, once: its bundle of one stands then."""
    joint = worlds.some_joint_matters()
    catalogue_demo.put_in_force(joint_set=joint, tell=lambda sentence: None)
    walk.prepare_issuers({each.body for each in joint.implementations}, now=at(FIRST, 8))
    before = list(adapters._connected)
    adapters.connect(registries_demo.registries())
    for one in CERTIFIED:
        certify(one, operation=f"two-halls/{one.username}", day=FIRST)
    adapters.connect(before)


def certify(one: Certified, *, operation: str, day: date) -> Any:
    actor = who(one.username, acting_for=one.acting_for, today=day)
    return actions.certify(operation=operation, actor=actor, matter=one.matter, answers={}, place="", now=at(day, 9))


def _make_keys() -> None:
    """Everybody who signs has his keys, and every party the key under which its data are sealed."""
    people_here = [who(one, today=FIRST).id for one in Account.objects.values_list("username", flat=True)]
    bodies = list(Department.objects.filter(code__in=("tj-transport", "cfd-msa")).values_list("uscc", "name"))
    for owner in people_here:
        for purpose in (Purpose.CONCLUSION, Purpose.CONFIRMATION):
            keys.ensure_key(owner=owner, purpose=purpose, algorithm=Algorithm.SM2SM3, now=at(FIRST, 8))
    for owner, name in (*bodies, ("cfd-hall", "曹妃甸区政务服务大厅"), ("tj-hall", "天津市政务服务中心")):
        keys.ensure_key(owner=owner, name=name, purpose=Purpose.DOCUMENT, algorithm=Algorithm.SM2SM3, now=at(FIRST, 8))
    for party in (HOLDER, f"org:{BANK}"):
        keys.seal(person=party, plaintext=b"first")


def copy(filled: Draft, *, now: datetime) -> Draft:
    """Return a draft that says the same, as `drafts.divide` takes everything along to a further stage."""
    return Draft.objects.create(
        id=str(uuid7(now=now)),
        party=filled.party,
        account=filled.account,
        bundle=filled.bundle,
        bundle_version=filled.bundle_version,
        answers=filled.answers,
        values=filled.values,
        uploads=filled.uploads,
        revision=filled.revision,
        created_at=now,
        changed_at=now,
    )
