"""Three sovereign nodes: each publishes for its region, signs with its own key, and ends with the same catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker, Settings

from tests.catalogue import regions_sign as three
from tests.catalogue.regions_sign import CODE, IN_FORCE_ON, LATER, NOW, TIANJIN
from tests.exchange.federation import REGIONS
from tests.exchange.sovereigns import Federation, federated
from tests.own_database import connected_to
from tests.stores import Store
from tests.worlds import joint_matters
from tongban.catalogue import actions, joint, joint_set, models, storage
from tongban.catalogue import demo as catalogue_demo
from tongban.catalogue.actions import Holdings
from tongban.catalogue.actions.elsewhere import LedElsewhere
from tongban.catalogue.here import SpokenForElsewhere
from tongban.crypto import profiles
from tongban.domain.batch import NotNow
from tongban.exchange.models import Stored, Waiting, Written
from tongban.exchange.standards import telling, types
from tongban.journal import queries as journal
from tongban.keys import actions as keys
from tongban.keys.models import SigningKey
from tongban.people import demo
from tongban.people.actor import SYSTEM


@pytest.fixture(scope="module")
def people_template(store: Store, template: str, django_db_blocker: DjangoDbBlocker) -> str:
    """A database with the demo's people and places, and nothing else."""
    store.copy(template, "people_template")
    with django_db_blocker.unblock(), connected_to(store.url("people_template")):
        demo.load(now=NOW)
        for region in REGIONS.values():
            keys.ensure_root(region=region, name=region, algorithm=profiles.for_profile("sm"), now=NOW)
    return "people_template"


@pytest.fixture
def nodes(
    store: Store,
    people_template: str,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Federation]:
    about: Any = {"settings": settings, "monkeypatch": monkeypatch, "blocker": django_db_blocker}
    with federated(store, people_template, tmp_path, REGIONS, now=NOW, **about) as made:
        yield made


def publish(region: str, *, standards: bool = False, **about: Any) -> None:
    """Publish what one region says; `standards`: the joint ones as well."""
    holdings = Holdings(
        standards=tuple(three.standard(matter, **about) for matter in three.MATTERS) if standards else (),
        implementations=tuple(one for one in three.implementations() if one.region == region),
    )
    actions.publish(operation=three.operation(), actor=SYSTEM, holdings=holdings, now=NOW)


@pytest.fixture
def published(nodes: Federation) -> Federation:
    """Tianjin proposes two joint standards; every region publishes who implements them; Hebei records the agreement."""
    with nodes.at("tianjin"):
        publish(TIANJIN, standards=True)
    nodes.deliver()
    for name in ("beijing", "hebei"):
        with nodes.at(name):
            publish(REGIONS[name])
    with nodes.at("hebei"):
        actions.record_agreement(
            operation=three.operation(), actor=three.who("shenyue"), agreement=three.agreement(), now=NOW
        )
    nodes.deliver()
    return nodes


def settle(nodes: Federation) -> None:
    """Let what waits for a newer list of keys come to its end too: a peer is asked for one once a minute."""
    nodes.deliver()
    nodes.now += timedelta(minutes=2)
    nodes.deliver()


def on_all(nodes: Federation, look: Callable[[], Any]) -> Any:
    """Return what all nodes answer alike."""
    answers = []
    for name in nodes.nodes:
        with nodes.at(name):
            answers.append(look())
    assert answers == [answers[0]] * len(answers)
    return answers[0]


def versions() -> list[Any]:
    """Everything that is kept by version, as it says it."""
    found: list[Any] = []
    for model in (models.Standard, models.Implementation, models.Offer, models.Extension, models.Reform):
        found += sorted(str((row, row.digest, row.in_force_at)) for row in model._default_manager.all())
    return found


def refused(nodes: Federation) -> list[tuple[str, str]]:
    """What any node refused."""
    found: list[tuple[str, str]] = []
    for name in nodes.nodes:
        with nodes.at(name):
            found += Stored.objects.exclude(refused_code="").values_list("type", "refused_words")
    return found


def test_what_each_region_publishes_is_the_same_on_all_three(published: Federation) -> None:
    rows = on_all(published, versions)

    assert (len(rows), refused(published)) == (2 + 6, [])


def sign_at(nodes: Federation, name: str, digest: str) -> None:
    with nodes.at(name):
        three.sign_off(REGIONS[name], digest)
        three.sign(REGIONS[name], digest)


def seen() -> Any:
    """How the batch stands: its life, numbers and days, and the spans of its standards."""
    batch = joint.read_batch(CODE)
    assert batch is not None
    acts = [(act.digest, act.number, act.takes_effect_on, act.completed_at, act.recalled) for act in batch.acts]
    spans = {matter: sorted(map(str, spans)) for matter, spans in storage.spans_of(three.MATTERS).items()}
    return three.state(today=LATER + timedelta(days=60)).life.value, acts, spans


@pytest.mark.parametrize("order", [("tianjin", "beijing", "hebei"), ("hebei", "beijing", "tianjin")])
def test_a_batch_signed_on_three_nodes_is_in_force_on_all_three(published: Federation, order: tuple[str, ...]) -> None:
    with published.at("hebei"):
        digest = three.propose()
    published.deliver()

    for name in order:
        sign_at(published, name, digest)
    settle(published)

    life, acts, spans = on_all(published, seen)
    assert (life, acts[0][:3]) == ("in_force", (digest, "同标〔2026〕TB-2026-01号", IN_FORCE_ON))
    assert all(f"batch='{CODE}'" in str(of_matter) for of_matter in spans.values())
    assert refused(published) == []


def test_one_node_leads_a_batch_through_recall_issue_and_withdrawal(published: Federation) -> None:
    with published.at("hebei"):
        first = three.propose()
    published.deliver()
    with published.at("beijing"), pytest.raises(LedElsewhere, match="由节点 hebei 牵头"):
        recall("gumingyuan")
    with published.at("beijing"), pytest.raises(SpokenForElsewhere, match="地区 120000 由该地区的节点办理"):
        three.sign_off(TIANJIN, first)
    with published.at("hebei"):
        recall("shenyue")
        digest = three.propose()
    published.deliver()
    for name in ("hebei", "beijing"):
        sign_at(published, name, digest)
    with published.at("hebei"), pytest.raises(NotNow, match="本地区已经签署，各地可能已经签齐"):
        recall("shenyue")
    sign_at(published, "tianjin", digest)
    settle(published)
    with published.at("hebei"):
        withdrawn = actions.withdraw_batch(
            operation=three.operation(), actor=three.who("shenyue"), code=CODE, withdrawn_on=LATER, now=NOW
        )
    published.deliver()
    for name in REGIONS:
        sign_at(published, name, str(withdrawn["digest"]))
    settle(published)

    life, acts, spans = on_all(published, seen)

    assert (life, [act[1] for act in acts]) == (
        "withdrawn",
        ["", "同标〔2026〕TB-2026-01之2号", "同标〔2026〕TB-2026-01之3号"],
    )
    assert all("2026, 6, 1" in str(of_matter) for of_matter in spans.values())
    assert on_all(published, lambda: journal.soundness().replay_faults) == ()
    assert (refused(published), on_all(published, Waiting.objects.count)) == ([], 0)
    # Nobody has a key of another region, and what was told is not told again.
    for name, region in REGIONS.items():
        with published.at(name):
            owners = SigningKey.objects.filter(purpose="batch").values_list("owner", flat=True)
            assert list(owners) == [f"region:{region}"]
            for peer in REGIONS.keys() - {name}:
                # Places where nothing of this is decided were told by nobody so far.
                told = telling.tell_all(to=peer, now=published.now)
                assert (told > 0, telling.tell_all(to=peer, now=published.now)) == (True, 0)
                new = Written.objects.filter(peer_id=peer).order_by("-sequence")[:told]
                assert {row.type for row in new} <= {types.of("department"), types.of("hall")}


def recall(username: str) -> None:
    actions.recall_proposal(
        operation=three.operation(), actor=three.who(username), code=CODE, reason="内容有误。", now=NOW
    )


def test_what_was_refused_is_told_again_when_somebody_asks(published: Federation) -> None:
    with published.at("hebei"):
        telling.tell_all(to="tianjin", now=published.now)
        refused_there = Written.objects.filter(peer_id="tianjin", type=types.of("implementation"))
        refused_there.update(refused_code="failed_here")
        again = telling.tell_all(to="tianjin", now=published.now)
        and_again = telling.tell_all(to="tianjin", now=published.now)
    published.deliver()

    assert (again, and_again) == (len(three.MATTERS), 0)
    assert (len(on_all(published, versions)), refused(published)) == (2 + 6, [])


def test_the_stewards_of_the_demo_sign_once_everything_that_is_offered_is_known(nodes: Federation) -> None:
    (issued,) = (whole := joint_matters("TB-001", "TB-003")).batches
    widened = joint_set.read(name="tongbiao").batches[0].widened
    some = replace(whole, batches=(replace(issued, widened=widened),), recognition=(), bundles=())
    for name in nodes.nodes:
        with nodes.at(name):
            catalogue_demo.put_in_force(joint_set=catalogue_demo.kept_here(some), tell=lambda sentence: None)
    nodes.nodes["hebei"].away = True
    nodes.deliver()
    with nodes.at("beijing"):
        assert catalogue_demo.go_on(joint_set=some) == catalogue_demo.Level(0, 1, done=False)
        assert joint.read_batch(issued.code) is None, "without Hebei's bodies"
    nodes.nodes["hebei"].away = False
    nodes.now += timedelta(minutes=10)

    for _ in range(6):
        settle(nodes)
        levels = []
        for name in nodes.nodes:
            with nodes.at(name):
                levels.append(catalogue_demo.go_on(joint_set=some))

    assert levels == [catalogue_demo.Level(1, 1, done=True)] * 3
    assert on_all(nodes, lambda: len(joint.read_batches()[0].completed)) == 2
