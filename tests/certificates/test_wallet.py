"""Shares, requests at a window and PINs: what is stored, who may, how often, and what a stranger learns."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from tests.certificates.drafts import CITIZEN, ISSUER, OWNER, draft
from tests.certificates.wallets import HALL, IDENTIFIER, NAME, actor_of, ask, representative, share
from tests.own_database import OwnDatabase
from tests.soundness import demand_sound
from tongban.certificates import actions, adapters, queries
from tongban.certificates.adapters import UsedIn
from tongban.certificates.models import Asking, Certificate, Share, ShareOpening, WalletPin
from tongban.certificates.wallet import asking, pin, reading, secrets, sharing, storage, throttle, uses
from tongban.certificates.wallet.asking import Scope
from tongban.domain.asking import SHOWN, WAITING, InvalidAsking, NoSuchAsking
from tongban.domain.certificate import Holder, Status
from tongban.domain.events import Need
from tongban.domain.identifiers import DocumentType
from tongban.domain.materials import Basis
from tongban.domain.pins import WeakPin
from tongban.domain.sharing import SITTING, InvalidShare, NoSuchShare
from tongban.domain.showing import NoFactsChosen
from tongban.domain.verdict import Code
from tongban.journal import queries as journal
from tongban.journal.models import Entry, Operation, Read
from tongban.keys import actions as keys
from tongban.people import demo
from tongban.people.actor import Actor
from tongban.people.models import Account
from tongban.people.permissions import NotAllowed


@pytest.fixture(autouse=True)
def _quick_hash(settings):
    """A PIN is hashed slowly; here it is hashed often."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def wallet(maritime, now):
    """The demo people, and a certificate of a company."""
    actions.issue_many(stream="application:1", drafts=[draft()], now=now)


# --- shares -----------------------------------------------------------------------------------------------------------


def test_whoever_has_the_link_sees_what_was_chosen_as_the_certificate_says_it(wallet, now, today):
    token = secrets.token_of(share(now))

    opened = reading.opened(**sharing.open_up(operation="o", token=token, now=now), now=now, today=today)

    assert (opened.recipient, opened.purpose) == ("唐山港集团", "进港核对船舶国籍")
    assert [(one.line.type_name, one.line.issuer_name, one.verdict.code) for one in opened.certificates] == [
        ("船舶国籍证书", "曹妃甸海事局", Code.VALID)
    ]
    assert [(fact.label, fact.value) for fact in opened.certificates[0].facts] == [("中文船名", "渤远一号")]
    demand_sound()


def test_words_about_people_and_tokens_lie_nowhere_in_the_clear(wallet, now):
    id = share(now)
    sharing.open_up(operation="o", token=secrets.token_of(id), now=now)

    kept = [str(list(model.objects.values())) for model in (Share, ShareOpening, Entry, Operation)]

    for word in ("唐山港", "进港", secrets.token_of(id)):
        assert word not in "".join(kept)
    assert len(secrets.token_of(id)) * 4 >= 128


def test_a_state_that_changed_meanwhile_is_told_with_the_facts(wallet, now, today):
    answer = sharing.open_up(operation="o", token=secrets.token_of(share(now)), now=now)
    Certificate.objects.update(status=Status.REVOKED, ended_on=today, ended_by="《中华人民共和国行政处罚法》第九条")

    (one,) = reading.opened(**answer, now=now, today=today).certificates

    assert (one.verdict.code, [fact.value for fact in one.facts]) == (Code.ENDED, ["渤远一号"])


def test_what_is_not_the_registered_file_shows_no_fact(wallet, now, today):
    answer = sharing.open_up(operation="o", token=secrets.token_of(share(now)), now=now)
    Certificate.objects.update(digest="0" * 64)

    (one,) = reading.opened(**answer, now=now, today=today).certificates

    assert (one.verdict.code, one.facts) == (Code.NOT_AS_REGISTERED, ())


def test_the_same_opening_is_read_again_for_a_sitting_and_counted_once(wallet, now, today):
    token = secrets.token_of(share(now, uses=1))
    first = sharing.open_up(operation="o", token=token, now=now)

    assert sharing.open_up(operation="o", token=token, now=now + SITTING / 2) == first
    assert ShareOpening.objects.count() == 1
    with pytest.raises(NoSuchShare):
        sharing.open_up(operation="another", token=token, now=now)
    with pytest.raises(NoSuchShare):
        reading.opened(**first, now=now + SITTING, today=today)


def test_what_was_taken_back_shows_no_more_not_even_what_is_open(wallet, now, today):
    id = share(now)
    answer = sharing.open_up(operation="o", token=secrets.token_of(id), now=now)
    sharing.withdraw(operation="w", actor=representative(), share=id, now=now)

    with pytest.raises(NoSuchShare):
        reading.opened(**answer, now=now, today=today)
    with pytest.raises(NoSuchShare):
        sharing.open_up(operation="p", token=secrets.token_of(id), now=now)
    with pytest.raises(InvalidShare, match="已经收回过了"):
        sharing.withdraw(operation="x", actor=representative(), share=id, now=now)
    demand_sound()


def test_an_erased_holder_shows_nothing(wallet, now, today):
    answer = sharing.open_up(operation="o", token=secrets.token_of(share(now)), now=now)
    keys.erase(person=OWNER.party, now=now)

    with pytest.raises(NoSuchShare):
        reading.opened(**answer, now=now, today=today)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "0" * 40,
        "0" * 39,
        "A" * 40,
        "../../etc/passwd",
        "' OR 1=1 --",
        "\0",
        "零" * 40,
        "0" * 10_000,
        "0" * 40 + "\n",
    ],
)
def test_a_token_that_nobody_made_opens_nothing(wallet, now, token):
    share(now)

    with pytest.raises(NoSuchShare, match="链接不对，或者对方的出示已经结束"):
        sharing.open_up(operation="o", token=token, now=now)


@pytest.mark.parametrize(
    ("username", "acting_for", "allowed"),
    [
        ("chenhaisheng", OWNER.party, True),
        ("linxiao", OWNER.party, True),
        ("zhoumin", OWNER.party, False),
        ("chenhaisheng", "", False),
        ("sunli", "org:91130200MA0TB2025C", False),
        ("liufang", "", False),
        ("zhaolei", "", False),
        ("hanlei", "", False),
    ],
)
def test_who_may_show_a_companys_certificates_and_take_them_back(wallet, now, username, acting_for, allowed):
    id = share(now)
    actor = actor_of(username, acting_for)

    if allowed:
        share(now, "again", by=actor)
        sharing.withdraw(operation="w", actor=actor, share=id, now=now)
    else:
        with pytest.raises(NotAllowed):
            share(now, "again", by=actor)
        with pytest.raises(NotAllowed):
            sharing.withdraw(operation="w", actor=actor, share=id, now=now)

    assert (Share.objects.count(), Share.objects.exclude(withdrawn_at=None).count()) == ((2, 1) if allowed else (1, 0))


@pytest.mark.parametrize(
    ("changes", "refusal", "sentence"),
    [
        ({"recipient": " \n "}, InvalidShare, "“出示给谁”应为 1 至 60 个字"),
        ({"recipient": "港" * 61}, InvalidShare, "“出示给谁”应为 1 至 60 个字"),
        ({"purpose": ""}, InvalidShare, "“用来做什么”应为 1 至 100 个字"),
        ({"chosen": {}}, InvalidShare, "没有选择证照"),
        ({"chosen": {IDENTIFIER: []}}, NoFactsChosen, "没有选择任何一栏"),
        ({"chosen": {IDENTIFIER: ["holder.number.masked"]}}, NoFactsChosen, "没有“holder.number.masked”这一栏"),
        ({"chosen": {"1.2.3": ["issued_on"]}}, queries.NoSuchCertificate, "没有找到"),
        ({"chosen": {draft(2).identifier: ["holder.name"]}}, InvalidShare, "不属于您现在代表的一方"),
        ({"chosen": {draft(3).identifier: ["holder.name"]}}, InvalidShare, "今天不能用"),
        ({"uses": 0}, InvalidShare, "次数应为"),
    ],
)
def test_a_share_that_cannot_be_leaves_nothing(wallet, now, changes, refusal, sentence):
    actions.issue_many(stream="application:2", drafts=[draft(2, holder=CITIZEN), draft(3)], now=now)
    Certificate.objects.filter(identifier=draft(3).identifier).update(status=Status.SUSPENDED, ended_on=now.date())

    with pytest.raises(refusal, match=sentence):
        share(now, **changes)

    assert (Share.objects.count(), Entry.objects.filter(stream_id__startswith="share:").count()) == (0, 0)


def test_uses_are_counted_exactly_when_many_open_at_once(own_database: OwnDatabase, now, today, keys_dir):
    _company(now)
    token = secrets.token_of(share(now, uses=3))
    open_up = [partial(sharing.open_up, operation=str(number), token=token, now=now) for number in range(8)]

    answers = own_database.together(*open_up, *open_up[:2])

    let_in = {answer["number"] for answer in answers if isinstance(answer, dict)}
    assert all(isinstance(answer, dict | NoSuchShare) for answer in answers)
    assert (let_in, ShareOpening.objects.count()) == ({1, 2, 3}, 3)
    demand_sound()


def test_nobody_slips_in_while_it_is_taken_back(own_database: OwnDatabase, now, today, keys_dir):
    _company(now)
    id = share(now, uses=100)
    token, by = secrets.token_of(id), representative()
    openings = [partial(sharing.open_up, operation=str(number), token=token, now=now) for number in range(6)]

    own_database.together(*openings, partial(sharing.withdraw, operation="w", actor=by, share=id, now=now))

    entries = [type(one.event).__name__ for one in journal.entries(storage.SHARE + id)]
    assert (entries[-1], entries.count("ShareWithdrawn")) == ("ShareWithdrawn", 1)
    demand_sound()


def _company(now) -> None:
    demo.load(now=now)
    actions.prepare_issuer(issuer=ISSUER, now=now)
    with transaction.atomic():
        actions.issue_many(stream="application:1", drafts=[draft()], now=now)


# --- requests at a window ---------------------------------------------------------------------------------------------


def test_the_clerk_sees_what_was_allowed_for_minutes_and_each_look_is_recorded(wallet, now, today):
    id, clerk = ask(now), actor_of("liufang")
    before = reading.allowed(clerk, asking=id, now=now, today=today)
    asking.allow(operation="a", actor=representative(), asking=id, chosen=NAME, now=now)

    shown = reading.allowed(clerk, asking=id, now=now, today=today)[1]
    later = reading.allowed(clerk, asking=id, now=now + SHOWN, today=today)[1]

    assert (before[1], later) == ((), ())
    assert [(one.line.identifier, [fact.value for fact in one.facts]) for one in shown] == [(IDENTIFIER, ["渤远一号"])]
    assert [(read.actor, read.about, read.what) for read in Read.objects.all()] == [
        (clerk.id, OWNER.party, f"asking {id}")
    ]
    demand_sound()


def test_another_clerk_sees_nothing_of_it(wallet, now, today):
    id = ask(now)
    asking.allow(operation="a", actor=representative(), asking=id, chosen=NAME, now=now)

    for username in ("heping", "zhaolei", "hanlei", "chenhaisheng"):
        with pytest.raises(NoSuchAsking):
            reading.allowed(actor_of(username), asking=id, now=now, today=today)
    assert Read.objects.count() == 0


@pytest.mark.parametrize("username", ["zhaolei", "hanlei", "mengjia", "chenhaisheng", "gumingyuan"])
def test_only_a_clerk_of_the_hall_asks(wallet, now, username):
    with pytest.raises(NotAllowed, match="不是这个大厅的窗口人员"):
        asking.ask(
            operation="q",
            actor=actor_of(username),
            hall=HALL,
            types=["C_NAT"],
            subject="",
            need=Need.IDENTITY,
            matter="",
            now=now,
        )


@pytest.mark.parametrize(
    ("username", "acting_for", "matter", "allowed"),
    [
        ("chenhaisheng", OWNER.party, "", True),
        ("linxiao", OWNER.party, "HS-09", True),
        ("zhoumin", OWNER.party, "HS-01", True),
        ("zhoumin", OWNER.party, "HS-09", False),
        ("zhoumin", OWNER.party, "", False),
        ("sunli", "org:91130200MA0TB2025C", "", False),
        ("chenhaisheng", "", "", False),
        ("liufang", "", "", False),
        ("heping", "", "", False),
    ],
)
def test_who_may_let_a_window_see_a_companys_certificate(wallet, now, username, acting_for, matter, allowed):
    id = ask(now, matter=matter, need=Need.APPLICATION if matter else Need.QUALIFICATION)
    consent = partial(asking.allow, operation="a", asking=id, chosen=NAME, now=now)

    if allowed:
        consent(actor=actor_of(username, acting_for))
    else:
        with pytest.raises((NotAllowed, InvalidAsking)):
            consent(actor=actor_of(username, acting_for))

    assert Asking.objects.exclude(answered_at=None).count() == (1 if allowed else 0)


def test_a_clerk_does_not_authorise_himself(wallet, now):
    id = ask(now)
    clerk = actor_of("liufang")
    disguised = Actor(id=clerk.id, name=clerk.name, person="person:x", party=representative().party)

    with pytest.raises(InvalidAsking, match="不能自己授权"):
        asking.allow(operation="a", actor=disguised, asking=id, chosen=NAME, now=now)


def test_nothing_is_learnt_of_another_holders_certificate(wallet, now):
    actions.issue_many(stream="application:2", drafts=[draft(2, holder=CITIZEN)], now=now)
    id = ask(now)

    for chosen in ({draft(2).identifier: ["holder.name"]}, {draft(2).identifier: ["content.none"]}):
        with pytest.raises(InvalidAsking, match="不属于您现在代表的一方"):
            asking.allow(operation="a", actor=representative(), asking=id, chosen=chosen, now=now)


def test_a_request_lapses_and_is_answered_once(wallet, now):
    lapsed, answered = ask(now), ask(now, "second")
    asking.refuse(operation="r", actor=representative(), asking=answered, now=now)

    for id, at in ((lapsed, now + WAITING), (answered, now)):
        with pytest.raises(NoSuchAsking):
            asking.allow(operation="a", actor=representative(), asking=id, chosen=NAME, now=at)
    demand_sound()


def test_of_two_answers_at_once_one_counts(own_database: OwnDatabase, now, keys_dir):
    _company(now)
    id, by = ask(now), representative()
    allow = partial(asking.allow, actor=by, asking=id, chosen=NAME, now=now)

    answers = own_database.together(
        partial(allow, operation="a"),
        partial(allow, operation="b"),
        partial(asking.refuse, operation="r", actor=by, asking=id, now=now),
        partial(asking.end, operation="e", actor=actor_of("liufang"), asking=id, now=now),
    )

    kinds = [type(one.event).__name__ for one in journal.entries(storage.ASKING + id)]
    assert kinds.count("AskingAllowed") + kinds.count("AskingRefused") <= 1
    assert len([answer for answer in answers if isinstance(answer, dict)]) == len(kinds) - 1
    demand_sound()


def test_either_ends_what_shows(wallet, now, today):
    by_clerk, by_holder = ask(now), ask(now, "second")
    for number, id in enumerate((by_clerk, by_holder)):
        asking.allow(operation=f"a{number}", actor=representative(), asking=id, chosen=NAME, now=now)

    asking.end(operation="e", actor=actor_of("liufang"), asking=by_clerk, now=now)
    asking.end(operation="f", actor=representative(), asking=by_holder, now=now)

    assert [
        reading.allowed(actor_of("liufang"), asking=id, now=now, today=today)[1] for id in (by_clerk, by_holder)
    ] == [
        (),
        (),
    ]


def test_nothing_shows_in_a_row_before_its_holder_answered(wallet, now):
    ask(now)

    with pytest.raises(IntegrityError):
        Asking.objects.update(holder=OWNER.party)


@pytest.mark.parametrize("code", ["", "ABCD", "ABCDEFGHJ", "00000000", "ABCD-EFG!", "\0" * 8, "ＡＢＣＤＥＦＧＨ"])
def test_a_code_that_is_none_finds_nothing(wallet, now, code):
    ask(now)

    with pytest.raises(NoSuchAsking):
        asking.find(code)


def test_a_code_is_found_however_it_is_typed(wallet, now):
    id = ask(now)
    code = secrets.code_of(id)

    assert [asking.find(typed) for typed in (code, secrets.readable(code).lower(), f" {code[:4]} {code[4:]} ")] == [
        id
    ] * 3


# --- the PIN ----------------------------------------------------------------------------------------------------------

NUMBER = "130209197506123112"
WITHOUT_PIN = "130209198803042022"
UNKNOWN = "110101199003078515"
ADDRESS = "192.0.2.7"


@pytest.fixture
def pinned(wallet, now) -> Account:
    account = Account.objects.get(username="chenhaisheng")
    account.set_unusable_password()
    pin.set_pin(account=account, password="", pin="395817", address=ADDRESS, now=now)
    return account


def prove(now, digits="395817", number=NUMBER, document_type=DocumentType.RESIDENT_ID, address=ADDRESS) -> Account:
    return pin.prove(
        document_type=document_type, number=number, pin=digits, address=address, now=now, today=date(2026, 3, 2)
    )


def test_the_holder_proves_himself_by_document_and_pin(pinned, now):
    assert prove(now).pk == pinned.pk
    assert "395817" not in WalletPin.objects.get().hash


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        (NUMBER, "395818"),
        (NUMBER, ""),
        (NUMBER, "３９５８１７"),
        ("130209198803042022", "395817"),
        ("110101199003078515", "395817"),
    ],
    ids=["wrong", "empty", "wide", "without a pin", "unknown"],
)
def test_a_wrong_pin_and_a_stranger_get_the_same_answer(pinned, now, number, digits):
    with pytest.raises(pin.WrongPin, match="证件号码或授权密码不对"):
        prove(now, digits, number)


@pytest.mark.parametrize("number", [NUMBER, UNKNOWN], ids=["with a pin", "unknown"])
def test_after_five_wrong_ones_it_is_locked_for_known_and_unknown_alike(pinned, now, number):
    for _ in range(5):
        with pytest.raises(pin.WrongPin):
            prove(now, "111222", number)

    with pytest.raises(throttle.TooMany, match="授权密码已停用"):
        prove(now, "395817", number)


def test_a_locked_pin_stays_locked_until_its_holder_sets_a_new_one(pinned, now):
    for _ in range(5):
        with pytest.raises(pin.WrongPin):
            prove(now, "111222")

    with pytest.raises(throttle.TooMany):
        prove(now + timedelta(days=2))
    assert pin.set_at(pinned) is None
    pin.set_pin(account=pinned, password="", pin="482913", address=ADDRESS, now=now + timedelta(days=2))
    assert prove(now + timedelta(days=2), "482913").pk == pinned.pk


def test_a_right_pin_forgets_the_wrong_ones(pinned, now):
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(pin.WrongPin):
                prove(now, "111222")
        prove(now)


def test_guesses_at_the_same_time_do_not_slip_through(own_database: OwnDatabase, now, keys_dir):
    demo.load(now=now)
    account = Account.objects.get(username="chenhaisheng")
    account.set_unusable_password()
    pin.set_pin(account=account, password="", pin="395817", address=ADDRESS, now=now)

    answers = own_database.together(*[partial(prove, now, "111222")] * 9)

    looked = [answer for answer in answers if isinstance(answer, pin.WrongPin)]
    assert len(looked) <= throttle.PINS_OF_A_PERSON
    assert all(isinstance(answer, pin.WrongPin | throttle.TooMany) for answer in answers)


@pytest.mark.parametrize("digits", ["197506", "123456", "38000", "800000"])
def test_a_weak_pin_is_not_set(wallet, now, digits):
    account = Account.objects.get(username="chenhaisheng")
    account.set_unusable_password()

    with pytest.raises(WeakPin):
        pin.set_pin(account=account, password="", pin=digits, address=ADDRESS, now=now)
    assert WalletPin.objects.count() == 0


def test_a_pin_is_set_upon_the_password_only(wallet, now):
    account = Account.objects.get(username="chenhaisheng")
    account.set_password("correct horse battery")

    with pytest.raises(pin.WrongPin, match="登录密码不对"):
        pin.set_pin(account=account, password="wrong", pin="395817", address=ADDRESS, now=now)
    pin.set_pin(account=account, password="correct horse battery", pin="395817", address=ADDRESS, now=now)

    assert pin.set_at(account) == now


def test_staff_without_a_person_have_no_pin(wallet, now):
    with pytest.raises(NotAllowed, match="没有关联申请人身份"):
        pin.set_pin(
            account=Account.objects.get(username="liufang"), password="", pin="395817", address=ADDRESS, now=now
        )


@pytest.mark.parametrize(
    ("scope", "facts"),
    [
        (
            Scope.EVERYTHING,
            [
                "河北渤远航运有限公司",
                OWNER.number,
                "渤远一号",
                "9074729",
                "2026-03-02",
                "2031-03-02",
                draft(7).identifier,
            ],
        ),
        (Scope.STATE, [OWNER.name, "2031-03-02"]),
    ],
)
def test_by_pin_the_newest_that_counts_shows(wallet, now, today, scope, facts):
    later = now + timedelta(minutes=1)
    (newest,) = actions.issue_many(stream="application:2", drafts=[draft(7)], now=later)
    id = ask(later)

    asking.allow_by_pin(operation="p", actor=representative(), asking=id, types=["C_NAT"], scope=scope, now=later)
    (shown,) = reading.allowed(actor_of("liufang"), asking=id, now=later, today=today)[1]

    assert (shown.line.identifier, [fact.value for fact in shown.facts]) == (newest.identifier, facts)


def test_a_persons_number_shows_masked_by_pin(wallet, now, today):
    person = Account.objects.get(username="wangjianguo").person
    holder = Holder(person.key, DocumentType.PASSPORT, "王建国", "EA1234567")
    actions.issue_many(stream="application:3", drafts=[draft(3, holder=holder)], now=now)
    id = ask(now)

    asking.allow_by_pin(
        operation="p", actor=actor_of("wangjianguo"), asking=id, types=["C_NAT"], scope=Scope.EVERYTHING, now=now
    )
    ((one,)) = reading.allowed(actor_of("liufang"), asking=id, now=now, today=today)[1]

    assert "EA*****67" in [fact.value for fact in one.facts]
    assert "EA1234567" not in str(one.facts)


def test_by_pin_a_clerk_may_learn_that_there_is_none(wallet, now, today):
    id = ask(now, types=["C_OWN"])

    asking.allow_by_pin(operation="p", actor=representative(), asking=id, types=["C_OWN"], scope=Scope.STATE, now=now)

    assert reading.allowed(actor_of("liufang"), asking=id, now=now, today=today)[1] == ()


# --- the log of uses --------------------------------------------------------------------------------------------------


APPLIED = UsedIn("130209-20260302-000001-A", {("M_B", "", IDENTIFIER): Basis.DUTY})


@pytest.fixture
def used(wallet, now, monkeypatch) -> None:
    """Something of everything, much of it in one instant."""
    id = share(now, uses=9)
    share(now, "second")
    for number in range(4):
        sharing.open_up(operation=f"o{number}", token=secrets.token_of(id), now=now)
    sharing.withdraw(operation="w", actor=representative(), share=id, now=now + timedelta(minutes=1))
    allowed, refused = ask(now), ask(now, "refused")
    asking.allow(operation="a", actor=representative(), asking=allowed, chosen=NAME, now=now)
    asking.refuse(operation="r", actor=representative(), asking=refused, now=now)
    for minutes in (0, 0, 2):
        reading.allowed(
            actor_of("liufang"), asking=allowed, now=now + timedelta(minutes=minutes), today=date(2026, 3, 2)
        )
    taken = [actions.Use(material, "", IDENTIFIER) for material in ("M_B", "M_a", "M_A")]
    with transaction.atomic():
        actions.rely(stream="application/1", uses=taken, now=now)
        actions.rely(stream="application/unknown", uses=taken, now=now)
    monkeypatch.setattr(adapters, "_applications", [lambda streams: {"application/1": APPLIED}])


def test_the_log_tells_each_use_with_its_ground(used, now):
    page = uses.page(holder=OWNER.party).uses
    told = [(one.kind.value, one.number, one.recipient, one.purpose, one.certificates) for one in page[:-3]]

    words = ("唐山港集团", "进港核对船舶国籍", (IDENTIFIER,))
    window = ("", "qualification", (IDENTIFIER,))
    assert told == [
        ("seen", 0, *window),
        ("withdrawn", 0, *words),
        ("seen", 0, *window),
        ("seen", 0, *window),
        ("allowed", 0, *window),
        ("refused", 0, "", "qualification", ()),
        *[("opened", number, *words) for number in (1, 2, 3, 4)],
        ("shared", 0, *words),
        ("shared", 0, *words),
    ]
    assert [(one.kind.value, one.application, one.basis, one.certificates) for one in page[-3:]] == [
        ("used", APPLIED.number, basis, (IDENTIFIER,)) for basis in ("", "duty", "")
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 11, 14, 15])
def test_turning_pages_shows_each_use_once(used, size):
    whole = uses.page(holder=OWNER.party, size=50).uses

    turned, place = [], None
    while True:
        page = uses.page(holder=OWNER.party, after=place, size=size)
        turned += page.uses
        if not page.next:
            break
        place = uses.Place.parse(page.next)

    assert turned == list(whole)


def test_the_log_of_one_holder_tells_nothing_of_another(used):
    assert uses.page(holder=CITIZEN.party) == uses.Page((), "")


def test_the_log_costs_the_same_however_long(used, django_assert_num_queries):
    for size in (1, 15):
        with django_assert_num_queries(12):
            uses.page(holder=OWNER.party, size=size)


@pytest.mark.parametrize(
    "text",
    [
        *["", "x", "~~", "2026-03-02~1~x", "2026-03-02T01:00:00+00:00~99~x", "9" * 40 + "~1~", "1~2~3~4"],
        *["0001-01-01T00:00:00+14:00~1~x", "9999-12-31T23:59:59-14:00~1~x", "2026-03-02T01:00:00+00:00~1~x\0"],
    ],
)
def test_a_place_that_is_none_begins_anew(text):
    assert uses.Place.parse(text) is None
