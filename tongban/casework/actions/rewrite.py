"""How do rows of an older shape become rows of today's? They are a copy of the fold: they are written anew from it."""

from __future__ import annotations

from django.db import transaction

from tongban.casework import models, reliance, storage
from tongban.domain.application import fold
from tongban.journal import queries as journal
from tongban.journal import storage as journal_storage


def rewrite_rows() -> int:
    """Write every application anew whose rows have an older shape, each in a transaction; return how many there were.

    Nothing is journalled: nothing happened. On which certificates it relies is kept anew as well.
    """
    old = models.Application.objects.filter(shape__lt=storage.SHAPE).order_by("id").values_list("id", flat=True)
    applications = list(old)
    for application in applications:
        stream = storage.stream_of(application)
        with transaction.atomic():
            journal_storage.lock(stream, "", "", create=False)
            entries = journal.entries(stream)
            storage.write(None, fold(entry.event for entry in entries))
            for entry in entries:
                reliance.keep_of(stream, entry.event, entry.at)
    return len(applications)
