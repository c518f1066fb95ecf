"""What people look up in the catalogue."""

from tongban.catalogue.queries.across import (
    Direction,
    Offered,
    Reformed,
    directions,
    offered,
    reform_counts,
    reformed,
)
from tongban.catalogue.queries.alone import Alone, alone, offers, whole
from tongban.catalogue.queries.calendar import Published, keep_up, published
from tongban.catalogue.queries.competence import competent_of
from tongban.catalogue.queries.guide import Guide, choose, elements_of, guide
from tongban.catalogue.queries.lists import PAGE, Facets, Hits, Row, Wanted, facets, find
from tongban.catalogue.queries.lists import counts as list_counts
from tongban.catalogue.queries.lookup import (
    Delegated,
    Listed,
    bundle_matters,
    bundles,
    catalogue_of,
    certificate_types,
    delegations,
    forget,
    issuing_bodies,
    latest,
    listed,
    matters_in_force,
    named,
)
from tongban.catalogue.queries.missing import NotInCatalogue
from tongban.catalogue.queries.titles import agreement_titles, batch_titles
from tongban.catalogue.queries.windows import Taken, Takings, Window, may_take_in, own_bundles, takings

__all__ = [
    "PAGE",
    "Alone",
    "Delegated",
    "Direction",
    "Facets",
    "Guide",
    "Hits",
    "Listed",
    "NotInCatalogue",
    "Offered",
    "Published",
    "Reformed",
    "Row",
    "Taken",
    "Takings",
    "Wanted",
    "Window",
    "agreement_titles",
    "alone",
    "batch_titles",
    "bundle_matters",
    "bundles",
    "catalogue_of",
    "certificate_types",
    "choose",
    "competent_of",
    "delegations",
    "directions",
    "elements_of",
    "facets",
    "find",
    "forget",
    "guide",
    "issuing_bodies",
    "keep_up",
    "latest",
    "list_counts",
    "listed",
    "matters_in_force",
    "may_take_in",
    "named",
    "offered",
    "offers",
    "own_bundles",
    "published",
    "reform_counts",
    "reformed",
    "takings",
    "whole",
]
