"""How does a browser without the network say what it finds? In the server's own sentences, carried as data.

The page judges by `static/certificates/verifying/`, and fills in what it found; nothing that is said stands there.

Source: `domain/verdict.py` holds the sentences of what was found.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tongban.certificates import pages
from tongban.domain.certificate import Status
from tongban.domain.verdict import ASKED_FOR_STATE, ENDS, PHRASES, SENTENCES, STATES, Code, Verdict


def speech() -> dict[str, Any]:
    """Return the sentences of all findings in the reader's language, with their headlines and how they look."""
    language = int(pages.in_english())
    return {
        "sentences": {code.value: _plain(pair[language]) for code, pair in SENTENCES.items()},
        "phrases": {name: pair[language] for name, pair in PHRASES.items()},
        "known": {known.value: pair[language] for known, pair in STATES.items()},
        "asked_for_state": [code.value for code in ASKED_FOR_STATE],
        "ends": {status.value: words[language] for status, words in ENDS.items()},
        "headlines": {code.value: _headline(code) for code in Code},
    }


def states() -> list[str]:
    """Return what a status list may tell of a certificate."""
    return [status.value for status in Status if status is not Status.IN_FORCE]


def notes() -> dict[str, str]:
    """Return what there is to say of the lists of a device, by the name of the occasion."""
    return {
        "unreachable": _("现在没有网络，按这台设备上保存的列表核验。"),
        "no_lists": _("这台设备上还没有列表，不能核验。请联网后点“更新列表”。"),
        "insecure": _("浏览器只在安全连接（https）下允许离线核验。请用 https 的地址打开本页，或到联网的核验页核验。"),
        "refused_trust": _(
            "没有采用新取到的信任列表：它不是由本页记下的根证书签名的，或内容被改动。仍按原来的列表核验；"
            "请向地区政务服务机构核实根证书是否更换。"
        ),
        "refused_status": _(
            "没有采用新取到的状态列表：它不是用地区的密钥签名的，或内容被改动。仍按原来的列表核验；"
            "请稍后再更新，仍不行的，告知地区政务服务机构。"
        ),
        "older_trust": _("没有采用新取到的信任列表：它比这台设备上保存的旧。仍按较新的核验；请告知地区政务服务机构。"),
        "older_status": _("没有采用新取到的状态列表：它比这台设备上保存的旧。仍按较新的核验；请告知地区政务服务机构。"),
        "stale_trust": _("信任列表应于 {due_on} 更新，已经过期：此后换用的密钥这里不认识。请联网更新列表。"),
        "stale_status": _("状态列表应于 {due_on} 更新，已经过期：此后的暂停、撤销等这里不知道。请联网更新列表。"),
        "clock": _("这台设备的时间比列表签发的时间还早，日期可能不准。请校准设备的时间再核验。"),
    }


def words() -> dict[str, str]:
    """Return the rest of what the page itself says."""
    return {
        "trust": _("信任列表"),
        "status": _("状态列表"),
        "as_of": _("截至 {as_of}"),
        "listed": _("状态截至"),
        "none": _("没有"),
        "comma": _("、"),
        "to": _("至"),
        "without_end": _("长期"),
        "online_code": _("这是联网查询用的二维码。有网络时打开它的地址，可以查到证照现在的状态。"),
    }


def _plain(sentence: str) -> str:
    """In English the phrases bear names of their own, because the server fills both languages at once."""
    return sentence.replace("_en}", "}")


def _headline(code: Code) -> dict[str, str]:
    shown = pages.result(Verdict(code, "", "", None))
    return {"title": shown.title, "tone": shown.tone}
