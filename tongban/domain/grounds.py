"""On which grounds does a certificate cease to count, and what must come before that is decided?

Five ends that differ. *Withdraw* (撤回): it was given rightly, and law or facts have changed. *Annul* (撤销): it should
not have been given. *Revoke* (吊销): a penalty for what its holder did. *Cancel* (注销): nobody is left to use it, or
he does not want to. *Expire* (失效): its term is over, which nobody decides. *Suspend* takes it away for a time,
*restore* gives it back. What was withdrawn, annulled or revoked is struck from the register by that very act (art. 70
(4)).

Whatever takes something from its holder is told to him first: he speaks, a hearing is held where he may ask for one,
and somebody else than who told him decides in writing. Striking off what cannot be used any more, and giving back, take
nothing from anybody. The table is the law's, and where no article is named, composed (示例): certificates that are no
licence have no law of their own here.

Source: Administrative Licensing Law, arts. 8, 69, 70; Administrative Penalty Law, arts. 9 (3), 44, 45, 63.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.certificate import Status
from tongban.domain.refused import Refused


class Act(StrEnum):
    """What an authority does to a certificate that it issued."""

    SUSPEND = "suspend"  # 暂扣、暂停使用
    RESTORE = "restore"  # 恢复使用
    WITHDRAW = "withdraw"  # 撤回
    ANNUL = "annul"  # 撤销
    REVOKE = "revoke"  # 吊销
    CANCEL = "cancel"  # 注销


LEADS_TO = {
    Act.SUSPEND: Status.SUSPENDED,
    Act.RESTORE: Status.IN_FORCE,
    Act.WITHDRAW: Status.WITHDRAWN,
    Act.ANNUL: Status.ANNULLED,
    Act.REVOKE: Status.REVOKED,
    Act.CANCEL: Status.CANCELLED,
}
NAMES = {
    Act.SUSPEND: "暂停",
    Act.RESTORE: "恢复",
    Act.WITHDRAW: "撤回",
    Act.ANNUL: "撤销",
    Act.REVOKE: "吊销",
    Act.CANCEL: "注销",
}
TAKES_AWAY = frozenset({Act.SUSPEND, Act.WITHDRAW, Act.ANNUL, Act.REVOKE})
"""Told first, heard, and decided by somebody else."""


class Right(StrEnum):
    """Whether a hearing is offered."""

    ALWAYS = "always"
    WHERE_DUE = "where_due"  # the authority says whether so much is at stake
    NEVER = "never"


class Holders(StrEnum):
    """Whose certificates a ground is for."""

    ALL = "all"
    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground (情形) of an act; `article` is empty where the rule is composed."""

    code: str
    act: Act
    words: str
    words_en: str
    article: str = ""
    hearing: Right = Right.NEVER
    holders: Holders = Holders.ALL
    term_over: bool = False
    """It presupposes that the term is over; all others presuppose nothing about it."""
    by_case: bool = False
    """It is decided in the case that gave the certificate, never in the certificate's own stream."""

    @property
    def heard(self) -> bool:
        """Whether the holder is told first and heard."""
        return self.act in TAKES_AWAY


class UnknownGround(Refused):
    """A ground that the table does not hold, or not for this certificate."""

    code = "unknown_ground"


_PENALTY = "行政处罚法第九条第三项"
_CHANGED = "行政许可法第八条第二款"
_ANNULLED = "行政许可法第六十九条第{}"
_CANCELLED = "行政许可法第七十条第{}项"

GROUNDS: tuple[Ground, ...] = (
    Ground("penalty_suspension", Act.SUSPEND, "因违法行为，依法给予暂扣许可证件的处罚",
           "suspended as a penalty for an unlawful act", _PENALTY, Right.WHERE_DUE),
    Ground("under_verification", Act.SUSPEND, "载明的内容可能有误，核实期间暂停使用",
           "what it says may be wrong and is being verified", hearing=Right.WHERE_DUE),
    Ground("suspension_over", Act.RESTORE, "暂扣、暂停的期限届满，或者原因已经消除",
           "the term of the suspension is over, or its reason is gone"),
    Ground("suspension_overturned", Act.RESTORE, "暂扣、暂停的决定已被撤销或者改变",
           "the decision to suspend was set aside or changed"),
    Ground("law_changed", Act.WITHDRAW, "所依据的法律、法规、规章修改或者废止，为了公共利益的需要",
           "the rules it rests on were amended or repealed, in the public interest", _CHANGED, Right.WHERE_DUE),
    Ground("facts_changed", Act.WITHDRAW, "所依据的客观情况发生重大变化，为了公共利益的需要",
           "the circumstances it rests on have changed materially, in the public interest", _CHANGED, Right.WHERE_DUE),
    Ground("abuse_of_office", Act.ANNUL, "工作人员滥用职权、玩忽职守作出准予决定",
           "given by abuse or neglect of office", _ANNULLED.format("一款第一项"), Right.WHERE_DUE),
    Ground("beyond_powers", Act.ANNUL, "超越法定职权作出准予决定",
           "given beyond the powers of the authority", _ANNULLED.format("一款第二项"), Right.WHERE_DUE),
    Ground("unlawful_procedure", Act.ANNUL, "违反法定程序作出准予决定",
           "given against the procedure laid down by law", _ANNULLED.format("一款第三项"), Right.WHERE_DUE),
    Ground("unqualified", Act.ANNUL, "对不具备申请资格或者不符合法定条件的申请人准予",
           "given to an applicant who did not qualify", _ANNULLED.format("一款第四项"), Right.WHERE_DUE),
    Ground("otherwise_annulled", Act.ANNUL, "依法可以撤销的其他情形",
           "another case in which the law lets it be annulled", _ANNULLED.format("一款第五项"), Right.WHERE_DUE),
    Ground("fraud", Act.ANNUL, "以欺骗、贿赂等不正当手段取得",
           "obtained by fraud, bribery or other improper means", _ANNULLED.format("二款"), Right.WHERE_DUE),
    Ground("found_wrong", Act.ANNUL, "不属于行政许可的证照，所认定的事实有误",
           "no licence, and the facts it certifies were found wrong", hearing=Right.WHERE_DUE),
    Ground("broken_commitment", Act.ANNUL, "违反告知承诺，准予决定被撤销",
           "the approval was revoked because a commitment was broken", hearing=Right.WHERE_DUE, by_case=True),
    Ground("penalty_revocation", Act.REVOKE, "因违法行为，依法给予吊销许可证件的处罚",
           "revoked as a penalty for an unlawful act", _PENALTY, Right.ALWAYS),
    Ground("term_over", Act.CANCEL, "有效期届满未延续",
           "its term is over and was not renewed", _CANCELLED.format("一"), term_over=True),
    Ground("holder_gone", Act.CANCEL, "赋予公民特定资格，该公民死亡或者丧失行为能力",
           "a personal qualification whose holder died or lost legal capacity", _CANCELLED.format("二"),
           holders=Holders.PERSON),
    Ground("body_dissolved", Act.CANCEL, "法人或者其他组织依法终止",
           "the organisation that held it has ceased to exist", _CANCELLED.format("三"),
           holders=Holders.ORGANISATION),
    Ground("force_majeure", Act.CANCEL, "因不可抗力导致许可事项无法实施",
           "it cannot be used because of force majeure", _CANCELLED.format("五")),
    Ground("otherwise_cancelled", Act.CANCEL, "法律、法规规定的应当注销的其他情形",
           "another case in which the law has it cancelled", _CANCELLED.format("六")),
    Ground("holder_asked", Act.CANCEL, "持证主体申请注销",
           "its holder asked for it"),
    Ground("replaced", Act.CANCEL, "换发、变更或者迁移后，由新证照代替",
           "replaced by a new certificate after renewal, change or relocation"),
)  # fmt: skip

_BY_CODE = {ground.code: ground for ground in GROUNDS}


def ground(code: str) -> Ground:
    """Raises UnknownGround."""
    if code not in _BY_CODE:
        raise UnknownGround("未办理：没有这种情形。请从所列情形中选择。", field="ground")
    return _BY_CODE[code]


def fits(one: Ground, holder: str, run_out: bool) -> bool:
    kind = Holders.PERSON if holder.startswith("person:") else Holders.ORGANISATION
    return one.holders in (Holders.ALL, kind) and (run_out or not one.term_over)
