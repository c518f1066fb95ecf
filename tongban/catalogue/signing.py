"""Which words do pages use for batches, agreements and signatures, and how are their values laid out?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.catalogue import calendars, labels, words
from tongban.catalogue.queries.batches import Checked, Standing
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Act, Signature, SignOff
from tongban.domain.batch.status import Flaw, FlawKind, Life
from tongban.domain.joint import ActKind, Party, Scope, Undertaking
from tongban.domain.meetings import Done
from tongban.web.values import Answer

LIVES: dict[Life, tuple[str | Promise, str]] = {
    Life.DRAFT: (gettext_lazy("草稿"), "quiet"),
    Life.PROPOSED: (gettext_lazy("签署中"), "active"),
    Life.SIGNED: (gettext_lazy("已签署，待施行"), "active"),
    Life.IN_FORCE: (gettext_lazy("施行中"), "good"),
    Life.STOPPED: (gettext_lazy("随协议停止"), "bad"),
    Life.BROKEN: (gettext_lazy("签署与内容不符"), "bad"),
    Life.WITHDRAWN: (gettext_lazy("已撤回"), "quiet"),
}
"""The word for each state of a batch, and its tone."""

MEANINGS: dict[Life, str | Promise] = {
    Life.DRAFT: gettext_lazy("还没有提请各地签署，不施行。"),
    Life.PROPOSED: gettext_lazy("各地签署齐全之前，这些标准不施行。"),
    Life.SIGNED: gettext_lazy("各地签署了同一内容，到施行之日起施行。"),
    Life.IN_FORCE: gettext_lazy("各地签署了同一内容，现在按这些标准办理。"),
    Life.STOPPED: gettext_lazy("所依据的协议已经失效，这些标准不再施行。"),
    Life.BROKEN: gettext_lazy("现在的内容不是各地签署的内容，这些标准不施行。"),
    Life.WITHDRAWN: gettext_lazy("各地共同撤回，这些标准不再施行。"),
}
ACTS: dict[ActKind, str | Promise] = {
    ActKind.ISSUE: gettext_lazy("联合印发"),
    ActKind.WIDENING: gettext_lazy("扩大范围"),
    ActKind.AMENDMENT: gettext_lazy("修订"),
    ActKind.WITHDRAWAL: gettext_lazy("撤回"),
}
FLAWS: dict[FlawKind, str | Promise] = {
    FlawKind.CONTENT_CHANGED: gettext_lazy("批次的内容与签署的摘要不符。"),
    FlawKind.STANDARD_MISSING: gettext_lazy("%(about)s 的标准不存在。"),
    FlawKind.STANDARD_CHANGED: gettext_lazy("%(about)s 的标准内容被改动。"),
    FlawKind.OTHER_DIGEST: gettext_lazy("%(about)s签署的是另一内容的摘要。"),
    FlawKind.BAD_SIGNATURE: gettext_lazy("%(about)s的签名核验不符。"),
    FlawKind.SIGNATURE_MISSING: gettext_lazy("缺少%(about)s的签署。"),
    FlawKind.DEPARTMENT_MISSING: gettext_lazy("缺少%(about)s的会签。"),
}


@dataclass(frozen=True, slots=True)
class Summary:
    """A batch in one line."""

    code: str
    title: str
    state: str
    tone: str
    meaning: str
    life: Life
    number: str
    takes_effect_on: date | None
    count: int
    """How many standards it lists."""


@dataclass(frozen=True, slots=True)
class Section:
    """One act of a batch as a page shows it."""

    checked: Checked
    name: str
    regions: tuple[RegionBlock, ...]
    amiss: tuple[str, ...]
    scope: str
    subjects: str
    counts: bool
    """Whether this is the act that counts today."""

    @property
    def act(self) -> Act:
        return self.checked.act

    @property
    def target(self) -> str:
        """The id of the element that shows the digest."""
        return f"digest-{self.act.content.serial}"


@dataclass(frozen=True, slots=True)
class UndertakingRow:
    undertaking: Undertaking
    done: Done | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    department: Party
    signed_off: SignOff | None


@dataclass(frozen=True, slots=True)
class RegionBlock:
    """What one region has done about an act."""

    region: str
    name: str
    bureau: str
    departments: tuple[DepartmentRow, ...]
    done: int
    """How many departments have signed off."""
    signature: Signature | None
    verified: bool


def summary(standing: Standing) -> Summary:
    """Say where a batch stands, in one line."""
    state, draft = standing.state, standing.batch.draft
    name, tone = LIVES[state.life]
    content = state.act.content if state.act else None
    return Summary(
        standing.batch.code,
        words.told(draft, "title"),
        str(name),
        tone,
        str(MEANINGS[state.life]),
        state.life,
        state.act.number if state.act else "",
        state.act.takes_effect_on if state.act else None,
        len(content.standards if content else draft.matters),
    )


def facts(standing: Standing) -> list[Answer]:
    """What a batch is about: number, scope, regions."""
    act, draft = standing.state.act, standing.batch.draft
    first = standing.batch.completed[0].takes_effect_on if standing.batch.completed else None
    where = act.content.scope if act else draft.scope
    day = (act.takes_effect_on or act.content.in_force_on) if act else draft.in_force_on
    return [
        Answer(_("批次编号"), standing.batch.code),
        Answer(_("联合文号"), act.number if act and act.number else _("签署齐全后编号")),
        *([Answer(_("首次施行"), date_format(first))] if first and first != day else []),
        Answer(_("施行日期") if act and act.takes_effect_on else _("拟施行日期"), date_format(day)),
        Answer(_("签署地区"), divisions(draft.regions)),
        Answer(_("适用区域"), scope(where)),
        Answer(_("服务对象"), subjects(where)),
    ]


def section(checked: Checked, standing: Standing) -> Section:
    content = checked.act.content
    return Section(
        checked,
        str(ACTS[content.kind]),
        tuple(regions(checked, standing.agreement)),
        tuple(missing(checked)) if not checked.act.recalled else (),
        scope(content.scope),
        subjects(content.scope),
        standing.state.act == checked.act and standing.state.in_force,
    )


def regions(checked: Checked, agreement: Agreement | None) -> list[RegionBlock]:
    """Return region by region who signed off, who signed, and what was verified."""
    act = checked.act
    found = []
    for region in act.content.regions:
        rows = tuple(DepartmentRow(one, act.signed_off(one)) for one in act.departments_of(region))
        party = agreement.party(region) if agreement else None
        found.append(
            RegionBlock(
                region,
                division(region),
                words.told(party, "name") if party else "",
                rows,
                sum(row.signed_off is not None for row in rows),
                act.signature(region),
                region in checked.verified,
            )
        )
    return found


def missing(checked: Checked) -> list[str]:
    """Return in the reader's words what keeps an act out of force; missing sign-offs are told by region."""
    return [_flaw(flaw, checked) for flaw in checked.flaws if flaw.kind is not FlawKind.DEPARTMENT_MISSING]


def _flaw(flaw: Flaw, checked: Checked) -> str:
    names = {one.listed.matter: words.told(one, "name") for one in checked.standards}
    about = names.get(flaw.about) or (division(flaw.about) if flaw.about in checked.act.content.regions else flaw.about)
    return str(FLAWS[flaw.kind]) % {"about": about}


def scope(value: Scope) -> str:
    """Name the places of a scope, in Chinese as the tables have them."""
    zones = {zone.code: zone.name for zone in calendars.zones()}
    return "、".join([*map(division, value.divisions), *(zones.get(code, code) for code in value.zones)])


def subjects(value: Scope) -> str:
    return "、".join(str(labels.SERVED[one]) for one in value.subjects) or _("不限")


def division(code: str) -> str:
    """Return the name of a division, or the code of one that the table does not have."""
    table = calendars.divisions()
    return table.name(code) if code in table else code


def divisions(codes: Iterable[str]) -> str:
    return "、".join(map(division, codes))
