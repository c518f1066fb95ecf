"""Bundles of any size, composed: chains of needs, shared materials, an opinion here and there."""

from __future__ import annotations

from dataclasses import replace

from tests.domain.strategies import Spec, build
from tongban.catalogue import files
from tongban.domain.catalogue import Bundle, Catalogue, Delegation


def of_size(count: int) -> tuple[Catalogue, Bundle, tuple[Delegation, ...]]:
    """A bundle of so many matters, offered by the body and at the hall of the maritime one.

    Every fourth matter needs what the one before it yields; every third asks a desk's opinion.
    """
    kinds, maritime, _ = files.read_set("maritime")
    offered = kinds.implementations[maritime.items[0].matter]
    specs = [
        Spec(
            code=f"X-{number:02d}",
            days=10,
            needs=(f"X-{number - 1:02d}",) if number % 4 == 3 else (),
            materials=("SHARED", f"OWN{number:02d}"),
            opinion_desks=("复核岗",) if number % 3 == 0 else (),
        )
        for number in range(1, count + 1)
    ]
    catalogue, bundle = build(specs)
    return (
        replace(
            catalogue,
            certificate_types={
                code: replace(one, type_code=f"11100000000013338W{place:03d}")
                for place, (code, one) in enumerate(catalogue.certificate_types.items(), start=1)
            },
            standards={
                matter: replace(one, owner=kinds.standards[maritime.items[0].matter].owner)
                for matter, one in catalogue.standards.items()
            },
            implementations={
                matter: replace(one, body=offered.body, hall=offered.hall, region=offered.region)
                for matter, one in catalogue.implementations.items()
            },
        ),
        replace(bundle, code=f"sized-{count}", name=f"{count} 个事项"),
        (),
    )
