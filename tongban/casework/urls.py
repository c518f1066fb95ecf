from __future__ import annotations

from django.urls import include, path

from tongban.casework.views import apply, progress
from tongban.casework.views.work import home, intake, review, supervision

app_name = "casework"

staff = [
    path("", home.home, name="work"),
    path("intake/", intake.intake, name="intake"),
    path("applications/<str:number>/", intake.application, name="taken_in"),
    path("applications/<str:number>/accept/", intake.accept, name="accept"),
    path("applications/<str:number>/accepted/", intake.accepted, name="accepted"),
    path("applications/<str:number>/materials/<str:material>/", intake.material, name="taken_in_material"),
    path("tasks/", review.tasks, name="tasks"),
    path("tasks/<str:number>/<int:index>/", review.task, name="task"),
    path("tasks/<str:number>/<int:index>/materials/<str:material>/", review.material, name="task_material"),
    path("overview/", supervision.overview, name="overview"),
]

urlpatterns = [
    path("apply/<slug:bundle>/", apply.start, name="start"),
    path("apply/draft/<str:draft>/", apply.draft, name="draft"),
    path("apply/draft/<str:draft>/questions/", apply.questions, name="questions"),
    path("apply/draft/<str:draft>/preview/", apply.preview, name="preview"),
    path("apply/draft/<str:draft>/plan/", apply.plan_page, name="plan"),
    path("apply/draft/<str:draft>/form/<str:code>/", apply.topic, name="form"),
    path("apply/draft/<str:draft>/materials/", apply.materials, name="materials"),
    path("apply/draft/<str:draft>/materials/<str:material>/", apply.uploaded, name="uploaded"),
    path("apply/draft/<str:draft>/check/", apply.check, name="check"),
    path("apply/draft/<str:draft>/divide/", apply.divide, name="divide"),
    path("apply/draft/<str:draft>/discard/", apply.discard, name="discard"),
    path("applications/", progress.applications, name="applications"),
    path("applications/<str:number>/", progress.application, name="application"),
    path("applications/<str:number>/confirm/<int:case>/", progress.confirm, name="confirm"),
    path("progress/", progress.look_up, name="look_up"),
    path("work/", include(staff)),
]
