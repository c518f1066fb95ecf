"""Which door leads from the guide of a matter to asking for it?

What a connected registry can certify is handed out on the spot; what the body takes in by computer or phone begins with
a draft; everything else is for the windows.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.catalogue.entrances import Door
from tongban.domain import alone, instant
from tongban.domain.catalogue import Implementation, Standard
from tongban.registries.adapters import connected


def door(standard: Standard, implementation: Implementation) -> Door | None:
    if instant.certified(standard):
        if not connected(standard.yields):
            return None
        hint = _("不用填表、不用交材料：查到登记库的记录，当场出具带签名的电子证照。")
        return Door(_("立即办理"), hint, reverse("casework:instant", args=[standard.matter]))
    if not alone.online(implementation):
        return None
    href = reverse("casework:start_alone", args=[standard.matter]) + f"?by={implementation.body}"
    return Door(_("网上申请"), _("填表、上传材料都在网上，随时可以接着填。"), href)
