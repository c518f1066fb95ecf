"""Which room answers which address."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tongban.web.urls")),
    path("", include("tongban.people.urls")),
    path("", include("tongban.catalogue.urls")),
    path("", include("tongban.certificates.urls")),
    path("", include("tongban.casework.urls")),
    path("", include("tongban.counter.urls")),
    path("", include("tongban.insight.urls")),
    path("workbench/standards/", include("tongban.harmony.urls")),
    path("workbench/systems/", include("tongban.exchange.systems.urls")),
    path("exchange/", include("tongban.exchange.urls")),
    path("api/v1/", include("tongban.api.urls")),
]

handler400 = "tongban.web.errors.bad_request"
handler403 = "tongban.web.errors.forbidden"
handler404 = "tongban.web.errors.not_found"
handler500 = "tongban.web.errors.server_error"
