from __future__ import annotations

from django.urls import path

from tongban.people import views

app_name = "people"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/demo/", views.sign_in_demo, name="sign_in_demo"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/", views.account, name="account"),
    path("acting-for/", views.acting_for, name="acting_for"),
    path("mandates/", views.mandates, name="mandates"),
    path("mandates/new/", views.grant, name="grant"),
    path("stand-ins/", views.stand_ins, name="stand_ins"),
    path("stand-ins/new/", views.name_stand_in, name="name_stand_in"),
    path("stand-ins/<uuid:absent>/<uuid:stand_in>/end/", views.end_stand_in, name="end_stand_in"),
    path("mandates/<slug:organisation>/<uuid:mandate>/revoke/", views.revoke, name="revoke"),
]
