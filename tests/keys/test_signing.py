"""Who signs with which key: one current key per use, remembered, retired, never moved."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.own_database import OwnDatabase
from tongban.crypto import profiles
from tongban.crypto.profiles import Algorithm
from tongban.keys import actions
from tongban.keys.models import SigningKey
from tongban.keys.purposes import Purpose
from tongban.keys.vault import Damaged

USE = {"owner": "region:110000", "purpose": Purpose.CERTIFICATE}
KEY = USE | {"algorithm": Algorithm.SM2SM3}


def good(signature: actions.Signature, message: bytes) -> bool:
    key = SigningKey.objects.get(id=signature.key_id)
    return profiles.verify(signature.algorithm, bytes(key.public_key), message, signature.value)


@pytest.mark.django_db
@pytest.mark.parametrize(("profile", "algorithm"), [("sm", Algorithm.SM2SM3), ("intl", Algorithm.ES256)])
def test_a_signature_verifies_with_the_published_key(settings, now, profile, algorithm):
    settings.CRYPTO = profile
    for each in Algorithm:
        actions.ensure_key(**USE, algorithm=each, now=now)

    signature = actions.sign(**USE, message=b"message", now=now)

    assert signature.algorithm is algorithm
    assert (good(signature, b"message"), good(signature, b"messagE")) == (True, False)
    assert signature.key_id == actions.key_id(bytes(SigningKey.objects.get(id=signature.key_id).public_key))


@pytest.mark.django_db
def test_a_key_is_made_once(now):
    first = actions.ensure_key(**KEY, now=now, name="北京市")

    again = actions.ensure_key(**KEY, now=now + timedelta(days=1))

    assert (again.id, again.name, again.valid_from) == (first.id, "北京市", now)
    assert SigningKey.objects.count() == 1


@pytest.mark.django_db
def test_a_key_serves_one_purpose(now):
    actions.ensure_key(**KEY, now=now)

    with pytest.raises(actions.NoKey, match="没有可用的签名密钥"):
        actions.sign(owner=USE["owner"], purpose=Purpose.CONCLUSION, message=b"", now=now)


@pytest.mark.django_db
def test_outside_its_time_a_key_is_refused_with_its_dates_and_replaced(now):
    end = now + timedelta(days=30)
    old = actions.ensure_key(**KEY, now=now, valid_until=end)

    for moment in (now - timedelta(seconds=1), end):
        with pytest.raises(actions.NoKey, match="2026-03-02 01:00 至 2026-04-01 01:00"):
            actions.sign(**USE, message=b"", now=moment)
    new = actions.ensure_key(**KEY, now=end + timedelta(days=2))

    old.refresh_from_db()
    assert old.retired_at == end
    assert actions.sign(**USE, message=b"", now=end + timedelta(days=2)).key_id == new.id


@pytest.mark.django_db
def test_a_key_that_a_fast_clock_made_counts_once_the_clock_is_right(now):
    fast = now + timedelta(days=2)
    key = actions.ensure_key(**KEY, now=fast)
    with pytest.raises(actions.NoKey):
        actions.sign(**USE, message=b"", now=now)

    assert actions.ensure_key(**KEY, now=now).id == key.id
    assert actions.sign(**USE, message=b"", now=now).key_id == key.id
    assert actions.sign(**USE, message=b"", now=fast).key_id == key.id


@pytest.mark.django_db
def test_a_key_that_follows_another_waits_for_its_day(now):
    old, first = actions.ensure_key(**KEY, now=now), now + timedelta(days=2)
    use = {name: KEY[name] for name in ("owner", "purpose", "algorithm")}
    new = actions.rotate(**use, first=first, now=now)

    actions.ensure_key(**KEY, now=now + timedelta(days=1))

    new.refresh_from_db()
    assert new.valid_from == first
    assert actions.sign(**USE, message=b"", now=now + timedelta(days=1)).key_id == old.id


@pytest.mark.django_db
def test_a_retired_key_signs_no_more_and_keeps_its_day(now):
    key = actions.ensure_key(**KEY, now=now)
    before = actions.sign(**USE, message=b"before", now=now)

    actions.retire(key=key, now=now)
    actions.retire(key=key, now=now + timedelta(days=1))

    with pytest.raises(actions.NoKey, match="没有可用的签名密钥"):
        actions.sign(**USE, message=b"after", now=now)
    key.refresh_from_db()
    assert (key.retired_at, good(before, b"before")) == (now, True)


def test_a_warm_signature_asks_the_database_nothing(own_database: OwnDatabase, now, django_assert_num_queries):
    actions.ensure_key(**KEY, now=now)
    with django_assert_num_queries(0):
        actions.sign(**USE, message=b"just made", now=now)
    actions.signing._current._shared.clear()
    with django_assert_num_queries(1):
        actions.sign(**USE, message=b"cold", now=now)
    with django_assert_num_queries(0):
        actions.sign(**USE, message=b"warm", now=now)


def test_another_process_forgets_a_retired_key_in_time(own_database: OwnDatabase, now, monkeypatch):
    key = actions.ensure_key(**KEY, now=now)
    actions.sign(**USE, message=b"", now=now)
    # Another process retires it: this one hears nothing.
    SigningKey.objects.filter(id=key.id).update(retired_at=now)

    assert actions.sign(**USE, message=b"", now=now).key_id == key.id
    monkeypatch.setattr(actions.signing._current, "_fresh_seconds", -1.0)
    with pytest.raises(actions.NoKey):
        actions.sign(**USE, message=b"", now=now)


def test_threads_that_make_a_key_at_once_make_one(own_database: OwnDatabase, now):
    made = own_database.together(*[lambda: actions.ensure_key(**KEY, now=now).id] * 6)

    assert made == [SigningKey.objects.get().id] * 6


def test_a_key_that_was_rolled_back_signs_nothing(own_database: OwnDatabase, now):
    def make_and_fail():
        with transaction.atomic():
            actions.ensure_key(**KEY, now=now)
            assert good(actions.sign(**USE, message=b"inside", now=now), b"inside")
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        make_and_fail()

    with pytest.raises(actions.NoKey):
        actions.sign(**USE, message=b"", now=now)


@pytest.mark.parametrize("field", ["wrapped_private", "public_key"])
def test_a_changed_key_row_does_not_sign(own_database: OwnDatabase, now, field):
    key = actions.ensure_key(**KEY, now=now)
    stored = bytes(getattr(key, field))
    SigningKey.objects.filter(id=key.id).update(**{field: stored[:-1] + bytes([stored[-1] ^ 1])})
    actions.signing._current._shared.clear()

    with pytest.raises(Damaged, match="请从备份恢复"):
        actions.sign(**USE, message=b"", now=now)


@pytest.mark.django_db
def test_with_another_key_file_nothing_is_signed(settings, now, tmp_path):
    actions.ensure_key(**KEY, now=now)
    settings.KEYS_DIR = tmp_path / "other"

    with pytest.raises(Damaged, match="密钥文件不是原来的那个"):
        actions.sign(**USE, message=b"", now=now)
