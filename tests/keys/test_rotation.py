"""The next key stands in the trust list before it signs, so that the list of yesterday knows it tomorrow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tongban.crypto.profiles import Algorithm
from tongban.keys import actions, trust
from tongban.keys.models import SigningKey
from tongban.keys.purposes import Purpose

BODY = "11110000000000001A"
FIRST = datetime(2026, 3, 9, 16, tzinfo=UTC)  # midnight in China, 10 March
SM2 = Algorithm.SM2SM3


@pytest.fixture
def old(db: None, keys_dir: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> SigningKey:
    monkeypatch.setattr("tongban.web.clock.now", lambda: now)
    return actions.ensure_certified(
        owner=BODY,
        name="北京市某委",
        region="110000",
        region_name="北京市",
        purpose=Purpose.CERTIFICATE,
        algorithm=SM2,
        now=now - timedelta(days=30),
    )


def rotate(day: str = "2026-03-10") -> str:
    said = StringIO()
    call_command("keys_rotate", BODY, "--from", day, stdout=said)
    return said.getvalue()


def signed(at: datetime) -> actions.Signature:
    return actions.sign(owner=BODY, purpose=Purpose.CERTIFICATE, message=b"bytes", now=at)


def test_each_key_signs_in_its_time(old: SigningKey, now: datetime) -> None:
    signed(now)  # the process remembers the old key
    rotate()

    new = SigningKey.objects.get(retired_at=None, purpose=Purpose.CERTIFICATE)
    times = [now, FIRST - timedelta(seconds=1), FIRST, FIRST + timedelta(days=1)]
    assert [signed(at).key_id for at in times] == [old.id, old.id, new.id, new.id]
    assert new.valid_from == FIRST


def test_the_list_of_before_knows_the_key_of_after(old: SigningKey, now: datetime, tmp_path: Path) -> None:
    rotate()
    trust.write_trust_list(tmp_path, now=now)
    listed = trust.load(tmp_path)

    later = signed(FIRST + timedelta(days=1))

    key = listed.key(later.key_id)
    assert key is not None
    assert key.verify(b"bytes", later.value)
    assert [key.stands(at) for at in (now, FIRST)] == [False, True]
    before = listed.key(old.id)
    assert before is not None
    assert [before.stands(at) for at in (now, FIRST)] == [True, False]


def test_the_list_of_keys_tells_both(old: SigningKey, now: datetime) -> None:
    said = rotate()
    listed = StringIO()
    call_command("keys_list", stdout=listed)

    assert said.startswith("已备好：北京市某委自 2026-03-10 起用密钥 k-")
    assert "用到 2026-03-09" in listed.getvalue()
    assert "自 2026-03-10 起用" in listed.getvalue()


@pytest.mark.parametrize(("day", "words"), [("2026-03-01", "日期已过"), ("2026-02-30", "不是日期")])
def test_a_day_that_is_over_or_none_is_refused(old: SigningKey, day: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        rotate(day)
    assert SigningKey.objects.get(pk=old.pk).retired_at is None


def test_from_today_on_the_next_key_signs_at_once(
    old: SigningKey, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.web.clock.today", lambda: now.date())
    signed(now)

    rotate("2026-03-02")

    assert signed(now).key_id != old.id


def test_a_second_successor_is_refused(old: SigningKey) -> None:
    rotate()

    with pytest.raises(CommandError, match="已经备好了下一个"):
        rotate("2026-03-20")


def test_a_body_without_a_key_has_nothing_to_replace(db: None, keys_dir: Path) -> None:
    with pytest.raises(CommandError, match="没有现用的密钥"):
        rotate()
