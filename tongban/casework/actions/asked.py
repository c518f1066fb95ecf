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

SAID: Mapping[AskedAct, Mapping[str, type]] = {
    AskedAct.ANSWER: {"values": dict, "explanations": dict},
    AskedAct.WITHDRAW: {"reason": str},
    AskedAct.URGE: {},
    AskedAct.SUPPLY: {},
    AskedAct.RATE: {"level": int, "channel": str, "words": str},
    AskedAct.CHANGE: {"values": dict},
    AskedAct.TAKE_BACK: {},
    AskedAct.REPLACE: {},
    AskedAct.WAIT: {"wait": bool},
    AskedAct.STATE: {"text": str},
    AskedAct.REQUEST_HEARING: {},
    AskedAct.ASK_REPAIR: {"ground": str, "reason": str},
}
"""What is said with each act, beside its files; in a dict there are texts by name."""

_NOT_READ = "未办理：对方转交的申请人的请求读不懂。请双方核对程序版本。"


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
    late = one | {"arrived": arrived}
    case, files, said = asked.cases[0], dict(asked.files), _strictly(asked)
    try:
        match asked.act:
            case AskedAct.ANSWER:
                explanations = {int(number): words for number, words in said["explanations"].items()}
                intake.answer_with(**late, files=files, values=said["values"], explanations=explanations)
            case AskedAct.WITHDRAW:
                intake.withdraw(**late, cases=asked.cases, reason=said["reason"])
            case AskedAct.URGE:
                intake.urge(**one, case=case)
            case AskedAct.SUPPLY:
                promises.supply(**late, uploads=files)
            case AskedAct.RATE:
                level, channel = said["level"], Channel(said["channel"])
                satisfaction.rate(**one, case=case, level=level, channel=channel, words=said["words"])
            case AskedAct.CHANGE:
                changes.change(**late, values=said["values"])
            case AskedAct.TAKE_BACK:
                promises.take_back(**late, case=case, uploads=files)
            case AskedAct.REPLACE:
                changes.replace_with(**late, files=files)
            case AskedAct.WAIT:
                intake.ask_to_wait(**late, wait=said["wait"])
            case AskedAct.STATE:
                procedures.make_statement(**one, case=case, text=said["text"])
            case AskedAct.REQUEST_HEARING:
                procedures.request_hearing(**late, case=case)
            case AskedAct.ASK_REPAIR:
                promises.ask_repair(**late, case=case, ground=said["ground"], reason=said["reason"])
    except (LookupError, TypeError, ValueError, AttributeError) as wrong:
        raise NotUnderstood(_NOT_READ) from wrong


def _strictly(asked: Asked) -> dict[str, Any]:
    """Return what is said with an act, nothing more or less than belongs to it. Raises NotUnderstood."""
    said, kinds = dict(asked.said), SAID[asked.act]
    right = said.keys() == kinds.keys() and all(type(said[name]) is kind for name, kind in kinds.items())
    texts = (text for name in said.keys() & {"values", "explanations"} if right for text in said[name].values())
    if not right or not all(isinstance(text, str) for text in texts):
        raise NotUnderstood(_NOT_READ)
    return said


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
