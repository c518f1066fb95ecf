from __future__ import annotations

from django.urls import include, path

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
    path("work/", include(staff)),
]
