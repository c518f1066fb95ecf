"""A published list is the same bytes for all who ask, whoever asks at the same moment."""

from __future__ import annotations

from datetime import timedelta

from tongban.crypto.profiles import Algorithm
from tongban.keys import actions, trust
from tongban.keys.models import PublishedList


def test_many_who_ask_at_once_get_the_same_bytes(own_database, keys_dir, now):
    actions.ensure_root(region="110000", name="北京市", algorithm=Algorithm.ES256, now=now)
    instants = [now + timedelta(milliseconds=each) for each in range(6)]

    answers = own_database.together(*[lambda at=at: trust.given(now=at) for at in instants])

    assert len({answer.body for answer in answers}) == 1
    assert PublishedList.objects.get().signed_at in instants


def test_a_list_from_the_future_is_signed_anew(db, keys_dir, now):
    actions.ensure_root(region="110000", name="北京市", algorithm=Algorithm.ES256, now=now)
    wrong = trust.given(now=now + timedelta(days=400))

    right = trust.given(now=now)

    assert right.tag != wrong.tag
    assert PublishedList.objects.get().signed_at == now
