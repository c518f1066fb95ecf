"""Which route does a case take? Its regime (办理方式) says so; no diagram does.

A route is a row of data: at what moment the case is decided, what silence of the department means before acceptance,
and what a missed limit means. Silent consent needs an article that says so; without one a missed limit is a red mark
and a supervision case, never a decision.

Source: Administrative Licensing Law, arts. 32 (1)(4), 34 (2), 50 (2); 优化营商环境条例 art. 36 (当场办结).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.catalogue import MatterType, Regime, SourceKind, Standard


class Moment(StrEnum):
    """When a case is decided."""

    REVIEW = "review"  # after review, by somebody else than who accepted
    ACCEPTANCE = "acceptance"  # on the spot
    SUBMISSION = "submission"  # at once, by system, from a registry


@dataclass(frozen=True, slots=True)
class Route:
    """`article` names what allows one pair of eyes, or silence to decide; empty where neither is so."""

    decided: Moment
    consent_by_silence: bool = False
    article: str = ""

    @property
    def on_the_spot(self) -> bool:
        return self.decided is not Moment.REVIEW


ON_THE_SPOT_ARTICLE = "行政许可法第三十四条"
INSTANT_ARTICLE = "优化营商环境条例第三十六条"

ROUTES = {
    Regime.LICENCE: Route(Moment.REVIEW),
    Regime.FILING: Route(Moment.ACCEPTANCE, article=ON_THE_SPOT_ARTICLE),
    Regime.COMMITMENT: Route(Moment.REVIEW),
    Regime.INSTANT: Route(Moment.SUBMISSION, article=INSTANT_ARTICLE),
    Regime.SILENT_CONSENT: Route(Moment.REVIEW, consent_by_silence=True),
}
"""By regime. A commitment is on the spot only for whoever chose it; a case says so itself (`Case.on_the_spot`)."""


def accepted_by_silence(matter_type: MatterType) -> bool:
    """Whether a department that stays silent on what was handed in counts as having accepted it: licences only."""
    return matter_type is MatterType.LICENCE


def consent_article(standard: Standard) -> str:
    """Return the article by which a missed limit is consent; empty where it is not, or where none is cited."""
    if not ROUTES[standard.regime].consent_by_silence:
        return ""
    return next((source.reference for source in standard.legal_basis if source.kind is SourceKind.CITED), "")
