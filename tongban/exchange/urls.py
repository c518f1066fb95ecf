from __future__ import annotations

from django.urls import path

from tongban.exchange import pages, views
from tongban.exchange.reporting import views as reporting

app_name = "exchange"
urlpatterns = [
    path("", pages.exchange, name="exchange"),
    path("peers/<str:name>/try-again/", pages.try_again, name="try_again"),
    path("peers/<str:name>/reconcile/", pages.reconcile, name="reconcile"),
    path("messages", views.messages, name="messages"),
    path("files/<str:digest>", views.files, name="files"),
    path("standing", views.standing, name="standing"),
    path("reports/", reporting.reports, name="reports"),
    path("reports/<slug:number>/", reporting.report, name="report"),
]
