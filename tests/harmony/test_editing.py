"""The form of a draft gives back what it was given, for everything the demo catalogue holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils import translation

from tests.worlds import tongbiao
from tongban.domain.catalogue import Implementation, Standard
from tongban.harmony.forms.editing import Editor
from tongban.harmony.forms.parts import Known

SET = tongbiao()
STANDARDS = {each.matter: each for each in SET.standards}
KNOWN = Known(
    materials={each.code: each.name for each in SET.materials},
    certificate_types={each.code: each.name for each in SET.certificate_types},
    elements={each.code: each for each in SET.elements},
)


def shown(editor: Editor) -> QueryDict:
    """Return what a browser sends of a page that nobody touched."""
    data = QueryDict(mutable=True)
    forms = [editor.terms, editor.own]
    for rows in (editor.conditions, editor.materials):
        forms += [rows.management_form, *rows.forms]
    for form in forms:
        for field in form:
            value: Any = field.value()
            if isinstance(value, list):
                data.setlist(field.html_name, [str(each) for each in value])
            elif isinstance(value, bool):
                data.setlist(field.html_name, ["on"] if value else [])
            else:
                data[field.html_name] = "" if value is None else str(value)
    return data


def again(content: Standard | Implementation, standard: Standard) -> Standard | Implementation:
    page = Editor.of(content, standard=standard, known=KNOWN, data=None)
    editor = Editor.of(content, standard=standard, known=KNOWN, data=shown(page))
    assert editor.is_valid(), list(editor.problems())
    return editor.value(standard)


def test_every_joint_standard_comes_back_as_it_was() -> None:
    changed = [each.matter for each in SET.joint if again(each, each) != each]

    assert changed == []


def test_implementations_of_all_kinds_come_back_as_they_were() -> None:
    every_twelfth = SET.implementations[::12]

    changed = [each for each in every_twelfth if again(each, STANDARDS[each.matter]) != each]

    assert changed == []


def edited(offer: Implementation, opinions: str) -> tuple[tuple[str, ...], tuple[int, ...]] | str:
    """Write the rounds of opinions; return desks and steps, or what is said against it."""
    standard = STANDARDS[offer.matter]
    data = shown(Editor.of(offer, standard=standard, known=KNOWN, data=None))
    data["own-opinions"] = opinions
    editor = Editor.of(offer, standard=standard, known=KNOWN, data=data)
    with translation.override("zh-hans"):
        if not editor.is_valid():
            return next(editor.problems())[2]
    after = editor.value(standard)
    assert isinstance(after, Implementation)
    return after.opinion_desks, after.opinion_steps


def test_rounds_of_opinions_are_shown_and_edited_line_by_line() -> None:
    offer = replace(SET.implementations[0], opinion_desks=("甲岗", "乙岗", "丙岗"), opinion_steps=(1, 1, 2))

    own = Editor.of(offer, standard=STANDARDS[offer.matter], known=KNOWN, data=None).own

    assert own["opinions"].value() == "甲岗、乙岗\n丙岗"
    assert edited(offer, "甲岗、乙岗\n丙岗") == (("甲岗", "乙岗", "丙岗"), (1, 1, 2))
    assert edited(offer, " 丙岗 \r\n\r\n甲岗，乙岗") == (("丙岗", "甲岗", "乙岗"), (1, 2, 2))
    assert edited(offer, "甲岗、乙岗") == (("甲岗", "乙岗"), ())
    assert edited(offer, "") == ((), ())
    assert "“甲岗”写了两次" in edited(offer, "甲岗\n甲岗")
    assert "不能超过 64 个字" in edited(offer, "岗" * 65)
    assert "最多 9 轮" in edited(offer, "\n".join(f"{number}岗" for number in range(10)))
