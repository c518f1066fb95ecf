"""What is read through before it is handed in?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongban.casework import drafts, words
from tongban.casework.applying.judged import conditions, judgeable
from tongban.casework.applying.materials import deadline, promised_of, source_of
from tongban.casework.applying.said import at, category_of, name_of, taken_over
from tongban.casework.applying.topics import listed, told_by
from tongban.casework.filling import Filling, Sheet, Wanted
from tongban.web.values import Answer, Link

FEW = 5


def read_through(one: Filling) -> dict[str, Any]:
    """Return all that is read through before it is handed in: what is missing, and what stands there."""
    missing = lacking(one)
    return {
        "lacking": missing,
        "anyway": bool(missing) and one.receivable,
        "topics": answers(one),
        "materials": supplied(one),
        "matters": matters(one),
        "deadline": deadline(one),
        "promises": promises(one),
        "judged": conditions(one) if judgeable(one) else [],
        "later": bool(one.promised.later),
    }


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    answers: list[Answer]


def answers(one: Filling) -> list[Topic]:
    """Return the answers by topic, each with the address where it is changed."""
    situation = [Topic(_("办理情形"), _situation_answers(one))] if one.bundle.questions else []
    return [*situation, *(_topic_answers(one, sheet) for sheet in one.sheets), *_people_answers(one)]


def _people_answers(one: Filling) -> list[Topic]:
    if not one.people:
        return []
    page = at(one, "people")
    answers = [Answer(row.name, row.values, page) for row in listed(one)]
    return [Topic(_("人员名单（{count} 人）").format(count=len(answers)), answers)]


def _situation_answers(one: Filling) -> list[Answer]:
    given = dict(one.planned.answers)
    return [
        Answer(
            words.spoken(question.text, question.text_en),
            next(
                words.spoken(each.text, each.text_en) for each in question.choices if each.code == given[question.code]
            ),
            at(one, "questions") + f"#id_{question.code}_0",
        )
        for question in one.bundle.questions
        if question.code in given
    ]


def _topic_answers(one: Filling, sheet: Sheet) -> Topic:
    page = at(one, "form", sheet.topic.code)
    return Topic(
        words.spoken(sheet.topic.name, sheet.topic.name_en),
        [
            Answer(words.element(element), words.value(element, one.known[element.code]), source=told_by(one, element))
            if element.code in one.known
            else Answer(
                words.element(element),
                words.value(element, one.values.get(element.code, "")) or _("未填写"),
                f"{page}#id_{element.code}{'_0' if element.choices else ''}",
                source=taken_over(one) if element.code in one.draft.carried else "",
            )
            for element in sheet.elements
        ],
    )


def supplied(one: Filling) -> list[Answer]:
    """Return every material with what is there of it."""
    page = at(one, "materials")
    return [
        Answer(
            name_of(one, each),
            _supplied(one, each),
            f"{page}#material-{each.place}",
            source=taken_over(one) if each.carried else source_of(each),
        )
        for each in one.wanted
    ]


def _supplied(one: Filling, wanted: Wanted) -> str:
    if promised := promised_of(wanted):
        return promised
    if wanted.found is None:
        return _("未上传")
    if wanted.uploaded:
        return drafts.file_name(one.draft, wanted.place)
    return str(words.SOURCES[wanted.found.supply.source])


def promises(one: Filling) -> list[Answer]:
    """Return what is promised: materials that are to follow, and for each case what its commitment stands for."""
    later = [words.material(one.catalogue, each.material) for each in one.promised.later]
    told = [Answer(_("以后补交"), later)] if later else []
    for each in one.promised.committed:
        proofs = [words.material(one.catalogue, code) for code in each.materials]
        spot = [_("以告知承诺方式当场决定")] if each.on_the_spot else []
        told.append(Answer(words.matter(one.catalogue, each.matter), [*spot, *proofs]))
    return told


def matters(one: Filling) -> list[Answer]:
    """Return the matters by category, in the order of the bundle."""
    grouped: dict[str, list[str]] = {}
    for case in one.planned.cases:
        grouped.setdefault(category_of(one, case.category), []).append(words.matter(one.catalogue, case.matter))
    return [
        Answer(category, [_times(names, name) for name in dict.fromkeys(names)]) for category, names in grouped.items()
    ]


def _times(names: Sequence[str], name: str) -> str:
    """Say a matter once, with for how many people it is asked."""
    count = names.count(name)
    return name if count == 1 else _("{name}（{person}）").format(name=name, person=_("{count} 人").format(count=count))


def lacking(one: Filling) -> list[Link]:
    """Return what must be done before the application can be handed in, each with its page."""
    sheets = [
        Link(
            _("{topic}：{elements}没有填写").format(
                topic=words.spoken(sheet.topic.name, sheet.topic.name_en), elements=_some(_names(sheet))
            ),
            at(one, "form", sheet.topic.code),
        )
        for sheet in one.sheets
        if sheet.missing
    ]
    people = [Link(_("还没有人员名单"), at(one, "people"))] if one.nobody_named else []
    return [*sheets, *people, *_lacking_materials(one)]


def _lacking_materials(one: Filling) -> list[Link]:
    """Name each missing material; where they are many, their page once."""
    missing = one.missing_materials
    page = at(one, "materials")
    if len(missing) > FEW:
        return [Link(_("申请材料：还缺 {count} 份").format(count=len(missing)), page)]
    return [
        Link(
            _("《{material}》没有上传").format(material=name_of(one, each)),
            f"{page}#material-{each.place}",
        )
        for each in missing
    ]


def _names(sheet: Sheet) -> list[str]:
    return [words.element(element) for element in sheet.missing]


def _some(names: Sequence[str]) -> str:
    shown = words.listed(list(names[:4]))
    if len(names) <= 4:
        return shown
    return _("{elements}等 {count} 项").format(elements=shown, count=len(names))
