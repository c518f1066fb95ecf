"""Which closed sets does the national specification know, and under which digits?

Each member is a word with the digits (`code`) by which the national platform writes it and its Chinese name (`label`).
Forms, exports and imports take them from here.

    >>> Channel.WINDOW.code, Channel.WINDOW.label, Channel.coded("3")
    ('1', '窗口办理', <Channel.MOBILE: 'mobile'>)

Source: GB/T 39046-2020, annex A (A.2 to A.5, A.7); for materials and results the code lists that provinces use with it
(来源渠道, 材料必要性, 材料类型, 材料形式, 审批结果类型).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Coded(StrEnum):
    """A closed set whose members carry the digits and the name of the national tables."""

    code: str
    label: str

    def __new__(cls, value: str, code: str = "", label: str = "") -> Self:
        # The defaults are for the reader of types only: looking a member up by its word never comes here.
        member = str.__new__(cls, value)
        member._value_ = value
        member.code = code
        member.label = label
        return member

    @classmethod
    def coded(cls, code: str) -> Self:
        """Return the first member written with these digits. Raises ValueError."""
        for member in cls:
            if member.code == code:
                return member
        raise ValueError(f"{cls.__name__}: {code}")

    @classmethod
    def labelled(cls, label: str) -> Self:
        """Return the member with this Chinese name. Raises ValueError."""
        for member in cls:
            if member.label == label:
                return member
        raise ValueError(f"{cls.__name__}: {label}")


class ServiceObject(Coded):
    """Whom a matter serves (服务对象), A.4."""

    PERSON = "person", "1", "自然人"
    COMPANY = "company", "2", "企业法人"
    PUBLIC_INSTITUTION = "public_institution", "3", "事业法人"
    SOCIAL_ORGANISATION = "social_organisation", "4", "社会组织法人"
    AUTHORITY = "authority", "5", "行政机关"
    OTHER = "other", "6", "其他组织"


class Channel(Coded):
    """How one may hand in (办理形式), A.5."""

    WINDOW = "window", "1", "窗口办理"
    COMPUTER = "computer", "2", "电脑端网上办理"
    MOBILE = "mobile", "3", "移动端网上申请"
    POST = "post", "4", "快递申请"
    OTHER = "other", "9", "其他"


class Device(Coded):
    """What a matter can be handled on, beside a person's own device (办理设备)."""

    TERMINAL = "terminal", "1", "自助终端"
    PRINTER = "printer", "2", "自助打印"


class BodyNature(Coded):
    """By what right a body acts (实施主体性质), A.3."""

    STATUTORY = "statutory", "1", "法定机关"
    AUTHORISED = "authorised", "2", "授权组织"
    ENTRUSTED = "entrusted", "3", "受委托组织"
    OTHER = "other", "9", "其他"


class HandlingScope(Coded):
    """From how far one may apply (通办范围)."""

    NATION = "nation", "1", "全国"
    PROVINCES = "provinces", "2", "跨省"
    CITIES = "cities", "3", "跨市"
    COUNTIES = "counties", "4", "跨县"
    NONE = "none", "0", "不通办"


class ProcedureKind(Coded):
    """A special procedure (特别程序种类), A.7, named by what the law calls it (Licensing Law, art. 45)."""

    EXTENSION = "extension", "1", "延长审批"
    HEARING = "hearing", "2", "听证"
    INSPECTION = "inspection", "2", "检验检测检疫鉴定"
    EXPERT_REVIEW = "expert_review", "2", "专家评审"
    TENDER = "tender", "2", "招标拍卖"
    OTHER = "other", "2", "其他特别程序"


class Necessity(Coded):
    """How much a material is needed (材料必要性)."""

    REQUIRED = "required", "1", "必要"
    OPTIONAL = "optional", "2", "非必要"
    DEFERRABLE = "deferrable", "3", "容缺后补"


class MaterialForm(Coded):
    """In which form a material is handed in (材料形式)."""

    PAPER = "paper", "1", "纸质"
    ELECTRONIC = "electronic", "2", "电子化"
    BOTH = "both", "3", "纸质/电子化"


class MaterialKind(Coded):
    """What a material is (材料类型)."""

    PROOF = "proof", "1", "证件证书证明"
    FORM = "form", "2", "申请表格文书"
    OTHER = "other", "3", "其他"


class SourceChannel(Coded):
    """Who supplies a material (来源渠道)."""

    APPLICANT = "applicant", "10", "申请人自备"
    AUTHORITY = "authority", "20", "政府部门核发"
    OTHER = "other", "99", "其他"


class ResultKind(Coded):
    """What comes out (审批结果类型)."""

    CERTIFICATE = "certificate", "10", "证照"
    WRITTEN_APPROVAL = "written_approval", "20", "批文"
    OTHER = "other", "30", "其他"


class CertificateState(Coded):
    """What has become of a certificate (证照状态). 99 is the national platform's; the other digits are composed."""

    IN_FORCE = "in_force", "01", "有效"
    SUSPENDED = "suspended", "02", "暂停"
    EXPIRED = "expired", "03", "过期"
    WITHDRAWN = "withdrawn", "04", "撤回"
    ANNULLED = "annulled", "05", "撤销"
    REVOKED = "revoked", "06", "吊销"
    CANCELLED = "cancelled", "07", "注销"
    OTHER = "other", "99", "其他"


class Operation(Coded):
    """Why a certificate was issued (操作类型): anew, or in the place of another. The digits are composed."""

    ISSUE = "issue", "01", "签发"
    REPLACEMENT = "replacement", "02", "换证"
    RENEWAL = "renewal", "03", "延续"
    CHANGE = "change", "04", "变更"
    TRANSFER = "transfer", "05", "迁入"
