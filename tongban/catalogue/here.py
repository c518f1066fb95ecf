"""For which regions does this node speak? For them it alone signs and publishes; others hold copies of what it says.

`settings.REGIONS` names them: all in the embedded shape, one in a federation.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from tongban.domain.refused import Refused
from tongban.domain.regions import province_of


class SpokenForElsewhere(Refused):
    """An act in the name of a region whose keys and records are on another node."""

    code = "spoken_for_elsewhere"


def speaks_for(region: str) -> bool:
    """Whether what lies in a division is this node's to say."""
    return province_of(region) in settings.REGIONS


def demand(regions: Iterable[str]) -> None:
    """Refuse what another node has to say. Raises SpokenForElsewhere."""
    for region in sorted(set(regions)):
        if not speaks_for(region):
            raise SpokenForElsewhere(f"未办理：地区 {region} 由该地区的节点办理，本节点只有副本。请到那里办理。")
