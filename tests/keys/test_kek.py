"""The key file of a node: made once, private, whole, and closed where it has a passphrase."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command

from tongban.keys import kek

OPEN = "import sys, pathlib; from tongban.keys import kek; print(kek.open_or_create(pathlib.Path(sys.argv[1])).hex())"


def passphrase(tmp_path, text="correct horse\n"):
    file = tmp_path / "passphrase"
    file.write_text(text)
    return str(file)


def test_a_key_file_is_made_once_and_private(tmp_path):
    folder = tmp_path / "keys"

    first = kek.open_or_create(folder)

    assert len(first) == 32
    assert kek.open_or_create(folder) == first
    assert [path.name for path in folder.iterdir()] == [kek.NAME]
    assert (folder / kek.NAME).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_threads_that_make_it_at_once_get_one_key(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: kek.open_or_create(tmp_path / "keys"), range(8)))

    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [kek.NAME]


def test_processes_that_make_it_at_once_get_one_key(tmp_path):
    command = [sys.executable, "-c", OPEN, str(tmp_path / "keys")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]

    keys = {process.communicate(timeout=60)[0] for process in processes}

    assert keys == {kek.open_or_create(tmp_path / "keys").hex() + "\n"}


def test_a_passphrase_closes_the_file(tmp_path):
    folder, file = tmp_path / "keys", passphrase(tmp_path)

    key = kek.open_or_create(folder, file)

    assert kek.open_or_create(folder, file) == key
    assert sorted(json.loads((folder / kek.NAME).read_text())) == ["kdf", "salt", "sealed", "version"]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("wrong horse", "口令不对，或密钥文件被改动"),
        ("\n", "是空的"),
    ],
)
def test_a_wrong_passphrase_is_told(tmp_path, other, words):
    kek.open_or_create(tmp_path / "keys", passphrase(tmp_path))

    with pytest.raises(kek.Locked, match=words):
        kek.open_or_create(tmp_path / "keys", passphrase(tmp_path, other))


def test_a_missing_passphrase_is_told(tmp_path):
    kek.open_or_create(tmp_path / "keys", passphrase(tmp_path))

    with pytest.raises(kek.Locked, match="请设置 TONGBAN_KEY_PASSPHRASE_FILE"):
        kek.open_or_create(tmp_path / "keys")
    with pytest.raises(kek.Locked, match="读不到口令文件"):
        kek.open_or_create(tmp_path / "keys", str(tmp_path / "nowhere"))


def test_a_passphrase_for_an_open_file_is_told_and_protect_closes_it(settings, tmp_path):
    key = kek.open_or_create(tmp_path / "keys")
    settings.KEYS_DIR, settings.KEY_PASSPHRASE_FILE = tmp_path / "keys", passphrase(tmp_path)

    with pytest.raises(kek.Locked, match="请运行 tongban keys protect"):
        kek.open_or_create(tmp_path / "keys", settings.KEY_PASSPHRASE_FILE)
    call_command("keys_protect")

    assert kek.open_or_create(tmp_path / "keys", settings.KEY_PASSPHRASE_FILE) == key
    with pytest.raises(CommandError, match="密钥文件有口令保护"):
        call_command("keys_protect")


def test_protect_without_a_passphrase_or_a_file_is_told(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"

    with pytest.raises(CommandError, match="未设置 TONGBAN_KEY_PASSPHRASE_FILE"):
        call_command("keys_protect")
    settings.KEY_PASSPHRASE_FILE = passphrase(tmp_path)
    with pytest.raises(CommandError, match="不存在"):
        call_command("keys_protect")


def test_a_file_that_others_may_read_is_refused(tmp_path):
    kek.open_or_create(tmp_path / "keys")
    (tmp_path / "keys" / kek.NAME).chmod(0o640)

    with pytest.raises(kek.Locked, match="chmod 600"):
        kek.open_or_create(tmp_path / "keys")


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "7", '{"key": 5}', '{"key": "AAAA"}', '{"key": "A=A"}', '{"sealed": "AAAA"}']
)
def test_a_broken_file_is_told_and_kept(tmp_path, content):
    kek.open_or_create(tmp_path / "keys")
    (tmp_path / "keys" / kek.NAME).write_text(content)

    with pytest.raises(kek.Locked, match=r"已损坏|有口令保护"):
        kek.open_or_create(tmp_path / "keys")
    assert (tmp_path / "keys" / kek.NAME).read_text() == content
