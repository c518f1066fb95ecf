"""How do shares, requests at a window and uses read on a page, in the reader's language?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.certificates import pages
from tongban.certificates.wallet.reading import Presented
from tongban.certificates.wallet.uses import Use, UseKind
from tongban.domain import asking, sharing, showing
from tongban.domain.certificate import Certificate
from tongban.domain.events import Answer as Said
from tongban.domain.events import Need, Way
from tongban.domain.materials import Basis
from tongban.domain.showing import Fact
from tongban.domain.verdict import Code, Verdict
from tongban.web.values import Answer

FACTS: dict[str, Promise] = {
    showing.HOLDER_NAME: lazy("持证主体"),
    showing.ISSUED_ON: lazy("签发日期"),
    showing.LAST_DAY: lazy("有效期至"),
    showing.IDENTIFIER: lazy("电子证照标识"),
    showing.BEFORE: lazy("原证照标识"),
}
NEEDS: dict[Need, Promise] = {
    Need.APPLICATION: lazy("办理事项"),
    Need.IDENTITY: lazy("核对身份"),
    Need.QUALIFICATION: lazy("核对资格"),
    Need.REPRESENTATION: lazy("核对代表权限"),
}
SHARE_STATES: dict[sharing.ShareState, tuple[Promise, str]] = {
    sharing.ShareState.STANDS: (lazy("可以打开"), "good"),
    sharing.ShareState.USED_UP: (lazy("次数已用完"), "quiet"),
    sharing.ShareState.OVER: (lazy("已到期"), "quiet"),
    sharing.ShareState.WITHDRAWN: (lazy("已收回"), "bad"),
}
ASKING_STATES: dict[asking.State, tuple[Promise, str]] = {
    asking.State.WAITING: (lazy("等待授权"), "active"),
    asking.State.LAPSED: (lazy("已结束，没有授权"), "quiet"),
    asking.State.REFUSED: (lazy("持证人没有同意"), "bad"),
    asking.State.SHOWN: (lazy("可以查看"), "good"),
    asking.State.OVER: (lazy("查看已结束"), "quiet"),
}
WAYS: dict[Way, Promise] = {Way.SCAN: lazy("扫码授权"), Way.PIN: lazy("授权密码")}

BASES: dict[Basis, Promise] = {
    Basis.GIVEN: lazy("申请人提交"),
    Basis.DUTY: lazy("机关依职责共享，不再要求提交"),
    Basis.CONSENT: lazy("持证人同意"),
    Basis.COMMITMENT: lazy("申请人承诺"),
}


DISCLOSED: dict[Said, Promise] = {
    Said.FOUND: lazy("经您同意询问，已提供"),
    Said.NONE: lazy("经您同意询问，没有可提供的"),
    Said.REFUSED: lazy("询问，已拒绝"),
}


def label_of(fact: Fact, certificate: Certificate) -> str:
    """Return what a fact is called."""
    if fact.code in (showing.HOLDER_NUMBER, showing.MASKED_NUMBER):
        return pages.number_label(certificate)
    return fact.label or str(FACTS[fact.code])


def value_of(fact: Fact) -> str:
    """Return what a fact says, days in the reader's form."""
    if fact.code in (showing.ISSUED_ON, showing.LAST_DAY):
        return date_format(date.fromisoformat(fact.value)) if fact.value else _("长期")
    return fact.value


def choice_of(fact: Fact, certificate: Certificate) -> str:
    """Return how a fact is offered to its holder: of a person's number, whether it shows in full."""
    label = label_of(fact, certificate)
    if fact.code == showing.MASKED_NUMBER:
        return _("{label}（遮盖中间几位）").format(label=label)
    if fact.code == showing.HOLDER_NUMBER and certificate.masked_number != certificate.holder_number:
        return _("{label}（完整）").format(label=label)
    return label


def chosen(certificate: Certificate, codes: Collection[str]) -> list[str]:
    """Return how the chosen facts of a certificate were offered."""
    return [choice_of(fact, certificate) for fact in showing.facts(certificate) if fact.code in codes]


@dataclass(frozen=True, slots=True)
class Shown:
    """One certificate as somebody sees it whom its holder let look."""

    name: str
    issuer: str
    result: pages.Result
    facts: list[Answer]


def shown(one: Presented) -> Shown:
    certificate = one.verdict.certificate
    facts = [Answer(label_of(fact, certificate), value_of(fact)) for fact in one.facts] if certificate else []
    return Shown(pages.name_of(one.line), one.line.issuer_name, _result(one.verdict), facts)


def _result(verdict: Verdict) -> pages.Result:
    """Return what verification found, without the days that nobody chose to show."""
    without_days = {
        Code.VALID: _("今天有效，由所示机关签发，内容与签发时一致。"),
        Code.EXPIRED: _("已过期：今天不在有效期内。请向持证人索取延续或换发后的证照。"),
        Code.NOT_YET_VALID: _("尚未生效：今天还不能用。"),
    }
    found = pages.result(verdict)
    return replace(found, sentence=without_days.get(verdict.code, found.sentence))


@dataclass(frozen=True, slots=True)
class UseRow:
    """One line of the log: when, who, what, which certificates, on what ground."""

    at: datetime
    who: str
    what: str
    certificates: list[str]
    ground: str


def use_rows(
    uses: Sequence[Use],
    *,
    people: Mapping[str, str],
    certificates: Mapping[str, str],
    matters: Mapping[str, str],
    halls: Mapping[str, str],
) -> list[UseRow]:
    return [
        UseRow(
            use.at,
            _who(use, people, halls),
            _what(use),
            [certificates.get(one, one) for one in use.certificates],
            _ground(use, people, matters, halls),
        )
        for use in uses
    ]


def _who(use: Use, people: Mapping[str, str], halls: Mapping[str, str]) -> str:
    if use.kind is UseKind.OPENED:
        return _("持有链接的人（出示给：{recipient}）").format(recipient=use.recipient)
    if use.kind is UseKind.USED:
        return _("申请 {number}").format(number=use.application)
    if use.kind is UseKind.DISCLOSED:
        return _("其他地区的节点 {node}").format(node=use.who)
    name = people.get(use.who, use.who)
    if use.kind is not UseKind.SEEN:
        return name
    return _("{name}（{hall}）").format(name=name, hall=halls.get(use.hall, use.hall))


def _what(use: Use) -> str:
    match use.kind:
        case UseKind.READ:
            return _("工作人员查看")
        case UseKind.SEEN:
            return _("窗口查看")
        case UseKind.ALLOWED:
            return _("同意窗口查看")
        case UseKind.REFUSED:
            return _("拒绝窗口查看")
        case UseKind.WITHDRAWN:
            return _("收回出示")
        case UseKind.OPENED:
            return _("打开出示（第 {number} 次）").format(number=use.number)
        case UseKind.SHARED:
            return _("出示给别人")
        case UseKind.USED:
            return _("代替申请材料")
        case UseKind.DISCLOSED:
            return str(DISCLOSED[Said(use.answer)])


def _ground(use: Use, people: Mapping[str, str], matters: Mapping[str, str], halls: Mapping[str, str]) -> str:
    match use.kind:
        case UseKind.READ:
            return _("签发机关、监察或办理有关办件的职责")
        case UseKind.SEEN:
            return _("持证人同意：{need}").format(need=need_of(use.purpose, use.matter, matters))
        case UseKind.ALLOWED | UseKind.REFUSED:
            asked = _("{hall}{clerk}请求：{need}").format(
                hall=halls.get(use.hall, use.hall),
                clerk=people.get(use.asker, ""),
                need=need_of(use.purpose, use.matter, matters),
            )
            return _("{asked}，{way}").format(asked=asked, way=WAYS[Way(use.way)]) if use.way else asked
        case UseKind.USED:
            return str(BASES[Basis(use.basis)]) if use.basis else _("后来改用了其他材料")
        case UseKind.DISCLOSED:
            return _("为“{purpose}”，依据：{basis}").format(purpose=use.purpose, basis=use.ground)
        case _kind:
            return _("出示给{recipient}：{purpose}").format(recipient=use.recipient, purpose=use.purpose)


def need_of(need: str, matter: str, matters: Mapping[str, str]) -> str:
    """Return what a window needs certificates for, with the matter where it names one."""
    words = str(NEEDS[Need(need)])
    return _("{need}（{matter}）").format(need=words, matter=matters.get(matter, matter)) if matter else words
