"""How the timeline tells of what was promised: deferral, commitment, and what follows them."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongban.casework.timeline.names import Names, Sentences, listed, material_of
from tongban.casework.timeline.review import _remedy
from tongban.domain.events import (
    ApprovalRevoked,
    CommitmentKind,
    CommitmentMade,
    CommitmentMended,
    CommitmentVerified,
    CommitmentWithdrawn,
    CreditEntered,
    CreditRepairAsked,
    CreditRepairDenied,
    CreditRepaired,
    DeferralGranted,
    DeferralLapsed,
    DeferralMet,
    DeferralPromised,
    DeferralReminded,
    FollowUp,
    OrderedToCorrect,
    RevocationNoticed,
    SpotCheckDrawn,
    SpotChecked,
    VerificationDrawn,
    VerificationDue,
)


def _deferral_promised(event: DeferralPromised, names: Names) -> str:
    return _("申请人承诺后补《%(material)s》。") % {"material": names.materials.get(event.material, event.material)}


def _committed(event: CommitmentMade, names: Names) -> str:
    if event.kind is CommitmentKind.LICENCE:
        return _("申请人选择以告知承诺方式办理“%(matter)s”，并签署承诺书。") % {"matter": names.matters[event.case]}
    return _("“%(matter)s”：申请人签署承诺，代替%(materials)s。") % {
        "matter": names.matters[event.case],
        "materials": listed(event.materials, names),
    }


def _commitment_withdrawn(event: CommitmentWithdrawn, names: Names) -> str:
    return _("申请人撤回了对“%(matter)s”的承诺，改按一般程序办理。") % {"matter": names.matters[event.case]}


def _deferral_granted(event: DeferralGranted, names: Names) -> str:
    return _("容缺受理：《%(material)s》须在 %(day)s 前补交。") % {
        "material": material_of(event.material, names),
        "day": date_format(event.due_on),
    }


def _deferral_reminded(event: DeferralReminded, names: Names) -> str:
    return _("提醒申请人补交《%(material)s》。") % {"material": material_of(event.material, names)}


def _deferral_met(event: DeferralMet, names: Names) -> str:
    return _("《%(material)s》已按期补交。") % {"material": material_of(event.material, names)}


def _deferral_lapsed(event: DeferralLapsed, names: Names) -> str:
    return _("《%(material)s》逾期没有补交。") % {"material": material_of(event.material, names)}


def _verification_due(event: VerificationDue, names: Names) -> str:
    return _("“%(matter)s”的承诺将在 %(day)s 前核查。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.due_on),
    }


def _drawn(event: VerificationDrawn, names: Names) -> str:
    sentence = _("“%(matter)s”的承诺被抽中核查。") if event.chosen else _("“%(matter)s”的承诺没有被抽中，不再核查。")
    return sentence % {"matter": names.matters[event.case]}


def _verified(event: CommitmentVerified, names: Names) -> str:
    sentence = _("“%(matter)s”的承诺经核查属实。") if event.kept else _("“%(matter)s”的承诺经核查不实或没有履行。")
    return sentence % {"matter": names.matters[event.case]}


def _ordered(event: OrderedToCorrect, names: Names) -> str:
    return _("“%(matter)s”：责令在 %(day)s 前整改；逾期不整改的，将告知拟撤销批准。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.due_on),
    }


def _mended(event: CommitmentMended, names: Names) -> str:
    return _("“%(matter)s”：已按要求整改，批准继续有效。") % {"matter": names.matters[event.case]}


def _revocation_noticed(event: RevocationNoticed, names: Names) -> str:
    sentence = _("“%(matter)s”：已告知拟撤销批准，可在 %(day)s 前陈述申辩。")
    if event.hearing:
        sentence = _("“%(matter)s”：已告知拟撤销批准，可在 %(day)s 前陈述申辩、申请听证。")
    return sentence % {"matter": names.matters[event.case], "day": date_format(event.statement_due_on)}


def _revoked(event: ApprovalRevoked, names: Names) -> str:
    return _("“%(matter)s”的批准已撤销。") % {"matter": names.matters[event.case]} + _remedy()


def _credit(event: CreditEntered, names: Names) -> str:
    return _("“%(matter)s”：违反承诺已记入信用记录，修复之前不能再作承诺。") % {"matter": names.matters[event.case]}


def _repair_asked(event: CreditRepairAsked, names: Names) -> str:
    return _("“%(matter)s”：已申请信用修复，将在 %(day)s 前答复。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.due_on),
    }


def _repair_denied(event: CreditRepairDenied, names: Names) -> str:
    return _("“%(matter)s”：信用修复没有通过，理由已告知，可以再次申请。") % {"matter": names.matters[event.case]}


def _credit_repaired(event: CreditRepaired, names: Names) -> str:
    return _("“%(matter)s”：失信记录已经修复。") % {"matter": names.matters[event.case]}


def _check_drawn(event: SpotCheckDrawn, names: Names) -> str:
    return _("“%(matter)s”的当场决定被抽中，将在 %(day)s 前由其他人员抽查。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.due_on),
    }


def _checked(event: SpotChecked, names: Names) -> str:
    sentence = {
        None: _("“%(matter)s”的当场决定经抽查无误。"),
        FollowUp.CORRECT: _("“%(matter)s”的当场决定经抽查需要更正，决定部门将联系申请人。"),
        FollowUp.ANNUL: _("“%(matter)s”的当场决定经抽查有误，已提请按程序处理；处理之前决定继续有效。"),
    }[event.follow_up]
    return sentence % {"matter": names.matters[event.case]}


SENTENCES: Sentences = {
    DeferralPromised: _deferral_promised,
    CommitmentMade: _committed,
    CommitmentWithdrawn: _commitment_withdrawn,
    DeferralGranted: _deferral_granted,
    DeferralReminded: _deferral_reminded,
    DeferralMet: _deferral_met,
    DeferralLapsed: _deferral_lapsed,
    VerificationDue: _verification_due,
    VerificationDrawn: _drawn,
    CommitmentVerified: _verified,
    OrderedToCorrect: _ordered,
    CommitmentMended: _mended,
    RevocationNoticed: _revocation_noticed,
    ApprovalRevoked: _revoked,
    CreditEntered: _credit,
    CreditRepairAsked: _repair_asked,
    CreditRepairDenied: _repair_denied,
    CreditRepaired: _credit_repaired,
    SpotCheckDrawn: _check_drawn,
    SpotChecked: _checked,
}
