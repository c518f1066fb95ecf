"""A program of each person walks one application from the draft to seventeen verified certificates, by HTTP alone."""

from __future__ import annotations

from tests.api.conftest import BANK, Program, Programs, filled

REVIEWERS = ("zhaolei", "sunwei", "zhouqiang", "zhengtao", "chenbin", "weidong")


def test_the_whole_journey(program: Programs, agent: Program, stranger: Program) -> None:
    plan = stranger.post("bundles/maritime/plan", {"answers": {}})
    assert (plan["figures"]["matters"], plan["figures"]["parallel_working_days"]) == (17, 10)

    draft = filled(agent)
    state = agent.get(f"applications/drafts/{draft}")
    assert (state["complete"], state["missing"]) == (True, {"elements": [], "materials": []})
    assert [one["source"] for one in state["materials"]].count("registry") == 7
    number = agent.post(f"applications/drafts/{draft}/submit")["number"]

    bank = program("sunli", BANK)
    assert [(task["act"], task["case"]) for task in bank.get("tasks")["tasks"]] == [("confirm", 4)]
    bank.post(f"applications/{number}/cases/4/confirmation")

    clerk = program("liufang")
    assert [(task["act"], task["number"]) for task in clerk.get("tasks")["tasks"]] == [("accept", number)]
    assert clerk.post(f"applications/{number}/acceptance")["accepted"] == list(range(1, 18))

    reviewers = [program(username) for username in REVIEWERS]
    for reviewer in reviewers:
        give_opinions(reviewer)
    concluded = [answer for reviewer in reviewers for answer in conclude(reviewer)]
    assert (len(concluded), [answer["closed"] for answer in concluded].count(True)) == (17, 1)

    closed = agent.get(f"applications/{number}")
    assert [case["outcome"] for case in closed["cases"]] == ["approved"] * 17
    assert closed["timeline"][-1]["sentence"] == "全部事项已办结。"
    files = [
        (bank if case["index"] == 4 else agent).ask("GET", f"certificates/{case['certificate']}").content
        for case in closed["cases"]
    ]
    verdicts = [stranger.verify(file) for file in files]
    assert [(verdict["valid"], verdict["code"]) for verdict in verdicts] == [(True, "valid")] * 17
    assert len({verdict["identifier"] for verdict in verdicts}) == 17
    assert stranger.verify(files[0].replace(b"2026", b"2027", 1))["code"] == "altered"
    assert len(agent.get("certificates")["certificates"]) == 16
    assert [one["number"] for one in agent.get("applications")["applications"]] == [number]


def give_opinions(reviewer: Program) -> None:
    for task in reviewer.get("tasks")["tasks"]:
        if task["act"] == "opinion":
            given = {"desk": task["desk"], "verdict": "agree"}
            reviewer.post(f"applications/{task['number']}/cases/{task['case']}/opinions", given)


def conclude(reviewer: Program) -> list[dict[str, object]]:
    return [
        reviewer.post(
            f"applications/{task['number']}/cases/{task['case']}/conclusion",
            {"desk": task["desk"], "outcome": "approved"},
        )
        for task in reviewer.get("tasks")["tasks"]
        if task["act"] == "conclude"
    ]
