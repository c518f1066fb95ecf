"""Personal data: sealed under the person's own key, readable until that key is destroyed."""

import pytest
from django.db import transaction

from tests.own_database import OwnDatabase
from tongban.domain.sealed import Sealed
from tongban.keys import actions
from tongban.keys.actions import sealing
from tongban.keys.models import DataKey
from tongban.keys.vault import Damaged

PERSON = "person:019ab"


def forget() -> None:
    """What a restart does."""
    sealing._keys._shared.clear()


@pytest.mark.django_db
def test_what_is_sealed_opens_and_shows_nothing():
    sealed = actions.seal(person=PERSON, plaintext="张三".encode())

    assert actions.unseal(sealed).decode() == "张三"
    assert sealed.person == PERSON
    assert actions.seal(person=PERSON, plaintext="张三".encode()) != sealed


@pytest.mark.django_db
def test_each_person_has_a_key_of_their_own():
    one, other = actions.seal_many([("person:1", b"one"), ("person:2", b"other")])

    with pytest.raises(Damaged, match="不属于此人"):
        actions.unseal(Sealed(person="person:2", ciphertext=one.ciphertext))
    assert actions.unseal_many([other, one, other]) == [b"other", b"one", b"other"]
    assert DataKey.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda text: ("B" if text[0] == "A" else "A") + text[1:],
        lambda text: text[:-4],
        lambda text: "",
        lambda text: "=",
    ],
)
def test_a_changed_ciphertext_is_told(change):
    sealed = actions.seal(person=PERSON, plaintext=b"plain")

    with pytest.raises(Damaged, match="内容被改动"):
        actions.unseal(Sealed(person=PERSON, ciphertext=change(sealed.ciphertext)))


@pytest.mark.django_db
def test_erasing_destroys_the_key_and_leaves_the_ciphertext(now):
    sealed = actions.seal(person=PERSON, plaintext=b"plain")
    kept = actions.seal(person="person:other", plaintext=b"kept")

    actions.erase(person=PERSON, now=now)
    actions.erase(person=PERSON, now=now.replace(year=2027))

    with pytest.raises(actions.Erased, match="已于 2026-03-02 按其要求删除"):
        actions.unseal(sealed)
    with pytest.raises(actions.Erased):
        actions.seal(person=PERSON, plaintext=b"again")
    assert actions.unseal(kept) == b"kept"
    assert bytes(DataKey.objects.get(person=PERSON).wrapped) == b""


@pytest.mark.django_db
def test_an_erased_person_without_a_key_gets_none_later(now):
    actions.erase(person=PERSON, now=now)

    with pytest.raises(actions.Erased):
        actions.seal(person=PERSON, plaintext=b"x")


def test_an_erasure_holds_after_commit_for_all_threads(own_database: OwnDatabase, now):
    sealed = actions.seal(person=PERSON, plaintext=b"plain")
    [before] = own_database.together(lambda: actions.unseal(sealed))

    actions.erase(person=PERSON, now=now)
    [after] = own_database.together(lambda: actions.unseal(sealed))

    assert (before, type(after)) == (b"plain", actions.Erased)


def test_an_erasure_that_was_rolled_back_erases_nothing(own_database: OwnDatabase, now):
    sealed = actions.seal(person=PERSON, plaintext=b"plain")

    def erase_and_fail():
        with transaction.atomic():
            actions.erase(person=PERSON, now=now)
            with pytest.raises(actions.Erased):
                actions.unseal(sealed)
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        erase_and_fail()

    assert actions.unseal(sealed) == b"plain"


def test_another_process_forgets_an_erased_key_in_time(own_database: OwnDatabase, now, monkeypatch):
    sealed = actions.seal(person=PERSON, plaintext=b"plain")
    # Another process erases: this one hears nothing.
    DataKey.objects.update(wrapped=b"", erased_at=now)

    assert actions.unseal(sealed) == b"plain"
    monkeypatch.setattr(sealing._keys, "_fresh_seconds", -1.0)
    with pytest.raises(actions.Erased):
        actions.unseal(sealed)


def test_a_key_that_was_rolled_back_seals_nothing_that_stays(own_database: OwnDatabase):
    def seal_and_fail():
        with transaction.atomic():
            lost = actions.seal(person=PERSON, plaintext=b"lost")
            assert actions.unseal(lost) == b"lost"
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        seal_and_fail()
    sealed = actions.seal(person=PERSON, plaintext=b"kept")
    forget()

    assert actions.unseal(sealed) == b"kept"


def test_a_savepoint_that_was_rolled_back_takes_its_key_with_it(own_database: OwnDatabase):
    with transaction.atomic():
        first = actions.seal(person="person:1", plaintext=b"first")
        with pytest.raises(RuntimeError, match="undone"), transaction.atomic():
            actions.seal(person=PERSON, plaintext=b"lost")
            raise RuntimeError("undone")
        sealed = actions.seal(person=PERSON, plaintext=b"kept")
    forget()

    assert actions.unseal_many([first, sealed]) == [b"first", b"kept"]


def test_a_warm_seal_asks_the_database_nothing(own_database: OwnDatabase, django_assert_num_queries):
    people = [f"person:{number}" for number in range(17)]
    # Look, make, look who was first.
    with transaction.atomic(), django_assert_num_queries(3):
        sealed = actions.seal_many([(person, b"x") for person in people for _ in range(3)])
    with django_assert_num_queries(0):
        actions.seal_many([(person, b"x") for person in people])
        actions.unseal_many(sealed)
        actions.seal(person=people[0], plaintext=b"x")
    forget()
    with django_assert_num_queries(1):
        actions.unseal_many(sealed)
    with django_assert_num_queries(0):
        actions.unseal_many(sealed)


def test_in_its_own_transaction_a_new_key_is_warm(own_database: OwnDatabase, django_assert_num_queries):
    with transaction.atomic():
        sealed = actions.seal(person=PERSON, plaintext=b"x")
        with django_assert_num_queries(0):
            assert actions.unseal(sealed) == b"x"


def test_threads_that_make_a_key_at_once_make_one(own_database: OwnDatabase):
    sealed = own_database.together(*[lambda n=n: actions.seal(person=PERSON, plaintext=b"%d" % n) for n in range(8)])
    forget()

    assert actions.unseal_many(sealed) == [b"%d" % n for n in range(8)]
    assert DataKey.objects.count() == 1


def test_groups_of_people_in_opposite_order_do_not_wait_for_each_other(own_database: OwnDatabase):
    people = [f"person:{number}" for number in range(20)]

    both = own_database.together(
        lambda: actions.seal_many([(person, b"x") for person in people]),
        lambda: actions.seal_many([(person, b"y") for person in reversed(people)]),
    )
    forget()

    assert [actions.unseal_many(sealed) for sealed in both] == [[b"x"] * 20, [b"y"] * 20]


@pytest.mark.django_db
def test_a_key_moved_to_another_person_does_not_open():
    actions.seal_many([("person:1", b"x"), ("person:2", b"y")])
    sealed = Sealed(person="person:3", ciphertext=actions.seal(person="person:1", plaintext=b"x").ciphertext)
    DataKey.objects.create(person="person:3", wrapped=DataKey.objects.get(person="person:1").wrapped)

    with pytest.raises(Damaged, match="请从备份恢复"):
        actions.unseal(sealed)


@pytest.mark.django_db
def test_a_missing_key_is_told():
    with pytest.raises(Damaged, match="没有对应的密钥"):
        actions.unseal(Sealed(person="person:nobody", ciphertext="AAAA"))
    assert DataKey.objects.count() == 0


def test_a_blind_index_finds_the_equal_value_on_this_node_only(settings, tmp_path):
    here = actions.blind("110101199003070011")

    assert actions.blind("110101199003070011") == here
    assert actions.blind("110101199003070012") != here
    assert (len(here), int(here, 16) > 0) == (64, True)
    settings.KEYS_DIR = tmp_path / "another node"
    assert actions.blind("110101199003070011") != here
