from __future__ import annotations

from django.urls import URLPattern, path

from tongban.harmony.views import drafts, standards, todo

app_name = "harmony"

urlpatterns: list[URLPattern] = [
    path("", todo.todo, name="todo"),
    path("matters/", standards.standards, name="standards"),
    path("matters/<str:matter>/", standards.standard, name="standard"),
    path("matters/<str:matter>/versions/", standards.versions, name="versions"),
    path("matters/<str:matter>/bodies/<str:body>/versions/", standards.versions, name="body_versions"),
    path("matters/<str:matter>/begin/", drafts.begin, name="begin"),
    path("drafts/<int:draft>/", drafts.edit, name="draft"),
    path("drafts/<int:draft>/checks/", drafts.checked, name="checks"),
    path("drafts/<int:draft>/preview/", drafts.preview, name="preview"),
    path("drafts/<int:draft>/amend/", drafts.amend, name="amend"),
    path("drafts/<int:draft>/renew/", drafts.renew, name="renew"),
    path("drafts/<int:draft>/discard/", drafts.discard, name="discard"),
]
