"""How many SM2 signatures does one core make and verify through `tongban.crypto.sm2`, beside `openssl speed`?

`python -m bench.signatures [--rounds N] [--seconds S] [--json]`

Both take turns, round by round, and both count the computing time of the process alone, so that what others do on the
machine matters little. What is printed are medians; each ratio is the median of those of the rounds.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from resource import RUSAGE_SELF, getrusage
from typing import Any

from tongban.crypto import sm2

AT_LEAST = 0.8
MESSAGE = bytes(32)
"""As short as what `openssl speed` signs: the digest of it costs next to nothing."""


def main() -> None:
    parser = ArgumentParser(description="SM2 signatures per second of computing on one core")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2, help="how long openssl counts, for each figure")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure(arguments.rounds, arguments.seconds)
    sys.stdout.write((json.dumps(result) if arguments.json else _told(result)) + "\n")


def measure(rounds: int, seconds: int) -> dict[str, Any]:
    private, public = sm2.generate()
    signature = sm2.sign(private, MESSAGE)
    assert sm2.verify(public, MESSAGE, signature)
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for nth in range(rounds):
        theirs.append(_openssl(seconds))
        most = int(theirs[-1][0] * seconds)
        ours.append(
            (
                _rate(lambda: sm2.sign(private, MESSAGE), most),
                _rate(lambda: sm2.verify(public, MESSAGE, signature), most),
            )
        )
        sys.stderr.write(f"\r{nth + 1}/{rounds}")
    sys.stderr.write("\n")
    return {
        act: {
            "ours": statistics.median(each[place] for each in ours),
            "openssl": statistics.median(each[place] for each in theirs),
            "ratio": statistics.median(our[place] / their[place] for our, their in zip(ours, theirs, strict=True)),
        }
        for place, act in enumerate(("sign", "verify"))
    }


def _rate(call: Callable[[], object], times: int) -> float:
    """Return how often a call is made in a second of the process's own computing."""
    begun = getrusage(RUSAGE_SELF).ru_utime
    for _ in range(times):
        call()
    return times / (getrusage(RUSAGE_SELF).ru_utime - begun)


def _openssl(seconds: int) -> tuple[float, float]:
    """Return signatures and verifications per second of user time, as openssl counts them."""
    command = ["openssl", "speed", "-seconds", str(seconds), "sm2"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"SM2.*?([0-9.]+)\s+([0-9.]+)\s*$", said)
    assert found is not None, said
    return float(found[1]), float(found[2])


def _told(result: dict[str, Any]) -> str:
    return "\n".join(
        f"SM2 {act}: {one['ours']:.0f}/s, openssl {one['openssl']:.0f}/s, ratio {one['ratio']:.2f}"
        f" ({'at least' if one['ratio'] >= AT_LEAST else 'below'} {AT_LEAST})"
        for act, one in result.items()
    )


if __name__ == "__main__":
    main()
