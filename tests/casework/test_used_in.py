"""A holder reads in which applications his certificates were used, and on what ground."""

from __future__ import annotations

import pytest

from tongban.casework import models, reliance, storage
from tongban.certificates.adapters import UsedIn
from tongban.domain.materials import Basis, SupplySource


@pytest.mark.usefixtures("submitted")
def test_an_application_tells_which_certificates_it_goes_by(django_assert_num_queries) -> None:
    application = models.Application.objects.get()
    supply = application.supplies.order_by("place").first()
    application.supplies.filter(material=supply.material).update(
        source=SupplySource.CERTIFICATE, reference="1.2.3", basis=Basis.DUTY
    )
    stream = storage.stream_of(application.pk)

    with django_assert_num_queries(2):
        found = reliance.used_in([stream, storage.stream_of("unknown")])

    assert found == {stream: UsedIn(application.number, {(supply.material, supply.subject, "1.2.3"): Basis.DUTY})}
