from __future__ import annotations

from django.urls import path

from tongban.certificates import managing, views
from tongban.certificates.wallet.views import holder, shares, window

app_name = "certificates"
urlpatterns = [
    path("wallet/", views.wallet, name="wallet"),
    path("wallet/share/", shares.new, name="share_new"),
    path("wallet/shares/", shares.shares, name="shares"),
    path("wallet/shares/<uuid:share>/", shares.share, name="share"),
    path("wallet/shares/<uuid:share>/withdraw/", shares.withdraw, name="share_withdraw"),
    path("wallet/log/", holder.log, name="log"),
    path("wallet/pin/", holder.set_pin, name="pin"),
    path("wallet/window/", window.code, name="code"),
    path("wallet/window/<str:code>/", window.answer, name="answer"),
    path("wallet/window/<str:code>/end/", window.take_back, name="take_back"),
    path("shown/<str:token>/", shares.shown, name="shown"),
    path("workbench/window/", window.ask, name="ask"),
    path("workbench/window/<uuid:asking>/", window.asking, name="asking"),
    path("workbench/window/<uuid:asking>/end/", window.end, name="asking_end"),
    path("workbench/window/<uuid:asking>/pin/", window.by_pin, name="by_pin"),
    path("certificates/<str:identifier>/", views.certificate, name="certificate"),
    path("certificates/<str:identifier>/file/", views.download, name="download"),
    path("certificates/<str:identifier>/entry/", views.entry, name="entry"),
    path("certificates/<str:identifier>/standing/", managing.standing, name="standing"),
    path("certificates/<str:identifier>/<slug:form>/", views.edition, name="edition"),
    path("counts/", views.counts, name="counts"),
    path("workbench/certificates/", managing.managed, name="managed"),
    path("workbench/certificates/<str:identifier>/", managing.managed_one, name="managed_one"),
    path("verify/", views.verify, name="verify"),
    path("verify/offline/", views.offline, name="offline"),
    path("verify/offline/worker.js", views.offline_worker, name="offline_worker"),
    path("verify/offline/<slug:language>/", views.offline_page, name="offline_page"),
    path("verify/offline/<slug:language>/manifest.webmanifest", views.offline_manifest, name="offline_manifest"),
    path("verify/<str:identifier>/", views.state, name="state"),
    path("trust.json", views.trust_list, name="trust_list"),
    path("status.json", views.status_lists, name="status_lists"),
]
