"""Files are kept whole, encrypted and unchanged, or not at all."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from tests.files import samples
from tongban.crypto import sm3
from tongban.files import actions
from tongban.files.actions import Altered, Empty, NoFile, TooLarge, clean_name, open_file, store
from tongban.files.answers import serve
from tongban.files.kinds import Kind, WrongKind
from tongban.files.models import Blob
from tongban.keys import actions as keys

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
COMPANY = "org:91130209MA0TB10143"
OTHER = "org:91120116MA0TB3036L"


@pytest.fixture(autouse=True)
def folder(db: None, settings: Settings, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return Path(settings.FILES_DIR)


def put(data: bytes = samples.PDF, name: str = "执照.pdf", party: str = COMPANY) -> actions.StoredFile:
    return store(party=party, name=name, stream=io.BytesIO(data), size_hint=len(data), now=NOW)


def on_disk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_stored_comes_back() -> None:
    stored = put()

    assert stored == actions.StoredFile(sm3.digest(samples.PDF).hex(), len(samples.PDF), Kind.PDF, "执照.pdf")
    assert open_file(party=COMPANY, digest=stored.digest) == samples.PDF


def test_the_disk_holds_ciphertext_only(folder: Path) -> None:
    put()

    (file,) = on_disk(folder)
    assert b"PDF" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_the_same_bytes_twice_are_one_file(folder: Path) -> None:
    assert put(name="a.pdf").digest == put(name="b.pdf").digest
    assert (Blob.objects.count(), len(on_disk(folder))) == (1, 1)


def test_two_parties_with_the_same_bytes_have_a_file_each(folder: Path) -> None:
    put()
    put(party=OTHER)

    assert (Blob.objects.count(), len(on_disk(folder))) == (2, 2)


def test_a_stranger_does_not_get_a_file_by_its_digest() -> None:
    digest = put().digest

    with pytest.raises(NoFile, match="没有找到这个文件"):
        open_file(party=OTHER, digest=digest)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "0" * 64, "\x00"])
def test_no_digest_leads_out_of_the_folder(digest: str) -> None:
    with pytest.raises(NoFile):
        open_file(party=COMPANY, digest=digest)


def test_twenty_megabytes_are_taken_and_one_byte_more_is_refused(folder: Path) -> None:
    fill = actions.MAX_BYTES - len(samples.PDF)
    data = samples.PDF[:9] + bytes(fill) + samples.PDF[9:]

    assert put(data).size == actions.MAX_BYTES
    with pytest.raises(TooLarge, match=r"执照[.]pdf”未上传：文件超过 20 MB。请压缩或分开后再上传。"):
        put(data + b"\n")

    assert (Blob.objects.count(), len(on_disk(folder))) == (1, 1)


def test_a_lying_size_does_not_help(folder: Path) -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return bytes(size)

    endless = Endless()

    with pytest.raises(TooLarge):
        store(party=COMPANY, name="a.pdf", stream=endless, size_hint=10, now=NOW)

    assert endless.taken == actions.MAX_BYTES + 1


def test_a_claimed_size_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        store(party=COMPANY, name="a.pdf", stream=io.BytesIO(), size_hint=actions.MAX_BYTES + 1, now=NOW)


@pytest.mark.parametrize(
    ("data", "name", "refusal"), [(b"", "a.pdf", Empty), (samples.PDF, "a.png", WrongKind), (b"MZ", "a.pdf", WrongKind)]
)
def test_what_is_refused_leaves_nothing_behind(folder: Path, data: bytes, name: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        put(data, name)

    assert (Blob.objects.count(), on_disk(folder)) == (0, [])


def test_a_failing_disk_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        put()

    assert (Blob.objects.count(), on_disk(folder)) == (0, [])


def test_a_changed_byte_on_disk_is_noticed(folder: Path) -> None:
    digest = put().digest
    (file,) = on_disk(folder)
    data = bytearray(file.read_bytes())
    data[20] ^= 1
    file.write_bytes(data)

    with pytest.raises(Altered, match="存储中的内容与上传时不一致"):
        open_file(party=COMPANY, digest=digest)


def test_one_file_in_the_place_of_another_is_noticed(folder: Path) -> None:
    first, second = put().digest, put(samples.JPEG, "a.jpg").digest
    by_name = {path.name[:64]: path for path in on_disk(folder)}
    by_name[first].write_bytes(by_name[second].read_bytes())

    with pytest.raises(Altered):
        open_file(party=COMPANY, digest=first)


def test_a_lost_file_says_so_and_may_be_given_again(folder: Path) -> None:
    digest = put().digest
    on_disk(folder)[0].unlink()
    with pytest.raises(Altered, match="存储中已没有它"):
        open_file(party=COMPANY, digest=digest)

    put()

    assert open_file(party=COMPANY, digest=digest) == samples.PDF


def test_erasing_the_party_erases_its_files() -> None:
    digest = put(party="person:1").digest
    keys.erase(person="person:1", now=NOW)

    with pytest.raises(keys.Erased):
        open_file(party="person:1", digest=digest)


def test_a_browser_gets_an_attachment_it_must_not_interpret() -> None:
    response = serve(party=COMPANY, digest=put().digest, name="执照 1.pdf")

    assert response.content == samples.PDF
    assert dict(response.items()) == {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment; filename*=utf-8''%E6%89%A7%E7%85%A7%201.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("执照.pdf", "执照.pdf"),
        ("C:\\用户\\执照.pdf", "执照.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\r\nX-Header: 1.pdf", "aX-Header: 1.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_storing_and_opening_cost_a_constant_number_of_statements(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    digest = put().digest
    with django_assert_num_queries(1):
        put()
    with django_assert_num_queries(1):
        open_file(party=COMPANY, digest=digest)
