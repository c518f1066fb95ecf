from __future__ import annotations

from django.urls import include, path

from tongban.counter.views import applicant, papers, window

app_name = "counter"

clerks = [
    path("", window.window, name="window"),
    path("begin/<slug:hall>/<slug:bundle>/", window.begin, name="begin"),
    path("taken-in/", papers.taken_in, name="taken_in"),
    path("applications/<slug:number>/", papers.application, name="application"),
    path("applications/<slug:number>/documents/<int:place>/", papers.document, name="document"),
    path("applications/<slug:number>/documents/fetched/", papers.hand_over, name="hand_over"),
    path("<uuid:assistance>/", window.assistance, name="assistance"),
    path("<uuid:assistance>/check/", window.check, name="check"),
    path("<uuid:assistance>/end/", window.end, name="end"),
    path("<uuid:assistance>/applicant/", applicant.by_pin, name="by_pin"),
]

urlpatterns = [
    path("window/", applicant.code, name="code"),
    path("window/<str:code>/", applicant.answer, name="answer"),
    path("workbench/counter/", include(clerks)),
]
