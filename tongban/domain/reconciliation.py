"""Do two nodes say the same of what went between them?

Each node says how it stands with the other (往来对账): what it has written and had receipted, what it has stored, what
was refused, which files it still waits for, and what else the rooms keep with another node. One asks, the other
answers, and the first compares line by line.

Neither stands still meanwhile. Therefore the one that asks looks at itself before and after: what it had receipted
before it asked the other must have stored, and what the other says it has stored must be written afterwards. Digests
are compared at the number that the other names. A line of the rooms agrees when it agreed at one of the two looks;
what is still on its way may explain the others.

Source: RFC 8785 (canonical JSON); design, invariant 11.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tongban.crypto import canonical, sm3
from tongban.domain.envelope import DIGEST, NODE
from tongban.domain.trust import read_instant, written

STANDING = "tongban-standing/1"
MOST_LISTED = 500
"""Of refused numbers and of files: the last so many are named, all are counted."""
MOST_IN_A_PART = 5000
"""A part with more lines is said in one, by its digest."""
LARGEST_VALUE = 2000
NONCE = re.compile(r"[0-9a-f]{32}")
PART = re.compile(r"[a-z][a-z_]{0,39}")


class NotAStanding(ValueError):
    """Not in the one form of a standing. `str(error)` says what is wrong."""


@dataclass(frozen=True, slots=True)
class Listed:
    """How many there are, and the last of them in order."""

    count: int = 0
    last: tuple[Any, ...] = ()

    @property
    def whole(self) -> bool:
        return self.count == len(self.last)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a node has written to the other, up to where receipts go, and the digest there."""

    written: int
    receipted: int
    digest: str
    refused: Listed = Listed()


@dataclass(frozen=True, slots=True)
class Received:
    """What a node has stored from the other, and the digest at that number."""

    stored: int
    digest: str
    refused: Listed = Listed()


@dataclass(frozen=True, slots=True)
class Standing:
    """How `node` says that it stands with `peer`; `nonce` is that of whoever asked.

    `wanted` are digests of files it still waits for; `parts` are what the rooms keep with the other, by name.
    """

    node: str
    peer: str
    nonce: str
    at: datetime
    sent: Sent
    received: Received
    wanted: Listed = Listed()
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def plain(standing: Standing) -> dict[str, Any]:
    """Return a standing as it is signed, in canonical form."""
    sent, received = standing.sent, standing.received
    return {
        "type": STANDING,
        "node": standing.node,
        "peer": standing.peer,
        "nonce": standing.nonce,
        "at": written(standing.at),
        "sent": {
            "written": sent.written,
            "receipted": sent.receipted,
            "digest": sent.digest,
            "refused": _plain_list(sent.refused),
        },
        "received": {
            "stored": received.stored,
            "digest": received.digest,
            "refused": _plain_list(received.refused),
        },
        "wanted": _plain_list(standing.wanted),
        "parts": {name: shortened(part) for name, part in standing.parts.items()},
    }


def shortened(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part as it is said: line by line, or in one line where there are too many."""
    if len(part) <= MOST_IN_A_PART:
        return dict(part)
    return {"": f"{len(part)} {sm3.digest(canonical.encode(dict(part))).hex()}"}


def _plain_list(listed: Listed) -> dict[str, Any]:
    return {"count": listed.count, "last": list(listed.last)}


def read(said: Any) -> Standing:
    """Read a standing; nothing of it is believed yet. Raises NotAStanding."""
    try:
        standing = Standing(
            node=_matching(NODE, said["node"]),
            peer=_matching(NODE, said["peer"]),
            nonce=_matching(NONCE, said["nonce"]),
            at=read_instant(said["at"]),
            sent=Sent(
                _number(said["sent"]["written"]),
                _number(said["sent"]["receipted"]),
                _matching(DIGEST, said["sent"]["digest"]),
                _listed(said["sent"]["refused"], _number),
            ),
            received=Received(
                _number(said["received"]["stored"]),
                _matching(DIGEST, said["received"]["digest"]),
                _listed(said["received"]["refused"], _number),
            ),
            wanted=_listed(said["wanted"], lambda one: _matching(DIGEST, one)),
            parts={_matching(PART, name): _part(part) for name, part in said["parts"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
        raise NotAStanding(f"不是对账单：{wrong}") from None
    if plain(standing) != said or standing.sent.receipted > standing.sent.written:
        raise NotAStanding("不是对账单：内容互相矛盾，或写法不是唯一的一种。")
    return standing


def _part(said: Mapping[str, Any]) -> dict[str, Any]:
    if len(said) > MOST_IN_A_PART:
        raise ValueError("parts")
    if any(len(name) > LARGEST_VALUE or len(canonical.encode(value)) > LARGEST_VALUE for name, value in said.items()):
        raise ValueError("parts")
    return dict(said)


def _listed(said: Mapping[str, Any], one: Callable[[Any], Any]) -> Listed:
    count, last = _number(said["count"]), [one(each) for each in said["last"]]
    if last != sorted(set(last)) or len(last) != min(count, MOST_LISTED):
        raise ValueError("last")
    return Listed(count, tuple(last))


def _matching(form: re.Pattern[str], text: Any) -> str:
    if not isinstance(text, str) or not form.fullmatch(text):
        raise ValueError(f"{text!r:.60} 的写法不对")
    return text


def _number(said: Any) -> int:
    if type(said) is not int or not 0 <= said <= canonical.LARGEST_INTEGER:
        raise ValueError(f"{said!r:.60} 不是编号")
    return said


# --- comparing --------------------------------------------------------------------------------------------------------


class What(StrEnum):
    """What a line is about."""

    SENT = "sent"
    SENT_DIGEST = "sent_digest"
    SENT_REFUSED = "sent_refused"
    RECEIVED = "received"
    RECEIVED_DIGEST = "received_digest"
    RECEIVED_REFUSED = "received_refused"
    WANTED_THERE = "wanted_there"
    WANTED_HERE = "wanted_here"
    PART = "part"


class Difference(StrEnum):
    """In what two nodes differ."""

    LOST_THERE = "lost_there"
    """The other has stored less than it gave receipts for: a backup."""
    LOST_HERE = "lost_here"
    """The other has more than was written: this node was restored from a backup."""
    UNSEEN_THERE = "unseen_there"
    """The other was given receipts for more than is stored here: this node was restored from a backup."""
    UNWRITTEN_THERE = "unwritten_there"
    """More is stored than the other has written: it was restored from a backup."""
    ANOTHER_HISTORY = "another_history"
    REFUSED_APART = "refused_apart"
    NOT_OFFERED = "not_offered"
    APART = "apart"
    ONLY_HERE = "only_here"
    ONLY_THERE = "only_there"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: what each side says, and in what they differ; None: in nothing.

    `about` names what of many: numbers, a digest, the line of a part (whose name is `part`).
    """

    what: What
    here: str
    there: str
    difference: Difference | None = None
    about: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Own:
    """What this node looks up of its own records, to compare it with what the other says."""

    written_at: Callable[[int], str | None]
    """The digest of what was written at a number."""
    stored_at: Callable[[int], str | None]
    """The digest of what was stored at a number."""
    offered: Callable[[Collection[str]], Collection[str]]
    """Which of these files the other may fetch."""


def compare(before: Standing, theirs: Standing, after: Standing, *, own: Own) -> list[Line]:
    """Return the lines of a comparison; `before` and `after` are what this node said of itself around theirs.

    Raises NotAStanding where theirs is of other nodes.
    """
    if (theirs.node, theirs.peer) != (before.peer, before.node):
        raise NotAStanding(f"对账单是 {theirs.node} 与 {theirs.peer} 之间的，不是与本节点的。")
    return [
        *_compare_sent(before, theirs, after, own),
        *_compare_received(before, theirs, after, own),
        *_compare_files(theirs, after, own),
        *_compare_parts(before, theirs, after),
    ]


def on_their_way(theirs: Standing, after: Standing) -> int:
    """Return how many messages were written and not stored at the other end, in both directions."""
    out = after.sent.written - theirs.received.stored
    back = theirs.sent.written - after.received.stored
    return max(out, 0) + max(back, 0)


def _compare_sent(before: Standing, theirs: Standing, after: Standing, own: Own) -> Iterator[Line]:
    stored, receipted, at_most = theirs.received.stored, before.sent.receipted, after.sent.written
    wrong = None
    if stored < receipted:
        wrong = Difference.LOST_THERE
    elif stored > at_most:
        wrong = Difference.LOST_HERE
    yield Line(What.SENT, f"{receipted}/{at_most}", str(stored), wrong)
    if stored <= at_most:
        digest = own.written_at(stored) or ""
        same = digest == theirs.received.digest
        yield _digests(What.SENT_DIGEST, digest, theirs.received.digest, stored, same)
    yield from _refusals(What.SENT_REFUSED, before.sent.refused, theirs.received.refused, min(receipted, stored))


def _compare_received(before: Standing, theirs: Standing, after: Standing, own: Own) -> Iterator[Line]:
    receipted = theirs.sent.receipted
    wrong = None
    if receipted > after.received.stored:
        wrong = Difference.UNSEEN_THERE
    elif before.received.stored > theirs.sent.written:
        wrong = Difference.UNWRITTEN_THERE
    there = f"{receipted}/{theirs.sent.written}"
    yield Line(What.RECEIVED, str(before.received.stored), there, wrong)
    if receipted <= after.received.stored:
        digest = own.stored_at(receipted) or ""
        same = digest == theirs.sent.digest
        yield _digests(What.RECEIVED_DIGEST, digest, theirs.sent.digest, receipted, same)
    yield from _refusals(
        What.RECEIVED_REFUSED, after.received.refused, theirs.sent.refused, min(receipted, after.received.stored)
    )


def _digests(what: What, here: str, there: str, number: int, same: bool) -> Line:
    return Line(what, here[:16], there[:16], None if same else Difference.ANOTHER_HISTORY, about=str(number))


def _refusals(what: What, here: Listed, there: Listed, until: int) -> Iterator[Line]:
    """Compare what was refused, as far back as both sides name numbers."""
    since = max((one.last[0] for one in (here, there) if not one.whole and one.last), default=0)
    ours, others = ({number for number in one.last if since <= number <= until} for one in (here, there))
    apart = sorted(ours ^ others)
    about = "、".join(map(str, apart[:20])) + ("…" if len(apart) > 20 else "")
    yield Line(what, str(len(ours)), str(len(others)), Difference.REFUSED_APART if apart else None, about=about)


def _compare_files(theirs: Standing, after: Standing, own: Own) -> Iterator[Line]:
    """Which files the other waits for that it may not fetch; the other looks for those that this node waits for."""
    offered = set(own.offered(theirs.wanted.last))
    not_offered = [digest for digest in theirs.wanted.last if digest not in offered]
    for digest in not_offered:
        yield Line(What.WANTED_THERE, "", digest[:16], Difference.NOT_OFFERED, about=digest[:16])
    if not not_offered:
        yield Line(What.WANTED_THERE, "", str(theirs.wanted.count))
    yield Line(What.WANTED_HERE, str(after.wanted.count), "")


def _compare_parts(before: Standing, theirs: Standing, after: Standing) -> Iterator[Line]:
    for part in sorted(after.parts.keys() ^ theirs.parts.keys()):
        # A program of another version: its lines could only all differ.
        wrong_side = Difference.ONLY_HERE if part in after.parts else Difference.ONLY_THERE
        yield Line(What.PART, "", "", wrong_side, part=part)
    for part in sorted(after.parts.keys() & theirs.parts.keys()):
        looks = [shortened(one.parts.get(part, {})) for one in (after, before)]
        said = theirs.parts.get(part, {})
        apart = [_line(part, name, looks, said) for name in sorted({*looks[0], *looks[1], *said})]
        wrong = [line for line in apart if line is not None]
        yield from wrong
        if not wrong:
            yield Line(What.PART, str(len(looks[0])), str(len(said)), part=part)


def _line(part: str, name: str, looks: list[dict[str, Any]], said: Mapping[str, Any]) -> Line | None:
    """Return in what a line of a part differs; None where it agreed at one of the two looks."""
    there = _value(said, name)
    ours = [_value(look, name) for look in looks]
    if there in ours:
        return None
    here = ours[0]
    wrong = Difference.APART if here and there else Difference.ONLY_HERE if here else Difference.ONLY_THERE
    return Line(What.PART, here, there, wrong, about=name[:120], part=part)


def _value(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else canonical.encode(value).decode() if name in part else ""
