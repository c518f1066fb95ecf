"""What is the one written form of a standard, an implementation or a bundle, and its digest?

A version in force never changes, so its form is kept as canonical JSON (RFC 8785) and known by the SM3 digest of those
bytes: two nodes, or the same node a year later, can tell whether they speak of the same thing.
"""

from __future__ import annotations

from typing import Any

from tongban.crypto import canonical, sm3
from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    CertificateType,
    DataElement,
    Implementation,
    Material,
    Standard,
    Topic,
)
from tongban.domain.codec import to_plain

Body = dict[str, Any]


def of_standard(standard: Standard) -> Body:
    """The content of a standard apart from its version: who changes only the number changes nothing."""
    return _without_version(to_plain(standard, Standard))


def of_implementation(implementation: Implementation) -> Body:
    """It names the version of the standard it follows: the same offer of a new standard is another one."""
    return _without_version(to_plain(implementation, Implementation))


def of_everything(catalogue: Catalogue, bundle: Bundle) -> Body:
    """A bundle and the whole catalogue it was read with, matters outside the bundle included."""
    return {
        "bundle": _without_version(to_plain(bundle, Bundle)),
        "standards": [of_standard(each) for each in catalogue.standards.values()],
        "implementations": [of_implementation(each) for each in catalogue.implementations.values()],
        "materials": [to_plain(each, Material) for each in catalogue.materials.values()],
        "certificate_types": [to_plain(each, CertificateType) for each in catalogue.certificate_types.values()],
        "elements": [to_plain(each, DataElement) for each in catalogue.elements.values()],
        "topics": [to_plain(each, Topic) for each in catalogue.topics],
    }


def digest(body: Body) -> str:
    """Return the SM3 digest of the canonical form, in hex."""
    return sm3.digest(canonical.encode(body)).hex()


def _without_version(plain: Any) -> Body:
    return {name: value for name, value in plain.items() if name != "version"}
