from __future__ import annotations

from django.urls import path

from tongban.exchange import views

app_name = "exchange"
urlpatterns = [
    path("messages", views.messages, name="messages"),
    path("files/<str:digest>", views.files, name="files"),
    path("standing", views.standing, name="standing"),
]
