"""What people look up about shares and requests at a window: those of a holder, those of a clerk, and their words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from tongban.certificates import queries
from tongban.certificates.models import Asking as AskingRow
from tongban.certificates.models import Certificate, ShareOpening
from tongban.certificates.models import Share as ShareRow
from tongban.certificates.queries import NoSuchCertificate, Registered
from tongban.certificates.wallet import storage
from tongban.domain.asking import Asking
from tongban.domain.certificate import Certificate as Content
from tongban.domain.sharing import NoSuchShare, Share
from tongban.keys import actions as keys


@dataclass(frozen=True, slots=True)
class Made:
    """A share as its holder sees it."""

    id: str
    share: Share
    recipient: str
    purpose: str


def share(*, id: str, holder: str) -> Made:
    """Return one share of a holder. Raises NoSuchShare where it is none of his."""
    found = storage.read_share(id)
    if found is None or found.holder != holder:
        raise NoSuchShare
    recipient, purpose = (one.decode() for one in keys.unseal_many([found.recipient, found.purpose]))
    return Made(id, found, recipient, purpose)


def shares(*, holder: str) -> QuerySet[ShareRow]:
    """Return the rows of a holder's shares, the newest first."""
    return ShareRow.objects.filter(holder=holder).order_by("-at", "pk")


def made(rows: Sequence[ShareRow]) -> list[Made]:
    """Return shares with their openings and words. One statement."""
    openings: dict[str, list[ShareOpening]] = {row.pk: [] for row in rows}
    for one in ShareOpening.objects.filter(share_id__in=list(openings)).order_by("share_id", "number"):
        openings[one.share_id].append(one)
    found = [storage.share_of(row, tuple(one.at for one in openings[row.pk])) for row in rows]
    words = [one.decode() for one in keys.unseal_many([s for one in found for s in (one.recipient, one.purpose)])]
    return [
        Made(row.pk, one, recipient, purpose)
        for row, one, recipient, purpose in zip(rows, found, words[::2], words[1::2], strict=True)
    ]


def askings_of_clerk(*, clerk: str, most: int = 20) -> list[tuple[str, Asking]]:
    """Return what a clerk asked for last, the newest first. One statement."""
    rows = AskingRow.objects.filter(by=clerk).order_by("-at", "pk")[:most]
    return [(row.pk, storage.asking_of(row)) for row in rows]


def offered(*, holder: str, identifiers: Collection[str]) -> list[tuple[Registered, Content]]:
    """Return these certificates of a holder with what their files say. Raises NoSuchCertificate for another's."""
    found = []
    for identifier in dict.fromkeys(identifiers):
        line = queries.find(identifier=identifier)
        if line.holder != holder:
            raise NoSuchCertificate("没有找到所选的证照。请从“我的证照”中重新选择。")
        found.append((line, queries.content(identifier=identifier)))
    return found


def type_names(identifiers: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return by identifier what certificates are called, in Chinese and English. One statement."""
    rows = Certificate.objects.filter(identifier__in=set(identifiers))
    return {one: (name, english) for one, name, english in rows.values_list("identifier", "type_name", "type_name_en")}
