"""How does a company move from Beijing to Tianjin, and ask for its retained input tax there?

By the same actions that pages and the JSON door call: one application for both tax authorities, accepted at one window,
decided first by the one that lets go and then by the one that takes over; then the refund, in the new region, with the
rating and the years of the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tongban.casework import actions as casework
from tongban.casework import drafts
from tongban.casework.actions import rating
from tongban.casework.models import Draft
from tongban.domain.certificate import Issuer
from tongban.domain.elements import needed
from tongban.domain.events import Outcome
from tongban.domain.materials import certificates_needed
from tongban.project.walk import Tell, at, read, upload, who
from tongban.registries import demo as registries_demo

BUNDLE, REFUND = "relocation", "TB-127"
BEIJING, TIANJIN = "110000", "120000"
BEIJING_TAX, TIANJIN_TAX = "11110000MA0TB1081L", "11120000MA0TB1217F"
RATED = 2025
DESK = "涉税业务岗"
MOVES = ("songlan", "org:91110105MA0TB50589")
"""The company of the demo whose move is filled in; `tongban demo move` walks it."""
BEIJING_CLERK, TIANJIN_CLERK = "shilei", "mengjia"
REVIEWERS = {BEIJING_TAX: "caoying", TIANJIN_TAX: "hening"}


def rate_companies(*, day: date, now: datetime) -> None:
    """Let the tax authority of Beijing certify how it rated the demo's companies for a year."""
    issuer = Issuer(BEIJING_TAX, "国家税务总局北京市税务局", BEIJING)
    rating.rate_year(
        operation=f"demo/tax-ratings/{RATED}",
        actor=who(REVIEWERS[BEIJING_TAX], today=day),
        issuer=issuer,
        year=RATED,
        assessed=[rating.Assessed(number, level) for number, level in registries_demo.assessed().items()],
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Moving:
    """One company on its way. `tag` keeps the operations of several apart."""

    username: str
    party: str
    day: date
    tag: str
    tell: Tell

    def draft(self) -> Draft:
        """Fill in everything that is asked for the move from Beijing to Tianjin."""
        agent = who(self.username, acting_for=self.party, today=self.day)
        draft = drafts.start(actor=agent, bundle=BUNDLE, now=at(self.day, 9))
        drafts.answer(draft, {"left": BEIJING, "reached": TIANJIN}, now=at(self.day, 9, 2))
        self._fill(draft)
        return draft

    def hand_in(self) -> str:
        """Hand the move in; return the application's id."""
        return self._submit(self.draft(), "move")

    def accept(self, application: str) -> None:
        casework.accept(
            operation=f"{self.tag}/accept/{application}",
            actor=who(BEIJING_CLERK, today=self.day),
            application=application,
            now=at(self.day, 10),
        )

    def conclude(self, application: str, index: int, *, hour: int = 14) -> None:
        """Let the tax authority of a case approve it."""
        case = read(application).case(index)
        casework.conclude(
            operation=f"{self.tag}/conclude/{index}/{application}",
            actor=who(REVIEWERS[case.body], today=self.day),
            application=application,
            case=index,
            desk=DESK,
            outcome=Outcome.APPROVED,
            reason="",
            determined={},
            now=at(self.day, hour),
        )

    def move(self) -> str:
        """Walk the whole move; return the application's id."""
        application = self.hand_in()
        self.accept(application)
        self.conclude(application, 1)
        self.conclude(application, 2, hour=15)
        self.tell("北京远迁示例装备有限公司从北京迁到天津：纳税信用级别、未办结事项、留抵税额一并迁移。")
        return application

    def refund_draft(self) -> Draft:
        agent = who(self.username, acting_for=self.party, today=self.day)
        draft = drafts.start_alone(actor=agent, matter=REFUND, by=TIANJIN_TAX, now=at(self.day, 16))
        self._fill(draft)
        return draft

    def refund(self) -> str:
        """Ask for the refund in Tianjin and let the window accept it; return the application's id."""
        application = self._submit(self.refund_draft(), "refund", hour=16)
        casework.accept(
            operation=f"{self.tag}/accept/{application}",
            actor=who(TIANJIN_CLERK, today=self.day),
            application=application,
            now=at(self.day, 17),
        )
        self.tell("迁入天津后当即申请留抵退税：按在北京评定的 A 级和登记年限，受理条件全部符合。")
        return application

    def _fill(self, draft: Draft) -> None:
        known, _ = drafts.of_bundle(draft)
        planned = drafts.derive(draft)
        elements = needed(known, [case.matter for case in planned.cases])
        drafts.fill(draft, {one.code: one.example for one in elements}, today=self.day, now=at(self.day, 9, 5))
        asked = [ask.material for ask in planned.asks if not ask.retrievable]
        for material in (*asked, *certificates_needed(planned.cases)):
            upload(draft, material, name=material, now=at(self.day, 9, 10))

    def _submit(self, draft: Draft, what: str, *, hour: int = 9) -> str:
        casework.submit(
            operation=f"{self.tag}/{what}/{draft.id}",
            actor=who(self.username, acting_for=self.party, today=self.day),
            draft=draft.id,
            now=at(self.day, hour, 30),
        )
        return draft.id
