"""The trust list: public keys in a file, enough to verify without a database."""

import json
from datetime import timedelta

import pytest

from tongban.crypto.profiles import Algorithm
from tongban.keys import actions, trust
from tongban.keys.purposes import Purpose


@pytest.fixture
def published(db, now, tmp_path):
    """One retired and one current certificate key, one for checkpoints, and a reviewer's that is not published."""
    region = {"owner": "region:110000", "purpose": Purpose.CERTIFICATE, "algorithm": Algorithm.SM2SM3, "name": "北京市"}
    old = actions.ensure_key(**region, now=now)
    actions.retire(key=old, now=now + timedelta(days=1))
    new = actions.ensure_key(**region, now=now + timedelta(days=1), valid_until=now + timedelta(days=366))
    node = actions.ensure_key(owner="node:demo", purpose=Purpose.CHECKPOINT, algorithm=Algorithm.ES256, now=now)
    actions.ensure_key(owner="account:1", purpose=Purpose.CONCLUSION, algorithm=Algorithm.SM2SM3, now=now)
    trust.write_trust_list(tmp_path, now=now + timedelta(days=2))
    return tmp_path, old, new, node


def test_the_list_reads_back_what_was_published(published, now, django_assert_num_queries):
    folder, old, new, node = published

    with django_assert_num_queries(0):
        listed = trust.load(folder)

    assert listed.issued_at == now + timedelta(days=2)
    assert {key.key_id for key in listed.keys} == {old.id, new.id, node.id}
    assert listed.keys[-1] == trust.TrustedKey(
        key_id=new.id,
        owner="region:110000",
        name="北京市",
        purpose=Purpose.CERTIFICATE,
        algorithm=Algorithm.SM2SM3,
        public_key=bytes(new.public_key),
        valid_from=now + timedelta(days=1),
        valid_until=now + timedelta(days=366),
        retired_at=None,
    )
    assert listed.key("k-unknown") is None
    assert [path.name for path in folder.iterdir()] == ["trust.json"]


def test_a_signature_verifies_by_the_list_alone(published, now):
    folder, _, new, _ = published
    later = now + timedelta(days=3)

    signature = actions.sign(owner="region:110000", purpose=Purpose.CERTIFICATE, message=b"bytes", now=later)
    key = trust.load(folder).key(signature.key_id)

    assert key.key_id == new.id
    assert (key.verify(b"bytes", signature.value), key.verify(b"Bytes", signature.value)) == (True, False)


def test_a_key_stands_from_its_first_instant_until_it_ends(published, now):
    folder, old, new, _ = published
    listed = trust.load(folder)
    days = [timedelta(days=day) for day in (-1, 0, 1, 365, 366)]

    assert [listed.key(old.id).stands(now + day) for day in days] == [False, True, False, False, False]
    assert [listed.key(new.id).stands(now + day) for day in days] == [False, False, True, True, False]


def test_a_missing_list_is_told(tmp_path):
    with pytest.raises(trust.Unreadable, match="请用 --trust 指明"):
        trust.load(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda listed: "nonsense", "缺少必要的内容"),
        (lambda listed: [], "缺少必要的内容"),
        (lambda listed: listed | {"version": 2}, "只认识版本 1"),
        (lambda listed: listed | {"keys": None}, "缺少必要的内容"),
        (lambda listed: listed | {"keys": [5]}, "缺少必要的内容"),
        (lambda listed: listed | {"issued_at": "yesterday"}, "无法识别"),
        (lambda listed: listed | {"issued_at": "2026-03-02T00:00:00"}, "没有时区"),
        (lambda listed: listed | {"keys": [listed["keys"][0] | {"algorithm": "RSA"}]}, "无法识别"),
        (lambda listed: listed | {"keys": [listed["keys"][0] | {"public_key": "a+b="}]}, "base64url"),
    ],
)
def test_a_list_that_is_none_is_told(published, change, words):
    folder, *_ = published
    listed = json.loads((folder / "trust.json").read_text())
    (folder / "trust.json").write_text(json.dumps(change(listed)))

    with pytest.raises(trust.Unreadable, match=words):
        trust.load(folder)


def test_a_list_that_is_not_json_is_told(tmp_path):
    (tmp_path / "trust.json").write_text("{")

    with pytest.raises(trust.Unreadable, match="不是 JSON"):
        trust.load(tmp_path)


def test_a_list_with_two_keys_of_one_name_is_refused(published):
    folder, *_ = published
    listed = json.loads((folder / "trust.json").read_bytes())
    listed["keys"].append(listed["keys"][0] | {"owner": "region:120000"})

    with pytest.raises(trust.Unreadable, match="两把密钥同名"):
        trust.parse(listed)
