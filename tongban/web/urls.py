from __future__ import annotations

from django.conf import settings
from django.urls import path
from django.views.i18n import set_language

from tongban.web import views
from tongban.web.textsize import choose_text_size

urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("text-size/", choose_text_size, name="text_size"),
]
if settings.DEMO:
    urlpatterns += [
        path("styleguide/", views.styleguide, name="styleguide"),
        path("styleguide/staff/", views.styleguide_staff, name="styleguide_staff"),
    ]
