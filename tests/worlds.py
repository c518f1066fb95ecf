"""What stands in the database before a test begins? Nothing, or a world that many tests begin with.

Entering a world takes about a second, so a run enters each once, by the same actions as ever, and commits it to a
database of its own. A test that takes the fixture of that name finds it in `db` and rolls back only what it does
itself. What is to follow a commit does not: a test finds what it would find if it had done it all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from tests.casework import crowded, two_halls
from tests.catalogue import regions_sign
from tests.harmony import world
from tongban.casework.models import Draft
from tongban.catalogue import actions, files, joint_set
from tongban.catalogue import demo as catalogue_demo
from tongban.catalogue.actions import Holdings
from tongban.catalogue.joint_set import JointSet
from tongban.domain.catalogue import Bundle, Catalogue, Delegation, Regime
from tongban.domain.codes import Necessity
from tongban.domain.offers import ReceiptCounts
from tongban.people import demo
from tongban.people.actor import SYSTEM
from tongban.project import travelling, walk
from tongban.project.moving import rate_companies

DAY = date(2026, 3, 2)
NOTHING = "ordinary"
TIANJIN_BODIES = {"11120000MA0TB1153H", "11120000MA0TB125XP"}
"""Of Tianjin, who issue what the haulier holds and offer none of its matters."""


@dataclass(frozen=True)
class World:
    enter: Callable[[], object]
    on: str = NOTHING
    """The world that stood there before."""


@cache
def maritime_set() -> tuple[Catalogue, Bundle, tuple[Delegation, ...]]:
    """Return the maritime bundle as its files have it; they are read once in a run."""
    return files.read_set("maritime")


def maritime_walk(tag: str = "test") -> walk.Walk:
    """Return the walk of a maritime application handed in on 2 March 2026, which tells nobody."""
    kinds, bundle, _ = maritime_set()
    return walk.Walk(kinds, bundle, DAY, tag, lambda sentence: None)


@cache
def relocation_set() -> tuple[Catalogue, Bundle, tuple[Delegation, ...]]:
    return files.read_set("relocation")


def moving() -> None:
    """Companies that can move from Beijing to Tianjin, and ask for their retained input tax there."""
    refund = joint_matters("TB-127")
    walk.prepare(*relocation_set(), now=walk.at(DAY, 8))
    rate_companies(day=DAY, now=walk.at(DAY, 8, 30))
    catalogue_demo.put_in_force(joint_set=refund, tell=lambda sentence: None)


def some_joint_matters() -> JointSet:
    """Four that are certified on the spot, one with questions, one with materials of others."""
    return joint_matters("TB-003", "TB-016", "TB-028", "TB-036", "TB-001", "TB-038")


@cache
def tongbiao() -> JointSet:
    """Return the joint set as its files have it; they are read once in a run."""
    return joint_set.read(name="tongbiao")


@cache
def joint_matters(*matters: str) -> JointSet:
    """Return the joint set with these matters alone, in its first batch."""
    whole = tongbiao()
    batch = whole.batches[0]
    return replace(
        whole,
        standards=tuple(each for each in whole.standards if each.matter in matters),
        implementations=tuple(each for each in whole.implementations if each.matter in matters),
        batches=(replace(batch, draft=replace(batch.draft, matters=matters), widened=None),),
    )


@cache
def matters_of_a_haulier() -> JointSet:
    """Three joint matters that Beijing offers together, and the rules that recognise something for them."""
    matters = ("TB-010", "TB-075", "TB-142")
    whole = joint_matters(*matters)
    return replace(
        whole,
        recognition=tuple(each for each in whole.recognition if set(each.rule.matters) <= set(matters)),
        bundles=tuple(each for each in whole.bundles if each[1].code == "hazardous-haulage"),
    )


def recognise() -> None:
    """A haulier of Tianjin holds certificates of Tianjin, which Beijing recognises."""
    tell, whole = (lambda sentence: None), matters_of_a_haulier()
    demo.load(now=walk.at(DAY, 8))
    catalogue_demo.put_in_force(joint_set=whole, tell=tell)
    catalogue_demo.recognise(joint_set=whole, tell=tell)
    catalogue_demo.load_bundles(whole)
    walk.prepare_issuers({each.body for each in whole.implementations} | TIANJIN_BODIES, now=walk.at(DAY, 8))
    travelling.issue(whole.certificate_types, now=walk.at(DAY, 8))


def offer() -> None:
    """What a haulier asks for in Beijing is taken in in Tianjin and Hebei as well."""
    matters = {"TB-010", "TB-075", "TB-142"}
    offers = tuple(each for each in tongbiao().offers if each.matter in matters)
    listed = Holdings(offers=tuple(replace(each, receipt_counts=ReceiptCounts.AT_ARRIVAL) for each in offers))
    actions.publish(operation="offers", actor=SYSTEM, holdings=listed, now=walk.at(offers[0].from_on, 9))


def offer_to_windows() -> None:
    """Beijing lets halls of Hebei take in its matters, in the modes of the joint set; some are extended to it."""
    whole = tongbiao()
    matters = {each.matter for each in matters_of_a_haulier().standards}
    offers = tuple(each for each in whole.offers if each.matter in matters and each.province == "110000")
    holdings = Holdings(offers=offers, extensions=whole.extensions)
    now = walk.at(DAY, 8)
    actions.publish(operation="world/offers", actor=SYSTEM, holdings=holdings, now=now)
    actions.refresh(operation="world/lists", actor=SYSTEM, now=now)


def join() -> None:
    """A bundle of which Tianjin decides one matter and Beijing the other, which needs the certificate of the first; one
    of its materials may follow.
    """
    _compose({"J-02": "120000", "J-03": "110000"})
    _let_others_take_in(["J-03"], province="110000", at=walk.at(DAY, 7, 30))


def cross() -> None:
    """Each of three regions takes in for the other two; of a bundle each decides one case, one needs another's."""
    decided = {"J-02": "120000", "J-03": "110000", "J-04": "130000"}
    _compose(decided)
    for province in TRANSPORT:
        joint = [matter for matter, region in decided.items() if region == province]
        _let_others_take_in(["TB-010", "TB-075", *joint], province=province, at=walk.at(DAY, 8))


TRANSPORT = {
    "110000": ("11110000MA0TB1030C", "bj-hall"),
    "120000": ("11120000MA0TB1161C", "tj-hall"),
    "130000": ("11130000MA0TB1292C", "he-hall"),
}
"""Of each region who decides on transport, and where one applies to him."""


def _compose(decided: Mapping[str, str]) -> None:
    """Put a bundle in force whose matters are decided in these regions; what is plain may follow."""
    kinds, bundle, _ = two_halls.composed_in_tianjin()
    standards, implementations = {}, {}
    for matter, region in decided.items():
        standard, (body, hall) = kinds.standards[matter], TRANSPORT[region]
        asked = tuple(
            replace(one, necessity=Necessity.DEFERRABLE) if one.material == "PLAIN" else one
            for one in standard.requirements
        )
        standards[matter] = replace(standard, regime=Regime.LICENCE, requirements=asked)
        implementations[matter] = replace(kinds.implementations[matter], region=region, body=body, hall=hall)
    together = replace(kinds, standards=standards, implementations=implementations)
    items = tuple(one for one in bundle.items if one.matter in decided)
    walk.prepare(together, replace(bundle, items=items), (), now=walk.at(DAY, 7))


def _let_others_take_in(matters: Collection[str], *, province: str, at: datetime) -> None:
    (pattern,) = (each for each in tongbiao().offers if (each.matter, each.province) == ("TB-075", "110000"))
    others = tuple(region for region in TRANSPORT if region != province)
    offers = tuple(replace(pattern, matter=matter, province=province, to=others) for matter in matters)
    actions.publish(operation=f"others/{province}", actor=SYSTEM, holdings=Holdings(offers=offers), now=at)


def prepare_to_certify() -> None:
    """Whoever decides the joint matters has a key for certificates."""
    walk.prepare_issuers({each.body for each in some_joint_matters().implementations}, now=walk.at(DAY, 8))


@cache
def the_draft() -> str:
    """Return the id of the draft that stands in `drafted`, where it is filled in."""
    return maritime_walk().draft().id


@cache
def the_application() -> str:
    """Return the id of the application that stands in `submitted` and in all worlds after it, where it is handed in."""
    return maritime_walk().hand_in(Draft.objects.get(pk=the_draft()))


@cache
def the_crowded() -> str:
    """Return the id of the application under review that stands in `crowd_of_applications`, where it is accepted."""
    return crowded.build(maritime_walk("crowded"))


WORLDS: dict[str, World] = {
    NOTHING: World(lambda: None, on=""),
    "demo_people": World(lambda: demo.load(now=walk.at(DAY, 9))),
    "one_standard": World(world.build),
    "two_standards": World(regions_sign.prepare),
    "maritime": World(lambda: walk.prepare(*maritime_set(), now=walk.at(DAY, 8))),
    "joint_matters": World(
        lambda: catalogue_demo.put_in_force(joint_set=some_joint_matters(), tell=lambda sentence: None), on="maritime"
    ),
    "certifying": World(prepare_to_certify, on="joint_matters"),
    "recognised": World(recognise),
    "offered": World(offer, on="recognised"),
    "at_window": World(offer_to_windows, on="recognised"),
    "joined": World(join, on="offered"),
    "crossed": World(cross, on="recognised"),
    "drafted": World(the_draft, on="maritime"),
    "submitted": World(the_application, on="drafted"),
    "confirmed": World(lambda: maritime_walk().confirm(the_application()), on="submitted"),
    "accepted": World(lambda: maritime_walk().accept(the_application()), on="confirmed"),
    "opined": World(lambda: maritime_walk().opinions(the_application()), on="accepted"),
    "walked": World(lambda: maritime_walk().conclude(the_application()), on="opined"),
    "crowd_of_applications": World(the_crowded, on="maritime"),
    "two_halls": World(two_halls.build),
    "moving": World(moving),
}


def world_of(fixtures: Collection[str]) -> str:
    """Return the world in which all stand that are named among a test's fixtures. Raises ValueError without one."""
    named = {name for name in WORLDS if name in fixtures} | {NOTHING}
    for name in named:
        if named <= set(_below(name)):
            return name
    raise ValueError(f"No world holds {sorted(named)}: take one fixture of tests/worlds.py, or one upon another.")


def _below(name: str) -> Iterator[str]:
    while name:
        yield name
        name = WORLDS[name].on
