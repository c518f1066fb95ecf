"""Holders see their certificates, entitled staff too and on record, everybody may verify."""

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from tests.certificates.drafts import CITIZEN, NATIONALITY, OWNER, draft
from tongban.certificates import actions, adapters, queries
from tongban.certificates.models import Certificate
from tongban.crypto.profiles import Algorithm
from tongban.domain.certificate import LARGEST_BYTES, Related, Relation, Status
from tongban.domain.identifiers import DocumentType
from tongban.journal.models import Read
from tongban.keys import actions as keys
from tongban.keys import trust
from tongban.people.models import Account

IDENTIFIER = draft().identifier
PAGE = f"/certificates/{IDENTIFIER}/"
STATE = f"/verify/{IDENTIFIER}/"


@pytest.fixture
def people(maritime):
    """The demo people on the second of March, when the certificates are issued."""


@pytest.fixture
def issued(people, now, monkeypatch) -> actions.Issued:
    monkeypatch.setattr("tongban.web.clock.now", lambda: now)
    return actions.issue_many(stream="application:1", drafts=[draft()], now=now)[0]


@pytest.fixture
def document(issued) -> bytes:
    return queries.read(identifier=issued.identifier)


def signed_in(username: str, acting_for: str = "") -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="tongban.people.backends.PeopleBackend")
    if acting_for:
        client.post("/acting-for/", {"acting_for": acting_for})
    return client


@pytest.fixture
def agent(issued) -> Client:
    return signed_in("linxiao", OWNER.party)


def upload(document: bytes, client: Client | None = None):
    return (client or Client()).post("/verify/", {"file": SimpleUploadedFile("x.tongban.json", document)})


def says(answer, text: str) -> bool:
    return escape(text) in answer.content.decode()


# --- The wallet -------------------------------------------------------------------------------------------------------


def test_the_wallet_is_that_of_whom_one_acts_for(issued, agent, now):
    own = signed_in("linxiao").get("/wallet/").context["rows"]
    companys = agent.get("/wallet/").context["rows"]

    assert (own, [(row.href, row.name, row.about, row.state) for row in companys]) == (
        [],
        [(PAGE, "船舶国籍证书", "9074729", "有效")],
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_wallet_costs_the_same_however_full(people, now, count, django_assert_num_queries):
    actions.issue_many(stream="application:1", drafts=[draft(number) for number in range(count)], now=now)
    client = signed_in("linxiao", OWNER.party)
    client.get("/wallet/")

    with django_assert_num_queries(5):  # session, account, two for the actor, the wallet
        answer = client.get("/wallet/")

    assert len(answer.context["rows"]) == count


def test_an_empty_wallet_says_what_comes_next(issued):
    answer = signed_in("linxiao").get("/wallet/")

    assert says(answer, "事项办结后，签发的电子证照会自动出现在这里。")


# --- One certificate --------------------------------------------------------------------------------------------------


def test_the_holder_sees_the_sheet_and_gets_the_file_as_signed(agent, document):
    sheet = agent.get(PAGE)
    file = agent.get(f"{PAGE}file/")

    assert (sheet.status_code, sheet.context["result"].title) == (200, "核验通过")
    assert all(says(sheet, text) for text in ["渤远一号", OWNER.name, OWNER.number, IDENTIFIER, "曹妃甸海事局"])
    assert (file.content, file["Content-Disposition"]) == (
        document,
        f'attachment; filename="{IDENTIFIER}.tongban.json"',
    )
    assert says(agent.get(PAGE), f"/wallet/share/?c={IDENTIFIER}")


def test_the_code_on_the_sheet_leads_to_the_public_state(agent, issued):
    address = agent.get(PAGE).context["address"]

    assert address == f"http://testserver{STATE}?d={issued.digest[:16]}"
    assert Client().get(address.removeprefix("http://testserver")).context["paper_agrees"] is True


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}file/"])
@pytest.mark.parametrize(
    ("username", "acting_for"), [("linxiao", ""), ("sunli", "org:91130200MA0TB2025C"), ("shenyue", "")]
)
def test_a_stranger_sees_nothing(issued, path, username, acting_for):
    answer = signed_in(username, acting_for).get(path)

    assert answer.status_code == 403
    assert says(answer, "不能查看：这张证照不属于您现在代表的一方。")
    assert not says(answer, "渤远一号")
    assert Read.objects.count() == 0


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}file/"])
@pytest.mark.parametrize("username", ["zhaolei", "liufang", "hanlei"], ids=["reviewer", "clerk", "supervisor"])
def test_what_staff_read_is_recorded(issued, now, path, username):
    assert signed_in(username).get(path).status_code == 200
    assert [(read.actor, read.about, read.what, read.at) for read in Read.objects.all()] == [
        (f"account:{Account.objects.get(username=username).pk}", OWNER.party, f"certificate {IDENTIFIER}", now)
    ]


def test_whoever_has_the_application_in_hand_sees_its_certificate(issued, monkeypatch):
    asked = []
    monkeypatch.setattr(adapters, "_has_in_hand", [lambda actor, stream: asked.append((actor.name, stream)) or True])

    assert signed_in("shenyue").get(PAGE).status_code == 200
    assert asked == [("沈悦", "application:1")]
    assert Read.objects.count() == 1


def test_the_holders_own_look_is_not_recorded(agent):
    agent.get(PAGE)

    assert Read.objects.count() == 0


def test_an_unknown_certificate_is_told_in_one_sentence(agent):
    answer = agent.get("/certificates/1.2.3/")

    assert answer.status_code == 404
    assert says(answer, "没有找到这个编号的证照。请对照证照核对编号，逐位输入。")


def test_a_persons_number_is_masked_on_the_page_and_whole_in_the_file(people, now, monkeypatch):
    monkeypatch.setattr("tongban.web.clock.now", lambda: now)
    person = Account.objects.get(username="linxiao").person
    holder = type(CITIZEN)(f"person:{person.pk}", CITIZEN.document, "林晓", "E12345678")
    actions.issue_many(stream="application:1", drafts=[draft(holder=holder)], now=now)
    client = signed_in("linxiao")

    sheet, file = client.get(PAGE), client.get(f"{PAGE}file/")

    assert sheet.context["number"] == "E1*****78"
    assert not says(sheet, "E12345678")
    assert "E12345678" in file.content.decode()


def test_the_holder_takes_the_directory_entry_and_nobody_else(agent, now):
    entry = agent.get(f"{PAGE}entry/")

    assert entry.json()["certificate_source_id"] == IDENTIFIER
    assert signed_in("sunli").get(f"{PAGE}entry/").status_code == 403


def test_the_page_names_the_certificate_before_and_leads_to_the_one_after(issued, agent, now):
    related = Related(issued.identifier, Relation.RENEWAL)
    (newer,) = actions.issue_many(stream="application:2", drafts=[draft(2, related=related)], now=now)
    file = queries.read(identifier=newer.identifier)

    old, new, state = agent.get(PAGE), agent.get(f"/certificates/{newer.identifier}/"), Client().get(STATE)

    assert (old.context["newer"].identifier, new.context["newer"]) == (newer.identifier, None)
    assert says(old, f"/certificates/{newer.identifier}/")
    assert says(new, f"{issued.identifier}（延续）")
    assert says(upload(file), f"{issued.identifier}（延续）")
    # A stranger who knows the old number does not learn the new one.
    assert says(state, "之后已签发新的证照") and not says(state, newer.identifier)


@pytest.mark.parametrize(
    ("language", "label"), [("zh-hans", "港澳居民来往内地通行证号码"), ("en", "Mainland travel permit")]
)
def test_a_persons_document_is_named_with_its_number(issuer, now, language, label):
    holder = type(CITIZEN)(CITIZEN.party, DocumentType.HK_MACAO_PERMIT, "陈大文", "H12345678")
    (made,) = actions.issue_many(stream="application:1", drafts=[draft(holder=holder)], now=now)

    answer = upload(queries.read(identifier=made.identifier), Client(headers={"accept-language": language}))

    assert says(answer, label) and says(answer, "H1*****78") and not says(answer, "H12345678")


# --- Verification -----------------------------------------------------------------------------------------------------


def test_anybody_verifies_a_file(document):
    answer = upload(document)

    assert (answer.status_code, answer.context["result"].code) == (200, "valid")
    assert says(answer, "渤远一号")


@pytest.mark.parametrize(
    ("spoil", "code", "sentence"),
    [
        (lambda document: document.replace("渤远一号".encode(), "渤远二号".encode()), "altered", "文件与签发时不一致"),
        (lambda document: b"%PDF-1.7 ...", "unreadable", "这不是电子证照文件"),
        (lambda document: b"", "unreadable", "这不是电子证照文件"),
        (lambda document: document + b" " * LARGEST_BYTES, "too_large", "文件超过 256 KB"),
        (lambda document: b"x" * 5_000_000, "too_large", "文件超过 256 KB"),
    ],
)
def test_each_false_file_gets_its_sentence_and_shows_no_content(document, spoil, code, sentence):
    answer = upload(spoil(document))

    assert (answer.status_code, answer.context["result"].code, answer.context["certificate"]) == (200, code, None)
    assert says(answer, sentence)
    assert not says(answer, OWNER.name)


def test_the_page_tells_by_what_the_state_is_known(document):
    registered = upload(document)
    Certificate.objects.all().delete()
    unregistered = upload(document, Client(headers={"accept-language": "en"}))

    assert says(registered, "状态以 2026-03-02 的登记簿为准。")
    assert says(unregistered, "There is no status list of the issuer’s region")


def test_a_revoked_certificate_is_refused_though_its_signature_holds(document):
    Certificate.objects.update(status=Status.REVOKED, ended_on=date(2026, 3, 2))

    answer = upload(document)

    assert answer.context["result"].sentence == (
        "已失效：签发机关“曹妃甸海事局”已于 2026-03-02 吊销这张证照。请勿采信；有疑问的，向该机关核实。"
    )


def test_an_upload_needs_the_forms_token(document):
    assert upload(document, Client(enforce_csrf_checks=True)).status_code == 403


def test_a_form_without_a_file_asks_for_one(db):
    answer = Client().post("/verify/", {})

    assert answer.status_code == 422
    assert says(answer, "请选择要上传的文件。")


@pytest.mark.parametrize(
    "typed", [IDENTIFIER, f"  {IDENTIFIER.lower()} ", IDENTIFIER.removeprefix("1.2.156.3005.2."), "１" + IDENTIFIER[1:]]
)
def test_a_typed_number_leads_to_its_state(db, typed):
    answer = Client().get("/verify/", {"number": typed})

    assert (answer.status_code, answer.url) == (302, STATE)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请填写此项。"),
        ("12345", "电子证照标识有误"),
        (IDENTIFIER[:-1] + "A", "校验位不符"),
        ("<script>", "电子证照标识有误"),
        ("9" * 500, "200"),
    ],
)
def test_a_wrong_number_is_told_at_the_field(db, typed, sentence):
    answer = Client().get("/verify/", {"number": typed})

    assert answer.status_code == 422
    assert says(answer, sentence)


def test_the_state_shows_no_more_than_a_masked_holder(issued):
    answer = Client().get(STATE)

    assert (answer.status_code, answer.context["holder"], answer.context["state"]) == (
        200,
        "河北＊＊＊＊＊＊公司",
        ("有效", "good"),
    )
    assert not any(says(answer, hidden) for hidden in [OWNER.name, OWNER.number, "渤远一号", "9074729"])


@pytest.mark.parametrize(
    ("status", "word"), list(zip(Status, ["有效", "已暂停", "已撤回", "已吊销", "已撤销", "已注销"], strict=True))
)
def test_the_state_tells_each_end(issued, status, word):
    ended_on = None if status is Status.IN_FORCE else date(2026, 3, 2)
    Certificate.objects.update(status=status, ended_on=ended_on)

    assert Client().get(STATE).context["state"][0] == word


@pytest.mark.parametrize(
    ("day", "word", "title"),
    [
        (date(2026, 3, 1), "尚未生效", "签名真实，但今天不能用"),
        (date(2031, 3, 2), "有效", "核验通过"),
        (date(2031, 3, 3), "已过期", "签名真实，但今天不能用"),
    ],
)
def test_the_state_follows_the_calendar(issued, monkeypatch, day, word, title):
    monkeypatch.setattr("tongban.web.clock.today", lambda: day)

    answer = Client().get(STATE)

    assert (answer.context["state"][0], answer.context["result"].title) == (word, title)


def test_a_paper_with_another_code_is_told(issued):
    answer = Client().get(STATE, {"d": "0" * 16})

    assert says(answer, "二维码里的校验码与登记的证照不一致")
    assert not says(answer, "核验通过")


def test_an_erased_holder_leaves_only_the_state(people, now, issued):
    keys.erase(person=OWNER.party, now=now)

    answer = Client().get(STATE)

    assert answer.status_code == 200
    assert says(answer, "持证人的个人信息已按其要求删除，只能查到登记状态。")
    assert says(answer, "船舶国籍证书")


def test_english_pages_speak_english(issued, document):
    client = Client(headers={"accept-language": "en"})

    state, verified = client.get(STATE), upload(document, client)

    assert (state.context["name"], state.context["state"][0]) == ("Certificate of ship nationality", "In force")
    assert verified.context["result"].sentence.startswith("Valid: issued by")


def test_the_published_trust_list_verifies_offline(issued, tmp_path, now):
    published = Client().get("/trust.json")
    (tmp_path / "trust.json").write_bytes(published.content)

    owners = [key.owner for key in trust.load(tmp_path).keys]
    assert sorted(owners) == ["11130200MA0TB0011Q"] * 2 + ["region:130000"]


@pytest.mark.parametrize("address", ["/trust.json", "/status.json"])
def test_a_list_is_signed_once_for_many(issued, now, monkeypatch, address, django_assert_num_queries):
    client = Client()
    first = client.get(address)
    monkeypatch.setattr("tongban.web.clock.now", lambda: now + timedelta(minutes=59))
    monkeypatch.setattr(keys.authorities, "sign_with_roots", None)
    monkeypatch.setattr(keys, "sign", None)

    with django_assert_num_queries(3 if address == "/trust.json" else 4):
        again = client.get(address)
    known = client.get(address, headers={"if-none-match": first.headers["ETag"]})

    assert again.content == first.content
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", first.headers["ETag"])


def test_a_list_is_signed_anew_before_its_term_is_over(issued, now, monkeypatch):
    first = [Client().get(address) for address in ("/trust.json", "/status.json")]

    monkeypatch.setattr("tongban.web.clock.now", lambda: now + timedelta(hours=30))
    later = [Client().get(address) for address in ("/trust.json", "/status.json")]

    issued_at = [answer.json()["lists"][0]["list"]["issued_at"] for answer in (*first, *later)]
    assert issued_at == ["2026-03-02T01:00:00+00:00"] * 2 + ["2026-03-03T07:00:00+00:00"] * 2


def test_an_end_stands_in_the_list_that_is_asked_for_next(issued, now):
    before = Client().get("/status.json")

    Certificate.objects.update(status=Status.REVOKED, ended_on=date(2026, 3, 2))
    after = Client().get("/status.json", headers={"if-none-match": before.headers["ETag"]})

    assert [entry["identifier"] for entry in after.json()["lists"][0]["list"]["ended"]] == [IDENTIFIER]


def test_a_new_key_stands_in_the_list_that_is_asked_for_next(issued, now):
    before = Client().get("/trust.json").json()

    keys.ensure_root(region="120000", name="天津市", algorithm=Algorithm.ES256, now=now)

    after = Client().get("/trust.json").json()
    assert [len(lists["lists"]) for lists in (before, after)] == [1, 2]


def test_an_expired_certificate_stays_in_the_wallet_marked(people, now, monkeypatch):
    monkeypatch.setattr("tongban.web.clock.now", lambda: datetime(2032, 1, 1, tzinfo=now.tzinfo))
    client = signed_in("chenhaisheng")
    actions.issue_many(stream="application:1", drafts=[draft(type=NATIONALITY)], now=now)
    client.post("/acting-for/", {"acting_for": OWNER.party})

    assert [row.state for row in client.get("/wallet/").context["rows"]] == ["已过期"]
