"""The set of joint standards: what the founding document counts, and what a spoilt file is told."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tongban.catalogue import calendars, code_tables, files, joint_checks, joint_set, yaml_text
from tongban.catalogue.joint_set import JointSet
from tongban.catalogue.rows import BadRows
from tongban.domain import conditions, conformance, consistency, lists
from tongban.domain.catalogue import ElementKind, Jurisdiction, MatterType, SourceKind, Standard
from tongban.domain.codes import Device, HandlingScope, Necessity, ServiceObject
from tongban.domain.identifiers import ImplementationCode
from tongban.domain.jurisdiction import competent
from tongban.domain.lists import ListKind, Offered
from tongban.domain.offers import HandlingMode, ReformMode
from tongban.people import demo as people_demo

TODAY = date(2026, 11, 23)
BEIJING, TIANJIN, HEBEI = PROVINCES = ("110000", "120000", "130000")
EXAMPLES_REFUSE = ["投资人为一个自然人", "已与用人单位建立劳动关系", "未参加职工基本医疗保险"]


@pytest.fixture(scope="module")
def joint() -> JointSet:
    return joint_set.read(name="tongbiao")


@pytest.fixture(scope="module")
def standards(joint) -> dict[str, Standard]:
    return {each.matter: each for each in joint.standards}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the set that a test may spoil."""
    return Path(shutil.copytree(files.DATA / "tongbiao", tmp_path / "set"))


# --- What the founding document counts --------------------------------------------------------------------------------


def test_there_are_179_joint_standards_of_12_sectors_and_5_types(joint):
    assert [each.matter for each in joint.joint] == [f"TB-{number:03d}" for number in range(1, 180)]
    assert {each.sector for each in joint.joint} == set(code_tables.sectors())
    assert {each.matter_type for each in joint.joint} == set(MatterType)
    assert len(code_tables.sectors()) == 12


def test_four_batches_hold_every_joint_standard_once(joint):
    assert [each.code for each in joint.batches] == ["TB-2021-01", "TB-2022-02", "TB-2022-03", "TB-2023-04"]
    listed = [matter for batch in joint.batches for matter in batch.draft.matters]
    assert sorted(listed) == [each.matter for each in joint.joint]


def test_batches_begin_in_the_zones_and_are_widened_to_three_regions(joint):
    for batch in joint.batches:
        assert (batch.draft.regions, batch.draft.scope.divisions) == (PROVINCES, ())
        assert batch.draft.scope.zones == tuple(zone.code for zone in calendars.zones())
        assert batch.widened is not None
        assert batch.widened.scope.divisions == PROVINCES


def test_nine_public_security_matters_stand_in_the_last_batch(joint):
    nine = [each.matter for each in joint.joint if each.sector == "public_security"]

    assert len(nine) == 9
    assert set(nine) <= set(joint.batches[-1].draft.matters)


@pytest.mark.parametrize(
    "words",
    [
        "爆破作业人员许可证核发",
        "大型焰火燃放作业人员资格证明核发",
        "个人权益记录查询打印",
        "完税证明",
        "电子营业执照",
        "异地缴存证明",
        "纳税信用",
        "留抵税额退税",
        "中介机构备案",
    ],
)
def test_what_the_founding_document_names_is_there(joint, words):
    assert [each.name for each in joint.joint if words in each.name] != []


@pytest.mark.parametrize(("province", "count"), [(BEIJING, 234), (TIANJIN, 696), (HEBEI, 138)])
def test_offers_count_distinct_handling_items_by_direction(joint, province, count):
    offered = [each for each in joint.offers if each.province == province]

    assert (len(offered), len({each.matter for each in offered})) == (count, count)
    assert {each.to for each in offered} == {(TIANJIN, HEBEI) if province == BEIJING else (BEIJING,)}


@pytest.mark.parametrize(("province", "count"), [(BEIJING, 231), (TIANJIN, 111), (HEBEI, 108)])
def test_the_zone_lists_what_is_offered_wholly_online(joint, standards, province, count):
    modes = {(each.matter, each.province): frozenset({each.mode}) for each in joint.offers}
    offered = [
        Offered(standards[each.matter], each, modes.get((each.matter, each.region), frozenset()))
        for each in joint.implementations
        if each.region == province
    ]
    listed = {each.standard.matter for each in offered if ListKind.ZONE in lists.of(each)}

    assert len(listed) == count


def test_208_handling_items_can_be_handled_on_terminals(joint):
    assert len({each.matter for each in joint.implementations if Device.TERMINAL in each.devices}) == 208


def test_all_names_are_distinct(joint):
    counted = Counter(each.name for each in joint.standards)

    assert [name for name, times in counted.items() if times > 1] == []


def test_joint_standards_materials_and_tables_have_english_names(joint):
    named = (*joint.joint, *joint.materials, *joint.certificate_types, *joint.elements)
    tables = (*code_tables.sectors().values(), *code_tables.themes().values())

    assert [each.name for each in (*named, *tables) if not each.name_en] == []
    english = [each.name_en for each in joint.joint]
    assert len(set(english)) == len(english)


# --- Implementations --------------------------------------------------------------------------------------------------


def test_every_joint_standard_is_implemented_in_three_provinces_word_for_word(joint, standards):
    offered = {(each.matter, each.region) for each in joint.implementations if not each.territory}

    assert {(each.matter, province) for each in joint.joint for province in PROVINCES} <= offered
    for each in joint.implementations:
        if not standards[each.matter].owner:
            assert (each.stated, each.promised) == (standards[each.matter].terms, standards[each.matter].promised)


def test_every_implementation_conforms(joint, standards):
    elements = {each.code: each for each in joint.elements}

    for each in joint.implementations:
        standard = standards[each.matter]
        assert conformance.compare(standard.terms, conformance.effective(each, standard), elements=elements) == ()


def test_implementation_codes_name_body_level_and_basic_code(joint, standards):
    for each in joint.implementations:
        code = ImplementationCode.parse(each.implementation_code)
        standard = standards[each.matter]
        digits = standard.item_digits if standard.item_of else ""
        assert (code.authority, code.level, str(code.basic), code.handling_item) == (
            each.body,
            str(each.level),
            standard.basic_code,
            digits,
        )


def test_an_implementation_code_stands_for_one_handling_item(joint):
    counted = Counter(each.implementation_code for each in joint.implementations)

    assert [code for code, times in counted.items() if times > 1] == []


def test_bodies_and_halls_are_those_the_demo_knows(joint):
    known = people_demo.read_bodies()

    assert {each.body for each in joint.implementations} <= {each["uscc"] for each in known["bodies"]}
    assert {each.hall for each in joint.implementations} <= {each["code"] for each in known["halls"]}
    assert {each.hall for each in joint.extensions} <= {each["code"] for each in known["halls"]}
    places = {each["code"]: each["region"] for each in known["halls"]}
    assert {each.hall: each.hall_region for each in joint.extensions}.items() <= places.items()


def test_desks_are_those_the_demo_knows(joint):
    known = people_demo.read_bodies()
    desks = {each["uscc"]: known["desks"].get(each["sector"], {}).get("code") for each in known["bodies"]}

    assert [each.body for each in joint.implementations if each.deciding_desk != desks[each.body]] == []


def test_counties_and_a_zone_implement_matters_of_every_rule(joint):
    local = [each for each in joint.implementations if each.territory]

    assert {each.territory for each in local} == {"110112", "131082", "131022", "130638", "FTZ-HB-DX"}
    assert len({each.matter for each in local}) == 15
    rules = {each.jurisdiction for each in joint.implementations}
    assert rules == set(Jurisdiction)


@pytest.mark.parametrize(
    ("place", "region", "level"),
    [
        ("110112", "110112", 4),
        ("110105", BEIJING, 2),
        ("131022", "131022", 4),
        ("FTZ-HB-DX", "131003", 4),
        ("FTZ-HB-XA", HEBEI, 2),
        ("120116", TIANJIN, 2),
    ],
)
def test_the_competent_body_is_found_by_place(joint, place, region, level):
    zones = {zone.code: zone for zone in calendars.zones()}
    offered = [each for each in joint.implementations if each.matter == "TB-001"]

    found = competent(offered, place=place, divisions=calendars.divisions(), zones=zones)

    assert (found.region, found.level) == (region, level)


def test_only_what_is_offered_is_handled_across_provinces(joint):
    offered = {(each.matter, each.province) for each in joint.offers}

    for each in joint.implementations:
        crosses = (each.matter, f"{each.region[:2]}0000") in offered
        assert each.scope is (HandlingScope.PROVINCES if crosses else HandlingScope.NONE)


# --- Standards --------------------------------------------------------------------------------------------------------


def test_no_description_contradicts_itself(joint, standards):
    themes_for = {code: frozenset(map(ServiceObject, serves)) for code, serves in theme_serves().items()}

    remarks = [
        (each.matter, remark.sentence)
        for each in joint.joint
        for remark in consistency.check(standard=each, themes_for=themes_for)
    ]
    about_offers = [
        (each.matter, remark.sentence)
        for each in joint.implementations
        for remark in consistency.check(standard=standards[each.matter], implementation=each)
    ]

    assert (remarks, about_offers) == ([], [])


def theme_serves() -> dict[str, list[str]]:
    rows = yaml_text.read((files.DATA / "codes" / "themes.json").read_text())["themes"]
    return {row["code"]: row["serves"] for row in rows}


def test_conditions_are_judged_over_data_elements_the_form_asks(joint):
    elements = {each.code: each for each in joint.elements}
    examples = {code: each.example for code, each in elements.items()}
    with_expressions = [each for each in joint.joint if any(c.expression for c in each.conditions)]

    assert len(with_expressions) == 140
    kinds = {elements[code].kind for each in with_expressions for code in each.elements}
    assert {ElementKind.INTEGER, ElementKind.DECIMAL, ElementKind.CHOICE, ElementKind.RESIDENT_ID} <= kinds
    judged = [one for each in with_expressions for one in conditions.evaluate(each.conditions, examples, elements)]
    false = [one.condition.text for one in judged if one.verdict is conditions.Truth.FALSE]
    # Whoever has four partners, no employment and an employee's insurance qualifies for all but these.
    assert false == EXAMPLES_REFUSE


def test_handling_items_of_one_matter_share_its_basic_code(joint):
    groups: dict[str, list[Standard]] = {}
    for each in joint.joint:
        if each.item_of:
            groups.setdefault(each.item_of, []).append(each)

    assert sorted(len(items) for items in groups.values()) == [2, 2, 3, 3, 3, 3, 3, 3, 3]
    for items in groups.values():
        assert len({(each.basic_code, each.item_of_name) for each in items}) == 1
        assert sorted(each.item_digits for each in items) == [f"{n:02d}" for n in range(1, len(items) + 1)]


def test_situations_are_chosen_by_questions_of_their_standard(joint):
    asked = [each for each in joint.joint if each.situations]

    assert len(asked) == 8
    for each in asked:
        choices = {(question.code, choice.code) for question in each.questions for choice in question.choices}
        chosen = [(question, choice) for one in each.situations for question, names in one.when for choice in names]
        assert sorted(chosen) == sorted(choices)


def test_what_is_cited_names_an_article_and_what_is_composed_cites_nothing(joint):
    for each in joint.standards:
        sources = [*each.legal_basis, each.statutory_source, each.promised_source, each.basic_code_source]
        sources += [one.source for one in (*each.conditions, *each.requirements, *each.special_procedures)]
        for source in sources:
            if source.kind is SourceKind.CITED:
                assert source.reference.startswith("《") and source.reference.endswith("条")
            else:
                assert source.reference == ""


def test_materials_cover_deferral_commitment_and_sharing(joint):
    asked = [each for standard in joint.joint for each in standard.requirements]

    assert {each.necessity for each in asked} == set(Necessity)
    assert any(each.commitment for each in asked)
    used = {each.material for each in asked}
    assert used == {each.code for each in joint.materials}


def test_codes_that_stand_in_both_sets_say_the_same(joint):
    catalogue, _, _ = files.read_set("maritime")

    for ours, theirs in (
        (joint.materials, catalogue.materials),
        (joint.certificate_types, catalogue.certificate_types),
        (joint.elements, catalogue.elements),
    ):
        assert [each.code for each in ours if each.code in theirs and theirs[each.code] != each] == []


def test_reform_modes_cover_the_four_in_three_regions(joint):
    assert {each.mode for each in joint.reforms} == set(ReformMode)
    assert {each.region for each in joint.reforms} >= set(PROVINCES)


def test_halls_of_hebei_serve_beijing_and_tongzhou(joint):
    assert len({each.hall for each in joint.extensions}) == 6
    assert {(each.region, each.levels) for each in joint.extensions} == {(BEIJING, (2,)), ("110112", (4,))}


def test_everything_rests_on_a_recorded_agreement_that_stood_then(joint):
    agreements = {each.number: each for each in joint.agreements}

    for batch in joint.batches:
        assert agreements[batch.draft.agreement].from_on <= batch.proposed_on < batch.draft.in_force_on
    for each in (*joint.offers, *joint.extensions):
        assert agreements[each.agreement].from_on <= each.from_on
    assert {each.agreement for each in joint.meetings} == set(agreements)


def test_offers_use_all_three_modes(joint):
    assert {each.mode for each in joint.offers} == set(HandlingMode)


# --- Spoilt files -----------------------------------------------------------------------------------------------------


def change(folder: Path, file: str, how: Callable[[Any], object]) -> None:
    path = folder / file
    value = yaml_text.read(path.read_text())
    how(value)
    path.write_text(yaml.safe_dump(value, allow_unicode=True))


def bad_rows(folder: Path) -> list[str]:
    with pytest.raises(BadRows) as refused:
        joint_set.read_folder(folder)
    return [str(row) for row in refused.value.rows]


def setting(*path: Any, to: Any) -> Callable[[Any], object]:
    def put(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return put


MATTER = "matters/TB-001.yaml"


def test_every_code_that_names_nothing_is_told_with_its_place_all_at_once(folder):
    change(folder, MATTER, setting("sector", to="post"))
    change(folder, MATTER, setting("themes", to=["none"]))
    change(folder, MATTER, setting("materials", 0, "material", to="T_NONE"))
    change(folder, MATTER, setting("situations", 0, "when", to={"x": ["y"]}))
    change(folder, MATTER, setting("questions", 0, "default", to="none"))
    change(folder, MATTER, setting("conditions", 0, "expression", to='unknown_element == "yes"'))
    change(folder, "elements.yaml", setting("elements", 0, "topic", to="none"))
    change(folder, "implementations.yaml", lambda said: said["departments"].pop(0))
    change(folder, "implementations.yaml", setting("places", 0, "body", to="11110112MA0TB1401M"))
    change(folder, "offers.yaml", setting("offers", 0, "agreement", to="X"))
    change(folder, "offers.yaml", setting("offers", 0, "from_on", to="2022-02-30"))
    change(folder, "extensions.yaml", setting("extensions", 0, "region", to="999999"))
    change(folder, "reforms.yaml", setting("reforms", 0, "matters", to=["X"]))
    change(folder, "batches.yaml", setting("batches", 0, "scope", "zones", to=["X"]))
    change(folder, "agreements.yaml", setting("meetings", 0, "undertakings", 0, "owner", to="440000"))

    told = sorted(bad_rows(folder))
    # What a credit code or an expression should look like is said by those who judge them.
    judged = [row for row in told if "/body：" in row or "/expression：" in row]
    assert [row.split("：")[0] for row in judged] == [
        "implementations.yaml 的 places/0/body",
        f"{MATTER} 的 conditions/0/expression",
    ]
    assert "unknown_element" in judged[1]
    assert [row for row in told if row not in judged] == [
        "agreements.yaml 的 meetings/0/attendees：440000 没有定义",
        "batches.yaml 的 batches/0/scope：X 没有定义",
        "elements.yaml 的 elements/0/topic：none 没有定义",
        "extensions.yaml 的 extensions/0：999999 没有定义",
        "implementations.yaml 的 departments：没有写明 110000 的 market_regulation 由哪个部门办理",
        f"{MATTER} 的 materials：T_NONE 没有定义",
        f"{MATTER} 的 questions/0/default：none 没有定义",
        f"{MATTER} 的 sector：post 没有定义",
        f"{MATTER} 的 situations/0/when：没有问题 x",
        f"{MATTER} 的 themes：none 没有定义",
        "offers.yaml 的 offers/0/agreement：X 没有定义",
        "offers.yaml 的 offers/0/from_on：没有 2022-02-30 这一天",
        "reforms.yaml 的 reforms/0/matters：X 没有定义",
        "regional/110000.yaml 的 matters/0/sector：market_regulation 没有办理部门",
        "regional/110000.yaml 的 matters/1/sector：market_regulation 没有办理部门",
    ]


def test_a_contradiction_is_told_of_standard_and_implementation(folder):
    change(folder, "matters/TB-028.yaml", setting("promised", "days", to=3))

    rows = bad_rows(folder)

    assert len(rows) == 1 + 1 + len(PROVINCES) * 2
    assert rows[0] == "TB-028 的 promised：即办件应当场办结，承诺时限却是 3 日。请把承诺时限改为 0。"


def test_a_standard_in_no_batch_or_in_two_is_told(folder):
    def move(value: Any) -> None:
        value["batches"][0]["matters"].remove("TB-001")
        value["batches"][1]["matters"].append("TB-002")

    change(folder, "batches.yaml", move)

    assert bad_rows(folder) == [
        "batches.yaml 的 batches：TB-002 出现了两次",
        "batches.yaml 的 batches：不在任何批次中：TB-001",
    ]


def test_a_code_that_stands_twice_is_told(folder):
    shutil.copy(folder / MATTER, folder / "matters" / "TB-999.yaml")

    with pytest.raises(BadRows, match=r"matters/TB-999.yaml 的 code：TB-001 出现了两次"):
        joint_set.read_folder(folder)


def test_an_untouched_copy_says_the_same(folder, joint):
    assert joint_set.read_folder(folder) == joint


def test_an_unknown_set_is_refused():
    with pytest.raises(files.UnknownSet, match="没有名为“none”的共同标准数据。现有：tongbiao"):
        joint_set.read(name="none")


def test_mistakes_of_form_are_told_of_every_file_at_once(folder):
    (folder / "offers.yaml").unlink()
    (folder / "regional" / "110000.yaml").write_text("province: [")

    change(folder, MATTER, lambda row: row.pop("sector"))

    rows = bad_rows(folder)

    assert rows[0] == f"{MATTER}：缺少 sector"
    assert rows[1].startswith("regional/110000.yaml：")
    assert rows[2] == "offers.yaml：没有这个文件"


def test_checks_know_every_regional_item(joint):
    path = files.DATA / "tongbiao"
    regional = {each.name: yaml_text.read(each.read_text()) for each in (path / "regional").glob("*.yaml")}

    items = joint_checks.Files(matters={}, regional=regional, parts={}).items

    assert items == {each.matter for each in joint.standards if each.owner}


# --- Recognition rules and bundles ------------------------------------------------------------------------------------


def test_a_list_of_recognition_rules_names_only_what_there_is(folder):
    change(folder, "recognition.yaml", setting("lists", 0, "rules", 0, "certificate", to="C_NONE"))
    change(folder, "recognition.yaml", setting("lists", 0, "rules", 1, "materials", to=["T_NONE"]))
    change(folder, "recognition.yaml", setting("lists", 0, "rules", 2, "matters", to=["TB-999"]))
    change(folder, "recognition.yaml", setting("lists", 0, "issued_in", to=["370000"]))
    change(folder, "recognition.yaml", setting("lists", 1, "rules", 1, "number", to=1))
    change(folder, "bundles.yaml", setting("bundles", 0, "items", 0, "matter", to="TB-999"))

    told = bad_rows(folder)

    assert len(told) == 6
    assert all(one.startswith(("recognition.yaml", "bundles.yaml")) for one in told)


def test_a_rule_says_what_its_effect_asks_for(folder):
    change(folder, "recognition.yaml", setting("lists", 0, "rules", 0, "permits", to="可以直接从业"))

    (row,) = bad_rows(folder)
    assert "这里不应填写 permits" in row


def test_a_list_of_several_regions_makes_a_rule_for_each_issued_in_the_others(joint):
    blaster = [one.rule for one in joint.recognition if one.rule.certificate == "C_BLASTER"]

    assert [(rule.counts_in, rule.issued_in) for rule in blaster] == [
        (BEIJING, (TIANJIN, HEBEI)),
        (TIANJIN, (BEIJING, HEBEI)),
        (HEBEI, (BEIJING, TIANJIN)),
    ]


def test_a_bundle_of_joint_matters_is_that_of_one_province(joint):
    ((catalogue, bundle),) = joint.bundles

    assert {each.region for each in catalogue.implementations.values()} == {BEIJING}
    assert [item.matter for item in bundle.items] == ["TB-075", "TB-010", "TB-142"]
    assert [question.code for question in bundle.questions] == ["cargo_size"]
