"""What people look up in the catalogue."""

from tongban.catalogue.queries.guide import Guide, guide
from tongban.catalogue.queries.lists import PAGE, Facets, Hits, Row, Wanted, facets, find
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
    "PAGE",
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
    "facets",
    "find",
    "forget",
    "guide",
    "latest",
    "listed",
]
