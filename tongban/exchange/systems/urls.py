from __future__ import annotations

from django.urls import path

from tongban.exchange.systems import views

app_name = "systems"
urlpatterns = [
    path("", views.systems, name="systems"),
    path("<str:number>/<int:index>/", views.case, name="case"),
    path("<str:number>/<int:index>/certificate/", views.certificate, name="certificate"),
]
