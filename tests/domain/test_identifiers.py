import doctest
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.domain import identifiers
from tongban.domain.identifiers import (
    HYBRID_ALPHABET,
    ApplicationNumber,
    AuthorityLevel,
    BasicCode,
    CaseNumber,
    CertificateIdentifier,
    DocumentType,
    ImplementationCode,
    InvalidIdentifier,
    birth_date,
    case_number,
    check,
    check_imo,
    check_imo_company,
    check_ric,
    check_uscc,
    mod_37_36,
)

TODAY = date(2026, 11, 23)
NUMBER = ApplicationNumber("130209", TODAY, 1)


def test_the_examples_in_the_module_run():
    assert doctest.testmod(identifiers).failed == 0


# --- Unified social credit code, GB 32100-2015 ---


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("91310115MA1K3BTP2B", "91310115MA1K3BTP2B"),
        (" 91310115 ma1k3btp2b ", "91310115MA1K3BTP2B"),
        ("９１３１０１１５ＭＡ１Ｋ３ＢＴＰ２Ｂ", "91310115MA1K3BTP2B"),
    ],
)
def test_a_credit_code_is_kept_in_capitals_without_spaces(typed, kept):
    assert check_uscc(typed) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "没有填写统一社会信用代码"),
        ("   ", "没有填写统一社会信用代码"),
        ("91310115MA1K3BTP2", "应为 18 位，填的是 17 位"),
        ("91310115MA1K3BTP2BB", "应为 18 位，填的是 19 位"),
        ("91310115MA1K3BTPIB", "第 17 位填的是“I”，只用数字和大写字母，不用 I、O、S、V、Z"),
        ("91310115MA1K3BTP-B", "第 17 位填的是“-”"),
        ("913A0115MA1K3BTP2B", "第 4 位填的是“A”，第 3 至 8 位是行政区划代码"),
        ("91310115MA1K3BTP2C", "校验位不符，其中至少一位有误：请对照营业执照或登记证书逐位核对"),
        ("91310115MA1K3BTP2é", "第 18 位不是数字或字母"),
        ("9131011५MA1K3BTP2B", "第 8 位不是数字或字母"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_the_place(typed, sentence):
    with pytest.raises(InvalidIdentifier, match=sentence):
        check_uscc(typed)


@settings(deadline=None)
@given(st.integers(0, 17), st.sampled_from(identifiers.CREDIT_ALPHABET))
def test_any_single_changed_character_of_a_credit_code_is_noticed(place, character):
    good = "91310115MA1K3BTP2B"
    changed = good[:place] + character + good[place + 1 :]

    if changed == good:
        assert check_uscc(changed) == good
    else:
        with pytest.raises(InvalidIdentifier):
            check_uscc(changed)


# --- Resident number, GB 11643-1999 ---


def _resident(body: str) -> str:
    """Seventeen digits with the check character, by ISO 7064's own recursion rather than by the weights."""
    product = 0
    for digit in body:
        product = (product + int(digit)) * 2 % 11
    return body + "0123456789X"[(1 - product) % 11]


def test_a_resident_number_tells_the_day_of_birth():
    number = check_ric("440106199802027464", today=TODAY)

    assert (number, birth_date(number)) == ("440106199802027464", date(1998, 2, 2))


@pytest.mark.parametrize("typed", ["13060820030203728x", "13060820030203728X", "130608 20030203 728x"])
def test_the_x_of_a_resident_number_is_kept_as_a_capital(typed):
    assert check_ric(typed, today=TODAY) == "13060820030203728X"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("130608200302037281", "校验位不符"),
        ("130608030203728", "15 位旧号码"),
        ("1306082003020372", "应为 18 位，填的是 16 位"),
        ("1306O8200302037281", "第 5 位填的是“O”，前 17 位应为数字"),
        ("13060820030203728Y", "第 18 位填的是“Y”，末位应为数字或 X"),
        (_resident("99010119900101001"), "第 1 至 2 位不是任何省份的代码"),
        (_resident("11010119900229001"), "第 7 至 14 位出生日期不是存在的日期"),
        (_resident("11010119901301001"), "第 7 至 14 位出生日期不是存在的日期"),
        (_resident("11010100000101001"), "第 7 至 14 位出生日期不是存在的日期"),
        (_resident("11010120261124001"), "出生日期晚于今天"),
    ],
)
def test_a_wrong_resident_number_is_refused_with_the_place(typed, sentence):
    with pytest.raises(InvalidIdentifier, match=sentence):
        check_ric(typed, today=TODAY)


def test_who_is_born_today_has_a_number():
    newborn = _resident("11010120261123001")

    assert check_ric(newborn, today=TODAY) == newborn


def test_a_refusal_never_repeats_the_number_nor_tells_the_right_character():
    with pytest.raises(InvalidIdentifier) as refused:
        check_ric("130608200302037281", today=TODAY)

    assert str(refused.value) == "公民身份号码的校验位不符，其中至少一位有误：请对照证件逐位核对。"


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.sampled_from(sorted(identifiers.PROVINCE_PREFIXES)))
def test_every_number_made_by_the_standard_is_accepted(born, order, province):
    number = _resident(f"{province}0101{born:%Y%m%d}{order:03d}")

    assert check(DocumentType.RESIDENT_ID, number.lower(), today=TODAY) == number


# --- Other documents ---


@pytest.mark.parametrize(
    ("document_type", "typed", "kept"),
    [
        (DocumentType.RESIDENT_ID, "13060820030203728x", "13060820030203728X"),
        (DocumentType.HK_MACAO_TAIWAN_RESIDENCE, _resident("83000019800101001"), _resident("83000019800101001")),
        (DocumentType.FOREIGN_PERMANENT_RESIDENT, _resident("91184019800101001"), _resident("91184019800101001")),
        (DocumentType.FOREIGN_PERMANENT_RESIDENT, "usa110080010112", "USA110080010112"),
        (DocumentType.PASSPORT, "e12345678", "E12345678"),
        (DocumentType.PASSPORT, "EA1234567", "EA1234567"),
        (DocumentType.HK_MACAO_PERMIT, "h12345678", "H12345678"),
        (DocumentType.HK_MACAO_PERMIT, "M1234567801", "M1234567801"),
        (DocumentType.TAIWAN_PERMIT, "12345678", "12345678"),
        (DocumentType.USCC, "91310115ma1k3btp2b", "91310115MA1K3BTP2B"),
        (DocumentType.IMO, "imo 9074729", "9074729"),
        (DocumentType.IMO_COMPANY, "5804768", "5804768"),
        (DocumentType.IMO_COMPANY, "1000021", "1000021"),  # weighted sum 0 modulo 11: eleven counts as 1
        (DocumentType.IMO_COMPANY, "1000140", "1000140"),  # weighted sum 1 modulo 11: ten counts as 0
    ],
)
def test_every_type_of_document_has_its_own_check(document_type, typed, kept):
    assert check(document_type, typed, today=TODAY) == kept


@pytest.mark.parametrize(
    ("document_type", "typed", "sentence"),
    [
        (DocumentType.HK_MACAO_TAIWAN_RESIDENCE, "440106199802027464", "应以 81、82 或 83 开头"),
        (DocumentType.FOREIGN_PERMANENT_RESIDENT, "440106199802027464", "应以 9 开头"),
        (DocumentType.FOREIGN_PERMANENT_RESIDENT, "USA11008001011", "应为 18 位"),
        (DocumentType.PASSPORT, "E123", "应为 5 至 9 位数字或字母"),
        (DocumentType.PASSPORT, "E1234567890", "应为 5 至 9 位数字或字母"),
        (DocumentType.HK_MACAO_PERMIT, "C12345678", "应以 H 或 M 开头"),
        (DocumentType.TAIWAN_PERMIT, "T1234567", "应为 8 位或 10 位数字"),
        (DocumentType.IMO, "9074728", "船舶IMO识别号的校验位不符"),
        (DocumentType.IMO, "90747290", "应为 7 位，填的是 8 位"),
        (DocumentType.IMO, "IMO 907472A", "第 7 位填的是“A”"),
        (DocumentType.IMO_COMPANY, "5804769", "IMO公司识别号的校验位不符"),
    ],
)
def test_a_wrong_document_number_is_refused_with_its_own_sentence(document_type, typed, sentence):
    with pytest.raises(InvalidIdentifier, match=sentence):
        check(document_type, typed, today=TODAY)


def test_every_type_of_document_has_an_official_name():
    assert [document_type.label for document_type in DocumentType] == list(identifiers.LABELS.values())


@pytest.mark.parametrize("function", [check_uscc, check_imo, check_imo_company])
@settings(deadline=None)
@given(text=st.text(max_size=24))
def test_no_text_whatsoever_is_more_than_refused(function, text):
    try:
        function(text)
    except InvalidIdentifier as refused:
        assert str(refused).endswith("。")


@settings(deadline=None)
@given(text=st.text(max_size=24), document_type=st.sampled_from(DocumentType))
def test_what_a_check_returns_passes_the_check_again(text, document_type):
    try:
        kept = check(document_type, text, today=TODAY)
    except InvalidIdentifier:
        return
    assert check(document_type, kept, today=TODAY) == kept


# --- ISO 7064 MOD 37,36 and certificate identifiers, GB/T 36904-2018 ---

CERTIFICATE = "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0"


def test_a_published_certificate_identifier_reads_and_writes_the_same():
    identifier = CertificateIdentifier.parse(CERTIFICATE)

    assert identifier == CertificateIdentifier("11100000000013338W009", "11330105002500287C", "2025052201", 2)
    assert str(identifier) == CERTIFICATE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (CERTIFICATE[:-1] + "1", "校验位不符"),
        (CERTIFICATE.replace(".002.", ".003."), "校验位不符"),
        (CERTIFICATE.replace("1.2.156.3005.2.", ""), "应为“1.2.156.3005.2.类型"),
        (CERTIFICATE.lower(), "应为“1.2.156.3005.2.类型"),
        (CERTIFICATE.replace("W009", "W0"), "证照类型代码应为 18 位代码加 3 位数字"),
        (CERTIFICATE + "\n", "应为“1.2.156.3005.2.类型"),
        ("", "应为“1.2.156.3005.2.类型"),
    ],
)
def test_a_wrong_certificate_identifier_is_refused(text, sentence):
    with pytest.raises(InvalidIdentifier, match=sentence):
        CertificateIdentifier.parse(text)


@pytest.mark.parametrize("version", [-1, 1000])
def test_a_version_has_three_digits(version):
    with pytest.raises(InvalidIdentifier, match="版本号应在 000 至 999 之间"):
        CertificateIdentifier("11100000000013338W009", "11330105002500287C", "1", version)


@settings(deadline=None)
@given(
    st.from_regex(r"[0-9A-Z]{18}[0-9]{3}", fullmatch=True),
    st.from_regex(r"[0-9A-Z]{6,18}", fullmatch=True),
    st.from_regex(r"[0-9A-Z]{1,32}", fullmatch=True),
    st.integers(0, 999),
)
def test_every_certificate_identifier_survives_being_written_and_read(type_code, issuer, serial, version):
    identifier = CertificateIdentifier(type_code, issuer, serial, version)

    assert CertificateIdentifier.parse(str(identifier)) == identifier


@settings(deadline=None)
@given(st.text(HYBRID_ALPHABET, min_size=1, max_size=60), st.data())
def test_the_check_character_notices_every_single_change(text, data):
    whole = text + mod_37_36(text)
    place = data.draw(st.integers(0, len(whole) - 1))
    character = data.draw(st.sampled_from(HYBRID_ALPHABET).filter(lambda each: each != whole[place]))
    changed = whole[:place] + character + whole[place + 1 :]

    assert mod_37_36(changed[:-1]) != changed[-1]


# --- Codes of matters ---


def test_an_implementation_code_is_authority_level_and_basic_code():
    code = ImplementationCode.parse("11450000007565194H200011501500504")

    assert (code.authority, code.level) == ("11450000007565194H", AuthorityLevel.PROVINCE)
    assert (code.basic, code.handling_item) == (BasicCode("000115015005"), "04")
    assert str(code) == "11450000007565194H200011501500504"
    assert code.basic.national is True
    basic = code.basic
    parts = (basic.owner, basic.type, basic.department, basic.serial, basic.sub_item)
    assert parts == ("00", "01", "15", "015", "005")


@pytest.mark.parametrize(
    "text",
    ["11370800MB285591843370117002011", "TE440000GD030003VV2440105001000", "11440000006939801C244010600100Y"],
)
def test_pseudo_codes_and_letters_of_real_catalogues_are_kept_as_text(text):
    assert str(ImplementationCode.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("11450000007565194H2000115015", "应为 31 位"),
        ("11450000007565194H2000115015005045", "填的是 34 位"),
        ("11450000007565194H9000115015005", "第 19 位是行使层级，应为 1 至 7"),
        ("11450000007565194H20001150150-5", "基本编码有误：应为 12 位数字或大写字母"),
        ("1145000000756519-H2000115015005", "前 18 位应为实施主体代码"),
        ("11450000007565194H2000115015005é4", "业务办理项编码应为两位"),
    ],
)
def test_a_wrong_implementation_code_is_refused(text, sentence):
    with pytest.raises(InvalidIdentifier, match=sentence):
        ImplementationCode.parse(text)


# --- Applications and cases ---


def test_an_application_number_carries_region_day_serial_and_check_character():
    assert str(NUMBER) == "130209-20261123-000001T"
    assert mod_37_36("13020920261123000001") == "T"


def test_a_case_number_is_the_application_number_and_its_place():
    assert case_number(NUMBER, 17) == "130209-20261123-000001T-0017"
    assert CaseNumber.parse("130209-20261123-000001t-0017 ") == CaseNumber(NUMBER, 17)


@settings(deadline=None)
@given(
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.dates(date(2020, 1, 1), date(2099, 12, 31)),
    st.integers(1, 999_999),
    st.integers(1, 9999),
)
def test_every_number_survives_being_written_and_read_and_fits_fifty_characters(region, day, serial, index):
    number = CaseNumber(ApplicationNumber(region, day, serial), index)

    assert CaseNumber.parse(str(number)) == number
    assert ApplicationNumber.parse(str(number.application)) == number.application
    assert len(str(number)) <= 50


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("130209-20261123-000002T", "申请编号的校验位不符"),
        ("130209-20261123-000001", "应形如 130209-20261123-000001T"),
        ("130209-20260230-000001T", "第 8 至 15 位不是存在的日期"),
        ("130209-20261123-000000T", "流水号应在 000001 至 999999 之间"),
        ("", "没有填写申请编号"),
    ],
)
def test_a_wrong_application_number_is_refused(text, sentence):
    with pytest.raises(InvalidIdentifier, match=sentence):
        ApplicationNumber.parse(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("130209-20261123-000001T", "应形如 130209-20261123-000001T-0001"),
        ("130209-20261123-000001T-0000", "序号应在 0001 至 9999 之间"),
        ("130209-20261123-000001A-0001", "申请编号的校验位不符"),
    ],
)
def test_a_wrong_case_number_is_refused(text, sentence):
    with pytest.raises(InvalidIdentifier, match=sentence):
        CaseNumber.parse(text)
