"""What an applicant does at the node where he applied, about cases that another node has.

There it is an entry that asks (`beats.ask_elsewhere`); here it is done as if he did it here, for that node vouches for
whom it has signed in. What comes of it is told back like everything that happens to the case; a refusal comes back by
itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.casework import form, storage
from tongban.casework.actions import changes, intake, procedures, promises, satisfaction
from tongban.casework.actions.beats import applied_at, open_application, store
from tongban.casework.actions.forwarding import NotUnderstood
from tongban.domain.events import ActAsked, ActRefused, AskedAct, Channel
from tongban.domain.forwarding import NotTheirs
from tongban.journal import queries as journal
from tongban.journal.actions import Answer, NoSuchStream, Operation, action
from tongban.people.actor import SIGNED_IN_AT, SYSTEM, Actor, Party, PartyKind


@dataclass(frozen=True, slots=True)
class Asked:
    """What an applicant does at the node where he applied: which act on which cases, and what he said and gave."""

    act: AskedAct
    cases: tuple[int, ...]
    said: Mapping[str, Any]
    files: Mapping[str, str]


def do(*, operation: str, actor: Actor, application: str, asked: Asked, now: datetime, arrived: datetime) -> None:
    """Do what the applicant asked for at another node, as of when he did (`now`).

    Raises what the act itself does, and NotUnderstood.
    """
    one: dict[str, Any] = {"operation": operation, "actor": actor, "application": application, "now": now}
    case, files, said = asked.cases[0], dict(asked.files), asked.said
    try:
        match asked.act:
            case AskedAct.ANSWER:
                explanations = {int(number): str(words) for number, words in said["explanations"].items()}
                values = _texts(said["values"])
                intake.answer_with(**one, files=files, values=values, explanations=explanations, arrived=arrived)
            case AskedAct.WITHDRAW:
                intake.withdraw(**one, cases=asked.cases, reason=str(said["reason"]))
            case AskedAct.URGE:
                intake.urge(**one, case=case)
            case AskedAct.SUPPLY:
                promises.supply(**one, uploads=files, arriving=True)
            case AskedAct.RATE:
                level, channel = int(said["level"]), Channel(said["channel"])
                satisfaction.rate(**one, case=case, level=level, channel=channel, words=str(said["words"]))
            case AskedAct.CHANGE:
                changes.change(**one, values=_texts(said["values"]))
            case AskedAct.TAKE_BACK:
                promises.take_back(**one, case=case, uploads=files, arriving=True)
            case AskedAct.REPLACE:
                changes.replace_with(**one, files=files)
            case AskedAct.WAIT:
                intake.ask_to_wait(**one, wait=bool(said["wait"]))
            case AskedAct.STATE:
                procedures.make_statement(**one, case=case, text=str(said["text"]))
            case AskedAct.REQUEST_HEARING:
                procedures.request_hearing(**one, case=case)
            case AskedAct.ASK_REPAIR:
                promises.ask_repair(**one, case=case, ground=str(said["ground"]), reason=str(said["reason"]))
    except (LookupError, TypeError, ValueError, AttributeError) as wrong:
        raise NotUnderstood("未办理：对方转交的申请人的请求读不懂。请双方核对程序版本。") from wrong


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    return {str(code): str(text) for code, text in said.items()}


def applicant_of(application: str, *, by: str, at: str) -> Actor:
    """Return the applicant, for whom the node vouches at which he acts: the one where he applied, and no other,
    whatever part of it another one may have.

    Raises NoSuchStream, NotTheirs.
    """
    found = storage.read(application)
    if found is None:
        raise NoSuchStream("没有找到这件申请。请核对申请编号。")
    if at != applied_at(found):
        raise NotTheirs(f"未办理：这件申请不是在{at}提交的，{at}不能替申请人办理。请申请人向收件地区提出。")
    filled = form.unseal(found.form)
    kind = PartyKind.ORGANISATION if found.holder.startswith("org:") else PartyKind.PERSON
    name, number = filled.names.get(found.holder, ""), filled.numbers.get(found.holder, "")
    party = Party(found.holder, kind, name, number, filled.document(found.holder))
    return Actor(id=f"{by}{SIGNED_IN_AT}{at}", name=name, party=party)


@action
def not_done(*, operation: Operation, actor: Actor, application: str, entry: int, words: str, now: datetime) -> Answer:
    """Learn that the other node did not do what the applicant asked for by that entry, and why."""
    stream, before = open_application(application, operation)
    asked = next(one.event for one in journal.entries(stream.id, after=entry - 1))
    assert isinstance(asked, ActAsked)  # its message was made from it
    refused = ActRefused(asked.act, asked.to, asked.cases, words, now)
    answer = {"act": asked.act.value}
    store(stream, before, [refused], now=now, answer=answer, actors=[SYSTEM.id])
    return answer
