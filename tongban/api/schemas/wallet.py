"""What a holder shows of his certificates, to whom and how long; who used them."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, Field

from tongban.api.paging import Page
from tongban.api.schemas import Given, Told
from tongban.certificates.wallet.sharing import LONGEST_PURPOSE, LONGEST_RECIPIENT
from tongban.certificates.wallet.uses import UseKind
from tongban.domain.events import Selection
from tongban.domain.materials import Basis
from tongban.domain.sharing import MOST_CERTIFICATES, MOST_USES, ShareState


class FactOffered(Told):
    """One thing of a certificate that may show. `label` is the certificate's own word; empty for what each one has."""

    code: str
    label: str


class FactsOffered(Told):
    facts: list[FactOffered]


class SelectionGiven(Given):
    """Which facts of a certificate show, by their codes."""

    certificate: str = Field(min_length=1, max_length=200)
    facts: list[str] = Field(min_length=1, max_length=200)


class ShareGiven(Given):
    """`until`: the first instant at which nothing shows any more; `uses`: how often it may be opened."""

    selections: list[SelectionGiven] = Field(min_length=1, max_length=MOST_CERTIFICATES)
    recipient: str = Field(min_length=1, max_length=LONGEST_RECIPIENT)
    purpose: str = Field(min_length=1, max_length=LONGEST_PURPOSE)
    until: AwareDatetime
    uses: int = Field(ge=1, le=MOST_USES)


class ShareTold(Told):
    """`address`: the link to pass on; empty once it opens no more. `openings`: when it was opened."""

    id: str
    recipient: str
    purpose: str
    selections: list[Selection]
    at: datetime
    until: datetime
    uses: int
    openings: list[datetime]
    state: ShareState
    address: str


class SharesTold(Page):
    shares: list[ShareTold]


class ShareMade(Told):
    share: str
    address: str


class ShareEnded(Told):
    share: str


class UseTold(Told):
    """`who`: as the journal names him; empty for whoever had a link, and for an application. `basis`: on what ground an
    application took it; null where it goes by something else now, and for everything else.
    """

    at: datetime
    kind: UseKind
    who: str
    certificates: list[str]
    recipient: str
    purpose: str
    hall: str
    matter: str
    application: str
    basis: Basis | None


class UsesTold(Told):
    """`next`: the address of what was before; null where nothing was."""

    uses: list[UseTold]
    next: str | None
