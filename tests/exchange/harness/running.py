"""How does a run go? People hand cases over while everything fails that can; then all is healed, and all is counted.

Whatever fails is drawn by the seed. What the processes of the nodes make of it is not: they run as they are scheduled,
so that a seed leads to the same misfortunes but not to the same instants.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.core.management import call_command

from tests.exchange.federation import PEOPLE, SERVER, WORKER, Federation, Member
from tests.exchange.harness import agreement, cases
from tests.exchange.harness.links import Fault
from tongban.exchange.cases.types import ASKED, RECALLED

TWO_DAYS = timedelta(days=2)
RIGHTLY_REFUSED: Mapping[str, Collection[str]] = {
    cases.HANDED: (cases.NotWanted.code,),
    RECALLED: ("not_handed",),
    ASKED: ("not_here", "not_now", "urged_already", "already_given"),
}
"""As what a message may be refused that asks for what cannot be any more."""


class Misfortune(StrEnum):
    """What may happen to a node."""

    NODE_KILLED = "node killed"
    SERVER_KILLED = "server killed"
    WORKER_KILLED = "worker killed"
    LINK_CUT = "link cut"
    DISK_FULL = "disk full"
    CLOCK_WRONG = "clock wrong by two days"
    KEY_ROTATED = "keys rotated"


@dataclass(frozen=True)
class Plan:
    """How long a run is: so many messages at least, and each kind of fault so often at least.

    `misfortunes` are what happens to nodes, `kinds` what happens to requests, which happens anew until it is enough.
    """

    seed: int
    messages: int
    least: int
    misfortunes: tuple[Misfortune, ...] = tuple(Misfortune)
    kinds: tuple[Fault, ...] = tuple(Fault)
    cases: int = 40
    applications: int = 0
    """So many are handed in at each node."""
    closed_share: float = 0.7
    """How many of them are to be at their end before all is healed."""
    share: float = 0.35
    rests: tuple[float, float] = (0.05, 0.3)
    patience: float = 100.0
    """Seconds within which everything must have happened."""
    settling: float = 100.0
    """Seconds within which everything must have arrived, once all is healed."""


@dataclass
class Report:
    """What a run did, and what it found afterwards."""

    faults: Counter[str]
    messages: int = 0
    applications: int = 0
    crossed: int = 0
    """Applications of which more than one node knows."""
    closed: int = 0
    certificates: int = 0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def lines(self) -> list[str]:
        kinds = [f"{kind:<24} {self.faults[kind]:>6}" for kind in (*Misfortune, *Fault)]
        counts = {"applications": self.applications, "of several nodes": self.crossed, "closed": self.closed}
        counts |= {"certificates": self.certificates}
        counts |= {"messages": self.messages, "of these refused": self.refused, "lost": self.lost}
        counts |= {"doubled": self.doubled, "problems": len(self.problems), "seconds": round(self.seconds)}
        return [*kinds, *(f"{name:<24} {count:>6}" for name, count in counts.items()), *self.problems]


def run(nodes: Federation, plan: Plan) -> Report:
    """Let everything go wrong, heal it, and look at what is there."""
    began = time.monotonic()
    report = Report(nodes.seen)
    _begin(nodes, plan)
    _suffer(nodes, plan, report)
    for name, member in nodes.members.items():
        if not _are_there(member):
            report.problems.append(f"the people of {name} went away: {member.log}")
        member.kill(PEOPLE)
    nodes.heal()
    _settle(nodes, plan, report)
    _reconcile(nodes, report)
    nodes.stop()
    _look(nodes, report)
    report.seconds = time.monotonic() - began
    return report


def _begin(nodes: Federation, plan: Plan) -> None:
    for name, member in nodes.members.items():
        member.do(cases.begin, plan.cases)
        member.acting = cases.live
        member.arguments = (tuple(nodes.others(name)), f"{plan.seed} {name}", plan.rests, plan.applications)
        member.start()
    for member in nodes.members.values():
        member.wait_until_it_answers()
    for link in nodes.links.values():
        link.share, link.kinds = plan.share, plan.kinds


def _suffer(nodes: Federation, plan: Plan, report: Report) -> None:
    """Let as much go wrong as is planned, at all nodes at once, until enough has been written meanwhile."""
    deck = [one for one in plan.misfortunes for _ in range(plan.least)]
    random.Random(plan.seed).shuffle(deck)
    hands = {name: deck[place :: len(nodes.members)] for place, name in enumerate(nodes.members)}
    failed: list[BaseException] = []
    threads = [
        threading.Thread(target=_endure, args=(nodes, member, hands[name], plan.seed, failed))
        for name, member in nodes.members.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    until = time.monotonic() + plan.patience
    while not _is_enough(nodes, plan):
        if time.monotonic() > until or not all(_are_there(member) for member in nodes.members.values()):
            report.problems += ["not enough has happened in time", *_standings(nodes)]
            return
        time.sleep(0.2)


def _is_enough(nodes: Federation, plan: Plan) -> bool:
    closed = plan.applications * len(nodes.members) * plan.closed_share
    failed = all(nodes.seen[kind] >= plan.least for kind in plan.kinds)
    return failed and _written(nodes) >= plan.messages and len(_closed(nodes)) >= closed


def _are_there(member: Member) -> bool:
    return member.running[PEOPLE].poll() is None


def _endure(nodes: Federation, member: Member, hand: list[Misfortune], seed: int, failed: list[BaseException]) -> None:
    dice = random.Random(f"{seed} {member.name} fate")
    try:
        for one in hand:
            time.sleep(dice.uniform(0.0, 0.3))
            HAPPEN[one](nodes, member, dice)
            nodes.seen[one] += 1
    except BaseException as error:  # a thread tells nobody; the run does
        failed.append(error)


# --- what happens to a node -------------------------------------------------------------------------------------------


def _kill(*programs: str) -> Callable[[Federation, Member, random.Random], None]:
    def happen(nodes: Federation, member: Member, dice: random.Random) -> None:
        member.kill(*programs)
        time.sleep(dice.uniform(0.0, 0.4))
        member.start(*programs)

    return happen


def _cut(nodes: Federation, member: Member, dice: random.Random) -> None:
    link = nodes.links[member.name, dice.choice(nodes.others(member.name))]
    link.cut = True
    time.sleep(dice.uniform(0.2, 0.8))
    link.cut = False


def _fill_disk(nodes: Federation, member: Member, dice: random.Random) -> None:
    with member.full_disk():
        time.sleep(dice.uniform(0.2, 0.8))


def _set_clock_wrong(nodes: Federation, member: Member, dice: random.Random) -> None:
    member.set_clock_wrong(dice.choice((-TWO_DAYS, TWO_DAYS)))
    time.sleep(dice.uniform(0.5, 1.0))
    member.set_clock_wrong(timedelta())


def _rotate(nodes: Federation, member: Member, dice: random.Random) -> None:
    member.do(call_command, "node_rotate")
    # The next keys count by then, and may be followed by others.
    time.sleep(1.2)


HAPPEN: Mapping[Misfortune, Callable[[Federation, Member, random.Random], None]] = {
    Misfortune.NODE_KILLED: _kill(SERVER, WORKER, PEOPLE),
    Misfortune.SERVER_KILLED: _kill(SERVER),
    Misfortune.WORKER_KILLED: _kill(WORKER),
    Misfortune.LINK_CUT: _cut,
    Misfortune.DISK_FULL: _fill_disk,
    Misfortune.CLOCK_WRONG: _set_clock_wrong,
    Misfortune.KEY_ROTATED: _rotate,
}


# --- afterwards -------------------------------------------------------------------------------------------------------


def _written(nodes: Federation) -> int:
    return sum(one.ask("SELECT sum(sequence) FROM exchange_outgoing")[0][0] for one in nodes.members.values())


def _closed(nodes: Federation) -> set[str]:
    question = "SELECT id FROM casework_application WHERE closed_at IS NOT NULL"
    return {id for member in nodes.members.values() for (id,) in member.ask(question)}


def _settle(nodes: Federation, plan: Plan, report: Report) -> None:
    """Wait until everything has arrived and nothing is on its way any more."""
    until = time.monotonic() + plan.settling
    while time.monotonic() < until:
        if _settled(nodes):
            # A worker may just have told of another checkpoint.
            for member in nodes.members.values():
                member.kill(WORKER)
            if _settled(nodes):
                return
            for member in nodes.members.values():
                member.start(WORKER)
        time.sleep(0.2)
    report.problems += _standings(nodes)


def _settled(nodes: Federation) -> bool:
    asks = {name: member.ask for name, member in nodes.members.items()}
    waiting = sum(ask("SELECT sum(sequence - receipted) FROM exchange_outgoing")[0][0] for ask in asks.values())
    return not waiting and not cases.unsettled(asks)


def _reconcile(nodes: Federation, report: Report) -> None:
    """Let each pair compare what went between them, as they do every day."""
    for one, other in nodes.links:
        if one < other:
            said = nodes.members[one].node.run("node", "reconcile", other, "--json", demand=False)
            if said.startswith("{"):
                compared, _ = json.JSONDecoder().raw_decode(said)
                differing = [line for line in compared["lines"] if line["difference"]]
                report.problems += [f"{one} and {other} do not say the same: {line}" for line in differing]
            else:
                report.problems.append(f"{one} and {other} do not reconcile: {said}")


def _standings(nodes: Federation) -> list[str]:
    question = "SELECT peer_id, sequence, receipted, stopped_because, failure, due_at FROM exchange_outgoing"
    waiting = [f"{name} still waits: {row}" for name, member in nodes.members.items() for row in member.ask(question)]
    return waiting + cases.unsettled({name: member.ask for name, member in nodes.members.items()})


def _look(nodes: Federation, report: Report) -> None:
    asks = {name: member.ask for name, member in nodes.members.items()}
    report.messages = _written(nodes)
    report.lost, report.doubled = cases.lost_and_doubled(asks)
    report.problems += [f"{number} is not in one place" for number in cases.misplaced(asks)]
    told = {name: _told(member) for name, member in nodes.members.items()}
    report.problems += agreement.problems(told)
    _count(told, report)
    for (one, other), _ in nodes.links.items():
        report.problems += _unlike(one, other, asks[one], asks[other])
    for name, member in nodes.members.items():
        _look_at_refused(member, report)
        verified = json.loads(member.node.run("journal", "verify", "--peers", "--json", demand=False).splitlines()[0])
        report.problems += [f"{name}: {fault}" for fault in verified["faults"]]
        report.problems += [] if verified["checkpoints"] else [f"{name} has no checkpoints"]


def _look_at_refused(member: Member, report: Report) -> None:
    columns = "type, refused_code, refused_words"
    question = f"SELECT {columns}, count(*) FROM exchange_stored WHERE refused_code != '' GROUP BY {columns}"
    for kind, code, words, times in member.ask(question):
        report.refused += times
        if code not in RIGHTLY_REFUSED.get(kind, ()):
            report.problems.append(f"{member.name} refused {kind}: {words}")


def _count(told: Mapping[str, Mapping[str, Any]], report: Report) -> None:
    known = {one: said for node in told.values() for one, said in node.items()}
    report.applications = len(known)
    report.crossed = sum(sum(one in node for node in told.values()) > 1 for one in known)
    report.closed = sum(one["closed"] != "None" for one in known.values())
    report.certificates = len({name for node in told.values() for one in node.values() for name in one["certificates"]})


def _told(member: Member) -> dict[str, Any]:
    file = member.node.folder / "told.json"
    member.do(agreement.tell, str(file))
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return told


def _unlike(one: str, other: str, ask_one: cases.Ask, ask_other: cases.Ask) -> list[str]:
    """Say where two nodes have not the same messages in the same order, with the receipt for all of them."""
    columns = "sequence, digest, refused_code"
    sent = ask_one(f"SELECT {columns} FROM exchange_written WHERE peer_id = ? ORDER BY sequence", other)
    came = ask_other(f"SELECT {columns} FROM exchange_stored WHERE peer_id = ? ORDER BY sequence", one)
    ((sequence, receipted, digest, receipt),) = ask_one(
        "SELECT sequence, receipted, digest, receipt FROM exchange_outgoing WHERE peer_id = ?", other
    )
    ((stored, at),) = ask_other("SELECT sequence, digest FROM exchange_incoming WHERE peer_id = ?", one)
    receipt_of = json.loads(receipt)["receipt"] if receipt else {}
    agree = {
        "messages": sent == came,
        "ways": (sequence, digest) == (stored, at) and sequence == receipted,
        "receipts": not sequence or receipt_of.get("digest") == digest,
    }
    return [f"{one} and {other} disagree about {what}" for what, same in agree.items() if not same]
