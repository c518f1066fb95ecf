"""What a process reads before it forks for others: the house with its commands and pages, and the web server."""

from __future__ import annotations

import gc
import importlib
import os
from pathlib import Path

import django
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.template import loader
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.project.settings")
django.setup()
for module in ("granian.cli", "granian.server", "tongban.project.wsgi"):
    importlib.import_module(module)
assert get_resolver().url_patterns
for name, room in get_commands().items():
    if room.startswith("tongban."):
        load_command_class(room, name)
for room in apps.get_app_configs():
    folder = Path(room.path) / "templates"
    if room.name.startswith("tongban."):
        for page in folder.rglob("*.html"):
            loader.get_template(str(page.relative_to(folder)))

# A fork copies what it writes to: what stands here is not to be looked through for garbage.
gc.freeze()
