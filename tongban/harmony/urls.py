from __future__ import annotations

from django.urls import URLPattern, path

from tongban.harmony.views import agreements, batches, drafts, imports, recognition, standards, todo

app_name = "harmony"

urlpatterns: list[URLPattern] = [
    path("", todo.todo, name="todo"),
    path("matters/", standards.standards, name="standards"),
    path("matters/<str:matter>/", standards.standard, name="standard"),
    path("matters/<str:matter>/versions/", standards.versions, name="versions"),
    path("matters/<str:matter>/bodies/<str:body>/versions/", standards.versions, name="body_versions"),
    path("matters/<str:matter>/begin/", drafts.begin, name="begin"),
    path("batches/", batches.batches, name="batches"),
    path("batches/new/", batches.draft, name="batch_new"),
    path("batches/<str:code>/", batches.batch, name="batch"),
    path("batches/<str:code>/draft/", batches.draft, name="batch_draft"),
    path("batches/<str:code>/propose/", batches.propose, name="batch_propose"),
    path("batches/<str:code>/sign-off/", batches.sign_off, name="batch_sign_off"),
    path("batches/<str:code>/sign/", batches.sign, name="batch_sign"),
    path("batches/<str:code>/recall/", batches.recall, name="batch_recall"),
    path("batches/<str:code>/widen/", batches.widen, name="batch_widen"),
    path("batches/<str:code>/amend/", batches.amend, name="batch_amend"),
    path("batches/<str:code>/withdraw/", batches.withdraw, name="batch_withdraw"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", agreements.new, name="agreement_new"),
    path("agreements/<str:number>/end/", agreements.end, name="agreement_end"),
    path("meetings/new/", agreements.new_meeting, name="meeting_new"),
    path("meetings/<str:meeting>/actions/<int:number>/close/", agreements.close, name="action_close"),
    path("recognition/", recognition.rules, name="recognition"),
    path("recognition/new/", recognition.new, name="recognition_new"),
    path("recognition/<str:code>/end/", recognition.end, name="recognition_end"),
    path("imports/", imports.imports, name="imports"),
    path("imports/workbook/", imports.own_workbook, name="import_workbook"),
    path("imports/<str:digest>/", imports.one, name="import"),
    path("imports/<str:digest>/faults/", imports.faults, name="import_faults"),
    path("drafts/<int:draft>/", drafts.edit, name="draft"),
    path("drafts/<int:draft>/checks/", drafts.checked, name="checks"),
    path("drafts/<int:draft>/preview/", drafts.preview, name="preview"),
    path("drafts/<int:draft>/amend/", drafts.amend, name="amend"),
    path("drafts/<int:draft>/renew/", drafts.renew, name="renew"),
    path("drafts/<int:draft>/discard/", drafts.discard, name="discard"),
]
