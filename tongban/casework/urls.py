from __future__ import annotations

from django.urls import include, path

from tongban.casework.views import (
    apply,
    changes,
    correction,
    credit,
    documents,
    heard,
    instant,
    progress,
    promises,
    verifying,
)
from tongban.casework.views.workbench import correction as staff_correction
from tongban.casework.views.workbench import documents as papers
from tongban.casework.views.workbench import home, intake, lists, prereviews, review, supervised, supervision
from tongban.casework.views.workbench import promises as following
from tongban.casework.views.workbench import spot_checks as checks

app_name = "casework"

staff = [
    path("", home.home, name="work"),
    path("intake/", lists.intake, name="intake"),
    path("applications/<slug:number>/", intake.application, name="taken_in"),
    path("applications/<slug:number>/accept/", intake.accept, name="accept"),
    path("applications/<slug:number>/accepted/", intake.accepted, name="accepted"),
    path("applications/<slug:number>/correction/", staff_correction.ask, name="ask_correction"),
    path("applications/<slug:number>/mend/", staff_correction.mend, name="mend"),
    path("applications/<slug:number>/refuse/<int:index>/", staff_correction.refuse, name="refuse"),
    path("applications/<slug:number>/materials/<slug:material>/", intake.material, name="taken_in_material"),
    path("applications/<slug:number>/documents/<int:place>/", papers.document, name="taken_in_document"),
    path("applications/<slug:number>/documents/<int:place>/again/", papers.print_again, name="document_again"),
    path("applications/<slug:number>/documents/fetched/", papers.hand_over, name="documents_fetched"),
    path("tasks/", lists.tasks, name="tasks"),
    path("tasks/<slug:number>/<int:index>/credit/", credit.of_applicant, name="applicants_credit"),
    path("tasks/mine/", lists.mine, name="mine"),
    path("tasks/soon/", lists.soon, name="soon"),
    path("tasks/late/", lists.late, name="late"),
    path("tasks/<slug:number>/<int:index>/", review.task, name="task"),
    path("tasks/<slug:number>/<int:index>/materials/<slug:material>/", review.material, name="task_material"),
    path("pre-reviews/", prereviews.pre_reviews, name="pre_reviews"),
    path("pre-reviews/<slug:draft>/<int:number>/", prereviews.pre_review, name="pre_reviewed"),
    path(
        "pre-reviews/<slug:draft>/<int:number>/materials/<slug:material>/",
        prereviews.material,
        name="pre_reviewed_material",
    ),
    path("commitments/", following.commitments, name="commitments"),
    path("commitments/<slug:number>/<int:index>/", following.commitment, name="follow_commitment"),
    path("draws/", following.hold_draw, name="hold_draw"),
    path("draws/month/", following.draw_month, name="draw_month"),
    path("spot-checks/", checks.spot_checks, name="spot_checks"),
    path("spot-checks/<slug:number>/<int:index>/", checks.spot_check, name="spot_check"),
    path("overview/", supervision.overview, name="overview"),
    path("supervision/", supervised.supervision, name="supervision"),
    path("supervision/<slug:number>/<int:index>/", supervised.case, name="supervised"),
]

urlpatterns = [
    path("apply/<slug:bundle>/", apply.start, name="start"),
    path("apply/matter/<slug:matter>/", apply.start_alone, name="start_alone"),
    path("apply/draft/<slug:draft>/", apply.draft, name="draft"),
    path("apply/draft/<slug:draft>/questions/", apply.questions, name="questions"),
    path("apply/draft/<slug:draft>/preview/", apply.preview, name="preview"),
    path("apply/draft/<slug:draft>/plan/", apply.plan_page, name="plan"),
    path("apply/draft/<slug:draft>/conditions/", apply.conditions, name="conditions"),
    path("apply/draft/<slug:draft>/form/<slug:code>/", apply.topic, name="form"),
    path("apply/draft/<slug:draft>/people/", apply.people_page, name="people"),
    path("apply/draft/<slug:draft>/people/template/", apply.people_template, name="people_template"),
    path("apply/draft/<slug:draft>/materials/", apply.materials, name="materials"),
    path("apply/draft/<slug:draft>/materials/<slug:material>/", apply.uploaded, name="uploaded"),
    path("apply/draft/<slug:draft>/check/", apply.check, name="check"),
    path("apply/draft/<slug:draft>/pre-review/", apply.pre_review, name="pre_review"),
    path(
        "apply/draft/<slug:draft>/pre-review/<int:number>/withdraw/",
        apply.withdraw_pre_review,
        name="withdraw_pre_review",
    ),
    path("apply/draft/<slug:draft>/divide/", apply.divide, name="divide"),
    path("apply/draft/<slug:draft>/discard/", apply.discard, name="discard"),
    path("instant/<slug:matter>/", instant.certify, name="instant"),
    path("instant/done/<slug:number>/", instant.certified, name="certified"),
    path("applications/", progress.applications, name="applications"),
    path("applications/<slug:number>/", progress.application, name="application"),
    path("applications/<slug:number>/confirm/<int:case>/", progress.confirm, name="confirm"),
    path("applications/<slug:number>/repeat/", progress.repeat, name="repeat"),
    path("applications/<slug:number>/supply/", promises.supply, name="supply"),
    path("applications/<slug:number>/commitments/<int:index>/", promises.commitment, name="commitment"),
    path("draws/", promises.all_draws, name="draws"),
    path("draws/<slug:identifier>/", promises.one_draw, name="draw"),
    path("applications/<slug:number>/heard/<int:case>/", heard.heard, name="heard"),
    path("applications/<slug:number>/correction/", correction.answer, name="answer_correction"),
    path("applications/<slug:number>/withdraw/", changes.withdraw, name="withdraw"),
    path("applications/<slug:number>/change/", changes.change, name="change"),
    path("applications/<slug:number>/certificates/", changes.replace, name="supply_in_place"),
    path("applications/<slug:number>/together/", changes.together, name="ask_to_wait"),
    path("applications/<slug:number>/urge/<int:index>/", changes.urge, name="urge"),
    path("applications/<slug:number>/documents/<int:place>/", documents.document, name="document"),
    path("applications/<slug:number>/documents/signature/", documents.sign_for, name="documents_signature"),
    path("credit/", credit.mine, name="my_credit"),
    path("credit/rules/", credit.published, name="credit_rules"),
    path("progress/", progress.look_up, name="look_up"),
    path("documents/verify/", verifying.verify, name="verify_document"),
    path("workbench/", include(staff)),
]
