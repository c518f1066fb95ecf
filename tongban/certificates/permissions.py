"""Who may read a certificate? Its holder's side, the authority that issued it, and who supervises that region.

Everybody else may verify it: that shows its state and a masked name. What staff read is recorded.

Source: Personal Information Protection Law, arts. 6, 34; design, invariant 14.
"""

from __future__ import annotations

from tongban.people.actor import Actor
from tongban.people.permissions import NotAllowed, may_act_for, may_supervise


def is_holders(actor: Actor, *, holder: str) -> bool:
    return may_act_for(actor, party=holder)


def may_see_as_staff(actor: Actor, *, department: str, region: str) -> bool:
    """Whether the actor has a duty in the issuing department (its code; empty: not of this node), or supervises."""
    serves = any(duty.department == department for duty in actor.duties) if department else False
    return serves or may_supervise(actor, region=region)


def demand_staff(actor: Actor, *, department: str, region: str) -> None:
    """Raises NotAllowed."""
    if not may_see_as_staff(actor, department=department, region=region):
        raise NotAllowed("不能查看：这张证照不属于您现在代表的一方。请切换到持证的一方，或在“证照核验”中核验真伪。")
