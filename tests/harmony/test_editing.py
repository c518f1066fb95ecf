"""The form of a draft gives back what it was given, for everything the demo catalogue holds."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from tongban.catalogue import joint_set
from tongban.domain.catalogue import Implementation, Standard
from tongban.harmony.forms.editing import Editor
from tongban.harmony.forms.parts import Known

SET = joint_set.read(name="tongbiao")
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
