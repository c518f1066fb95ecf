"""How is an application filled in before it is handed in?

A draft holds answers, form values and uploads; values and the names people gave their files are sealed, for a name is
often a person's. It is plain editing: one owner, no journal. Every change is
written upon the revision it was made on; where another request came first, it is made anew upon what stands now, so
that two uploads at the same moment both arrive. A page that was open meanwhile is told by its form (`forms/apply.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction

from tongban.casework import promising
from tongban.casework.models import Draft
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue
from tongban.catalogue.actions import write_alone
from tongban.domain import alone, elements, instant, materials, plan, promises
from tongban.domain.catalogue import Bundle, Catalogue
from tongban.domain.clock import day_of
from tongban.domain.codec import from_plain, to_plain
from tongban.domain.materials import place
from tongban.domain.plan import Plan
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.files import actions as files
from tongban.keys import actions as keys
from tongban.people.actor import Actor
from tongban.people.ids import uuid7
from tongban.people.permissions import NotAllowed


class NoSuchDraft(Refused):
    code = "no_such_draft"
    status = 404


class DraftSubmitted(Refused):
    code = "draft_submitted"


class Overtaken(Refused):
    """Others kept changing the draft while this change was made."""

    code = "draft_overtaken"


class NotAsked(Refused):
    """An upload for a material that this application does not ask for."""

    code = "not_asked"


ATTEMPTS = 5


def start(*, actor: Actor, bundle: str, now: datetime) -> Draft:
    """Open a draft for the party one acts for now; one that nobody has touched yet serves again."""
    party = _party(actor)
    current = catalogue.latest(bundle)
    return _begun(party, actor, current.code, current.version, now)


def start_alone(*, actor: Actor, matter: str, by: str, now: datetime) -> Draft:
    """Open a draft for one matter alone, as the body `by` offers it today.

    Raises NotAllowed, NotInCatalogue, NotOnline, OnTheSpot.
    """
    return _begun(_party(actor), actor, *offered_alone(matter, by=by, now=now), now)


def offered_alone(matter: str, *, by: str, now: datetime, at_window: bool = False) -> tuple[str, int]:
    """Return code and version of the bundle of one, as the body `by` offers the matter today.

    Raises NotInCatalogue, NotOnline, OnTheSpot.
    """
    offered = catalogue.alone(matter, by=by, today=day_of(now))
    instant.demand_ordinary(offered.standard)
    demand = alone.demand_at_window if at_window else alone.demand_online
    demand(offered.standard, offered.implementation)
    return write_alone(offered, now=now)


def _party(actor: Actor) -> str:
    if actor.party is None:
        raise NotAllowed("未能开始申请：您的账户没有关联申请人身份。请用申请人账户登录后再办。")
    return actor.party.id


def _begun(party: str, actor: Actor, bundle: str, version: int, now: datetime) -> Draft:
    found = untouched(party=party, account=actor.id, bundle=bundle, version=version)
    if found is not None:
        return found
    begun = fresh(party=party, account=actor.id, bundle=bundle, version=version, now=now)
    begun.save(force_insert=True)
    return begun


def untouched(*, party: str, account: str, bundle: str, version: int, carried_from: str = "") -> Draft | None:
    """Return a draft that was opened like this and that nobody has changed or handed in since."""
    return Draft.objects.filter(
        party=party,
        account=account,
        bundle=bundle,
        bundle_version=version,
        revision=1,
        submitted_at=None,
        carried_from=carried_from,
    ).first()


def fresh(*, party: str, account: str, bundle: str, version: int, now: datetime) -> Draft:
    """Return a draft in which nothing is filled in, not stored yet."""
    return Draft(
        id=str(uuid7(now=now)),
        party=party,
        account=account,
        bundle=bundle,
        bundle_version=version,
        created_at=now,
        changed_at=now,
    )


def open_draft(draft: str, *, actor: Actor) -> Draft:
    """Return a draft of one's party that one's mandate reaches. Raises NoSuchDraft, also for a stranger's."""
    found = Draft.objects.filter(pk=draft).first()
    if found is None or actor.party is None or found.party != actor.party.id or not _reached(found, actor):
        raise _no_such_draft()
    return found


def mine(*, actor: Actor) -> list[Draft]:
    """Return the open drafts of the party one acts for that one's mandate reaches, the last changed first."""
    if actor.party is None:
        return []
    found = Draft.objects.filter(party=actor.party.id, submitted_at=None).order_by("-changed_at")
    return [draft for draft in found if _reached(draft, actor)]


def _reached(draft: Draft, actor: Actor) -> bool:
    """Whether a mandate for some matters reaches a draft: it holds one of them, or the agent began it himself."""
    if actor.mandate_matters is None or draft.account == actor.id:
        return True
    return any(case.matter in actor.mandate_matters for case in derive(draft).cases)


def of_bundle(draft: Draft) -> tuple[Catalogue, Bundle]:
    return catalogue.catalogue_of(draft.bundle, draft.bundle_version)


def derive(draft: Draft, *, today: date | None = None) -> Plan:
    """Return the plan of a draft as its answers stand; with `today` it is proved as if accepted on that day."""
    calendar = calendars.load() if today else None
    people = [one["id"] for one in people_of(draft)]
    bundle = of_bundle(draft)
    return plan.derive(*bundle, draft.answers, only=draft.matters, people=people, calendar=calendar, start=today)


def people_of(draft: Draft) -> list[dict[str, Any]]:
    """Return the people of a draft in plain values; one statement where its key is not at hand."""
    if not draft.people:
        return []
    listed: list[dict[str, Any]] = json.loads(keys.unseal(from_plain(json.loads(draft.people), Sealed)))
    return listed


def name_people(draft: Draft, listed: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Write for whom the draft asks; files of people who are not on the list any more go with them."""
    plaintext = json.dumps(list(listed), ensure_ascii=False).encode()
    people = json.dumps(to_plain(keys.seal(person=draft.party, plaintext=plaintext), Sealed)) if listed else ""
    gone = {one["id"] for one in people_of(draft)} - {one["id"] for one in listed}
    ends = tuple(place("", person) for person in gone)
    _change(
        draft,
        now=now,
        change=lambda stands: {
            "people": people,
            "uploads": {where: kept for where, kept in stands.uploads.items() if not where.endswith(ends)},
        },
    )


def answer(draft: Draft, answers: Mapping[str, str], *, now: datetime) -> None:
    """Take down answers to the bundle's questions. Raises UnknownAnswer, NothingChosen."""
    full = plan.complete(of_bundle(draft)[1], answers)
    plan.derive(*of_bundle(draft), full)
    _change(draft, now=now, change=lambda stands: {"answers": full, "matters": []})


@transaction.atomic
def divide(draft: Draft, *, today: date, now: datetime) -> list[Draft]:
    """Keep the first stage of a plan that cannot be handed in together, and open a draft for each later stage.

    The later drafts take answers, values and uploads along, so that nothing is given twice. Returns all, in order.
    """
    stages = derive(draft, today=today).stages
    _change(draft, now=now, change=lambda stands: {"matters": list(stages[0])})
    later = [
        Draft(
            id=str(uuid7(now=now)),
            party=draft.party,
            account=draft.account,
            bundle=draft.bundle,
            bundle_version=draft.bundle_version,
            answers=draft.answers,
            matters=list(stage),
            values=draft.values,
            uploads=draft.uploads,
            deferred=draft.deferred,
            committed=draft.committed,
            consented=draft.consented,
            by_commitment=draft.by_commitment,
            people=draft.people,
            carried_from=draft.carried_from,
            carried=draft.carried,
            revision=draft.revision,
            created_at=now,
            changed_at=now,
        )
        for stage in stages[1:]
    ]
    return [draft, *Draft.objects.bulk_create(later)]


def values(draft: Draft) -> dict[str, str]:
    if not draft.values:
        return {}
    filled: dict[str, str] = json.loads(keys.unseal(from_plain(json.loads(draft.values), Sealed)))
    return filled


def fill(draft: Draft, given: Mapping[str, str], *, today: date, now: datetime) -> dict[str, Refused]:
    """Keep the values that are right and return a refusal for each that is not, by element.

    What was taken over and is filled in again, with the same value or another, has been looked at.
    """
    known = of_bundle(draft)[0].elements
    right: dict[str, str] = {}
    wrong: dict[str, Refused] = {}
    for code, text in given.items():
        try:
            right[code] = elements.check(known[code], text, today=today)
        except elements.InvalidElement as invalid:
            wrong[code] = invalid
    _change(
        draft,
        now=now,
        change=lambda stands: {
            "values": sealed(stands, values(stands) | right),
            "carried": [code for code in stands.carried if code not in right],
        },
    )
    return wrong


def carries(draft: Draft) -> tuple[str, ...]:
    """Return what stands as it was taken over from an earlier application: data elements and materials, by code."""
    return (*draft.carried, *(code for code, kept in draft.uploads.items() if kept.get("carried")))


def look_over(draft: Draft, material: str, *, now: datetime) -> None:
    """Confirm that a file which was taken over is still the right one."""
    _change(
        draft,
        now=now,
        change=lambda stands: {
            "uploads": {
                code: kept | {"carried": False} if code == material and "carried" in kept else kept
                for code, kept in stands.uploads.items()
            }
        },
    )


def sealed(draft: Draft, kept: Mapping[str, str]) -> str:
    sealed = keys.seal(person=draft.party, plaintext=json.dumps(kept, ensure_ascii=False).encode())
    return json.dumps(to_plain(sealed, Sealed))


def upload(draft: Draft, material: str, *, name: str, stream: BinaryIO, size: int, now: datetime) -> None:
    """Keep a file for a material. Raises NotAsked and what `files.store` refuses."""
    _demand_open(draft)
    _demand_asked(draft, material)
    stored = files.store(party=draft.party, name=name, stream=stream, size_hint=size, now=now)
    name = keys.seal(person=draft.party, plaintext=stored.name.encode()).ciphertext
    kept = {"digest": stored.digest, "name": name, "size": stored.size}
    _change(
        draft,
        now=now,
        change=lambda stands: _unpromised(stands, material) | {"uploads": stands.uploads | {material: kept}},
    )


def file_name(draft: Draft, material: str) -> str:
    """Return the name of an uploaded file as it was given."""
    return keys.unseal(Sealed(person=draft.party, ciphertext=draft.uploads[material]["name"])).decode()


def remove_upload(draft: Draft, material: str, *, now: datetime) -> None:
    _change(
        draft,
        now=now,
        change=lambda stands: {"uploads": {code: kept for code, kept in stands.uploads.items() if code != material}},
    )


def defer(draft: Draft, material: str, *, now: datetime) -> None:
    """Promise a material for later. Raises DeferralNotAllowed."""
    if material not in promising.deferrable(derive(draft), of_bundle(draft)[0]):
        raise promises.DeferralNotAllowed(
            "未保存：这份材料不在可容缺材料清单内，或是必要材料。请现在上传。", field=material
        )
    _promise(draft, material, "deferred", now)


def commit(draft: Draft, material: str, *, now: datetime) -> None:
    """Let a commitment replace a proof. Raises CommitmentNotAllowed."""
    if material not in promising.committable(derive(draft), of_bundle(draft)[0]):
        raise promises.CommitmentNotAllowed("未保存：这份材料不能以承诺代替。请上传该材料。", field=material)
    _promise(draft, material, "committed", now)


def unpromise(draft: Draft, material: str, *, now: datetime) -> None:
    """Take back that a material is promised; it is to be uploaded again."""
    _change(draft, now=now, change=lambda stands: _unpromised(stands, material))


def consent(draft: Draft, material: str, *, given: bool, now: datetime) -> None:
    """Let a recognised certificate be used in the place of a material, or take that back. Raises NotAsked."""
    _demand_asked(draft, material)
    _change(
        draft,
        now=now,
        change=lambda stands: {
            "consented": [*(each for each in stands.consented if each != material), *[material] * given]
        },
    )


def choose_route(draft: Draft, matter: str, *, by_commitment: bool, now: datetime) -> None:
    """Take the route of commitment for a matter, or the ordinary one. Raises CommitmentNotAllowed."""
    if by_commitment and matter not in promising.by_choice(derive(draft), of_bundle(draft)[0]):
        raise promises.CommitmentNotAllowed("未保存：这个事项不实行告知承诺制。请按一般程序办理。", field=matter)
    _change(
        draft,
        now=now,
        change=lambda stands: {
            "by_commitment": [*(each for each in stands.by_commitment if each != matter), *[matter] * by_commitment]
        },
    )


def _promise(draft: Draft, material: str, how: str, now: datetime) -> None:
    def change(stands: Draft) -> dict[str, Any]:
        kept = _unpromised(stands, material)
        uploads = {code: upload for code, upload in stands.uploads.items() if code != material}
        return kept | {how: [*kept[how], material], "uploads": uploads}

    _change(draft, now=now, change=change)


def _unpromised(draft: Draft, material: str) -> dict[str, Any]:
    return {how: [code for code in getattr(draft, how) if code != material] for how in ("deferred", "committed")}


def discard(draft: Draft) -> None:
    """Delete a draft that is as it was looked up. Raises DraftSubmitted, Overtaken."""
    _demand_open(draft)
    deleted, _ = Draft.objects.filter(pk=draft.pk, submitted_at=None, pre_reviews=draft.pre_reviews).delete()
    if not deleted:
        _look_again(draft)
        _demand_open(draft)
        raise Overtaken("未删除：这份草稿刚刚在别处提请了预审。请刷新页面，核对后再删除。")


def _demand_asked(draft: Draft, material: str) -> None:
    planned = derive(draft)
    asked = {place(ask.material, ask.subject) for ask in planned.asks}
    asked |= set(materials.certificates_needed(planned.cases))
    if material not in asked:
        raise NotAsked("文件未保存：这份申请不需要该材料。请核对材料清单。", field=material)


def _demand_open(draft: Draft) -> None:
    if draft.submitted_at is not None:
        raise DraftSubmitted("未保存：这份申请已经提交，不能再修改草稿。请到“我的办件”查看进度。")


def _change(draft: Draft, *, now: datetime, change: Callable[[Draft], dict[str, Any]]) -> None:
    """Write what `change` makes of the draft; where another request came first, make it anew of what stands now."""
    for _ in range(ATTEMPTS):
        _demand_open(draft)
        changes = change(draft) | {"changed_at": now}
        changed = Draft.objects.filter(pk=draft.pk, revision=draft.revision, submitted_at=None).update(
            revision=draft.revision + 1, **changes
        )
        if changed:
            for name, value in changes.items():
                setattr(draft, name, value)
            draft.revision += 1
            return
        _look_again(draft)
    raise Overtaken("未保存：这份草稿正在别处修改。请稍候刷新页面，核对后再保存。")


def _look_again(draft: Draft) -> None:
    try:
        draft.refresh_from_db()
    except Draft.DoesNotExist:
        raise _no_such_draft() from None


def _no_such_draft() -> NoSuchDraft:
    return NoSuchDraft("没有找到这份草稿。请从“我的办件”中打开，或重新开始申请。")
