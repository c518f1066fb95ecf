"""Is this number one that can exist, and what is it made of?

Every number a person types is brought into one form (capitals, half-width, no spaces) and checked against its own
standard before it is stored. A refusal says which character is wrong, never the whole number and never the character
that would make it pass: whoever copied it wrongly must look at the document again.

    >>> mod_37_36("13020920261123000001")
    'T'
    >>> str(ApplicationNumber("130209", date(2026, 11, 23), 1))
    '130209-20261123-000001T'

Certificate, application and implementation numbers are values that are built and parsed here and compared as text.

Source: GB 32100-2015 (unified social credit code); GB 11643-1999 (resident number); GB/T 17710-2008 (ISO 7064 MOD
37,36); GB/T 36904-2018 (certificate identifier); GB/T 39046-2020 (level of authority); IMO Resolution A.1117(30); ICAO
Doc 9303-4 (passport number). Layout of the implementation code: measured on published catalogues.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.domain.refused import Refused
from tongban.domain.regions import PROVINCE_PREFIXES

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
RESIDENT_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
RESIDENT_CHECKS = "10X98765432"
HYBRID_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

HONG_KONG_MACAO_TAIWAN_PREFIXES = frozenset({"81", "82", "83"})
"""Resident numbers of residents from Hong Kong, Macao and Taiwan begin so (国办发〔2018〕81号)."""

CERTIFICATE_ROOT = "1.2.156.3005.2."


class InvalidIdentifier(Refused):
    """A number that cannot exist."""

    code = "invalid_identifier"


class DocumentType(StrEnum):
    """What kind of document a number stands on."""

    RESIDENT_ID = "resident_id"
    HK_MACAO_TAIWAN_RESIDENCE = "hk_macao_taiwan_residence"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    FOREIGN_PERMANENT_RESIDENT = "foreign_permanent_resident"
    PASSPORT = "passport"
    USCC = "uscc"
    IMO = "imo"
    IMO_COMPANY = "imo_company"

    @property
    def label(self) -> str:
        """The official Chinese name."""
        return LABELS[self]

    @property
    def personal(self) -> bool:
        """Does the number belong to a natural person? Such numbers are masked on pages and sealed in the journal."""
        return self not in PUBLIC_TYPES


LABELS = {
    DocumentType.RESIDENT_ID: "居民身份证",
    DocumentType.HK_MACAO_TAIWAN_RESIDENCE: "港澳台居民居住证",
    DocumentType.HK_MACAO_PERMIT: "港澳居民来往内地通行证",
    DocumentType.TAIWAN_PERMIT: "台湾居民来往大陆通行证",
    DocumentType.FOREIGN_PERMANENT_RESIDENT: "外国人永久居留身份证",
    DocumentType.PASSPORT: "护照",
    DocumentType.USCC: "统一社会信用代码",
    DocumentType.IMO: "船舶IMO识别号",
    DocumentType.IMO_COMPANY: "IMO公司识别号",
}
PUBLIC_TYPES = frozenset({DocumentType.USCC, DocumentType.IMO, DocumentType.IMO_COMPANY})


# --- Numbers of persons, organisations and ships ---------------------------------------------------------------------


def check(document_type: DocumentType, value: str, *, today: date) -> str:
    """Return the number in its one form. Raises InvalidIdentifier with a sentence for whoever typed it."""
    match document_type:
        case DocumentType.RESIDENT_ID:
            return check_ric(value, today=today)
        case DocumentType.HK_MACAO_TAIWAN_RESIDENCE:
            return _check_residence(value, today=today)
        case DocumentType.FOREIGN_PERMANENT_RESIDENT:
            return _check_permanent_resident(value, today=today)
        case DocumentType.USCC:
            return check_uscc(value)
        case DocumentType.IMO:
            return check_imo(value)
        case DocumentType.IMO_COMPANY:
            return check_imo_company(value)
        case DocumentType.HK_MACAO_PERMIT | DocumentType.TAIWAN_PERMIT | DocumentType.PASSPORT:
            return _check_form(document_type, value)


def check_uscc(value: str) -> str:
    """Return the unified social credit code (统一社会信用代码) in capitals. Raises InvalidIdentifier."""
    label = DocumentType.USCC.label
    text = _normalised(value, label)
    _demand_length(text, 18, label)
    _demand_alphabet(text, CREDIT_ALPHABET, label, "只用数字和大写字母，不用 I、O、S、V、Z")
    _demand_alphabet(text[2:8], "0123456789", label, "第 3 至 8 位是行政区划代码，应为数字", offset=2)
    total = sum(CREDIT_ALPHABET.index(each) * weight for each, weight in zip(text, CREDIT_WEIGHTS, strict=False))
    _demand_check(text[-1] == CREDIT_ALPHABET[-total % 31], label, "营业执照或登记证书")
    return text


def check_ric(value: str, *, today: date) -> str:
    """Return the resident number (公民身份号码) with a capital X. Raises InvalidIdentifier."""
    label = "公民身份号码"
    text = _resident_form(value, label)
    if text[:2] not in PROVINCE_PREFIXES | HONG_KONG_MACAO_TAIWAN_PREFIXES:
        raise InvalidIdentifier(f"{label}第 1 至 2 位不是任何省份的代码：请对照证件逐位核对。")
    _demand_resident(text, label, today=today)
    return text


def check_imo(value: str) -> str:
    """Return the seven digits of a ship's IMO number, with or without `IMO` before them. Raises InvalidIdentifier."""
    label = DocumentType.IMO.label
    text = _seven_digits(value, label)
    total = sum(int(digit) * weight for digit, weight in zip(text, range(7, 1, -1), strict=False))
    _demand_check(total % 10 == int(text[-1]), label, "船舶证书")
    return text


def check_imo_company(value: str) -> str:
    """Return the seven digits of an IMO company number. Raises InvalidIdentifier."""
    label = DocumentType.IMO_COMPANY.label
    text = _seven_digits(value, label)
    total = sum(int(digit) * weight for digit, weight in zip(text, (8, 6, 4, 2, 9, 7), strict=False))
    _demand_check((11 - total % 11) % 10 == int(text[-1]), label, "符合证明（DOC）")
    return text


def birth_date(resident_number: str) -> date:
    """Return the date of birth in a number that `check_ric` let pass."""
    return date.fromisoformat(resident_number[6:14])


def mod_37_36(text: str) -> str:
    """Return the check character of ISO 7064 MOD 37,36 over digits and capitals. Raises InvalidIdentifier."""
    _demand_alphabet(text, HYBRID_ALPHABET, "编号", "只用数字和大写字母")
    product = 36
    for each in text:
        product = (product + HYBRID_ALPHABET.index(each)) % 36 or 36
        product = product * 2 % 37
    return HYBRID_ALPHABET[(37 - product) % 36]


# --- Certificates -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CertificateIdentifier:
    """电子证照标识: type (18 characters of the standard's owner and three digits), issuer, serial number, version."""

    type_code: str
    issuer: str
    serial: str
    version: int

    def __post_init__(self) -> None:
        label = "电子证照标识"
        _demand_match(self.type_code, r"[0-9A-Z]{18}[0-9]{3}", label, "证照类型代码应为 18 位代码加 3 位数字")
        _demand_match(self.issuer, r"[0-9A-Z]{6,18}", label, "颁发机构代码应为 6 至 18 位数字或大写字母")
        _demand_match(self.serial, r"[0-9A-Z]{1,32}", label, "流水号应为 1 至 32 位数字或大写字母")
        if not 0 <= self.version <= 999:
            raise InvalidIdentifier(f"{label}有误：版本号应在 000 至 999 之间，请核对。")

    def __str__(self) -> str:
        body = f"{self.type_code}.{self.issuer}.{self.serial}.{self.version:03d}"
        return f"{CERTIFICATE_ROOT}{body}.{mod_37_36(body.replace('.', ''))}"

    @classmethod
    def parse(cls, text: str) -> CertificateIdentifier:
        """Raises InvalidIdentifier when a part or the check character is wrong."""
        label = "电子证照标识"
        found = re.fullmatch(
            re.escape(CERTIFICATE_ROOT) + r"([0-9A-Z]+)\.([0-9A-Z]+)\.([0-9A-Z]+)\.([0-9]{3})\.([0-9A-Z])", text
        )
        if found is None:
            raise InvalidIdentifier(
                f"{label}有误：应为“{CERTIFICATE_ROOT}类型.颁发机构.流水号.版本号.校验位”，请对照证照核对。"
            )
        type_code, issuer, serial, version, _ = found.groups()
        identifier = cls(type_code=type_code, issuer=issuer, serial=serial, version=int(version))
        _demand_check(str(identifier) == text, label, "证照")
        return identifier


# --- Matters ----------------------------------------------------------------------------------------------------------


class AuthorityLevel(StrEnum):
    """行使层级."""

    NATION = "1"
    PROVINCE = "2"
    CITY = "3"
    COUNTY = "4"
    TOWN = "5"
    VILLAGE = "6"
    SHARED = "7"


@dataclass(frozen=True, slots=True)
class BasicCode:
    """基本编码: the owner of the catalogue (00 is the nation), type, department, serial and sub-item.

    Compared as text: parent rows end in `00Y`, and digits mean different things in different catalogues.
    """

    text: str

    def __post_init__(self) -> None:
        _demand_match(self.text, r"[0-9A-Z]{12}", "基本编码", "应为 12 位数字或大写字母")

    def __str__(self) -> str:
        return self.text

    @property
    def owner(self) -> str:
        return self.text[:2]

    @property
    def type(self) -> str:
        return self.text[2:4]

    @property
    def department(self) -> str:
        return self.text[4:6]

    @property
    def serial(self) -> str:
        return self.text[6:9]

    @property
    def sub_item(self) -> str:
        return self.text[9:]

    @property
    def national(self) -> bool:
        return self.owner == "00"


@dataclass(frozen=True, slots=True)
class ImplementationCode:
    """实施编码: authority (18), level (1), basic code (12), and for a handling item (业务办理项) two characters more.

    The authority is not checked by GB 32100: bodies without a code stand under pseudo codes that begin with TE.
    """

    authority: str
    level: AuthorityLevel
    basic: BasicCode
    handling_item: str = ""

    def __post_init__(self) -> None:
        label = "实施编码"
        _demand_match(self.authority, r"[0-9A-Z]{18}", label, "前 18 位应为实施主体代码")
        _demand_match(self.handling_item, r"([0-9A-Z]{2})?", label, "业务办理项编码应为两位")

    def __str__(self) -> str:
        return f"{self.authority}{self.level}{self.basic}{self.handling_item}"

    @classmethod
    def parse(cls, text: str) -> ImplementationCode:
        """Read 31 characters, or 33 of a handling item. Raises InvalidIdentifier."""
        if len(text) not in (31, 33):
            raise InvalidIdentifier(f"实施编码应为 31 位，业务办理项编码应为 33 位，填的是 {len(text)} 位：请核对。")
        try:
            level = AuthorityLevel(text[18])
        except ValueError:
            raise InvalidIdentifier("实施编码第 19 位是行使层级，应为 1 至 7：请核对。") from None
        return cls(authority=text[:18], level=level, basic=BasicCode(text[19:31]), handling_item=text[31:])


# --- Applications and cases -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApplicationNumber:
    """申请编号: region, day of receipt and serial number of that day, with a check character over all digits."""

    region: str
    day: date
    serial: int

    def __post_init__(self) -> None:
        _demand_match(self.region, r"[0-9]{6}", "申请编号", "前 6 位应为行政区划代码")
        if not 1 <= self.serial <= 999_999:
            raise InvalidIdentifier("申请编号有误：当日流水号应在 000001 至 999999 之间，请核对。")

    def __str__(self) -> str:
        digits = f"{self.region}-{self.day:%Y%m%d}-{self.serial:06d}"
        return digits + mod_37_36(digits.replace("-", ""))

    @classmethod
    def parse(cls, text: str) -> ApplicationNumber:
        """Read a number as an applicant typed it. Raises InvalidIdentifier."""
        label = "申请编号"
        clean = _normalised(text, label)
        found = re.fullmatch(r"([0-9]{6})-([0-9]{8})-([0-9]{6})([0-9A-Z])", clean)
        if found is None:
            raise InvalidIdentifier(f"{label}有误：应形如 130209-20261123-000001T，请对照收件凭证核对。")
        region, day, serial, _ = found.groups()
        number = cls(region=region, day=_date(day, label, "第 8 至 15 位"), serial=int(serial))
        _demand_check(str(number) == clean, label, "收件凭证")
        return number


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """办件编号: the application's number and the place of the case in it, from 1."""

    application: ApplicationNumber
    index: int

    def __post_init__(self) -> None:
        if not 1 <= self.index <= 9999:
            raise InvalidIdentifier("办件编号有误：一次申请的办件序号应在 0001 至 9999 之间，请核对。")

    def __str__(self) -> str:
        return f"{self.application}-{self.index:04d}"

    @classmethod
    def parse(cls, text: str) -> CaseNumber:
        """Raises InvalidIdentifier."""
        clean = _normalised(text, "办件编号")
        found = re.fullmatch(r"(.+)-([0-9]{4})", clean)
        if found is None:
            raise InvalidIdentifier("办件编号有误：应形如 130209-20261123-000001T-0001，请对照收件凭证核对。")
        return cls(application=ApplicationNumber.parse(found[1]), index=int(found[2]))


def case_number(application: ApplicationNumber, index: int) -> str:
    """Return the number of the index-th case (from 1) of an application. Raises InvalidIdentifier."""
    return str(CaseNumber(application, index))


# --- How a number is read ---------------------------------------------------------------------------------------------


def _normalised(value: str, label: str) -> str:
    """Half-width, without spaces, in capitals; only characters of ASCII are let through."""
    text = "".join(value.translate(FULL_WIDTH).split())
    if not text:
        raise InvalidIdentifier(f"没有填写{label}：请对照证件填写。")
    for place, each in enumerate(text, start=1):
        if not (each.isascii() and each.isprintable()):
            raise InvalidIdentifier(f"{label}第 {place} 位不是数字或字母：请对照证件逐位核对。")
    return text.upper()


def _resident_form(value: str, label: str) -> str:
    text = _normalised(value, label)
    if len(text) == 15 and text.isdigit():
        raise InvalidIdentifier(f"{label}是 15 位旧号码，已停止使用：请填写 18 位号码。")
    _demand_length(text, 18, label)
    _demand_alphabet(text[:17], "0123456789", label, "前 17 位应为数字")
    _demand_alphabet(text[17:], "0123456789X", label, "末位应为数字或 X", offset=17)
    return text


def _demand_resident(text: str, label: str, *, today: date) -> None:
    """The date of birth exists and is not still to come; the check character of ISO 7064 MOD 11-2 is right."""
    born = _date(text[6:14], label, "第 7 至 14 位出生日期")
    if born > today:
        raise InvalidIdentifier(f"{label}第 7 至 14 位出生日期晚于今天：请对照证件逐位核对。")
    total = sum(int(digit) * weight for digit, weight in zip(text, RESIDENT_WEIGHTS, strict=False))
    _demand_check(text[-1] == RESIDENT_CHECKS[total % 11], label, "证件")


def _check_residence(value: str, *, today: date) -> str:
    label = f"{DocumentType.HK_MACAO_TAIWAN_RESIDENCE.label}号码"
    text = _resident_form(value, label)
    if text[:2] not in HONG_KONG_MACAO_TAIWAN_PREFIXES:
        raise InvalidIdentifier(f"{label}应以 81、82 或 83 开头：请对照证件逐位核对。")
    _demand_resident(text, label, today=today)
    return text


def _check_permanent_resident(value: str, *, today: date) -> str:
    """Eighteen digits beginning with 9 since December 2023; three letters and twelve digits on older cards."""
    label = f"{DocumentType.FOREIGN_PERMANENT_RESIDENT.label}号码"
    text = _normalised(value, label)
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", text):
        return text
    text = _resident_form(value, label)
    if text[0] != "9":
        raise InvalidIdentifier(f"{label}应以 9 开头（旧证为 3 位字母加 12 位数字）：请对照证件逐位核对。")
    _demand_resident(text, label, today=today)
    return text


FORMS: dict[DocumentType, tuple[str, str]] = {
    DocumentType.PASSPORT: (r"[0-9A-Z]{5,9}", "应为 5 至 9 位数字或字母"),
    DocumentType.HK_MACAO_PERMIT: (r"[HM][0-9]{8}([0-9]{2})?", "应以 H 或 M 开头，后接 8 位或 10 位数字"),
    DocumentType.TAIWAN_PERMIT: (r"[0-9]{8}|[0-9]{10}[A-Z]?", "应为 8 位或 10 位数字"),
}


def _check_form(document_type: DocumentType, value: str) -> str:
    """These documents carry no check character of their own: only the form can be checked."""
    label = f"{document_type.label}号码"
    text = _normalised(value, label)
    pattern, rule = FORMS[document_type]
    _demand_match(text, pattern, label, rule)
    return text


def _seven_digits(value: str, label: str) -> str:
    text = _normalised(value, label).removeprefix("IMO")
    _demand_length(text, 7, label)
    _demand_alphabet(text, "0123456789", label, "应为数字")
    return text


def _date(digits: str, label: str, where: str) -> date:
    try:
        return date.fromisoformat(digits)
    except ValueError:
        raise InvalidIdentifier(f"{label}{where}不是存在的日期：请对照证件逐位核对。") from None


def _demand_length(text: str, length: int, label: str) -> None:
    if len(text) != length:
        raise InvalidIdentifier(f"{label}应为 {length} 位，填的是 {len(text)} 位：请对照证件逐位核对。")


def _demand_alphabet(text: str, alphabet: str, label: str, rule: str, *, offset: int = 0) -> None:
    for place, each in enumerate(text, start=offset + 1):
        if each not in alphabet:
            raise InvalidIdentifier(f"{label}第 {place} 位填的是“{each}”，{rule}：请对照证件逐位核对。")


def _demand_match(text: str, pattern: str, label: str, rule: str) -> None:
    if re.fullmatch(pattern, text) is None:
        raise InvalidIdentifier(f"{label}有误：{rule}，请核对。")


def _demand_check(right: bool, label: str, document: str) -> None:
    if not right:
        raise InvalidIdentifier(f"{label}的校验位不符，其中至少一位有误：请对照{document}逐位核对。")
