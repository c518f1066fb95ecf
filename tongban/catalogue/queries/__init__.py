"""What people look up in the catalogue."""

from tongban.catalogue.queries.guide import Guide, extensions, guide, offers
from tongban.catalogue.queries.lists import Facets, Hits, Row, Wanted, facets, find
from tongban.catalogue.queries.lookup import (
    Delegated,
    Listed,
    bundle_matters,
    bundles,
    catalogue_of,
    delegations,
    forget,
    latest,
    listed,
)
from tongban.catalogue.queries.missing import NotInCatalogue

__all__ = [
    "Delegated",
    "Facets",
    "Guide",
    "Hits",
    "Listed",
    "NotInCatalogue",
    "Row",
    "Wanted",
    "bundle_matters",
    "bundles",
    "catalogue_of",
    "delegations",
    "extensions",
    "facets",
    "find",
    "forget",
    "guide",
    "latest",
    "listed",
    "offers",
]
