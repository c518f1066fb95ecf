"""What components write, as a screen reader and a browser without script read it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from tongban.web.forms import Form
from tongban.web.shapes import ICONS, LAMPS
from tongban.web.values import Answer, Link, Mark, MarkState
from tongban.web.widgets import Radios


class Ship(Form):
    name = forms.CharField(label="船名", help_text="中文船名")
    origin = forms.ChoiceField(label="来源", choices=[("new", "新建")], widget=Radios(hints={"new": "尚未登记"}))
    paper = forms.FileField(label="检验证书")
    matters = forms.MultipleChoiceField(label="事项", choices=[("a", "甲")])
    agreed = forms.BooleanField(label="承诺")
    own_words = forms.CharField(label="代码", error_messages={"required": "请填写营业执照上的代码。"})


def render(text: str, **values: object) -> str:
    return Template("{% load i18n web %}" + text).render(Context(values))


def test_missing_answers_are_asked_for_in_sentences() -> None:
    errors = {name: messages[0] for name, messages in Ship({}).errors.items()}

    assert errors == {
        "name": "请填写此项。",
        "origin": "请选择一项。",
        "paper": "请选择要上传的文件。",
        "matters": "请至少选择一项。",
        "agreed": "请勾选后再继续。",
        "own_words": "请填写营业执照上的代码。",
    }


def test_a_field_ties_hint_and_error_to_its_input() -> None:
    html = render('{% include "web/components/field.html" with field=field only %}', field=Ship({})["name"])

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert '<label class="tb-field__label" for="id_name">船名</label>' in html


def test_choices_stand_in_a_fieldset_and_carry_hints() -> None:
    html = render('{% include "web/components/field.html" with field=field only %}', field=Ship({})["origin"])

    assert '<fieldset aria-describedby="id_origin_error">' in html
    assert '<span class="tb-choice__hint">尚未登记</span>' in html


def test_the_error_summary_leads_to_the_inputs() -> None:
    html = render('{% include "web/components/error_summary.html" with form=form only %}', form=Ship({}))

    assert "data-takes-focus" in html
    assert '<a href="#id_name">船名</a>请填写此项。' in html
    assert '<a href="#id_origin_0">来源</a>请选择一项。' in html


def test_a_form_without_errors_has_no_summary() -> None:
    html = render('{% include "web/components/error_summary.html" with form=form only %}', form=Ship())

    assert html.strip() == ""


@pytest.mark.parametrize("state", LAMPS)
def test_a_lamp_always_has_words(state: str) -> None:
    html = render('{% lamp state "按时" %}', state=state)

    assert "<span>按时</span>" in html
    assert 'aria-hidden="true"' in html


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_silent(name: str) -> None:
    assert 'aria-hidden="true"' in render("{% icon name %}", name=name)


def test_words_of_others_are_escaped() -> None:
    words = '<script>alert("x")</script>'

    html = render(
        "{% lamp 'green' words %}{% status words 'good' %}{% mark mark %}",
        words=words,
        mark=Mark(words, MarkState.HOLDS, words),
    )
    seal = render("{% seal words words %}", words=words)

    assert "<script>" not in html + seal


def test_the_same_standard_seal_stands_only_where_all_five_hold() -> None:
    include = '{% include "web/components/marks.html" with marks=marks only %}'
    holds = [Mark(name, MarkState.HOLDS, "一致") for name in ["同名", "同准", "同材", "同时", "互认"]]

    assert "同事同标" in render(include, marks=holds)
    assert "同事同标" not in render(include, marks=[*holds[:4], Mark("互认", MarkState.UNKNOWN, "尚未核对")])
    assert "同事同标" not in render(include, marks=[])


def test_moments_are_written_in_the_readers_language() -> None:
    instant = datetime(2026, 3, 2, 1, 12, tzinfo=UTC)
    chinese = render(
        '{% moment day %}|{% moment day "short" %}|{% moment at "full" %}', day=date(2026, 3, 2), at=instant
    )
    with translation.override("en"):
        english = render('{% moment at "full" %}', at=instant)

    assert chinese == (
        '<time datetime="2026-03-02">2026年3月2日</time>|<time datetime="2026-03-02">3月2日</time>|'
        '<time datetime="2026-03-02T09:12+08:00">2026年3月2日 09:12</time>'
    )
    assert english == '<time datetime="2026-03-02T09:12+08:00">2 Mar 2026, 09:12</time>'


def test_the_letters_of_a_seal_stand_symmetrically_on_the_ring() -> None:
    html = render('{% seal "曹妃甸海事局" "7K3M-92QX" %}')

    assert [f"rotate({angle}" in html for angle in ["-60.00", "-36.00", "-12.00", "12.00", "36.00", "60.00"]] == [
        True
    ] * 6
    assert 'aria-label="曹妃甸海事局电子印章，验证码 7K3M-92QX"' in html


def test_a_table_says_its_headings_in_every_cell() -> None:
    html = render(
        '{% include "web/components/table.html" with head=head rows=rows numbers="2" only %}',
        head=["办件", "天数"],
        rows=[[Link("登记", "/case/"), 0]],
    )

    assert '<th scope="row"><a href="/case/">登记</a></th><td data-label="天数" class="tb-number">0</td>' in html


def test_a_change_link_says_what_it_changes() -> None:
    html = render(
        '{% include "web/components/check_answers.html" with answers=answers only %}',
        answers=[Answer("船名", "冀海运", "/ship/")],
    )

    assert '<a href="/ship/">修改<span class="tb-hidden">船名</span></a>' in html
