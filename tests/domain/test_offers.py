"""Which hall may take in which matter, by what, and from when receipt counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tongban.domain.catalogue import Implementation
from tongban.domain.clock import Limit, Unit
from tongban.domain.offers import OWN, Entitlement, Extension, HandlingMode, Offer, ReceiptCounts, entitled

BEIJING = Implementation(
    matter="TB-015",
    region="110000",
    body="11110000MA0TB1022H",
    promised=Limit(5, Unit.WORKING),
    deciding_desk="岗",
    hall="bj-hall",
    level=2,
)
DISTRICT = replace(BEIJING, region="110112", hall="tongzhou-hall", level=4)
OFFER = Offer("TB-015", "110000", ("120000", "130000"), HandlingMode.JOINT, "A-1", date(2022, 1, 1))
EXTENSION = Extension("sanhe-hall", "三河", "131082", "110112", (4,), "A-2", date(2022, 1, 1))
OFFERED = Entitlement(HandlingMode.JOINT, ReceiptCounts.AT_ARRIVAL, "A-1")
EXTENDED = Entitlement(HandlingMode.PROXY, ReceiptCounts.AT_ARRIVAL, "A-2")


@pytest.mark.parametrize(
    ("implementation", "hall", "region", "offers", "extensions", "upon"),
    [
        (BEIJING, "bj-hall", "110000", [], [], OWN),
        (BEIJING, "bj-hall", "110000", [OFFER], [], OWN),
        (BEIJING, "cfd-hall", "130209", [], [], None),
        (BEIJING, "cfd-hall", "130209", [OFFER], [], OFFERED),
        (DISTRICT, "cfd-hall", "130209", [OFFER], [], OFFERED),
        (BEIJING, "cfd-hall", "130209", [replace(OFFER, matter="TB-016")], [], None),
        (BEIJING, "cfd-hall", "130209", [replace(OFFER, province="120000")], [], None),
        (BEIJING, "cfd-hall", "130209", [replace(OFFER, to=("120000",))], [], None),
        (BEIJING, "cfd-hall", "130209", [replace(OFFER, territory="130200")], [], OFFERED),
        (BEIJING, "cfd-hall", "130209", [replace(OFFER, territory="131000")], [], None),
        (BEIJING, "cfd-hall", "130209", [replace(OFFER, territory="FTZ-HB-DX")], [], None),
        (DISTRICT, "sanhe-hall", "131082", [], [EXTENSION], EXTENDED),
        (BEIJING, "sanhe-hall", "131082", [], [EXTENSION], None),
        (replace(DISTRICT, level=5), "sanhe-hall", "131082", [], [EXTENSION], None),
        (DISTRICT, "he-hall", "130000", [], [EXTENSION], None),
        (DISTRICT, "sanhe-hall", "131082", [OFFER], [EXTENSION], OFFERED),
    ],
)
def test_a_hall_takes_in_its_own_matters_and_what_an_offer_or_an_extension_says(
    implementation, hall, region, offers, extensions, upon
):
    found = entitled(implementation, hall=hall, hall_region=region, offers=offers, extensions=extensions)

    assert found == upon
