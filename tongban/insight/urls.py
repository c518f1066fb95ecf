from __future__ import annotations

from django.urls import path

from tongban.insight import views

app_name = "insight"

urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures.csv", views.figures_csv, name="figures_csv"),
    path("figures.json", views.figures_json, name="figures_json"),
    path("figures/<slug:code>/", views.rows, name="rows"),
]
