"""A bundle with which an application began on another node is written down here, under a number of this node.

The versions that it names must be here and say the same: a case is handled by what its own region published. What else
it names stands in it whole. Nobody else's bundle takes the place of one that this node offers: it gets a code of its
own, under which nobody applies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tongban.catalogue import body, models, storage
from tongban.catalogue.actions.alone import kept
from tongban.catalogue.body import Body
from tongban.domain import codec
from tongban.domain.catalogue import Bundle, CertificateType, DataElement, Material, Topic
from tongban.domain.refused import Refused

MOST_OF_A_CODE = 24
WHOLE = {"materials": Material, "certificate_types": CertificateType, "elements": DataElement, "topics": Topic}


class StandardDiffers(Refused):
    """A bundle that names a version which is not here, or says something else here."""

    code = "standard_differs"


def told_of(bundle: str, version: int) -> dict[str, Any]:
    """Return a version of a bundle as another node is told it: its body, and the digests of the versions it names."""
    written = models.Bundle.objects.get(code=bundle, version=version)
    return {"body": written.body, "digests": _digests(written.body)}


def take_bundle(told: Mapping[str, Any], *, now: datetime) -> tuple[str, int]:
    """Return code and version here of a bundle that another node tells of; it is written where it is not known.

    Raises StandardDiffers.
    """
    try:
        plain, digests = _read(told["body"]), told["digests"]
        here = _digests(plain)
        differs = told.keys() != {"body", "digests"} or digests != here or any("" in pair for pair in here)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise StandardDiffers("未接收：随件的事项目录读不懂。请双方核对程序版本。") from wrong
    if differs:
        raise StandardDiffers("未接收：对方依据的标准或办事指南版本，与本方公布的不同。请双方先同步事项目录。")
    digest = body.digest(plain)
    code = _code_here(plain["bundle"]["code"], digest)
    return code, kept(plain, code=code, digest=digest, operation="received-bundle", now=now)


def _code_here(code: str, digest: str) -> str:
    """Return the same code for what this node offers in the same words, and for a matter that is asked for alone."""
    offered = models.Bundle.objects.filter(code=code, digest=digest).exists()
    if offered or models.Matter.objects.filter(code=code).exists():
        return code
    return f"{code[:MOST_OF_A_CODE]}{storage.BORROWED}{digest[:12]}"


def _read(plain: Any) -> Body:
    """Return the body as this node writes it: what it does not understand is refused, not kept."""
    made: Body = {
        "bundle": codec.to_plain(codec.from_plain(plain["bundle"] | {"version": 0}, Bundle), Bundle),
        "matters": [[str(matter), int(v), str(by), int(w)] for matter, v, by, w in plain["matters"]],
    }
    del made["bundle"]["version"]
    for name, kind in WHOLE.items():
        made[name] = [codec.to_plain(codec.from_plain(each, kind), kind) for each in plain[name]]
    if made != plain:
        raise ValueError("members that are unknown")
    return made


def _digests(plain: Body) -> list[list[str]]:
    """Return, for each matter of a bundle, the digests of its versions as they stand here; empty: not here."""
    matters = [matter for matter, *_ in plain["matters"]]
    standards = {
        (row.matter_id, row.version): row.digest for row in models.Standard.objects.filter(matter_id__in=matters)
    }
    implementations = {
        (row.matter_id, row.by, row.version): row.digest
        for row in models.Implementation.objects.filter(matter_id__in=matters)
    }
    return [
        [standards.get((matter, version), ""), implementations.get((matter, by, of_body), "")]
        for matter, version, by, of_body in plain["matters"]
    ]
