"""Who opens the pages of stewards, and where do they lie?"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.casework.views.workbench.duty import on_duty
from tongban.catalogue.actions.drafts import Overtaken
from tongban.people.actor import Actor
from tongban.people.permissions import may_keep_standards
from tongban.people.roles import Role
from tongban.web.values import Link

steward = on_duty(Role.STEWARD)
"""Stewards see every region; what they may change is asked region by region."""


def trail(*here: Link) -> list[Link]:
    """Return the way from the workbench by the stewards' start page down to `here`."""
    return [Link(_("工作台"), reverse("casework:work")), Link(_("标准与差异"), reverse("harmony:todo")), *here]


def own_region(actor: Actor) -> str:
    """Return the region of the actor's first duty as a steward: a joint standard is proposed in its name."""
    return next(duty.region for duty in actor.duties if duty.role is Role.STEWARD)


def keeps(actor: Actor, region: str) -> bool:
    return may_keep_standards(actor, region=region)


def seen_of(request: HttpRequest) -> datetime:
    """Return which state of the draft the page showed. Raises Overtaken for a page that does not say."""
    try:
        seen = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        seen = None
    if seen is None or seen.tzinfo is None:
        raise Overtaken("未保存：页面不完整，可能打开得太久。请刷新页面后重新修改。")
    return seen
