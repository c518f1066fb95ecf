"""How is what lies between two nodes told to people? A line as two columns, a difference as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.domain.reconciliation import Difference, What
from tongban.exchange import nodes
from tongban.keys.purposes import Purpose

WHAT = {
    What.SENT: lazy("写给对方：本方已签收/已写，对方已存"),
    What.SENT_DIGEST: lazy("写给对方：对方所存最后一号的摘要"),
    What.SENT_REFUSED: lazy("写给对方：被拒收"),
    What.RECEIVED: lazy("对方写来：本方已存，对方已签收/已写"),
    What.RECEIVED_DIGEST: lazy("对方写来：对方已签收最后一号的摘要"),
    What.RECEIVED_REFUSED: lazy("对方写来：被拒收"),
    What.WANTED_THERE: lazy("对方还在等的附件"),
    What.WANTED_HERE: lazy("本方还在等的附件"),
}
PARTS = {"cases": lazy("办件在哪个节点")}
"""The words for what other rooms compare (`reconciling.PARTS`)."""

SENTENCES = {
    Difference.LOST_THERE: lazy(
        "%(peer)s 只存到第 %(there)s 号，而它签收过更多（%(here)s）：它可能是从旧备份恢复的。"
        "下一批消息送出时会自动补送；请对方核对它的备份。"
    ),
    Difference.LOST_HERE: lazy(
        "%(peer)s 已存到第 %(there)s 号，而本节点没有写那么多（%(here)s）：本节点可能是从旧备份恢复的。"
        "请从更新的备份恢复，之前不要再办件。"
    ),
    Difference.UNSEEN_THERE: lazy(
        "%(peer)s 说本节点签收过更多（%(there)s），而本节点只存到第 %(here)s 号：本节点可能是从旧备份恢复的。"
        "对方送下一批时会自动补送；请核对备份。"
    ),
    Difference.UNWRITTEN_THERE: lazy(
        "本节点已存到第 %(here)s 号，而 %(peer)s 说没有写那么多（%(there)s）：它可能是从旧备份恢复的。"
        "请对方从更新的备份恢复，之前不要再办件。"
    ),
    Difference.ANOTHER_HISTORY: lazy(
        "第 %(about)s 号之前的历史双方不同（本方 %(here)s…，对方 %(there)s…）：有一方改写了历史。"
        "请双方各自运行 tongban journal verify --peers，找出是哪一方。"
    ),
    Difference.REFUSED_APART: lazy(
        "第 %(about)s 号是否被拒收，双方说法不同。请双方核对这几条消息，必要时由写的一方重写。"
    ),
    Difference.NOT_OFFERED: lazy(
        "%(peer)s 在等附件 %(about)s…，而本节点没有提供给它。请找出是哪一条消息提到了它，重新发送。"
    ),
    Difference.APART: lazy("“%(about)s”：本节点说 %(here)s，%(peer)s 说 %(there)s。请双方核对。"),
    Difference.ONLY_HERE: lazy("“%(about)s”：本节点说 %(here)s，%(peer)s 没有提到。请双方核对。"),
    Difference.ONLY_THERE: lazy("“%(about)s”：%(peer)s 说 %(there)s，本节点没有记录。请双方核对。"),
}

ENDS = {
    nodes.ROOT: lazy("根证书"),
    nodes.LIST: lazy("信任列表：多日没有更新"),
    Purpose.EXCHANGE: lazy("收发密钥：签名"),
    Purpose.RECEIVING: lazy("收发密钥：接收"),
    Purpose.CHECKPOINT: lazy("签检查点的密钥"),
    Purpose.CERTIFICATE: lazy("签发证照的密钥"),
    Purpose.STATUS: lazy("签发状态列表的密钥"),
    Purpose.DOCUMENT: lazy("文书签章的密钥"),
}
"""What of a node ends soon (`nodes.Ending.what`)."""


def heading(line: Mapping[str, Any]) -> str:
    """Return what a line is about."""
    if line["what"] == What.PART:
        return str(PARTS.get(line["part"], line["part"]))
    return str(WHAT[What(line["what"])])


def sentence(line: Mapping[str, Any], *, peer: str) -> str:
    """Return in what a line differs, and what to do; empty where it does not."""
    if not line["difference"]:
        return ""
    if line["what"] == What.PART and not line["about"]:
        return _("只有一方对“%(part)s”对账：双方的程序版本不同。请双方核对版本。") % {"part": heading(line)}
    return str(SENTENCES[Difference(line["difference"])]) % {**line, "peer": peer}
