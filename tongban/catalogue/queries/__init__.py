"""What people look up in the catalogue."""

from tongban.catalogue.queries.lookup import (
    Delegated,
    Guide,
    Listed,
    NotInCatalogue,
    bundles,
    catalogue_of,
    delegations,
    forget,
    guide,
    latest,
    listed,
    matter_types,
)

__all__ = [
    "Delegated",
    "Guide",
    "Listed",
    "NotInCatalogue",
    "bundles",
    "catalogue_of",
    "delegations",
    "forget",
    "guide",
    "latest",
    "listed",
    "matter_types",
]
