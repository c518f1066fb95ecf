"""Who sees how much: the applicant everything, a co-applicant and a desk their own cases, and staff not unrecorded."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import BANK, Program, Programs, submitted
from tests.casework.before_acceptance import MISSING, act, file, incomplete
from tests.casework.conftest import read
from tongban.casework import supplies
from tongban.casework.actions.beats import catalogue_of
from tongban.casework.models import Application
from tongban.domain import elements
from tongban.journal.models import Read
from tongban.people.models import Mandate
from tongban.project import walk


def needed(application: str, case: int) -> set[str]:
    found = read(application)
    return set(supplies.needed_by(catalogue_of(found), found, found.case(case)))


def seen(program: Program, number: str) -> list[int]:
    return [case["index"] for case in program.get(f"applications/{number}")["cases"]]


def test_a_desk_sees_its_own_cases_and_what_happened_to_them(agent: Program, program: Programs) -> None:
    number = submitted(agent)
    program("liufang").post(f"applications/{number}/acceptance")
    whole = agent.get(f"applications/{number}")
    pollution = program("limei")

    part = pollution.get(f"applications/{number}")

    own = [case["index"] for case in whole["cases"] if case["deciding_desk"] == "危管防污岗"]
    assert 0 < len(own) < 17
    assert [case["index"] for case in part["cases"]] == own
    assert [step["case"] for step in part["timeline"]] == [None, None, *own]  # handed in, received, accepted
    other = next(case["index"] for case in whole["cases"] if case["index"] not in own)
    assert pollution.ask("GET", f"applications/{number}/cases/{other}").status_code == 404


def test_nobody_is_told_of_materials_that_his_cases_do_not_ask_for(house: walk.Walk, program: Programs) -> None:
    application = incomplete(house)
    act("correct_on_the_spot", application, files={MISSING: file()})
    number = Application.objects.get(pk=application).number
    said = "当场更正了"

    def told(reader: Program) -> bool:
        return any(said in step["sentence"] for step in reader.get(f"applications/{number}")["timeline"])

    asking = {case.index for case in read(application).cases if MISSING in needed(application, case.index)}
    assert 4 not in asking
    assert told(program("linxiao", walk.HOLDER))
    assert not told(program("sunli", BANK))
    assert told(program("zhoumin", walk.HOLDER)) == bool(asking & {1, 2, 3})


def test_a_co_applicant_sees_his_case_and_an_agent_the_matters_of_his_mandate(
    agent: Program, program: Programs
) -> None:
    number = submitted(agent)

    assert seen(program("sunli", BANK), number) == [4]
    assert seen(program("zhoumin", walk.HOLDER), number) == [1, 2, 3]
    assert seen(program("liufang"), number) == seen(program("hanlei"), number) == list(range(1, 18))


def test_personal_values_are_masked_for_staff_unless_they_ask_and_clear_for_the_parties(
    house: walk.Walk, agent: Program, program: Programs
) -> None:
    number = submitted(agent)

    own = sheet(agent, number)
    reviewed = sheet(program("zhaolei"), number)

    assert [value["label"] for value in own["form"]] == [value["label"] for value in reviewed["form"]]
    masked = {
        theirs["label"]: theirs["value"]
        for mine, theirs in zip(own["form"], reviewed["form"], strict=True)
        if mine["value"] != theirs["value"]
    }
    assert set(masked) == personal(house, "HS-03")
    assert sheet(program("zhaolei"), number, in_clear=True)["form"] == own["form"]
    assert own["materials"] == reviewed["materials"]
    assert {material["source"] for material in own["materials"]} == {"upload", "registry"}


def test_a_co_applicant_reads_no_personal_values_and_no_papers_of_the_applicant(
    house: walk.Walk, agent: Program, program: Programs
) -> None:
    number = submitted(agent)
    path = f"applications/{number}/cases/4"
    bank = program("sunli", BANK)

    own, theirs = agent.get(path), bank.get(f"{path}?in_clear=true")

    masked = {
        mine["label"]
        for mine, other in zip(own["form"], theirs["form"], strict=True)
        if mine["value"] != other["value"]
    }
    assert masked == personal(house, "HS-04")
    assert own["materials"] == theirs["materials"]
    uploaded = next(one["code"] for one in own["materials"] if one["source"] == "upload")
    assert agent.ask("GET", f"{path}/materials/{uploaded}").status_code == 200
    refused = bank.ask("GET", f"{path}/materials/{uploaded}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


def test_an_agent_for_some_matters_lists_only_applications_that_ask_for_one(agent: Program, program: Programs) -> None:
    number = submitted(agent)
    limited = program("zhoumin", walk.HOLDER)
    assert [one["number"] for one in limited.get("applications")["applications"]] == [number]

    Mandate.objects.filter(person__account__username="zhoumin").update(matters=["HS-99"])

    assert limited.get("applications")["applications"] == []
    assert [one["number"] for one in agent.get("applications")["applications"]] == [number]


def test_each_look_by_staff_is_recorded_and_none_by_the_applicant(agent: Program, program: Programs) -> None:
    number = submitted(agent)

    agent.get(f"applications/{number}")
    sheet(agent, number)
    assert Read.objects.count() == 0

    program("liufang").get(f"applications/{number}")
    registrar = program("zhaolei")
    sheet(registrar, number)
    sheet(registrar, number, in_clear=True)
    uploaded = next(one for one in sheet(agent, number)["materials"] if one["source"] == "upload")
    file = registrar.ask("GET", f"applications/{number}/cases/3/materials/{uploaded['code']}")
    assert (file.content, file.headers["X-Content-Type-Options"]) == (walk.one_page_pdf(uploaded["code"]), "nosniff")
    assert registrar.ask("GET", f"applications/{number}/cases/3/materials/M_NONE").status_code == 404
    assert list(Read.objects.order_by("id").values_list("about", "what")) == [
        (walk.HOLDER, f"{number} api"),
        (walk.HOLDER, f"{number} api 3"),
        (walk.HOLDER, f"{number} api 3 in clear"),
        (walk.HOLDER, f"{number} api 3 {uploaded['code']}"),
    ]


def sheet(program: Program, number: str, *, in_clear: bool = False) -> Any:
    return program.get(f"applications/{number}/cases/3{'?in_clear=true' if in_clear else ''}")


def personal(house: walk.Walk, matter: str) -> set[str]:
    return {element.name for element in elements.needed(house.catalogue, [matter]) if element.personal}
