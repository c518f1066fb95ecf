"""The trust lists: what regions vouch for, signed by their roots, enough to verify without a database."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem

from tongban.crypto import base64url, canonical, profiles, x509
from tongban.crypto.profiles import Algorithm
from tongban.domain import trust as kernel
from tongban.domain.trust import TrustedKey, TrustList, Unreadable
from tongban.keys import actions, trust
from tongban.keys.models import SigningKey
from tongban.keys.purposes import Purpose

BODY = "11110000000000001A"
SM2 = Algorithm.SM2SM3


def certified(now: datetime, *, owner: str = BODY, region: str = "110000", purpose: Purpose = Purpose.CERTIFICATE):
    return actions.ensure_certified(
        owner=owner, name="北京市某委", region=region, region_name="北京市", purpose=purpose, algorithm=SM2, now=now
    )


@pytest.fixture
def published(db, now, tmp_path, keys_dir):
    """One retired and one current certificate key, one for checkpoints, and a reviewer's that is not published."""
    old = certified(now)
    actions.retire(key=old, now=now + timedelta(days=1))
    new = certified(now + timedelta(days=1))
    node = actions.ensure_key(owner="node:demo", purpose=Purpose.CHECKPOINT, algorithm=Algorithm.ES256, now=now)
    actions.ensure_key(owner="account:1", purpose=Purpose.CONCLUSION, algorithm=SM2, now=now)
    folder = tmp_path / "published"
    trust.write_trust_list(folder, now=now + timedelta(days=2))
    return folder, old, new, node


def test_a_region_that_another_node_speaks_for_has_no_list_here(db, now, settings):
    certified(now)
    certified(now, region="120000", owner="12120000000000001A")

    settings.REGIONS = ["110000"]

    assert [one.region for one in trust.current(now=now).lists] == ["110000"]


def test_the_list_reads_back_what_was_published(published, now, django_assert_num_queries):
    folder, old, new, node = published

    with django_assert_num_queries(0):
        listed = trust.load(folder)

    assert listed.issued_at == now + timedelta(days=2)
    assert [one.region for one in listed.lists] == ["110000"]
    assert [key.key_id for key in listed.keys] == [*sorted([old.id, node.id]), new.id]
    certificate, root = actions.certificate_of(key_id=new.id, now=now + timedelta(days=2))
    assert listed.key(new.id) == TrustedKey(
        key_id=new.id,
        owner=BODY,
        name="北京市某委",
        purpose="certificate",
        algorithm=SM2,
        public_key=bytes(new.public_key),
        valid_from=now + timedelta(days=1),
        valid_until=None,
        retired_at=None,
        region="110000",
        certificate=certificate.encoded,
    )
    assert listed.roots == (root,)
    assert listed.key("k-unknown") is None
    assert [path.name for path in folder.iterdir()] == ["trust.json"]


def test_this_node_trusts_what_it_publishes(published, now):
    folder, *_ = published

    assert trust.current(now=now + timedelta(days=2)) == trust.load(folder)


def test_a_signature_verifies_by_the_list_alone(published, now):
    folder, _, new, _ = published
    later = now + timedelta(days=3)

    signature = actions.sign(owner=BODY, purpose=Purpose.CERTIFICATE, message=b"bytes", now=later)
    key = trust.load(folder).key(signature.key_id)

    assert key.key_id == new.id
    assert (key.verify(b"bytes", signature.value), key.verify(b"Bytes", signature.value)) == (True, False)


def test_a_key_stands_from_its_first_instant_until_it_ends(published, now):
    folder, old, new, _ = published
    listed = trust.load(folder)
    days = [timedelta(days=day) for day in (-1, 0, 1)]

    assert [listed.key(old.id).stands(now + day) for day in days] == [False, True, False]
    assert [listed.key(new.id).stands(now + day) for day in days] == [False, False, True]


def test_each_region_vouches_for_its_own_keys(db, keys_dir, now):
    certified(now)
    actions.ensure_certified(
        owner="11120000000000001A",
        name="天津市某委",
        region="120000",
        region_name="天津市",
        purpose=Purpose.CERTIFICATE,
        algorithm=SM2,
        now=now,
    )

    listed = kernel.parse(trust.trust_list(now=now))

    assert [(one.region, [key.owner for key in one.keys]) for one in listed.lists] == [
        ("110000", [BODY]),
        ("120000", ["11120000000000001A"]),
    ]
    assert [root.content.subject.common for root in listed.roots] == ["北京市电子证照根证书", "天津市电子证照根证书"]


# --- Roots ------------------------------------------------------------------------------------------------------------


def pin(folder: Path, name: str, content: bytes) -> None:
    (folder / "roots").mkdir(exist_ok=True)
    (folder / "roots" / name).write_bytes(content)


@pytest.mark.parametrize("form", [lambda der: der, lambda der: pem.armor("CERTIFICATE", der)], ids=["DER", "PEM"])
def test_a_list_counts_by_the_root_that_the_reader_has_pinned(published, form):
    folder, *_ = published
    (root,) = trust.load(folder).roots
    pin(folder, "beijing.crt", form(root.encoded))

    assert trust.load(folder).roots == (root,)


def test_a_list_signed_by_another_root_than_the_pinned_one_is_refused(published, now, settings, tmp_path):
    folder, *_ = published
    impostor = profiles.generate(SM2)
    name = x509.Name("北京市电子证照根证书", "110000")
    encoded = x509.issue(
        x509.Content(name, impostor[1], SM2, now, now + timedelta(days=99), True),
        serial=1,
        issuer=name,
        issuer_key=impostor[1],
        algorithm=SM2,
        sign=lambda message: profiles.sign(SM2, impostor[0], message),
    )
    pin(folder, "other.der", encoded)

    with pytest.raises(Unreadable, match="没有可信的根证书签名"):
        trust.load(folder)


def test_a_pinned_file_that_is_no_certificate_stops_all(published):
    folder, *_ = published
    pin(folder, "notes.txt", b"hello")

    with pytest.raises(Unreadable, match=r"notes\.txt 不是根证书"):
        trust.load(folder)


def test_a_pinned_root_speaks_for_its_own_region_only(published, now):
    folder, *_ = published
    (root,) = trust.load(folder).roots
    file = json.loads((folder / "trust.json").read_text())
    file["lists"][0]["list"]["region"] = "120000"

    with pytest.raises(Unreadable, match="地区 120000 的信任列表没有可信的根证书签名"):
        resigned(file, now, pinned=[root.encoded])


@pytest.mark.usefixtures("published")
def test_two_regions_cannot_vouch_for_one_issuer(now):
    actions.ensure_certified(
        owner=BODY,
        name="冒名机关",
        region="120000",
        region_name="天津市",
        purpose=Purpose.CERTIFICATE,
        algorithm=Algorithm.ES256,
        now=now,
    )
    # The owner's own key stands in Beijing; a root of Tianjin has certified another.
    with pytest.raises(Unreadable, match="两个地区都为同一签发机关担保"):
        kernel.parse(trust.trust_list(now=now + timedelta(days=2)))


def test_who_trusts_the_old_root_takes_the_list_that_brings_the_new_one(published, now):
    folder, _, new, _ = published
    (old_root,) = trust.load(folder).roots
    later = now + timedelta(days=100)
    actions.renew_root(region="110000", algorithm=SM2, now=later)
    trust.write_trust_list(folder, now=later)
    pin(folder, "old.der", old_root.encoded)

    listed = trust.load(folder)

    assert listed.roots[0] == old_root and len(listed.roots) == 2
    leaf = x509.read(listed.key(new.id).certificate)
    assert x509.chain(leaf, roots=[listed.roots[1]], at=later) == (leaf, listed.roots[1])
    # Once the old one is put away, the new one alone vouches for the list.
    (folder / "roots" / "old.der").unlink()
    pin(folder, "new.der", listed.roots[1].encoded)
    assert trust.load(folder) == listed


def test_a_retired_root_certifies_nothing_more(published, now):
    later = now + timedelta(days=100)
    new_root = actions.renew_root(region="110000", algorithm=SM2, now=later)

    key = certified(later, owner="11110000000000002B")

    assert [row.root_id for row in key.certificates.all()] == [new_root.id]


def test_a_region_without_a_root_has_none_to_renew(db, keys_dir, now):
    with pytest.raises(actions.NoKey, match="还没有 SM2-SM3 根证书"):
        actions.renew_root(region="110000", algorithm=SM2, now=now)


def test_a_certificate_about_to_end_is_renewed_and_the_key_stays(db, keys_dir, now):
    key = certified(now)

    again = certified(now + timedelta(days=1000))
    renewed = certified(now + timedelta(days=1010))

    assert key == again == renewed
    ends = [row.valid_until for row in key.certificates.order_by("valid_from")]
    assert ends == [now + timedelta(days=1095), now + timedelta(days=1010 + 1095)]


def test_no_certificate_outlives_its_root(db, keys_dir, now):
    certified(now)
    key = certified(now + timedelta(days=3000), owner="11110000000000002B")

    assert key.certificates.get().valid_until == now + timedelta(days=3650)


def test_a_key_without_a_certificate_names_what_to_do(db, keys_dir, now):
    key = actions.ensure_key(owner=BODY, purpose=Purpose.CERTIFICATE, algorithm=SM2, now=now)

    with pytest.raises(actions.NoKey, match="tongban certificates prepare --all"):
        actions.certificate_of(key_id=key.id, now=now)


def test_a_key_made_before_regions_had_roots_gets_its_certificate(db, keys_dir, now):
    key = actions.ensure_key(owner=BODY, purpose=Purpose.CERTIFICATE, algorithm=SM2, now=now, name="北京市某委")

    certified(now + timedelta(days=1))

    assert SigningKey.objects.get(id=key.id).region == "110000"
    assert trust.current(now=now + timedelta(days=1)).key(key.id).certificate


# --- Lists that are none ----------------------------------------------------------------------------------------------


def test_a_missing_list_is_told(tmp_path):
    with pytest.raises(Unreadable, match="请用 --trust 指明"):
        trust.load(tmp_path)


def changed(**what: Any) -> Callable[[dict[str, Any]], Any]:
    """Change the first list without signing it again."""

    def change(file: dict[str, Any]) -> Any:
        file["lists"][0]["list"] |= what
        return file

    return change


def first_key(**what: Any) -> Callable[[dict[str, Any]], Any]:
    def change(file: dict[str, Any]) -> Any:
        key = next(key for key in file["lists"][0]["list"]["keys"] if key["purpose"] == "certificate")
        key |= what
        return file

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda file: "nonsense", "缺少必要的内容"),
        (lambda file: [], "缺少必要的内容"),
        (lambda file: file | {"version": 1}, "只认识版本 2"),
        (lambda file: file | {"lists": None}, "缺少必要的内容"),
        (lambda file: file | {"lists": [5]}, "缺少必要的内容"),
        (lambda file: file | {"lists": file["lists"] * 2}, "一个地区出现两次"),
        (changed(keys=[5]), "缺少必要的内容"),
        (changed(issued_at="yesterday"), "无法识别"),
        (changed(issued_at="2026-03-02T00:00:00"), "没有时区"),
        (changed(region="120000"), "没有可信的根证书签名"),
        (changed(issued_at="2026-03-05T01:00:00+00:00"), "没有可信的根证书签名"),
        (changed(roots=[]), "没有可信的根证书签名"),
        (changed(roots=["AAAA"]), "无法识别"),
        (changed(more="x"), "无法识别"),
        (first_key(algorithm="RSA"), "无法识别"),
        (first_key(public_key="a+b="), "base64url"),
        (first_key(owner="another"), "没有可信的根证书签名"),
        (first_key(retired_at=None), "没有可信的根证书签名"),
    ],
)
def test_a_list_that_is_none_or_was_changed_is_told(published, change, words):
    folder, *_ = published
    file = json.loads((folder / "trust.json").read_text())
    (folder / "trust.json").write_text(json.dumps(change(file)))

    with pytest.raises(Unreadable, match=words):
        trust.load(folder)


def test_a_list_that_is_not_json_is_told(tmp_path):
    (tmp_path / "trust.json").write_text("{")

    with pytest.raises(Unreadable, match="不是 JSON"):
        trust.load(tmp_path)


def resigned(file: dict[str, Any], now: datetime, *, pinned: Sequence[bytes] = ()) -> TrustList:
    """Sign the changed first list with the region's root, as a region that lies would, and read it."""
    root = SigningKey.objects.get(owner="region:110000", purpose=Purpose.AUTHORITY)
    said = file["lists"][0]["list"]
    value = actions.sign(
        owner=root.owner, purpose=Purpose.AUTHORITY, message=canonical.encode(said), now=now, algorithm=SM2
    ).value
    file["lists"][0]["signatures"][0]["value"] = base64url.encode(value)
    return kernel.parse(file, pinned=pinned)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda keys: keys[0] | {"owner": "11120000000000001A"}, "与它的证书不符"),
        (lambda keys: keys[0] | {"certificate": keys[1]["certificate"]}, "与它的证书不符"),
        (lambda keys: keys[0] | {"certificate": None}, "无法识别"),
        (lambda keys: keys[0] | {"key_id": keys[1]["key_id"]}, "两把密钥同名"),
    ],
    ids=["another owner", "another's certificate", "no certificate", "another's name"],
)
def test_a_region_cannot_name_keys_that_its_root_has_not_certified(published, now, change, words):
    folder, *_ = published
    file = json.loads((folder / "trust.json").read_text())
    keys = [key for key in file["lists"][0]["list"]["keys"] if key["purpose"] == "certificate"]
    file["lists"][0]["list"]["keys"] = [change(keys), keys[1]]

    with pytest.raises(Unreadable, match=words):
        resigned(file, now)
