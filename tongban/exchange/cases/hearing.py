"""What does this node do with what others tell of an application? Nothing of it is believed before it is checked."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tongban.casework import storage as casework
from tongban.casework.actions import asked as forwarded
from tongban.casework.actions import forwarding
from tongban.casework.actions.asked import Asked
from tongban.casework.actions.beats import applied_at
from tongban.casework.actions.forwarding import Arrived, Told
from tongban.catalogue import actions as catalogue
from tongban.catalogue import here
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.actions import StandardDiffers
from tongban.crypto import base64url
from tongban.domain import events as kernel
from tongban.domain.envelope import Message
from tongban.domain.events import AT, ApplicationSubmitted, AskedAct, DocumentIssued
from tongban.domain.forwarding import NotTheirs
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.domain.trust import read_instant
from tongban.exchange import attachments, heard, inbox, peers
from tongban.exchange.cases.types import ASKED, HANDED_OVER, RECALLED, TOLD, files_of, is_open, replaced
from tongban.exchange.models import Peer, Stored
from tongban.keys import actions as keys
from tongban.people import queries as people
from tongban.people.actor import node

HALL = "hall:"
LONGEST_ACTOR = 79
"""With the name of its node it has room in the journal."""
ACTOR = re.compile(r"[!-~]+( for [!-~]+)?")
ACCOUNT = re.compile(r"account:[0-9a-zA-Z-]{1,60}")
"""Who acts where he applied: whoever is signed in there. No name of a node may hide in it."""
LONGEST_REASON = 2000
PARTY = re.compile(r"(org|person):[0-9A-Za-z-]{1,50}")
"""Under whose data key something personal may stand."""


class NotReadable(Refused):
    """A message about a case that is not in its form."""

    code = "not_readable"


class OutOfOrder(Refused):
    """What comes behind something of the same application that was refused and has not been told again."""

    code = "out_of_order"


def hear_of_case(message: Message, body: Any, now: datetime) -> None:
    """Append what a peer tells, and take over what it hands over. Raises Refused."""
    handed = message.type == HANDED_OVER
    members = {"application", "entries", "files", *(("cases", "turn", "reason", "bundle") if handed else ())}
    _demand(isinstance(body, dict) and body.keys() == members)
    application, entries = body["application"], body["entries"]
    _demand(_is_id(application) and isinstance(entries, list) and isinstance(body["files"], list))
    peer = Peer.objects.get(pk=message.source)
    bundle = None
    if handed:
        _demand_cases(body)
        bundle = catalogue.take_bundle(body["bundle"], now=now) if body["bundle"] is not None else None
    cases = tuple(body["cases"]) if handed else ()
    read = _read(entries)
    _demand({digest for one in read for digest, _ in files_of(one.event)}.issuperset(_named(body)))
    _demand_own_papers(peer, application, [one.event for one in read])
    named = body["bundle"]["body"]["bundle"]["code"] if bundle else ""
    told = tuple(Told(_here(one.event, named, bundle, cases), f"{peer.name}{AT}{one.actor}") for one in read)
    forwarding.receive(
        operation=f"told/{message.id}",
        actor=node(peer.name),
        application=application,
        prepared=Arrived(
            sender=peer.name,
            regions=peers.regions(peer),
            told=told,
            cases=cases,
            turn=body["turn"] if handed else 0,
            reason=_reason(body["reason"], application) if handed else None,
        ),
        now=now,
    )
    if not bundle:
        _demand_in_order(message, application)
    _want(peer.name, application, body["files"], now)


def _demand_in_order(message: Message, application: str) -> None:
    """Refuse what comes behind a part that was refused, until that is told again: entries keep their order.

    Raises OutOfOrder.
    """
    beginning = f"application:{application}:"
    known = Stored.objects.filter(peer_id=message.source, type__in=(TOLD, HANDED_OVER), subject__startswith=beginning)
    batch = [row for row in inbox.before() if row.subject.startswith(beginning)]
    if not any(row.refused_code for row in batch) and not known.exclude(refused_code="").exists():
        return
    refused: dict[str, bool] = {}
    for row in [*known.order_by("sequence"), *batch]:
        if row.type == TOLD:
            refused[row.subject] = bool(row.refused_code)
        elif row.type == HANDED_OVER and not row.refused_code:
            # What was told before the application was here came again with it.
            refused.clear()
    missing = [subject for subject, wanting in refused.items() if wanting]
    if missing and (message.type, message.subject) != (TOLD, missing[0]):
        raise OutOfOrder("未接收：这件申请此前的经过被拒收，还没有重新告知。请先用 tongban node tell 重新告知。")


def _demand_own_papers(peer: Peer, application: str, told: Sequence[kernel.Event]) -> None:
    """Refuse papers in the name of another region's authority; of those of others tells the node where he applied.

    Raises NotTheirs.
    """
    papers = [event for event in told if isinstance(event, DocumentIssued)]
    if not papers:
        return
    found = casework.read(application)
    hub = found is None or applied_at(found) == peer.name
    regions = _regions_of({event.body for event in papers})
    for event in papers:
        region = regions.get(event.body, "")
        foreign = bool(region) and not peers.speaks_for(peer, region)
        if foreign and (not hub or here.speaks_for(region)):
            raise NotTheirs(f"未接收：{event.title}以其他地区机关的名义出具，不由{peer.name}发送。请双方核对。")


def _regions_of(names: Collection[str]) -> dict[str, str]:
    """Return the regions of those departments and halls that are known here, by how documents name them."""
    halls = {name.removeprefix(HALL) for name in names if name.startswith(HALL)}
    found = {uscc: one.region for uscc, one in people.departments(usccs=names).items()}
    return found | {HALL + code: one.region for code, one in people.halls(codes=halls).items()}


def _reason(said: Any, application: str) -> Sealed | None:
    """Seal why cases are handed over under the key of whom they are about; what comes for the first time says none."""
    if said is None:
        return None
    _demand(isinstance(said, str) and 0 < len(said) <= LONGEST_REASON)
    found = casework.read(application)
    _demand(found is not None)
    assert found is not None
    return keys.seal(person=found.holder, plaintext=said.encode())


def _want(peer: str, application: str, named: list[Any], now: datetime) -> None:
    """Have the files fetched that a message speaks of. Raises BadWish."""
    if named:
        found = casework.read(application)
        assert found is not None  # what the message tells of it was stored
        wishes = [attachments.read(one, party=found.holder) for one in named]
        attachments.want(source=peer, files=wishes, now=now)


def hear_act(message: Message, body: Any, now: datetime) -> None:
    """Do what the applicant asked for where he applied, as of when he did. Raises Refused."""
    members = {"application", "act", "cases", "said", "by", "at", "places", "files"}
    _demand(isinstance(body, dict) and body.keys() == members and _is_id(body["application"]))
    _demand(body["act"] in set(AskedAct) and isinstance(body["by"], str) and bool(ACCOUNT.fullmatch(body["by"])))
    _demand(_are_cases(body["cases"]) and isinstance(body["said"], dict) and isinstance(body["files"], list))
    _demand(isinstance(body["places"], dict) and all(isinstance(digest, str) for digest in body["places"].values()))
    _demand(_named(body) == set(body["places"].values()))
    forwarded.do(
        operation=f"told/{message.id}",
        actor=forwarded.applicant_of(body["application"], by=body["by"], at=message.source),
        application=body["application"],
        asked=Asked(AskedAct(body["act"]), tuple(body["cases"]), body["said"], body["places"]),
        now=heard.as_of(message.source, _instant(body["at"]), now=now),
        arrived=now,
    )
    _want(message.source, body["application"], body["files"], now)


def _instant(said: Any) -> datetime:
    try:
        return read_instant(said).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise NotReadable("未接收：申请人办理的时间读不懂。请双方核对程序版本。") from wrong


def _named(body: Mapping[str, Any]) -> set[str]:
    """Return the digests of the files that come with a message. Raises NotReadable."""
    digests: list[Any] = [one.get("digest") if isinstance(one, dict) else None for one in body["files"]]
    _demand(all(isinstance(digest, str) for digest in digests))
    return set(digests)


def hear_recall(message: Message, body: Any, now: datetime) -> None:
    """Give cases back that nobody here has acted on. Raises Refused."""
    _demand(isinstance(body, dict) and body.keys() == {"application", "cases", "turn"} and _is_id(body["application"]))
    _demand_cases(body)
    forwarding.give_back(
        operation=f"told/{message.id}",
        actor=node(message.source),
        application=body["application"],
        cases=tuple(body["cases"]),
        peer=message.source,
        turn=body["turn"],
        now=now,
    )


def _here(event: kernel.Event, named: str, bundle: tuple[str, int] | None, cases: Sequence[int]) -> kernel.Event:
    """Return an event as it is written here: the bundle `named` there has this node's code and number, and the hall is
    that of its cases.
    """
    if not isinstance(event, ApplicationSubmitted):
        return event
    if bundle is None or event.plan.bundle != named:
        raise StandardDiffers("未接收：移交的申请没有带上所依据的事项目录。请双方核对程序版本。")
    kinds, _ = catalogue_queries.catalogue_of(*bundle)
    own = [case.matter for case in event.plan.cases if case.index in cases]
    _demand(bool(own) and set(own) <= kinds.implementations.keys())
    offered = kinds.implementations[own[0]]
    plan = replace(event.plan, bundle=bundle[0], bundle_version=bundle[1])
    return replace(event, plan=plan, region=offered.region, hall=offered.hall)


def _read(entries: Sequence[Any]) -> list[Told]:
    """Read entries strictly and seal what is personal under this node's keys. Raises NotReadable."""
    for one in entries:
        _demand(isinstance(one, dict) and one.keys() == {"actor", "type", "version", "event"})
        _demand(isinstance(one["actor"], str) and len(one["actor"]) <= LONGEST_ACTOR)
        _demand(bool(ACTOR.fullmatch(one["actor"])))
    open_parts: list[Any] = []
    for one in entries:
        replaced(one["event"], is_open, open_parts.append)
    try:
        texts = [(part["person"], base64url.decode(part["opened"])) for part in open_parts]
        _demand(all(PARTY.fullmatch(person) for person, _ in texts))
        sealed = iter(keys.seal_many(texts))
        return [_event(one, sealed) for one in entries]
    except (LookupError, TypeError, ValueError, AttributeError) as wrong:
        raise NotReadable(f"未接收：办件经过读不懂（{type(wrong).__name__}）。请双方核对程序版本。") from wrong


def _event(one: Mapping[str, Any], sealed: Iterator[Sealed]) -> Told:
    body = replaced(one["event"], is_open, lambda part: _plain(next(sealed)))
    return Told(kernel.decode_strictly(one["type"], one["version"], body), one["actor"])


def _plain(sealed: Sealed) -> dict[str, str]:
    return {"person": sealed.person, "ciphertext": sealed.ciphertext}


def _demand(true: bool) -> None:
    if not true:
        raise NotReadable("未接收：办件消息的内容不全或有多余。请双方核对程序版本。")


def _demand_cases(body: Mapping[str, Any]) -> None:
    _demand(_are_cases(body["cases"]) and type(body["turn"]) is int and body["turn"] > 0)


def _are_cases(cases: Any) -> bool:
    listed = isinstance(cases, list) and bool(cases) and all(type(index) is int and index > 0 for index in cases)
    return listed and len(set(cases)) == len(cases)


def _is_id(text: Any) -> bool:
    try:
        return isinstance(text, str) and str(uuid.UUID(text)) == text
    except ValueError:
        return False


HANDLERS = {HANDED_OVER: hear_of_case, TOLD: hear_of_case, RECALLED: hear_recall, ASKED: hear_act}
