"""Where do the databases of a test run come from?

Append-only triggers break Django's flush, so a test that commits gets a database of its own, copied from a template: a
file copy on SQLite, `CREATE DATABASE … TEMPLATE` on PostgreSQL. The PostgreSQL server is started for the run, in a
temporary folder, reachable by its socket only, and ends with it. PostgreSQL refuses to run as root, so root hands the
folder and the server to the user `postgres`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Protocol

import psycopg


class Store(Protocol):
    name: str

    def url(self, database: str) -> str: ...
    def create(self, database: str) -> None: ...
    def copy(self, template: str, database: str) -> None: ...
    def drop(self, database: str) -> None: ...
    def stop(self) -> None: ...


class SQLite:
    name = "sqlite"

    def __init__(self, *, folder: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tongban-sqlite-", dir=folder))

    def url(self, database: str) -> str:
        return f"sqlite:///{self._file(database)}"

    def create(self, database: str) -> None:
        """Nothing to do: the first connection makes the file."""

    def copy(self, template: str, database: str) -> None:
        """Copy a template that no connection holds: its write-ahead log is then folded into the file."""
        shutil.copyfile(self._file(template), self._file(database))

    def drop(self, database: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._file(database)}{suffix}").unlink(missing_ok=True)

    def stop(self) -> None:
        shutil.rmtree(self.folder)

    def _file(self, database: str) -> Path:
        return self.folder / f"{database}.sqlite3"


class PostgreSQL:
    name = "postgres"

    def __init__(self, *, durable: bool = False, folder: Path | None = None) -> None:
        # A socket's path has at most 107 characters, so the folder is not made under a long TMPDIR.
        self.folder = Path(tempfile.mkdtemp(prefix="tongban-postgres-", dir=folder or "/tmp"))
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        data = self.folder / "data"
        programs = self._programs()
        self._run(
            programs / "initdb", "-D", data, "-U", "tongban", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"
        )
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "synchronous_commit": "on" if durable else "off",
            "autovacuum": "on" if durable else "off",
            "max_connections": "60",
        }
        # The server ends even when the test run is killed: it gets an interrupt when its parent dies.
        command = ["setpriv", *self._as_user(), "--pdeathsig", "INT", str(programs / "postgres"), "-D", str(data)]
        command += [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with (self.folder / "log").open("wb") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/")
        self._wait()

    def url(self, database: str) -> str:
        return f"postgresql://tongban@/{database}?host={self.folder}"

    def create(self, database: str) -> None:
        self._execute(f'CREATE DATABASE "{database}"')

    def copy(self, template: str, database: str) -> None:
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def drop(self, database: str) -> None:
        self._execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    def stop(self) -> None:
        self._server.send_signal(signal.SIGINT)
        self._server.wait(timeout=30)
        shutil.rmtree(self.folder)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _wait(self) -> None:
        for _ in range(300):
            if self._server.poll() is not None:
                break
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text(encoding='utf-8')}")

    def _run(self, *command: object) -> None:
        words = ["setpriv", *self._as_user(), *map(str, command)]
        done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd="/", check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    def _as_user(self) -> list[str]:
        return [f"--reuid={self._user}", f"--regid={self._user}", "--init-groups"] if self._user else []

    @staticmethod
    def _programs() -> Path:
        """The newest PostgreSQL: Debian keeps its programs apart, by version; elsewhere they are on the PATH."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        program = found[-1] if found else shutil.which("initdb")
        if program is None:
            raise RuntimeError("PostgreSQL is not installed: run scripts/need postgresql as root, or install it.")
        return Path(program).parent


def start(name: str, *, durable: bool = False, folder: Path | None = None) -> Store:
    """Start a store. Only `durable` survives a power cut, which the tests need not; SQLite always does."""
    match name:
        case "sqlite":
            return SQLite(folder=folder)
        case "postgres":
            return PostgreSQL(durable=durable, folder=folder)
    raise RuntimeError(f"TONGBAN_TEST_DATABASE is {name!r}; it can be sqlite or postgres.")
