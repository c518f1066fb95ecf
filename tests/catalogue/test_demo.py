"""The joint standards as the demo puts them in force: by the same acts, on days long gone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from tests import worlds
from tongban.catalogue import conformance, demo, entries, files, joint, queries, standing, storage
from tongban.catalogue.joint_set import JointSet
from tongban.domain import recognition
from tongban.domain.batch.status import Life, status
from tongban.domain.lists import ListKind
from tongban.journal import queries as journal
from tongban.journal.models import Entry
from tongban.keys.purposes import Purpose
from tongban.people import demo as people_demo
from tongban.web import clock

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
BEIJING, TIANJIN, HEBEI = "110000", "120000", "130000"
demo_loaded = pytest.mark.usefixtures("demo_database")


@pytest.fixture(scope="module")
def tongbiao() -> JointSet:
    return worlds.tongbiao()


@demo_loaded
def test_every_standard_is_in_force_as_the_files_say(tongbiao):
    bundled = {matter: one for name in files.sets() for matter, one in files.read_set(name)[0].standards.items()}

    in_force = storage.standards_in_force(today=clock.today())

    assert in_force == bundled | {each.matter: each for each in tongbiao.standards}


@demo_loaded
@pytest.mark.parametrize(
    ("day", "joint_standards"),
    [(date(2021, 11, 30), 0), (date(2021, 12, 1), 52), (date(2022, 9, 1), 106), (date(2023, 7, 1), 179)],
)
def test_batches_came_into_force_one_after_the_other(day, joint_standards):
    in_force = storage.standards_in_force(today=day).values()

    assert len([each for each in in_force if not each.owner]) == joint_standards


@demo_loaded
def test_every_batch_is_signed_by_all_widened_and_sound():
    batches = joint.read_batches()

    states = [
        status(
            batch,
            today=clock.today(),
            agreement=joint.read_agreement(batch.draft.agreement),
            held=joint.held(one for act in batch.acts for one in act.content.standards),
            verify=joint.verifier(),
        )
        for batch in batches
    ]

    assert [state.life for state in states] == [Life.IN_FORCE] * 4
    assert [len(batch.completed) for batch in batches] == [2] * 4
    # In each region only those departments sign off that are competent for a matter of the batch.
    assert [len(batch.acts[0].departments_of(HEBEI)) for batch in batches] == [11, 4, 6, 3]


@demo_loaded
def test_lists_count_as_the_founding_document_does():
    counted = queries.list_counts()

    assert {province: counted[ListKind.ZONE][province] for province in (BEIJING, TIANJIN, HEBEI)} == {
        BEIJING: 231,
        TIANJIN: 111,
        HEBEI: 108,
    }
    assert counted[ListKind.TERMINAL][entries.EVERYWHERE] == 208
    assert len(standing.extensions(today=clock.today())) == 12


@demo_loaded
def test_what_bodies_publish_conforms():
    found = conformance.findings(today=clock.today())

    assert {each.kind for each in found} == {conformance.Kind.OBSERVED}


@demo_loaded
def test_meetings_left_two_things_to_do():
    meetings = joint.read_meetings()

    assert [each.title for each in meetings] == [
        "京津冀政务服务合作联席会议 2026 年第二次会议",
        "京津冀自贸试验区联席会议第一次会议",
    ]
    assert [done is None for each in meetings for done in each.done] == [True, True, False, False, False]


@pytest.mark.django_db
def test_loading_twice_changes_nothing(tongbiao):
    told: list[str] = []
    people_demo.load(now=NOW)
    demo.load(joint_set=tongbiao, now=NOW, tell=told.append)
    before = Entry.objects.count()

    demo.load(joint_set=tongbiao, now=NOW, tell=told.append)

    assert Entry.objects.count() == before
    assert told == 2 * [
        "批次 TB-2021-01：52 个事项的标准由三地签署。",
        "批次 TB-2022-02：54 个事项的标准由三地签署。",
        "批次 TB-2022-03：50 个事项的标准由三地签署。",
        "批次 TB-2023-04：23 个事项的标准由三地签署。",
        "互认规则 63 条。",
        "跨省通办清单 1068 项，延伸服务 12 项。",
    ]


@demo_loaded
def test_rows_equal_replay():
    assert journal.soundness().replay_faults == ()


@pytest.mark.django_db
def test_outside_the_demo_a_set_is_only_published(settings, capsys, tongbiao):
    settings.DEMO = False

    call_command("catalogue_load", "tongbiao")

    assert "新提出标准 179 个，新实施清单 1329 个" in capsys.readouterr().out
    assert {each.owner for each in storage.standards_in_force(today=clock.today()).values()} == {
        BEIJING,
        TIANJIN,
        HEBEI,
    }


@pytest.mark.django_db
def test_the_command_puts_a_set_in_force_in_the_demo(settings, capsys):
    settings.DEMO = True

    call_command("catalogue_load", "tongbiao")

    assert capsys.readouterr().out.startswith("共同标准 179 个，分 4 个批次。\n批次 TB-2021-01：52 个事项")
    assert len(storage.standards_in_force(today=clock.today())) == 903


@demo_loaded
def test_what_beijing_recognises_and_the_nine_matters_of_public_security_are_signed_and_hold(tongbiao):
    recorded = joint.read_recognitions()
    agreements = joint.read_agreements()
    verify = joint.verifier(Purpose.RECOGNITION)

    assert {one.rule.code: one.rule for one in recorded} == {one.rule.code: one.rule for one in tongbiao.recognition}
    assert all(verify(one.signature) for one in recorded)
    holding = {recognition.standing(one, agreements[one.rule.agreement], today=clock.today()) for one in recorded}
    assert holding == {recognition.Reason.COUNTS}
    beijing = [one for one in recorded if one.rule.code.startswith("BJ-RK-")]
    assert {(one.rule.issued_in, one.rule.counts_in) for one in beijing} == {((TIANJIN, HEBEI), BEIJING)}
    nine = {each.yields for each in tongbiao.joint if each.sector == "public_security"}
    for region in (BEIJING, TIANJIN, HEBEI):
        here = [one.rule for one in recorded if one.rule.code.startswith(f"GA-JR-{region[:2]}")]
        assert {rule.certificate for rule in here} == nine and len(here) == 9
