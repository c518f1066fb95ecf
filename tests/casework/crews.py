"""Lists of seafarers, as companies bring them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from tests.worlds import DAY
from tongban.casework import actions, drafts, rosters
from tongban.casework.models import Draft
from tongban.domain.elements import needed
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, at, who

MSA = "11130200MA0TB0011Q"
HEAD = ("船员姓名", "船员身份证号码", "申请职务")
CREW = (("吴海波", "130209199003072113", "二副、三副"), ("李航", "130209198509120034", "大副"))
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def sailor(serial: int) -> tuple[str, str, str]:
    """Return one of many: a name, a number that checks, a capacity."""
    body = f"13020919910307{serial:03d}"
    last = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]
    return (f"船员{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}", body + last, "值班水手、机工")


def sheet(*rows: Sequence[object], head: Sequence[object] = HEAD) -> bytes:
    """Return a list as a workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("名单")
    for place, row in enumerate((head, *rows)):
        page.write_row(place, 0, row)
    book.close()
    return out.getvalue()


def agent() -> walk.Actor:
    return who(AGENT, acting_for=HOLDER, today=DAY)


def begin(matter: str = "HS-24") -> Draft:
    return drafts.start_alone(actor=agent(), matter=matter, by=MSA, now=at(DAY, 9))


def bring(draft: Draft, *rows: Sequence[object], **how: bool) -> int:
    return rosters.bring(draft, name="名单.xlsx", data=sheet(*(rows or CREW)), now=at(DAY, 9), **how)


def complete(draft: Draft) -> None:
    """Fill in what is shared, and upload what is missing of everybody."""
    known, _ = drafts.of_bundle(draft)
    own = {one.code for one in rosters.asked(draft)}
    shared = {one.code: one.example for one in needed(known, [draft.bundle]) if one.code not in own}
    assert drafts.fill(draft, shared, today=DAY, now=at(DAY, 9)) == {}
    for ask in drafts.derive(draft).asks:
        where = drafts.place(ask.material, ask.subject)
        content = walk.one_page_pdf(where)
        stream = io.BytesIO(content)
        drafts.upload(draft, where, name="文件.pdf", stream=stream, size=len(content), now=at(DAY, 9))


def hand_in(*rows: Sequence[object], matter: str = "HS-24", operation: str = "s") -> str:
    """Answer the id of an application for these people."""
    draft = begin(matter)
    bring(draft, *rows)
    complete(draft)
    return str(actions.submit(operation=operation, actor=agent(), draft=draft.id, now=at(DAY, 10))["application"])
