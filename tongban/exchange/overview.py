"""How does it stand between this node and the others, for the people who look after it?

What they must do something about comes first: a way that stands still, a peer that does not answer, a comparison that
does not agree, a key that ends. The rest is there to be looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.catalogue import calendars
from tongban.domain.trust import Unreadable
from tongban.exchange import nodes, peers, queries, speech
from tongban.exchange.models import Peer, Published, Reconciliation, Stored, Wanted, Written
from tongban.exchange.nodes import Ending
from tongban.exchange.queries import Standing

MOST_ROWS = 50
"""Of each list; the newest, or what has waited longest."""
TROUBLED_AFTER_ATTEMPTS = 5
"""Half a minute of failures is a restart; more is told."""


@dataclass(frozen=True, slots=True)
class Files:
    """How many files are on their way from a peer, how many of them were not given, and how many were no files."""

    under_way: int = 0
    failing: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The last comparison with a peer; `sentences` say in what the two differ."""

    at: datetime | None
    differences: int
    on_their_way: int
    sentences: list[str]
    failure: str
    tried_at: datetime


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A peer: how far both have come, and what is open between them."""

    standing: Standing
    regions: str
    files: Files
    comparison: Comparison | None
    lists_failed: str
    """Why the lists that it publishes for everybody could not be read; empty: they were."""

    @property
    def state(self) -> tuple[str, str]:
        """How the way to it is, in a word, and the tone of it."""
        if self.standing.stopped:
            return _("已停止"), "bad"
        if self.standing.failure:
            return _("没有送达"), "attention"
        if self.standing.waiting:
            return _("在送"), "active"
        return _("畅通"), "good"


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message without effect. `ours`: this node wrote it, and has to see to it."""

    peer: str
    ours: bool
    sequence: int
    type: str
    subject: str
    words: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on its way, or one that will not come; its name is nobody's business here."""

    peer: str
    digest: str
    size: int
    percent: int
    attempts: int
    spoilt: int
    failure: str
    refused: bool
    wanted_at: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that people must do something about: what is wrong, and what to do. `tone` as of a notice."""

    title: str
    text: str
    tone: str = "warning"


def neighbours() -> list[Neighbour]:
    """Return the peers by name. A constant number of statements."""
    files = {
        row["peer_id"]: Files(row["under_way"], row["failing"], row["refused"])
        for row in Wanted.objects.filter(arrived_at=None)
        .values("peer_id")
        .annotate(
            under_way=Count("pk", filter=Q(refused_because="")),
            failing=Count("pk", filter=Q(refused_because="") & ~Q(failure="")),
            refused=Count("pk", filter=~Q(refused_because="")),
        )
    }
    compared = {row.peer_id: _comparison(row) for row in Reconciliation.objects.all()}
    regions = {peer.name: _regions(peer) for peer in Peer.objects.all()}
    unread = dict(Published.objects.exclude(failure="").values_list("peer_id", "failure"))
    return [
        Neighbour(
            standing,
            regions[standing.peer],
            files.get(standing.peer, Files()),
            compared.get(standing.peer),
            unread.get(standing.peer, ""),
        )
        for standing in queries.standings()
    ]


def _regions(peer: Peer) -> str:
    """Return the names of the regions a peer speaks for; empty where its trust list is not known yet."""
    try:
        codes = sorted(peers.regions(peer))
    except Unreadable:
        return ""
    return _("、").join(calendars.divisions().name(code) for code in codes)


def _comparison(row: Reconciliation) -> Comparison:
    lines: Sequence[dict[str, Any]] = row.lines
    return Comparison(
        at=row.compared_at,
        differences=row.differences,
        on_their_way=row.on_their_way,
        sentences=[words for line in lines if (words := speech.sentence(line, peer=row.peer_id))],
        failure=row.failure,
        tried_at=row.tried_at,
    )


def refused_messages() -> list[RefusedMessage]:
    """Return the newest messages without effect, of either side. Two statements."""
    theirs = Stored.objects.exclude(refused_code="").order_by("-stored_at", "-sequence")[:MOST_ROWS]
    ours = Written.objects.exclude(refused_code="").order_by("-at", "-sequence")[:MOST_ROWS]
    rows = [_refused(row, row.stored_at) for row in theirs] + [_refused(row, row.at) for row in ours]
    return sorted(rows, key=lambda row: (row.at, row.peer, row.sequence), reverse=True)[:MOST_ROWS]


def _refused(row: Stored | Written, at: datetime) -> RefusedMessage:
    ours = isinstance(row, Written)
    return RefusedMessage(row.peer_id, ours, row.sequence, row.type, row.subject, row.refused_words, at)


def attachments() -> list[Attachment]:
    """Return the files on their way, those that have waited longest first. One statement."""
    rows = Wanted.objects.filter(arrived_at=None).order_by("wanted_at", "pk")[:MOST_ROWS]
    return [
        Attachment(
            peer=row.peer_id,
            digest=row.digest[:16],
            size=row.size,
            percent=100 * row.received // row.length if row.length else 0,
            attempts=row.attempts,
            spoilt=row.spoilt,
            failure=row.refused_because or row.failure,
            refused=bool(row.refused_because),
            wanted_at=row.wanted_at,
        )
        for row in rows
    ]


# --- what is to be done -----------------------------------------------------------------------------------------------


def troubles(near: Sequence[Neighbour], endings: Sequence[Ending], node: nodes.Node) -> list[Trouble]:
    """Return what people must do something about, the worst first."""
    found = [*_stopped(near), *_not_agreed(near), *_silent(near), *_unread(near), *_of_files(near)]
    if not node.keys:
        words = _("请在本节点运行 tongban node init，再把根证书交给对方。")
        found.append(Trouble(_("本节点还没有收发密钥"), words, "error"))
    if near and not node.address:
        words = _("请设置 TONGBAN_ADDRESS 为对方访问本节点的地址，否则对方的请求可能验不过。")
        found.append(Trouble(_("没有设置本节点的地址"), words))
    if endings:
        words = _("请在到期之前更换，见下面的“即将到期的密钥和证书”。")
        count = len(endings)
        title = ngettext(
            "有 %(count)s 项密钥、证书或信任列表即将到期", "有 %(count)s 项密钥、证书或信任列表即将到期", count
        )
        found.append(Trouble(title % {"count": count}, words))
    return found


def _stopped(near: Sequence[Neighbour]) -> Iterator[Trouble]:
    for one in near:
        if one.standing.stopped:
            words = _(
                "%(why)s 消息都还在，没有丢失。请先不要改动任何一方的数据库，双方各自运行 "
                "tongban journal verify --peers，看是哪一方的历史变了：从旧备份恢复的一方换用更新的备份恢复；"
                "找不到原因的，保留现场，交安全管理员。"
            )
            title = _("与 %(peer)s 的往来已停止") % {"peer": one.standing.peer}
            yield Trouble(title, words % {"why": _whole(one.standing.stopped)}, "error")


def _not_agreed(near: Sequence[Neighbour]) -> Iterator[Trouble]:
    for one in near:
        if one.comparison and one.comparison.differences:
            count = one.comparison.differences
            title = ngettext("与 %(peer)s 对账有 %(count)s 处不同", "与 %(peer)s 对账有 %(count)s 处不同", count) % {
                "peer": one.standing.peer,
                "count": count,
            }
            yield Trouble(title, _("见下面的“对账”。先看是不是还有消息在路上，再按每一条的提示处理。"))


def _silent(near: Sequence[Neighbour]) -> Iterator[Trouble]:
    for one in near:
        standing = one.standing
        if not standing.stopped and standing.attempts >= TROUBLED_AFTER_ATTEMPTS:
            words = _("%(why)s 消息都在本节点等着，对方恢复后自动送出。请核对网络、对方地址和双方时钟，或联系对方。")
            title = _("%(peer)s 一直送不到") % {"peer": standing.peer}
            yield Trouble(title, words % {"why": _whole(standing.failure)})


def _unread(near: Sequence[Neighbour]) -> Iterator[Trouble]:
    for one in near:
        if one.lists_failed:
            words = _("%(why)s 每分钟再试一次；在此之前按已有的列表核验，它新启用的密钥和新近的证照可能核验不了。")
            title = _("没有取得 %(peer)s 的信任列表和状态列表") % {"peer": one.standing.peer}
            yield Trouble(title, words % {"why": _whole(one.lists_failed)})


def _of_files(near: Sequence[Neighbour]) -> Iterator[Trouble]:
    for one in near:
        if one.files.refused:
            count = one.files.refused
            title = ngettext("%(peer)s 的 %(count)s 个附件不能接收", "%(peer)s 的 %(count)s 个附件不能接收", count) % {
                "peer": one.standing.peer,
                "count": count,
            }
            yield Trouble(title, _("内容与摘要相符，但不是可以接收的文件。请对方重新提供，见下面的“往来附件”。"))


def _whole(failure: str) -> str:
    """Return what went wrong as a sentence that another may follow."""
    return failure.rstrip("。") + "。"
