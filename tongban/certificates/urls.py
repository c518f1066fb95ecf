from __future__ import annotations

from django.urls import path

from tongban.certificates import views

app_name = "certificates"
urlpatterns = [
    path("wallet/", views.wallet, name="wallet"),
    path("certificates/<str:identifier>/", views.certificate, name="certificate"),
    path("certificates/<str:identifier>/file/", views.download, name="download"),
    path("certificates/<str:identifier>/entry/", views.entry, name="entry"),
    path("certificates/<str:identifier>/<slug:form>/", views.edition, name="edition"),
    path("counts/", views.counts, name="counts"),
    path("verify/", views.verify, name="verify"),
    path("verify/offline/", views.offline, name="offline"),
    path("verify/offline/worker.js", views.offline_worker, name="offline_worker"),
    path("verify/offline/<slug:language>/", views.offline_page, name="offline_page"),
    path("verify/offline/<slug:language>/manifest.webmanifest", views.offline_manifest, name="offline_manifest"),
    path("verify/<str:identifier>/", views.state, name="state"),
    path("trust.json", views.trust_list, name="trust_list"),
    path("status.json", views.status_lists, name="status_lists"),
]
