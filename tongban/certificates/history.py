"""What has become of a certificate, in sentences its holder understands; with the reasons, for who may read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.certificates.pages import in_english
from tongban.certificates.storage import stream_of
from tongban.domain import grounds
from tongban.domain.certificate import Status
from tongban.domain.events import (
    SYSTEM,
    CertificateActDropped,
    CertificateActNoticed,
    CertificateEnded,
    CertificateHearingHeld,
    CertificateHearingRequested,
    CertificateReceived,
    CertificateRestored,
    CertificateStandingHeard,
    CertificateStatementMade,
    CertificateSuspended,
    Event,
)
from tongban.domain.grounds import Act
from tongban.domain.sealed import Sealed
from tongban.journal import queries as journal
from tongban.keys import actions as keys
from tongban.people import queries as people
from tongban.web.values import Act as Step

ACTS = {
    Act.SUSPEND: lazy("暂停证照"),
    Act.RESTORE: lazy("恢复证照"),
    Act.WITHDRAW: lazy("撤回证照"),
    Act.ANNUL: lazy("撤销证照"),
    Act.REVOKE: lazy("吊销证照"),
    Act.CANCEL: lazy("注销证照"),
}
ENDED = {status: ACTS[act] for act, status in grounds.LEADS_TO.items()}


def told(identifier: str) -> list[Step]:
    """Return what happened to a certificate since it was issued, oldest first. Three statements at most."""
    entries = journal.entries(stream_of(identifier))
    names = people.names_of({entry.actor for entry in entries if entry.actor != SYSTEM})
    texts = keys.unseal_many([words for entry in entries if (words := _words(entry.event))])
    said = iter(text.decode() for text in texts)
    return [
        Step(
            at=entry.at,
            sentence=_SENTENCES[type(entry.event)](entry.event)
            + (_("：%(words)s") % {"words": next(said)} if _words(entry.event) else ""),
            actor=names.get(entry.actor, ""),
            article=article(getattr(entry.event, "ground", ""), getattr(entry.event, "article", "")),
            automatic=entry.actor == SYSTEM,
        )
        for entry in entries
    ]


def article(ground: str, cited: str) -> str:
    """Return the article of an act on that ground, told as an example where it is composed; empty for other acts."""
    return cited or (str(_("示例规则，未引用条文")) if ground else "")


def ground(code: str) -> str:
    one = grounds.ground(code)
    return one.words_en if in_english() else one.words


def _words(event: Any) -> Sealed | None:
    return next((getattr(event, name) for name in ("reason", "text", "record") if hasattr(event, name)), None)


def _noticed(event: CertificateActNoticed) -> str:
    about = {
        "act": ACTS[grounds.ground(event.ground).act],
        "ground": ground(event.ground),
        "day": date_format(event.statement_due_on),
    }
    if event.hearing:
        return _("签发机关告知拟%(act)s（%(ground)s），可在 %(day)s 前陈述申辩、申请听证") % about
    return _("签发机关告知拟%(act)s（%(ground)s），可在 %(day)s 前陈述申辩") % about


def _stated(event: CertificateStatementMade) -> str:
    return _("持证主体陈述申辩")


def _hearing_requested(event: CertificateHearingRequested) -> str:
    return _("持证主体申请听证，应在 %(day)s 前举行") % {"day": date_format(event.hold_by_on)}


def _hearing_held(event: CertificateHearingHeld) -> str:
    return _("听证已举行，笔录")


def _dropped(event: CertificateActDropped) -> str:
    return _("签发机关不再处理，证照维持原状")


def _suspended(event: CertificateSuspended) -> str:
    return _("签发机关决定暂停使用（%(ground)s）") % {"ground": ground(event.ground)}


def _restored(event: CertificateRestored) -> str:
    return _("签发机关决定恢复使用（%(ground)s）") % {"ground": ground(event.ground)}


def _ended(event: CertificateEnded) -> str:
    return _("签发机关决定%(act)s（%(ground)s）") % {"act": ENDED[event.status], "ground": ground(event.ground)}


def _received(event: CertificateReceived) -> str:
    return _("证照由签发地区的节点 %(node)s 送达，签名核验通过") % {"node": event.origin}


def _heard(event: CertificateStandingHeard) -> str:
    about = {"day": date_format(event.on) if event.on else ""}
    if event.status is Status.IN_FORCE:
        return _("签发地区告知：恢复使用")
    if event.status is Status.SUSPENDED:
        return _("签发地区告知：自 %(day)s 起暂停使用") % about
    return _("签发地区告知：已于 %(day)s %(act)s") % (about | {"act": ENDED[event.status]})


_SENTENCES: dict[type[Event], Callable[[Any], str]] = {
    CertificateActNoticed: _noticed,
    CertificateStatementMade: _stated,
    CertificateHearingRequested: _hearing_requested,
    CertificateHearingHeld: _hearing_held,
    CertificateActDropped: _dropped,
    CertificateSuspended: _suspended,
    CertificateRestored: _restored,
    CertificateEnded: _ended,
    CertificateReceived: _received,
    CertificateStandingHeard: _heard,
}


def acts_of(codes: Sequence[grounds.Ground]) -> list[tuple[str, str]]:
    """Return grounds as choices of a form: the act, the ground and its article."""
    return [
        (
            one.code,
            _("%(act)s：%(ground)s（%(article)s）")
            % {"act": ACTS[one.act], "ground": ground(one.code), "article": article(one.code, one.article)},
        )
        for one in codes
    ]
