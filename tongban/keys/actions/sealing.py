"""How is personal data kept so that it can be erased? Sealed under a key of its own for every person.

A value is sealed with SM4-GCM under the person's data key and bound to the person's name. Erasing destroys the key:
what was sealed stays where it is, in rows and journals, and nobody can read it any more. A process remembers the keys
it used, so a warm call asks the database nothing; after an erasure other processes forget within `FRESH_SECONDS`.

An identity number is found again by its blind index: a keyed digest that cannot be computed, nor guessed through,
without the vault of the node.

Source: Personal Information Protection Law, arts. 47, 51; GB/T 35273-2020, 6.3 and 8.3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from tongban.crypto import base64url, sm4
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.keys.memory import Memory
from tongban.keys.models import DataKey
from tongban.keys.vault import Damaged, vault

FRESH_SECONDS = 60.0
_keys: Memory[bytes] = Memory(kept=20_000, fresh_seconds=FRESH_SECONDS)


class Erased(Refused):
    """The person's data key was destroyed."""

    code = "erased"
    status = 410


def seal(*, person: str, plaintext: bytes) -> Sealed:
    """Seal one value under the person's data key, made where there is none. Raises Erased."""
    return seal_many([(person, plaintext)])[0]


def seal_many(values: Iterable[tuple[str, bytes]]) -> list[Sealed]:
    """Seal values of several people, in their order, with a constant number of statements. Raises Erased."""
    values = list(values)
    keys = _keys_of({person for person, _ in values}, make=True)
    return [Sealed(person, _sealed(keys[person], person, plaintext)) for person, plaintext in values]


def unseal(sealed: Sealed) -> bytes:
    """Return what was sealed. Raises Erased, and Damaged where the content was changed."""
    return unseal_many([sealed])[0]


def unseal_many(many: Sequence[Sealed]) -> list[bytes]:
    """Return what was sealed, in order, with one statement at most. Raises Erased, Damaged."""
    keys = _keys_of({sealed.person for sealed in many}, make=False)
    return [_unsealed(keys[sealed.person], sealed) for sealed in many]


def erase(*, person: str, now: datetime) -> None:
    """Destroy the person's data key; a second erasure changes nothing, and a person without a key gets none later."""
    with transaction.atomic():
        DataKey.objects.bulk_create([DataKey(person=person, wrapped=b"", erased_at=now)], ignore_conflicts=True)
        DataKey.objects.filter(person=person, erased_at=None).update(wrapped=b"", erased_at=now)
        _keys.drop(person)


def blind(value: str) -> str:
    """Return 64 hexadecimal digits by which an equal value is found again, on this node only."""
    return vault().mac(value.encode()).hex()


def _sealed(key: bytes, person: str, plaintext: bytes) -> str:
    return base64url.encode(sm4.seal(key=key, plaintext=plaintext, associated=person.encode()))


def _unsealed(key: bytes, sealed: Sealed) -> bytes:
    try:
        return sm4.unseal(key=key, sealed=base64url.decode(sealed.ciphertext), associated=sealed.person.encode())
    except ValueError as wrong:
        raise Damaged(
            "加密的个人信息无法解开：内容被改动，或不属于此人。请从备份恢复该记录，并报告安全管理员。"
        ) from wrong


def _keys_of(people: Collection[str], *, make: bool) -> dict[str, bytes]:
    known = {person: key for person in people if (key := _keys.get(person)) is not None}
    unknown = sorted(set(people) - known.keys())
    if not unknown:
        return known
    rows = _read(unknown)
    if make and (missing := [person for person in unknown if person not in rows]):
        rows |= _make(missing)
    for person in unknown:
        if person not in rows:
            raise Damaged("加密的个人信息无法解开：数据库中没有对应的密钥。请从备份恢复密钥表，并报告安全管理员。")
        known[person] = _keys.get(person) or _opened(person, rows[person])
    return known


def _read(people: Sequence[str]) -> dict[str, DataKey]:
    return DataKey.objects.in_bulk(people)


def _make(people: Sequence[str]) -> dict[str, DataKey]:
    """Make keys, in the order of names lest two processes wait for each other; of racing processes the first wins."""
    fresh = {person: sm4.generate() for person in people}
    made = {person: vault().wrap(key=key, purpose=_purpose(person)) for person, key in fresh.items()}
    DataKey.objects.bulk_create(
        [DataKey(person=person, wrapped=wrapped) for person, wrapped in made.items()], ignore_conflicts=True
    )
    rows = _read(people)
    for person, row in rows.items():
        if bytes(row.wrapped) == made[person]:
            _keys.keep_made(person, fresh[person])
    return rows


def _opened(person: str, row: DataKey) -> bytes:
    if row.erased_at is not None:
        raise Erased(f"此人的个人信息已于 {row.erased_at:%Y-%m-%d} 按其要求删除，无法再读取或新增。")
    key = vault().unwrap(wrapped=bytes(row.wrapped), purpose=_purpose(person))
    _keys.keep_read(person, key)
    return key


def _purpose(person: str) -> str:
    return f"data key {person}"
