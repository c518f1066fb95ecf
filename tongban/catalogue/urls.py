from __future__ import annotations

from django.urls import path

from tongban.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("", views.home, name="home"),
    path("matters/", views.matters, name="matters"),
    path("matters/<str:matter>/", views.guide, name="guide"),
    path("bundles/<str:code>/", views.bundle, name="bundle"),
    path("delegations/", views.delegations, name="delegations"),
]
