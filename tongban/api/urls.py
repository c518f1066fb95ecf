from __future__ import annotations

from tongban.api import door

app_name = "api"
urlpatterns = door.addresses()
