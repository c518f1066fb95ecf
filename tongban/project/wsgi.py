"""The door for web servers: `granian --interface wsgi tongban.project.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.project.settings")
application = get_wsgi_application()
