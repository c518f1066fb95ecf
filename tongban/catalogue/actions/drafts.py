"""What a steward does with an unfinished version: begin, save, bring up to date, discard, publish.

A draft is not journalled and nobody else's: only stewards of its region see it. It names the version it began from.
When that has moved on meanwhile, publishing is refused until the steward has looked at what changed: nobody undoes
another's version without knowing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from tongban.catalogue import code_tables, models
from tongban.catalogue.actions.publish import Holdings, publish
from tongban.catalogue.body import Body
from tongban.catalogue.queries import stewards
from tongban.catalogue.queries.stewards import Content, Drafted, NoSuchDraft
from tongban.domain import consistency
from tongban.domain.catalogue import Implementation, Standard, Terms
from tongban.domain.codec import to_plain
from tongban.domain.merging import merge
from tongban.domain.refused import Refused
from tongban.journal import queries as journal
from tongban.journal.actions import Answer
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may


class Overtaken(Refused):
    """Another steward of the region saved the same draft meanwhile."""

    code = "overtaken"


class Moved(Refused):
    """What the draft began from has a newer version, or the standard in force is another."""

    code = "draft_out_of_date"


class NothingToKeep(Refused):
    """There is no standard in force that an implementation could follow, or no standard to amend."""

    code = "nothing_to_keep"


def begin_standard(
    *, actor: Actor, matter: str, region: str, now: datetime, today: date, terms: Terms | None = None
) -> int:
    """Open the region's draft of a standard, or the one there is; `terms` says what to propose in it.

    Answers the draft's number. Raises NotAllowed, NothingToKeep.
    """
    may(actor, "keep_standards", region=region)
    stands = stewards.where_it_stands(matter, body="", today=today)
    if not isinstance(stands.newest, Standard):
        raise NothingToKeep(f"未开始：事项 {matter} 还没有标准。请先导入或发布它的标准。")
    if stands.newest.owner:
        may(actor, "keep_standards", region=stands.newest.owner)
    content = _saying(stands.newest, terms) if terms else stands.newest
    return _begin(actor, matter, "", region, content, stands, now, anew=terms is not None)


def begin_implementation(*, actor: Actor, matter: str, body: str, now: datetime, today: date) -> int:
    """Open the draft of how a body offers a matter, or the one there is; answers its number.

    Where the body does not offer the matter yet, the draft says what the standard in force says.
    Raises NotAllowed, NothingToKeep.
    """
    stands = stewards.where_it_stands(matter, body=body, today=today)
    newest = stands.newest if isinstance(stands.newest, Implementation) else None
    department = people.department(uscc=body)
    if newest is None and department is None:
        raise NothingToKeep("未开始：没有这个机构。请从列表中选择机构。")
    region = newest.region if newest else department.region if department else ""
    may(actor, "keep_standards", region=region)
    if stands.standard is None:
        raise NothingToKeep(f"未开始：事项 {matter} 没有生效的标准。请先发布标准，再编写实施清单。")
    content = newest or _first(stands.standard, body=body, region=region)
    return _begin(actor, matter, body, region, content, stands, now)


def save(*, actor: Actor, draft: int, seen: datetime, content: Content, now: datetime) -> None:
    """Keep what the steward wrote. `seen` is the state of the draft that he saw. Raises NotAllowed, Overtaken."""
    held = stewards.draft(draft, actor=actor)
    _write(actor, held, seen, _of(held, content), base=held.base, follows=held.follows, now=now)


def bring_up_to_date(*, actor: Actor, draft: int, seen: datetime, now: datetime, today: date) -> None:
    """Let the draft stand on the newest version from now on, with the steward's own changes kept."""
    held = stewards.draft(draft, actor=actor)
    stands = stewards.where_it_stands(held.matter, body=held.body, today=today)
    content = held.content
    base = stewards.version(held.matter, body=held.body, number=held.base)
    if base is not None and stands.newest is not None and type(base) is type(stands.newest) is type(content):
        content = merge(base=base, newest=stands.newest, mine=content)
    _write(actor, held, seen, _of(held, content), base=stands.base, follows=stands.follows, now=now)


def discard(*, actor: Actor, draft: int) -> None:
    held = stewards.draft(draft, actor=actor)
    models.Draft.objects.filter(pk=held.id).delete()


def publish_draft(
    *,
    operation: str,
    actor: Actor,
    draft: int,
    seen: datetime,
    now: datetime,
    today: date,
    change_of_law: str = "",
) -> Answer:
    """Publish what the draft says and clear it away; a joint standard is thereby proposed to all regions.

    The same operation again gets the first answer, although the draft is gone by then. Raises NoSuchDraft, NotAllowed,
    Overtaken, Moved, Contradicts, and what `publish` refuses.
    """
    with transaction.atomic():
        try:
            held = stewards.draft(draft, actor=actor)
        except NoSuchDraft:
            answered = journal.first_answer(actor=actor.id, operation=operation)
            if answered is None:
                raise
            return answered
        if held.updated_at != seen:
            raise _overtaken()
        stands = stewards.where_it_stands(held.matter, body=held.body, today=today)
        demand_current(held, stands)
        consistency.demand(remarks(held.content, stands.standard))
        answer = publish(
            operation=operation, actor=actor, holdings=_holdings(held.content), now=now, change_of_law=change_of_law
        )
        models.Draft.objects.filter(pk=held.id).delete()
        return answer


def demand_current(held: Drafted, stands: stewards.Now) -> None:
    """Raise Moved when the draft began from something that is no longer the newest."""
    if held.base != stands.base:
        raise Moved(
            f"未发布：这份草稿以第 {held.base} 版为底，现在已是第 {stands.base} 版。请核对两版的差异，再以新版为底。"
        )
    if held.body and held.follows != stands.follows:
        raise Moved(
            f"未发布：草稿所依的是标准第 {held.follows} 版，现在生效的是第 {stands.follows} 版。请对照新标准核对。"
        )


def remarks(content: Content, standard: Standard | None) -> tuple[consistency.Remark, ...]:
    """Return what contradicts itself in a draft."""
    if isinstance(content, Standard):
        return consistency.check(standard=content, themes_for=code_tables.served_by_theme())
    return () if standard is None else consistency.check(standard=standard, implementation=content)


def _saying(standard: Standard, terms: Terms) -> Standard:
    return replace(
        standard,
        name=terms.name,
        conditions=terms.conditions,
        requirements=terms.requirements,
        statutory=terms.statutory,
        promised=terms.promised,
        yields=terms.yields,
        document=terms.document,
        recognised_in=terms.recognised_in,
    )


def _first(standard: Standard, *, body: str, region: str) -> Implementation:
    return Implementation(
        matter=standard.matter,
        region=region,
        body=body,
        promised=standard.promised or standard.statutory,
        deciding_desk="",
        standard_version=standard.version,
        stated=standard.terms,
    )


def _begin(
    actor: Actor,
    matter: str,
    body: str,
    region: str,
    content: Content,
    stands: stewards.Now,
    now: datetime,
    *,
    anew: bool = False,
) -> int:
    written = _plain(content, base=stands.base, follows=stands.follows)
    about = {"matter": matter, "by": body, "region": region}
    said = {"body": written, "editor": actor.id, "updated_at": now}
    if anew:
        row, _ = models.Draft.objects.update_or_create(defaults=said, **about)
    else:
        row, _ = models.Draft.objects.get_or_create(defaults=said, **about)
    return int(row.pk)


def _write(
    actor: Actor, held: Drafted, seen: datetime, content: Content, *, base: int, follows: int, now: datetime
) -> None:
    written = _plain(content, base=base, follows=follows)
    changed = models.Draft.objects.filter(pk=held.id, updated_at=seen).update(
        body=written, editor=actor.id, updated_at=now
    )
    if not changed and not models.Draft.objects.filter(pk=held.id, editor=actor.id, body=written).exists():
        # The same words of the same steward, sent twice, are no conflict.
        raise _overtaken()


def _overtaken() -> Overtaken:
    return Overtaken("未保存：这份草稿刚才在别处改过。请刷新页面，核对后再修改。")


def _plain(content: Content, *, base: int, follows: int) -> Body:
    kind = Standard if isinstance(content, Standard) else Implementation
    return {"base": base, "follows": follows, "content": to_plain(content, kind)}


def _of(held: Drafted, content: Content) -> Content:
    """A draft stays about what it is about, whatever a form sends."""
    if isinstance(content, Standard) and isinstance(held.content, Standard):
        return replace(content, matter=held.matter, owner=held.content.owner)
    if isinstance(content, Implementation) and isinstance(held.content, Implementation):
        return replace(content, matter=held.matter, body=held.body, region=held.region)
    raise TypeError("a draft changes its words, not its kind")


def _holdings(content: Content) -> Holdings:
    return Holdings(standards=(content,)) if isinstance(content, Standard) else Holdings(implementations=(content,))
