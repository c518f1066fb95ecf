"""A reviewer in a process of his own: `python -m tests.casework.reviewer APPLICATION CASE…`.

He says `ready`, waits for a line on his standard input, concludes the cases one after the other and says for each what
he was answered. A test may start seventeen of him at once, or kill him at any moment.
"""

from __future__ import annotations

import json
import os
import sys

import django


def main(application: str, *cases: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.project.settings")
    django.setup()
    from tests.casework.seventeen import conclude, reviewer_of  # noqa: PLC0415 - models stand only now

    reviewers = {int(case): reviewer_of(int(case)) for case in cases}
    say("ready")
    sys.stdin.readline()
    for case, reviewer in reviewers.items():
        say(json.dumps(conclude(application, case, reviewer)))
    say("done")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
