"""The door for web servers: `granian --interface wsgi tongban.project.wsgi:application`."""

from __future__ import annotations

import os

from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.project.settings")
application = get_wsgi_application()

# The models behind it stand only now. Django has connected its own look at old connections before.
from tongban.project.keeping_up import look  # noqa: E402

request_started.connect(look)
