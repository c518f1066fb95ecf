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
    path("verify/", views.verify, name="verify"),
    path("verify/<str:identifier>/", views.state, name="state"),
    path("trust.json", views.trust_list, name="trust_list"),
    path("status.json", views.status_lists, name="status_lists"),
]
