"""Which demo people can authorise at a window by PIN? Those who go there: their PINs stand beside their names."""

from __future__ import annotations

from datetime import datetime

from tongban.certificates.wallet import pin
from tongban.people.models import Account

PINS = {"luoyi": "395817", "linxiao": "640273"}
"""By the name under which he signs in."""


def give(*, now: datetime) -> None:
    """Set the PINs of the demo people of this node; what is set already stays, whoever set it."""
    for username, digits in PINS.items():
        account = Account.objects.select_related("person").filter(username=username).first()
        if account is not None and pin.set_at(account) is None:
            pin.set_pin(account=account, password="", pin=digits, address="", now=now)
