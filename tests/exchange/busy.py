"""A node between which and others everything has happened that its people can see."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tests.exchange.others import Other
from tongban.domain.envelope import Message, Refusal
from tongban.exchange import actions, attachments, storage
from tongban.exchange.attachments import Wish
from tongban.exchange.inbox import GREETING
from tongban.exchange.models import Incoming, Outgoing, Peer, Reconciliation, Stored, Wanted, Written

MINUTE = timedelta(minutes=1)


def enter(now: datetime) -> None:
    """Tianjin answers and refuses, Hebei is silent, and with Shanxi two histories were seen."""
    for name, region in (("tianjin", "120000"), ("hebei", "130000"), ("shanxi", "140000")):
        Other(now - timedelta(days=1), name=name, region=region).introduce()
    write("tianjin", 3, now=now - timedelta(hours=2))
    receipt("tianjin", 2, now=now - timedelta(hours=1))
    refusals(now)
    write("hebei", 12, now=now - timedelta(days=1))
    Outgoing.objects.filter(pk="hebei").update(
        attempts=9,
        failure="没有连上 https://tongban.he.example.cn/exchange/messages：timed out",
        due_at=now + 4 * MINUTE,
    )
    Incoming.objects.filter(pk="shanxi").update(
        stopped_because="第 7 号消息与已经收到的不同：对方改写了历史，请双方核对。"
    )
    files(now)
    comparisons(now)


def write(to: str, count: int, *, now: datetime) -> None:
    with transaction.atomic():
        for _ in range(count):
            id = f"00000000-0000-7000-8000-{Written.objects.count() + 1:012x}"
            actions.write(to=to, id=id, type=GREETING, subject="application:0192a3b4", body={}, now=now)


def receipt(peer: str, until: int, *, now: datetime) -> None:
    storage.note_refusals(peer, [Refusal(2, "not_the_holder", "未接收：这个办件不在对方处。请刷新后再办。")])
    Outgoing.objects.filter(pk=peer).update(receipted=until, receipted_at=now)


def refusals(now: datetime) -> None:
    row = Incoming.objects.get(pk="tianjin")
    kind = "cn.tongban.standard.batch_signed.v1"
    message = Message("0" * 36, "tianjin", "beijing", 1, row.digest, kind, "batch:TB-2026-001", now, "0" * 64)
    Stored.objects.create(
        peer_id="tianjin",
        sequence=1,
        type=message.type,
        subject=message.subject,
        content="{}",
        digest="1" * 64,
        stored_at=now,
        refused_code="unknown_type",
        refused_words=f"未接收：本节点不认识“{kind}”这一类消息。请双方核对版本。",
    )
    Incoming.objects.filter(pk="tianjin").update(sequence=1, digest="1" * 64, stored_at=now)


def files(now: datetime) -> None:
    names = {"a" * 64: 3_000_000, "b" * 64: 20_000, "c" * 64: 450_000}
    wishes = [Wish(digest, size, "application/pdf", "某人的病历.pdf", "org:x") for digest, size in names.items()]
    attachments.want(source="tianjin", files=wishes, now=now - 5 * MINUTE)
    Wanted.objects.filter(digest="a" * 64).update(tag="x", length=3_000_200, received=1_048_576)
    Wanted.objects.filter(digest="b" * 64).update(attempts=2, spoilt=1, failure="附件的摘要或大小与消息所说的不同。")
    Wanted.objects.filter(digest="c" * 64).update(
        refused_because="“cccccccccccccccc.pdf”未上传：扩展名是 PDF，内容却不是这种格式。"
    )


def comparisons(now: datetime) -> None:
    line = {"what": "part", "part": "cases", "about": "110000-20261123-000001-0001", "here": "beijing"}
    Reconciliation.objects.create(
        peer=Peer.objects.get(pk="tianjin"),
        tried_at=now - timedelta(hours=3),
        compared_at=now - timedelta(hours=3),
        lines=[
            {"what": "sent", "part": "", "about": "", "here": "2/3", "there": "2", "difference": ""},
            line | {"there": "tianjin", "difference": "apart"},
        ],
        differences=1,
        on_their_way=1,
    )
    Reconciliation.objects.create(peer=Peer.objects.get(pk="hebei"), tried_at=now, failure="没有连上：timed out")
