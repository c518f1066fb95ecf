"""How does one start a node? The web server and one worker, together: both stop with this command, also when it is
killed, and when one of them dies the other is stopped too, so that whoever watches the node restarts it whole.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SECONDS_TO_STOP = 10
SECONDS_BETWEEN_LOOKS = 0.2
THREADS = 4


class Stop(BaseException):
    """A signal asks this command to end."""


class Command(BaseCommand):
    help = "启动网站和一个后台工作进程，按 Ctrl-C 一起停止。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听的地址（默认 127.0.0.1）")
        parser.add_argument("--port", type=int, default=8000, help="监听的端口（默认 8000）")
        parser.add_argument("--threads", type=int, default=THREADS, help=f"处理请求的线程数（默认 {THREADS}）")

    def handle(self, *, host: str, port: int, threads: int, **options: object) -> None:
        refuse_taken_port(host, port)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        running: dict[str, subprocess.Popen[bytes]] = {}
        try:
            answer_signals_by(stop)
            for name, command in commands(host=host, port=port, threads=threads).items():
                # A group of their own: Ctrl-C reaches this command only, which then stops them in order.
                running[name] = subprocess.Popen(command, process_group=0, env=environment(host, port))
            wait_for_an_answer(running, host, port)
            self.stdout.write(f"通办已启动：http://{host}:{port}/（按 Ctrl-C 停止）")
            self.stdout.flush()
            wait_for_the_first_to_end(running)
        except Stop:
            self.stdout.write("正在停止 …")
        finally:
            # Another signal must not cut the orderly stop short.
            answer_signals_by(signal.SIG_IGN)
            end_all(running)


def commands(*, host: str, port: int, threads: int) -> dict[str, list[str]]:
    programs = Path(sys.executable).parent
    web = [str(programs / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    web += ["--blocking-threads", str(threads), "--log-level", "warning", "tongban.project.wsgi:application"]
    tie = tied()
    return {"网站": [*tie, *web], "后台工作进程": [*tie, str(programs / "tongban"), "worker"]}


def tied() -> list[str]:
    """Return what has the system stop a program when this one is killed and can stop nothing itself; empty where a
    system cannot.
    """
    setpriv = shutil.which("setpriv")
    tie = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
    # A smaller setpriv, and an old one, know no such option.
    able = bool(tie) and subprocess.run([*tie, "true"], check=False, capture_output=True).returncode == 0
    return tie if able else []


def environment(host: str, port: int) -> dict[str, str]:
    """Return what both programs are told: in demo mode papers bear the address that is served here, if no other."""
    known = dict(os.environ)
    if settings.DEMO and not settings.ADDRESS:
        known["TONGBAN_ADDRESS"] = f"http://{host}:{port}"
    return known


def refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"不能在 {host}:{port} 监听（{error.strerror}）；请停止占用它的程序，或用 --port 换一个端口。"
            ) from error


def answer_signals_by(answer: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, answer)


def stop(number: int, frame: FrameType | None) -> None:
    answer_signals_by(signal.SIG_IGN)
    raise Stop


def wait_for_an_answer(running: Mapping[str, subprocess.Popen[bytes]], host: str, port: int) -> None:
    """Return when the port is open; before that the address is nobody's."""
    while True:
        demand_all_running(running)
        with suppress(OSError), socket.create_connection((host, port), timeout=SECONDS_BETWEEN_LOOKS):
            return
        time.sleep(SECONDS_BETWEEN_LOOKS)


def wait_for_the_first_to_end(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Return never: a process that ends by itself is an error."""
    while True:
        demand_all_running(running)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def demand_all_running(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            raise CommandError(f"{name}已退出（代码 {process.returncode}），整个节点随之停止；原因见上面的输出。")


def end_all(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        process.terminate()
    for process in running.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=SECONDS_TO_STOP)
        # What is left of the group: a process that does not stop, or children of one that died.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
