"""Who may read a certificate? Its holder's side, the authority that issued it, who has the application it came from in
hand, and who supervises that region.

Everybody else may verify it: that shows its state and a masked name. What staff read is recorded.

Source: Personal Information Protection Law, arts. 6, 34; design, invariant 14.
"""

from __future__ import annotations

from tongban.people.actor import Actor
from tongban.people.permissions import NotAllowed, may_act_for, may_supervise
from tongban.people.roles import Role


def is_holders(actor: Actor, *, holder: str) -> bool:
    return may_act_for(actor, party=holder)


def may_see_as_staff(actor: Actor, *, issuer: str, region: str) -> bool:
    """Whether the actor has a duty in the issuing authority (its unified social credit code), or supervises there."""
    return any(duty.department == issuer for duty in actor.duties) or may_supervise(actor, region=region)


def issues_for(actor: Actor) -> tuple[str, ...]:
    """Return the authorities for which the actor reviews, and whose certificates he may suspend and end."""
    duties = (duty.department for duty in actor.duties if duty.role is Role.REVIEWER and duty.department)
    return tuple(dict.fromkeys(duties))


def not_of_the_authority() -> NotAllowed:
    return NotAllowed("不能查看：这一页供签发机关的审查人员管理本机关的证照。请由签发机关的审查人员办理。")


def not_allowed() -> NotAllowed:
    return NotAllowed("不能查看：这张证照不属于您现在代表的一方。请切换到持证的一方，或在“证照核验”中核验真伪。")
