from __future__ import annotations

from django.urls import path

from tongban.catalogue.views import agreements, batches, guide, lists, portal, recognition, selfcheck

app_name = "catalogue"
urlpatterns = [
    path("", portal.home, name="home"),
    path("matters/", portal.matters, name="matters"),
    path("matters/<str:matter>/", guide.guide, name="guide"),
    path("matters/<str:matter>/check/", selfcheck.check, name="check"),
    path("matters/<str:matter>/forms/<str:material>/", guide.blank, name="blank"),
    path("zone/", lists.zone, name="zone"),
    path("lists/", lists.lists, name="lists"),
    path("lists/<str:name>/", lists.one_list, name="list"),
    path("offers/", lists.offers, name="offers"),
    path("halls/", lists.halls, name="halls"),
    path("terminals/", lists.terminals, name="terminals"),
    path("reforms/", lists.reforms, name="reforms"),
    path("bundles/<str:code>/", portal.bundle, name="bundle"),
    path("delegations/", portal.delegations, name="delegations"),
    path("batches/", batches.batches, name="batches"),
    path("batches/<str:code>/", batches.batch, name="batch"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/<str:number>/", agreements.agreement, name="agreement"),
    path("recognition/", recognition.rules, name="recognition"),
    path("recognition/rules.json", recognition.as_json, name="recognition_json"),
    path("recognition/rules.xlsx", recognition.as_workbook, name="recognition_workbook"),
    path("recognition/rules/<str:code>/", recognition.rule, name="recognition_rule"),
    path("meetings/<str:meeting>/", agreements.meeting, name="meeting"),
]
