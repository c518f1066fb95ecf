"""What did a verification find, and in which sentence is it told?

Every outcome has a sentence of its own, in Chinese and English: what was found, and what whoever relies on it should
do. Text of unproven origin is shown without anything that could command a terminal, and cut.

Source: Administrative Licensing Law, arts. 8, 69, 70; Administrative Penalty Law, art. 9 (ends of a certificate).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.domain.certificate import Certificate, Status
from tongban.domain.compact import Summary

LONGEST_SHOWN = 60


class Code(StrEnum):
    """What a verification found."""

    VALID = "valid"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    UNREADABLE_CODE = "unreadable_code"
    UNKNOWN_FORMAT = "unknown_format"
    ALTERED = "altered"
    UNKNOWN_ISSUER = "unknown_issuer"
    UNKNOWN_KEY = "unknown_key"
    KEY_NOT_FOR_ISSUER = "key_not_for_issuer"
    WRONG_KEY = "wrong_key"
    KEY_OUT_OF_VALIDITY = "key_out_of_validity"
    PAPER_NOT_BY_ISSUER = "paper_not_by_issuer"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    ENDED = "ended"
    SUSPENDED = "suspended"
    NOT_AS_REGISTERED = "not_as_registered"


NOT_READ = frozenset({Code.TOO_LARGE, Code.UNREADABLE, Code.UNREADABLE_CODE, Code.UNKNOWN_FORMAT})
"""Findings about a file that is no certificate to begin with."""

SENTENCES: dict[Code, tuple[str, str]] = {
    Code.VALID: (
        "有效：由“{issuer}”签发，内容与签发时一致，{term}。",
        "Valid: issued by “{issuer}”, unchanged since, {term_en}.",
    ),
    Code.TOO_LARGE: (
        "无法核验：文件超过 {limit} KB，不会是电子证照文件。请选择下载证照时得到的文件（.json、.ofd、.pdf）。",
        "Not verified: the file is larger than {limit} KB and cannot be a certificate file. "
        "Choose the file that was downloaded (.json, .ofd, .pdf).",
    ),
    Code.UNREADABLE: (
        "无法核验：这不是电子证照文件，或已严重损坏。请选择下载证照时得到的文件（.json、.ofd、.pdf）。",
        "Not verified: this is no certificate file, or it is badly damaged. "
        "Choose the file that was downloaded (.json, .ofd, .pdf).",
    ),
    Code.UNREADABLE_CODE: (
        "无法核验：这不是证照上供核验的二维码，或内容残缺、被改动。请对准证照上的二维码重新扫描；仍不行的，请核验证照文件。",
        "Not verified: this is not the code for verification on a certificate, or it is incomplete or changed. "
        "Scan the code on the certificate again; if that fails, verify the file.",
    ),
    Code.UNKNOWN_FORMAT: (
        "无法核验：证照文件的格式是“{format}”，本程序只认识“{known}”。请升级程序，或到签发机关的网站核验。",
        "Not verified: the file has the format “{format}”, this software knows “{known}”. "
        "Upgrade it, or verify on the site of the issuing authority.",
    ),
    Code.ALTERED: (
        "无效：文件与签发时不一致，有内容被改动、增加或丢失。请勿采信，并向持证人索取签发机关给出的原文件。",
        "Refused: the file is not as it was issued; something was changed, added or lost. "
        "Do not rely on it; ask the holder for the file as the authority gave it.",
    ),
    Code.UNKNOWN_ISSUER: (
        "无效：信任列表中没有签发机关“{issuer}”（{issuer_code}）。请勿采信；如信任列表不是最新的，请更新后再核验。",
        "Refused: the trust list does not name the issuer “{issuer}” ({issuer_code}). "
        "Do not rely on it; if your trust list is old, renew it and verify again.",
    ),
    Code.UNKNOWN_KEY: (
        "无效：信任列表中有签发机关“{issuer}”，但没有它的密钥“{key}”。请更新信任列表后再核验，仍不通过则不要采信。",
        "Refused: the trust list names the issuer “{issuer}”, but not its key “{key}”. "
        "Renew the list and verify again; if it fails still, do not rely on the certificate.",
    ),
    Code.KEY_NOT_FOR_ISSUER: (
        "无效：签名密钥“{key}”不是签发机关“{issuer}”用来签发证照的密钥。请勿采信，并告知该机关。",
        "Refused: the key “{key}” is not one with which “{issuer}” issues certificates. "
        "Do not rely on it, and tell that authority.",
    ),
    Code.WRONG_KEY: (
        "无效：签名不是用所标明的密钥“{key}”作出的，不是“{issuer}”签发的。请勿采信，并告知该机关。",
        "Refused: the signature was not made with the key “{key}” that it names; “{issuer}” did not issue this. "
        "Do not rely on it, and tell that authority.",
    ),
    Code.KEY_OUT_OF_VALIDITY: (
        "无效：证照标明 {issued_on} 签发，这一天签名密钥“{key}”不在有效期内（{key_term}）。请向“{issuer}”核实。",
        "Refused: the certificate says it was issued on {issued_on}, outside the time of the key “{key}” "
        "({key_term_en}). Ask “{issuer}”.",
    ),
    Code.PAPER_NOT_BY_ISSUER: (
        "无效：版式文件不是签发机关“{issuer}”（{issuer_code}）盖章的，版面内容不可信。请勿采信，并告知该机关。",
        "Refused: this paper was not sealed by the issuer “{issuer}” ({issuer_code}); do not trust its content. "
        "Do not rely on it, and tell that authority.",
    ),
    Code.NOT_YET_VALID: (
        "尚未生效：证照自 {valid_from} 起有效，核验日是 {today}。请在生效后使用。",
        "Not yet valid: the certificate counts from {valid_from}; the day of verification is {today}. Use it then.",
    ),
    Code.EXPIRED: (
        "已过期：证照有效期至 {last_day}，核验日是 {today}。请向持证人索取延续或换发后的证照。",
        "Expired: the certificate counted until {last_day}; the day of verification is {today}. "
        "Ask the holder for its renewal.",
    ),
    Code.ENDED: (
        "已失效：签发机关“{issuer}”已于 {on} {end}这张证照{by}。请勿采信；有疑问的，向该机关核实。",
        "No longer in force: “{issuer}” has {end_en} this certificate on {on}{by_en}. Do not rely on it; "
        "if in doubt, ask it.",
    ),
    Code.SUSPENDED: (
        "暂停使用：签发机关“{issuer}”自 {on} 起暂停这张证照的效力{by}。恢复之前请勿采信；有疑问的，向该机关核实。",
        "Suspended: “{issuer}” has suspended this certificate since {on}{by_en}. "
        "Do not rely on it until it is restored; if in doubt, ask it.",
    ),
    Code.NOT_AS_REGISTERED: (
        "无效：这份文件与签发机关“{issuer}”登记的不是同一份。请勿采信，并告知该机关。",
        "Refused: this is not the file that “{issuer}” has in its register. "
        "Do not rely on it, and tell that authority.",
    ),
}


PHRASES: dict[str, tuple[str, str]] = {
    "without_end": ("长期有效", "without end"),
    "until": ("有效期至 {last_day}", "valid until {last_day}"),
    "key_from": ("{first} 起", "from {first}"),
    "key_span": ("{first} 至 {last}", "{first} to {last}"),
    "by": ("（{article}）", " ({article})"),
}
"""Parts of the sentences that depend on what is known; in English each sentence names them with `_en` behind."""


class Known(StrEnum):
    """By what the state of a certificate is known: what became of it after that day is not."""

    REGISTER = "register"
    LIST = "list"
    OLD_LIST = "old_list"
    """A status list that was to be renewed before now."""
    WORD = "word"
    """What the node of its issuer told, which tells every change."""
    NOTHING = "nothing"


STATES: dict[Known, tuple[str, str]] = {
    Known.REGISTER: (
        "状态以 {as_of} 的登记簿为准。",
        "Its state is that of the register on {as_of}.",
    ),
    Known.LIST: (
        "状态以 {as_of} 的状态列表为准。",
        "Its state is that of the status list of {as_of}.",
    ),
    Known.OLD_LIST: (
        "状态以 {as_of} 的状态列表为准；这份列表应于 {due_on} 更新，已经过期，此后有没有暂停、撤销等无从得知。"
        "请更新状态列表后再核验。",
        "Its state is that of the status list of {as_of}, which was due to be renewed on {due_on}: whether the "
        "certificate was suspended or ended since is not known. Renew the list and verify again.",
    ),
    Known.WORD: (
        "状态以签发地区的节点 {as_of} 的告知为准，此后有变化的，由该节点另行告知。",
        "Its state is what the node of the issuer’s region told on {as_of}; it tells of every change after that.",
    ),
    Known.NOTHING: (
        "没有签发地区的状态列表，信任列表截至 {as_of}：有没有暂停、撤销等无从得知。"
        "请下载状态列表，或到签发机关的网站核验。",
        "There is no status list of the issuer’s region; the trust list is that of {as_of}. Whether the certificate "
        "was suspended or ended is not known. Download the status list, or verify on the site of the authority.",
    ),
}
ASKED_FOR_STATE = frozenset({Code.VALID, Code.ENDED, Code.SUSPENDED})
"""Findings for which it matters what became of the certificate."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a certificate, since which day, by which article (empty where the rule is composed)."""

    status: Status
    on: date
    article: str


ENDS: dict[Status, tuple[str, str]] = {
    Status.WITHDRAWN: ("撤回", "withdrawn"),
    Status.REVOKED: ("吊销", "revoked"),
    Status.ANNULLED: ("撤销", "annulled"),
    Status.CANCELLED: ("注销", "cancelled"),
}
"""Four ends by an authority: Administrative Licensing Law, arts. 8, 69, 70; Administrative Penalty Law, art. 9."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found. `status_as_of` is the day of what was known of its state; later changes are not."""

    code: Code
    message: str
    message_en: str
    status_as_of: date | None
    certificate: Certificate | None = None
    """What the file says: only when its signature holds."""
    summary: Summary | None = None
    """What the code on a sheet says: only when its signature holds."""
    known: Known = Known.NOTHING
    due_on: date | None = None
    """The day on which the status list was, or is, to be renewed."""

    @property
    def stale(self) -> bool:
        """Whether the state is that of a list which was to be renewed before now."""
        return self.known is Known.OLD_LIST

    @property
    def state(self) -> tuple[str, str]:
        """By what its state is known, in Chinese and English; empty where nobody asks."""
        if self.code not in ASKED_FOR_STATE:
            return "", ""
        chinese, english = STATES[self.known]
        words = {"as_of": self.status_as_of, "due_on": self.due_on}
        return chinese.format_map(words), english.format_map(words)

    @property
    def valid(self) -> bool:
        return self.code is Code.VALID

    @property
    def read(self) -> bool:
        """Whether the file was one that can be judged at all."""
        return self.code not in NOT_READ


def told(
    code: Code,
    as_of: date | None,
    words: Mapping[str, str],
    *,
    certificate: Certificate | None = None,
    summary: Summary | None = None,
) -> Verdict:
    chinese, english = SENTENCES[code]
    return Verdict(code, chinese.format_map(words), english.format_map(words), as_of, certificate, summary)


def phrase(name: str, key: str, **words: object) -> dict[str, str]:
    """Return a phrase in both languages, under the names by which the sentences call for it."""
    chinese, english = PHRASES[key]
    return {name: chinese.format_map(words), f"{name}_en": english.format_map(words)}


def printable(text: str) -> str:
    """Text of unproven origin without anything that could command a terminal or break an encoding."""
    return "".join(each for each in text if each.isprintable())


def shown(text: str) -> str:
    return printable(text)[:LONGEST_SHOWN]
