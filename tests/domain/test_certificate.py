"""A file holds exactly when it is the issuer's, byte for byte, on a day on which it counts."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.crypto import base64url, canonical, p256, profiles, signature_der, sm3
from tongban.crypto.profiles import Algorithm
from tongban.domain import certificate, verification
from tongban.domain.catalogue import CertificateType, SubjectRole
from tongban.domain.certificate import (
    LARGEST_BYTES,
    Certificate,
    Draft,
    Face,
    Holder,
    Issuer,
    NotIssued,
    Related,
    Relation,
    SignatureBlock,
)
from tongban.domain.identifiers import DocumentType, InvalidIdentifier
from tongban.domain.trust import RegionList, TrustedKey, TrustList
from tongban.domain.verdict import SENTENCES, Code, Verdict

TODAY = date(2026, 3, 2)
ISSUER = Issuer("11130200MA0TB0011Q", "曹妃甸海事局", "130209")
DRAFT = Draft(
    type=CertificateType(
        code="C_NAT",
        name="船舶国籍证书",
        name_en="Certificate of ship nationality",
        type_code="11130200MA0TB0011Q003",
        about=SubjectRole.SHIP,
        valid_months=60,
    ),
    holder=Holder("org:91130209MA0TB10143", DocumentType.USCC, "河北渤远航运有限公司", "91130209MA0TB10143"),
    subject="ship:9074729",
    fields=(("ship_name_cn", "中文船名", "渤远一号"), ("note", "备注", 'a"\\\n龘')),
    issuer=ISSUER,
    serial="13020920260302000001A0001",
    issued_on=TODAY,
)


@dataclass(frozen=True)
class Key:
    private: bytes
    public_key: bytes
    key_id: str = "k-1"
    owner: str = ISSUER.code
    purpose: str = "certificate"
    algorithm: str = Algorithm.SM2SM3
    valid_from: datetime = datetime(2026, 3, 1, 16, tzinfo=UTC)
    valid_until: datetime | None = None
    retired_at: datetime | None = None
    region: str = "130000"

    @property
    def listed(self) -> TrustedKey:
        return TrustedKey(
            self.key_id,
            self.owner,
            ISSUER.name,
            self.purpose,
            Algorithm(self.algorithm),
            self.public_key,
            self.valid_from,
            self.valid_until,
            self.retired_at,
            self.region,
        )


def trusting(*keys: Key, issued_at: datetime = datetime(2026, 3, 2, 2, tzinfo=UTC)) -> TrustList:
    """The list of Hebei with these keys."""
    return TrustList((RegionList("130000", issued_at, issued_at, (), tuple(key.listed for key in keys)),))


SM2, P256 = (
    Key(*profiles.generate(algorithm), algorithm=algorithm) for algorithm in (Algorithm.SM2SM3, Algorithm.ES256)
)
OTHER = Key(*profiles.generate(Algorithm.SM2SM3), key_id="k-2")


def issued(draft: Draft = DRAFT, *, key: Key = SM2, named: str = "", **changes: object) -> bytes:
    """A file signed with `key` under the name `named`; `changes` replace members of the content before signing."""
    content = certificate.payload(draft) | changes
    value = profiles.sign(Algorithm(key.algorithm), key.private, certificate.message(content))
    return certificate.seal_up(certificate.message(content), SignatureBlock(named or key.key_id, key.algorithm, value))


def judged(document: bytes, *keys: Key, today: date = TODAY) -> Verdict:
    return verification.judge(document, trust=trusting(*(keys or (SM2,))), today=today)


SIGNED = {SM2: issued(), P256: issued(key=P256)}


@pytest.mark.parametrize("key", [SM2, P256], ids=["SM2-SM3", "ES256"])
def test_an_untouched_file_is_valid_and_says_what_was_drafted(key):
    verdict = judged(SIGNED[key], key)

    assert verdict == Verdict(
        code=Code.VALID,
        message="有效：由“曹妃甸海事局”签发，内容与签发时一致，有效期至 2031-03-02。",
        message_en="Valid: issued by “曹妃甸海事局”, unchanged since, valid until 2031-03-02.",
        status_as_of=date(2026, 3, 2),
        certificate=Certificate(
            identifier="1.2.156.3005.2.11130200MA0TB0011Q003.11130200MA0TB0011Q.13020920260302000001A0001.001.L",
            type_code="C_NAT",
            type_name="船舶国籍证书",
            type_name_en="Certificate of ship nationality",
            issuer=ISSUER,
            holder_kind="organisation",
            holder_document=DocumentType.USCC,
            holder_name="河北渤远航运有限公司",
            holder_number="91130209MA0TB10143",
            subject_role="ship",
            subject="ship:9074729",
            content=DRAFT.fields,
            issued_on=TODAY,
            valid_from=TODAY,
            valid_until=date(2031, 3, 3),
        ),
    )


def test_the_file_is_canonical_and_holds_content_signature_and_check():
    document = SIGNED[SM2]
    read = json.loads(document)

    assert canonical.encode(read) == document
    assert list(read) == ["certificate", "check", "signature"]
    assert read["certificate"]["format"] == "tongban-certificate/2"
    assert certificate.file_digest(document) == sm3.digest(document).hex()


@pytest.mark.parametrize("key", [SM2, P256], ids=["SM2-SM3", "ES256"])
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_changed_byte_anywhere_is_altered(key, data):
    document = SIGNED[key]
    place = data.draw(st.integers(0, len(document) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda each: each != document[place]))

    verdict = judged(document[:place] + bytes([byte]) + document[place + 1 :], key)

    assert (verdict.code, verdict.valid, verdict.certificate) == (Code.ALTERED, False, None)


@given(place=st.integers(0, len(SIGNED[SM2])), added=st.binary(min_size=1, max_size=40))
@settings(max_examples=300, deadline=None)
def test_added_bytes_are_altered_wherever_they_stand(place, added):
    document = SIGNED[SM2]

    assert judged(document[:place] + added + document[place:]).code is Code.ALTERED


@given(start=st.integers(0, len(SIGNED[SM2]) - 1), length=st.integers(1, 60))
@settings(max_examples=300, deadline=None)
def test_missing_bytes_are_altered(start, length):
    document = SIGNED[SM2]

    assert judged(document[:start] + document[start + length :]).code is Code.ALTERED


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: json.dumps(json.loads(text), ensure_ascii=False),
        lambda text: json.dumps(json.loads(text), ensure_ascii=True, separators=(",", ":"), sort_keys=True),
        lambda text: text + "\n",
        lambda text: "\ufeff" + text,
        lambda text: text.replace('"check"', '"check":"","check"'),
        lambda text: text[:-1] + ',"more":1}',
    ],
    ids=["spaces", "escapes", "line end", "byte order mark", "name twice", "more members"],
)
def test_the_same_values_written_otherwise_are_altered(rewrite):
    assert judged(rewrite(SIGNED[SM2].decode()).encode()).code is Code.ALTERED


def test_changed_content_with_a_mended_check_is_not_the_issuers():
    forged = json.loads(SIGNED[SM2])
    forged["certificate"]["holder"]["name"] = "天津津港船务有限公司"
    body = {"certificate": forged["certificate"], "signature": forged["signature"]}

    verdict = judged(canonical.encode(body | {"check": sm3.digest(canonical.encode(body)).hex()}))

    assert verdict.code is Code.WRONG_KEY
    assert verdict.certificate is None


def test_the_other_form_of_the_same_signature_is_altered():
    content = certificate.payload(DRAFT)
    value = profiles.sign(Algorithm.ES256, P256.private, certificate.message(content))
    length = value[3]
    r, s = int.from_bytes(value[4 : 4 + length], "big"), int.from_bytes(value[6 + length :], "big")
    twin = signature_der.encode(r, p256.ORDER - s)

    verdict = judged(certificate.seal_up(certificate.message(content), SignatureBlock("k-1", "ES256", twin)), P256)

    assert P256.listed.verify(certificate.message(content), twin) is True
    assert (verdict.code, verdict.valid, verdict.certificate) == (Code.ALTERED, False, None)


@pytest.mark.parametrize("algorithm", ["ES256", "SM2-SM3 ", ""])
def test_another_algorithm_than_the_keys_is_a_wrong_key(algorithm):
    content = certificate.payload(DRAFT)
    value = profiles.sign(Algorithm.SM2SM3, SM2.private, certificate.message(content))

    assert (
        judged(certificate.seal_up(certificate.message(content), SignatureBlock("k-1", algorithm, value))).code
        is Code.WRONG_KEY
    )


@pytest.mark.parametrize(
    ("document", "keys", "code", "message"),
    [
        (
            issued(key=OTHER, named="k-1"),
            (SM2,),
            "wrong_key",
            "无效：签名不是用所标明的密钥“k-1”作出的，不是“曹妃甸海事局”签发的。请勿采信，并告知该机关。",
        ),
        (
            issued(key=OTHER),
            (SM2,),
            "unknown_key",
            "无效：信任列表中有签发机关“曹妃甸海事局”，但没有它的密钥“k-2”。"
            "请更新信任列表后再核验，仍不通过则不要采信。",
        ),
        (
            issued(),
            (replace(OTHER, owner="11120116000000000A"),),
            "unknown_issuer",
            "无效：信任列表中没有签发机关“曹妃甸海事局”（11130200MA0TB0011Q）。"
            "请勿采信；如信任列表不是最新的，请更新后再核验。",
        ),
        (
            issued(),
            (replace(SM2, owner="11120116000000000A"),),
            "key_not_for_issuer",
            "无效：签名密钥“k-1”不是签发机关“曹妃甸海事局”用来签发证照的密钥。请勿采信，并告知该机关。",
        ),
        (
            issued(),
            (replace(SM2, purpose="checkpoint"),),
            "key_not_for_issuer",
            "无效：签名密钥“k-1”不是签发机关“曹妃甸海事局”用来签发证照的密钥。请勿采信，并告知该机关。",
        ),
        (
            issued(),
            (replace(SM2, valid_from=datetime(2026, 3, 2, 16, tzinfo=UTC)),),
            "key_out_of_validity",
            "无效：证照标明 2026-03-02 签发，这一天签名密钥“k-1”不在有效期内（2026-03-03 起）。"
            "请向“曹妃甸海事局”核实。",
        ),
        (
            issued(),
            (
                replace(
                    SM2, valid_from=datetime(2020, 1, 1, tzinfo=UTC), retired_at=datetime(2026, 3, 1, 16, tzinfo=UTC)
                ),
            ),
            "key_out_of_validity",
            "无效：证照标明 2026-03-02 签发，这一天签名密钥“k-1”不在有效期内（2020-01-01 至 2026-03-01）。"
            "请向“曹妃甸海事局”核实。",
        ),
    ],
)
def test_each_false_signature_is_refused_with_its_own_sentence(document, keys, code, message):
    verdict = judged(document, *keys)

    assert (verdict.valid, verdict.code, verdict.message, verdict.certificate) == (
        False,
        code,
        message,
        verdict.certificate if code == "key_out_of_validity" else None,
    )


def test_a_key_retired_the_same_day_still_vouches():
    assert judged(SIGNED[SM2], replace(SM2, retired_at=datetime(2026, 3, 2, 9, tzinfo=UTC))).valid


@pytest.mark.parametrize(
    ("today", "code", "message"),
    [
        (
            date(2026, 3, 1),
            "not_yet_valid",
            "尚未生效：证照自 2026-03-02 起有效，核验日是 2026-03-01。请在生效后使用。",
        ),
        (date(2031, 3, 2), "valid", "有效：由“曹妃甸海事局”签发，内容与签发时一致，有效期至 2031-03-02。"),
        (
            date(2031, 3, 3),
            "expired",
            "已过期：证照有效期至 2031-03-02，核验日是 2031-03-03。请向持证人索取延续或换发后的证照。",
        ),
    ],
)
def test_the_term_includes_its_last_day(today, code, message):
    verdict = judged(SIGNED[SM2], today=today)

    assert (verdict.code, verdict.message, verdict.certificate.identifier) == (code, message, DRAFT.identifier)


def test_a_certificate_without_end_is_valid_for_good():
    endless = issued(replace(DRAFT, type=replace(DRAFT.type, valid_months=None)))

    assert judged(endless, today=date(2999, 1, 1)).message == "有效：由“曹妃甸海事局”签发，内容与签发时一致，长期有效。"


@pytest.mark.parametrize(
    ("issued_on", "months", "first_day_out"),
    [
        (date(2026, 3, 2), 60, date(2031, 3, 3)),
        (date(2026, 1, 31), 1, date(2026, 3, 1)),  # no 31 February: the last day of the month (Civil Code, art. 202)
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2026, 11, 30), 1, date(2026, 12, 31)),
        (date(2026, 12, 31), 12, date(2028, 1, 1)),
        (date(2026, 3, 2), None, None),
    ],
)
def test_a_term_of_months_ends_by_the_civil_code(issued_on, months, first_day_out):
    assert certificate.valid_until(issued_on=issued_on, months=months) == first_day_out


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_a_longer_term_never_ends_earlier(issued_on, months):
    shorter, longer = (certificate.valid_until(issued_on=issued_on, months=months + more) for more in (0, 1))

    assert issued_on < shorter < longer


@pytest.mark.parametrize("months", [96_000, 10**30])
def test_a_term_beyond_the_calendar_is_refused(months):
    with pytest.raises(NotIssued, match="超出了日历"):
        certificate.valid_until(issued_on=TODAY, months=months)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b'"text"',
        b"\x89PNG\r\n\x1a\n" + bytes(1000),
        b"[" * 100_000,
        b'{"a":' * 40_000,
        b'{"certificate":' * 10_000,
        b"9" * 200_000,
        b"1e999999999",
        b"NaN",
        b'{"a":1,"a":2}',
        ("{" + ",".join(f'"{number}":0' for number in range(20_000)) + ',"0":0}').encode(),
        b'{"certificate":{},"check":"","signature":{}}',
        b'{"certificate":1,"check":2,"signature":3}',
        b'"\\ud800"',
        "龘".encode("gb18030") * 1000,
    ],
    ids=range(18),
)
def test_what_is_no_certificate_is_unreadable(document):
    verdict = judged(document)

    assert verdict.read is (verdict.code is Code.ALTERED)
    assert verdict.code is (Code.ALTERED if document.startswith(b'{"certificate":{') else Code.UNREADABLE)


@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(document):
    assert judged(document).code in {Code.UNREADABLE, Code.ALTERED}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
members = st.sampled_from(
    [
        *("identifier", "type", "issuer", "holder", "subject", "content", "issued_on", "valid_from", "valid_until"),
        *("format", "related", "face"),
    ]
)


@given(changes=st.dictionaries(members, json_values, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_signed_nonsense_gets_an_answer(changes):
    content = certificate.payload(DRAFT) | changes
    try:
        document = certificate.seal_up(
            certificate.message(content), SignatureBlock("k-1", Algorithm.SM2SM3, b"no signature")
        )
    except canonical.NotCanonical:
        return

    assert judged(document).code in {Code.UNREADABLE, Code.UNKNOWN_FORMAT, Code.WRONG_KEY}


def test_a_signed_certificate_whose_number_names_another_issuer_is_unreadable():
    assert judged(issued(issuer={"code": "X", "name": "另一机关", "region": "130209"})).code is Code.UNREADABLE


@pytest.mark.parametrize("until", ["0001-01-01", "2026-03-02"])
def test_a_signed_certificate_that_ends_before_it_begins_is_unreadable(until):
    assert judged(issued(valid_until=until)).code is Code.UNREADABLE


# --- Who holds it, and what it follows --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "number", "kind", "label", "masked"),
    [
        (DocumentType.USCC, "91130209MA0TB10143", "organisation", "统一社会信用代码", "91130209MA0TB10143"),
        (DocumentType.RESIDENT_ID, "130209198803042022", "person", "居民身份证号码", "130***********2022"),
        (DocumentType.PASSPORT, "E12345678", "person", "护照号码", "E1*****78"),
        (DocumentType.HK_MACAO_PERMIT, "H12345678", "person", "港澳居民来往内地通行证号码", "H1*****78"),
        (DocumentType.TAIWAN_PERMIT, "12345678", "person", "台湾居民来往大陆通行证号码", "12****78"),
        (
            DocumentType.HK_MACAO_TAIWAN_RESIDENCE,
            "810000199001011238",
            "person",
            "港澳台居民居住证号码",
            "810***********1238",
        ),
        (
            DocumentType.FOREIGN_PERMANENT_RESIDENT,
            "911124198108030024",
            "person",
            "外国人永久居留身份证号码",
            "911***********0024",
        ),
    ],
)
def test_the_kind_of_document_says_who_holds_it_and_how_its_number_is_shown(document, number, kind, label, masked):
    said = judged(issued(replace(DRAFT, holder=Holder("x", document, "某", number)))).certificate

    assert (said.holder_document, said.holder_kind, said.number_label, said.masked_number, said.holder_number) == (
        document,
        kind,
        label,
        masked,
        number,
    )


@pytest.mark.parametrize(
    "holder", [{"kind": "person"}, {"document": "passport"}, {"document": "imo "}, {"document": 1}]
)
def test_a_holder_whose_document_is_another_kinds_is_unreadable(holder):
    said = certificate.payload(DRAFT)["holder"]

    assert judged(issued(holder=said | holder)).code is Code.UNREADABLE


def other_region(serial: str = "12011620240302000001A0001") -> str:
    issuer = Issuer("11120116MA0TB0033K", "天津海事局", "120116")
    return replace(DRAFT, issuer=issuer, serial=serial).identifier


@pytest.mark.parametrize("relation", Relation)
def test_a_certificate_names_the_one_before_it(relation):
    related = Related(other_region(), relation)

    verdict = judged(issued(replace(DRAFT, related=related)))

    assert (verdict.valid, verdict.certificate.related) == (True, related)


@pytest.mark.parametrize(
    ("matter", "relation"),
    [
        ("食品经营许可变更", Relation.CHANGE),
        ("第三类医疗器械经营许可延续", Relation.RENEWAL),
        ("船舶国籍证书换发、补发", Relation.REPLACEMENT),
        ("社会保障卡补领", Relation.REPLACEMENT),
        ("公司设立登记", None),
    ],
)
def test_the_name_of_a_matter_says_what_becomes_of_the_certificate_before(matter, relation):
    assert certificate.relation_named(matter) is relation


def test_a_certificate_before_must_have_an_identifier_that_can_exist():
    with pytest.raises(InvalidIdentifier, match="校验位不符"):
        certificate.payload(replace(DRAFT, related=Related(other_region().replace("2024", "2025"), Relation.RENEWAL)))


def test_no_certificate_follows_itself():
    related = Related(DRAFT.identifier, Relation.RENEWAL)

    with pytest.raises(NotIssued, match="就是这张证照自己的标识"):
        certificate.payload(replace(DRAFT, related=related))
    said = {"identifier": DRAFT.identifier, "relation": "renewal"}
    assert judged(issued(related=said)).code is Code.UNREADABLE


def test_what_moved_in_was_issued_by_somebody_else():
    before = replace(DRAFT, serial="13020920260302000001A0002").identifier

    certificate.payload(replace(DRAFT, related=Related(before, Relation.CHANGE)))
    with pytest.raises(NotIssued, match="原证照却是本机关签发的"):
        certificate.payload(replace(DRAFT, related=Related(before, Relation.TRANSFER)))


@pytest.mark.parametrize(
    "related",
    [{}, [], "", {"identifier": "1.2.3", "relation": "renewal"}, {"identifier": other_region(), "relation": "x"}],
)
def test_a_signed_relation_that_is_none_is_unreadable(related):
    assert judged(issued(related=related)).code is Code.UNREADABLE


def test_the_face_of_a_certificate_is_signed_with_it():
    face = Face("依据《船舶登记条例》第十六条签发。", "至注销时止", "船舶登记专用章")

    assert judged(issued(replace(DRAFT, face=face))).certificate.face == face
    assert judged(issued(face={"statement": "", "endless": 1, "seal": ""})).code is Code.UNREADABLE


FIRST = (Path(__file__).parent / "files" / "certificate.v1.json").read_bytes()
FIRST_KEY = base64url.decode("BK9fMqDJGzoaPVBwrJZJ9dL3-TditIa4yIvPpN9CRO4Hp05eyt0rWBwbPG3ssohRtuZ_JZcBmLz1Tkr_oeO_Jn0")


def test_a_file_of_the_first_format_holds_as_it_was_written():
    verdict = judged(FIRST, Key(b"", FIRST_KEY, algorithm=Algorithm.ES256))

    said = judged(issued()).certificate
    assert (verdict.valid, verdict.certificate) == (True, said)


def test_the_first_format_does_not_say_on_which_document_a_person_is_known():
    holder = {"kind": "person", "name": "王建国", "number": "E12345678"}

    said = judged(issued(format="tongban-certificate/1", holder=holder)).certificate

    assert (said.holder_document, said.number_label, said.masked_number) == (None, "证件号码", "E1*****78")


def test_a_later_format_is_named():
    verdict = judged(issued(format="tongban-certificate/3"))

    assert (verdict.code, verdict.read) == (Code.UNKNOWN_FORMAT, False)
    assert "“tongban-certificate/3”" in verdict.message


def test_a_file_beyond_the_limit_is_not_even_decoded():
    document = b" " * (LARGEST_BYTES + 1)
    tracemalloc.start()

    verdict = judged(document)

    assert tracemalloc.get_traced_memory()[1] < LARGEST_BYTES
    tracemalloc.stop()
    assert (verdict.code, verdict.read) == (Code.TOO_LARGE, False)


def test_nothing_is_issued_that_nobody_could_verify():
    with pytest.raises(NotIssued, match="证照内容超过 256 KB"):
        issued(replace(DRAFT, fields=(("x", "附表", "长" * LARGEST_BYTES),)))


def test_an_unproven_name_cannot_command_a_terminal():
    name = "\x1b[2J\u202e海事局" + "长" * 100
    verdict = judged(issued(issuer={"code": ISSUER.code, "name": name, "region": "130209"}), OTHER, key_of("other"))

    assert verdict.message.startswith("无效：信任列表中有签发机关“[2J海事局长")
    assert len(verdict.message) < 150


def key_of(owner: str) -> Key:
    return replace(OTHER, key_id="k-3", owner=owner)


def test_every_finding_has_a_sentence_of_its_own_in_both_languages():
    assert set(SENTENCES) == set(Code)
    for language in (0, 1):
        assert len({sentence[language] for sentence in SENTENCES.values()}) == len(Code)


contents = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), st.text("甲乙a", max_size=3))


@given(contents, contents, st.sampled_from(["C_NAT", "C_OWN"]), st.sampled_from(["C_NAT", "C_OWN"]))
def test_content_digests_are_equal_exactly_for_equal_content(one, other, kind, kind_of_other):
    digests = [
        certificate.content_digest(certificate_type=kind, fields=one, salt="s"),
        certificate.content_digest(certificate_type=kind_of_other, fields=other, salt="s"),
    ]

    assert (digests[0] == digests[1]) is ((kind, one) == (kind_of_other, other))


def test_the_salt_hides_the_content():
    plain, salted = (certificate.content_digest(certificate_type="C", fields={}, salt=salt) for salt in ("", "s"))

    assert plain != salted


def test_a_trust_list_without_keys_knows_no_issuer():
    assert verification.judge(SIGNED[SM2], trust=trusting(), today=TODAY).code is Code.UNKNOWN_ISSUER


def test_the_day_of_the_list_is_told_in_chinas_time():
    late = trusting(SM2, issued_at=datetime(2026, 3, 2, 17, tzinfo=UTC))

    verdict = verification.judge(SIGNED[SM2], trust=late, today=TODAY + timedelta(days=1))

    assert verdict.status_as_of == date(2026, 3, 3)
