"""The pages of applying: start, questions, plan, the form topic by topic, materials, check, submit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.casework import (
    actions,
    adapters,
    applying,
    drafts,
    evidence,
    filling,
    lanes,
    promising,
    rosters,
    words,
)
from tongban.casework.adapters import Helped
from tongban.casework.filling import Filling
from tongban.casework.forms.apply import MaterialsForm, QuestionsForm, RosterForm, SubmitForm, TopicForm
from tongban.casework.forms.workbench import ActForm, new_operation
from tongban.casework.prereview import actions as prereview
from tongban.casework.prereview import following
from tongban.casework.views.page import posted
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.domain import alone, instant, plan
from tongban.domain.catalogue import Bundle, Catalogue
from tongban.domain.events import TargetKind
from tongban.domain.materials import place
from tongban.domain.plan import NothingChosen, UnknownAnswer
from tongban.domain.refused import Refused
from tongban.domain.roster import MOST, BadLines, Line, NobodyNamed, TooManyPeople, demand_size
from tongban.domain.roster import Fault as LineFault
from tongban.files import answers as file_answers
from tongban.files.actions import MAX_BYTES
from tongban.files.kinds import Kind
from tongban.people import acting
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.ids import uuid7
from tongban.people.roles import Role
from tongban.web import clock
from tongban.web.values import Link

UNPROCESSABLE = 422
BY_NUMBER = "files_by_number"
"""The field that takes files of many people, each named by its person's number."""
EITHER = ["GET", "HEAD", "POST"]
_HELPED = "_tongban_helped"


@require_http_methods(EITHER)
def start(request: HttpRequest, bundle: str) -> HttpResponse:
    """What it is, what one needs; starting opens a draft."""
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        draft = drafts.start(actor=acting.current(request), bundle=bundle, now=clock.now())
        return redirect("casework:draft", draft.id)
    return render(request, "casework/apply/start.html", _beginning(request, *catalogue_queries.catalogue_of(bundle)))


@require_http_methods(EITHER)
def start_alone(request: HttpRequest, matter: str) -> HttpResponse:
    """What one matter alone asks, as the body that the guide showed offers it; starting opens a draft."""
    by = request.GET.get("by", "")
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        draft = drafts.start_alone(actor=acting.current(request), matter=matter, by=by, now=clock.now())
        return redirect("casework:draft", draft.id)
    offered = catalogue_queries.alone(matter, by=by, today=clock.today())
    instant.demand_ordinary(offered.standard)
    alone.demand_online(offered.standard, offered.implementation)
    values = _beginning(request, offered.catalogue, alone.bundle(offered.standard))
    guide = Link(words.bundle(values["bundle"]), reverse("catalogue:guide", args=[matter]) + f"?by={by}")
    body = people.names_of_bodies(ids=[f"org:{by}"]).get(f"org:{by}", by)
    values |= {"body": body, "crumbs": [Link(_("首页"), "/"), guide, Link(_("网上申请"))]}
    return render(request, "casework/apply/start_alone.html", values)


def _beginning(request: HttpRequest, catalogue: Catalogue, bundle: Bundle) -> dict[str, Any]:
    """What is told before a draft is opened."""
    planned = plan.derive(catalogue, bundle, {})
    actor = acting.current(request) if request.user.is_authenticated else None
    return {
        "bundle": bundle,
        "name": words.bundle(bundle),
        "figures": planned.figures,
        "limit": words.limit(planned.cases[0].promised),
        "to_prepare": applying.to_prepare(catalogue, planned),
        "shared": applying.shared(catalogue, planned),
        "holder": actor.party if actor else None,
        "waiting": [one for one in drafts.mine(actor=actor) if one.bundle == bundle.code] if actor else [],
        "crumbs": [Link(_("首页"), "/"), Link(words.bundle(bundle))],
    }


@login_required
@never_cache
@require_safe
def draft(request: HttpRequest, draft: str) -> HttpResponse:
    """The task list."""
    one = _filling(request, draft)
    if one is None:
        return redirect("casework:application", draft)
    mandate, followed = _filler(request, draft).mandate_matters, following.read(one)
    values = {
        "tasks": applying.tasks(one, followed.advice),
        "followed": followed,
        "overdue": followed.open is not None and clock.today() > followed.open.due_on,
        "acts": following.acts(followed),
        "for_many": bool(one.roster),
        "judgeable": applying.judgeable(one),
        "figures": one.planned.figures,
        "feasible": one.planned.feasible,
        "not_covered": words.missing_mandate(one.catalogue, one.planned, mandate),
        **_about(request, one),
    }
    return render(request, "casework/apply/draft.html", values)


@login_required
@never_cache
@require_http_methods(EITHER)
def questions(request: HttpRequest, draft: str) -> HttpResponse:
    one = _filling(request, draft)
    if one is None:
        return redirect("casework:application", draft)
    form = QuestionsForm(posted(request), bundle=one.bundle, answers=one.draft.answers)
    if request.method == "POST" and form.is_valid():
        if form.overtaken():
            form.look_again()
        else:
            try:
                drafts.answer(one.draft, form.given, now=clock.now())
            except (UnknownAnswer, NothingChosen) as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                return redirect("casework:plan", draft)
    values = {"form": form, "figures": one.planned.figures, **_about(request, one, _("办理情形"))}
    return render(request, "casework/apply/questions.html", values, status=UNPROCESSABLE if form.errors else 200)


@login_required
@never_cache
@require_safe
def preview(request: HttpRequest, draft: str) -> HttpResponse:
    """What would follow from answers that are not saved yet: the fragment beside the questions."""
    one = _filling(request, draft)
    if one is None:
        return redirect("casework:application", draft)
    codes = {question.code for question in one.bundle.questions}
    answers = {code: choice for code, choice in request.GET.items() if code in codes and choice}
    try:
        values: dict[str, Any] = {"figures": plan.derive(one.catalogue, one.bundle, answers).figures}
    except (UnknownAnswer, NothingChosen) as refused:
        values = {"refused": str(refused)}
    return render(request, "casework/apply/_preview.html", values)


@login_required
@never_cache
@require_safe
def plan_page(request: HttpRequest, draft: str) -> HttpResponse:
    one = _filling(request, draft)
    if one is None:
        return redirect("casework:application", draft)
    values = {
        "drawing": lanes.plan_drawing(one.planned, one.catalogue, calendar=calendars.load(), today=clock.today()),
        "figures": one.planned.figures,
        "shown": applying.figures(one.planned),
        "waits": applying.waits(one),
        "materials": applying.asked_once(one),
        "stages": applying.stages(one),
        "late": applying.late(one),
        **_about(request, one, _("办理计划")),
    }
    return render(request, "casework/apply/plan.html", values)


@login_required
@never_cache
@require_safe
def conditions(request: HttpRequest, draft: str) -> HttpResponse:
    """Whether the acceptance conditions are met as the form stands, each with its reason and its article."""
    one = _filling(request, draft)
    if one is None:
        return redirect("casework:application", draft)
    values = {
        "matters": applying.conditions(one),
        "moves": applying.moves(one),
        **_about(request, one, _("受理条件")),
    }
    return render(request, "casework/apply/conditions.html", values)


@login_required
@never_cache
@require_http_methods(EITHER)
def topic(request: HttpRequest, draft: str, code: str) -> HttpResponse:
    """One page of the form. What is right is kept even when something else on the page is not."""
    one = _filling(request, draft)
    if one is None:
        return redirect("casework:application", draft)
    sheet = one.sheet(code)
    asked = [element for element in sheet.elements if element.code not in one.known]
    later = "later" in request.POST
    advice = following.read(one).on(TargetKind.ELEMENT)
    form = TopicForm(
        posted(request),
        elements=asked,
        values=one.values,
        advice=advice,
        carried=one.draft.carried,
        carried_from=one.draft.carried_from,
        demanding=not later,
    )
    if request.method == "POST":
        form.full_clean()
        if form.overtaken():
            form.look_again()
        else:
            wrong = drafts.fill(one.draft, form.given, today=clock.today(), now=clock.now())
            for code, refused in wrong.items():
                form.add_error(code, str(refused))
        if not form.errors:
            return redirect("casework:draft", draft) if later else redirect(applying.after(one, code))
    values = {
        "form": form,
        "known": applying.known(one, sheet, advice),
        "step": one.sheets.index(sheet) + 1,
        "total": len(one.sheets),
        **_about(request, one, words.spoken(sheet.topic.name, sheet.topic.name_en)),
    }
    return render(request, "casework/apply/form.html", values, status=UNPROCESSABLE if form.errors else 200)


@login_required
@never_cache
@require_http_methods(EITHER)
def people_page(request: HttpRequest, draft: str) -> HttpResponse:
    """Who is on the list. A file brings another; its wrong rows are told, the good ones taken only when asked to."""
    one = _filling(request, draft)
    if one is None:
        return redirect("casework:application", draft)
    rosters.demand_asked(one.draft)
    form = RosterForm(posted(request), request.FILES or None)
    bad: BadLines | None = None
    again = ""
    if request.method == "POST":
        if person := request.POST.get("remove", ""):
            rosters.remove(one.draft, person, now=clock.now())
            return redirect("casework:people", draft)
        good_only = "take" in request.POST
        try:
            lines, unread = _list_of(request, one, form)
            count = rosters.take_in(one.draft, lines, unread, good_only=good_only, now=clock.now()) if lines else 0
        except BadLines as refused:
            bad, again = refused, rosters.wrapped(one.draft, lines, unread)
        except (rosters.UnreadableList, NobodyNamed, TooManyPeople) as refused:
            form.add_error("file", str(refused))
        else:
            if count:
                messages.success(request, _("名单已保存，共 {count} 人。").format(count=count))
                return redirect("casework:people", draft)
    values = {
        "form": form,
        "bad": bad,
        "again": again,
        "faults": applying.faults(one, bad) if bad else [],
        "columns": applying.columns(one),
        "people": applying.listed(one),
        "most": MOST,
        **_about(request, one, _("人员名单")),
    }
    status = UNPROCESSABLE if bad or form.errors else 200
    return render(request, "casework/apply/people.html", values, status=status)


def _list_of(request: HttpRequest, one: Filling, form: RosterForm) -> tuple[list[Line], list[LineFault]]:
    """Return the list that was sent, as a file or by a page that told its wrong rows. Raises UnreadableList."""
    if "take" in request.POST:
        return rosters.unwrapped(one.draft, request.POST.get("list", ""))
    if not form.is_valid():
        return [], []
    file = form.cleaned_data["file"]
    data = file.read(rosters.MAX_BYTES + 1)
    lines, unread = rosters.read(name=file.name or "", data=data, asked=one.roster)
    demand_size(len(lines))
    return lines, unread


@login_required
@never_cache
@require_safe
def people_template(request: HttpRequest, draft: str) -> HttpResponse:
    """An empty list with the columns that are asked."""
    opened = drafts.open_draft(draft, actor=_filler(request, draft))
    return file_answers.attachment(rosters.template(opened), kind=Kind.XLSX, name=_("人员名单模板.xlsx"))


@login_required
@never_cache
@require_http_methods(EITHER)
def materials(request: HttpRequest, draft: str) -> HttpResponse:
    """Each material once: supplied already, uploaded, or to be uploaded."""
    one = _filling(request, draft)
    if one is None:
        return redirect("casework:application", draft)
    labels = {each.place: applying.name_of(one, each) for each in one.wanted}
    form = MaterialsForm(posted(request), request.FILES or None, labels=labels)
    if request.method == "POST":
        _take_files(request, one, form)
        _take_promises(request, one, form)
        if not form.errors:
            return redirect(applying.after_files(request, draft))
        one = filling.read(one.draft, holder=one.holder, now=clock.now())
    values = {
        "form": form,
        "groups": applying.groups(one, form, following.read(one).on(TargetKind.MATERIAL)),
        "missing": one.missing_materials,
        "recognised": sum(bool(each.found and each.found.offer) for each in one.wanted),
        "ways": applying.ways(one),
        "deadline": applying.deadline(one),
        "commitment": words.commitment(),
        "max_bytes": MAX_BYTES,
        "by_number": words.material(one.catalogue, own) if (own := rosters.own_material(one.draft)) else "",
        **_about(request, one, _("申请材料")),
    }
    return render(request, "casework/apply/materials.html", values, status=UNPROCESSABLE if form.errors else 200)


def _take_files(request: HttpRequest, one: Filling, form: MaterialsForm) -> None:
    """Keep every file that can be kept; each that cannot says why at its own field."""
    if removed := request.POST.get("remove", ""):
        drafts.remove_upload(one.draft, removed, now=clock.now())
    if kept := request.POST.get("keep", ""):
        drafts.look_over(one.draft, kept, now=clock.now())
    _take_own_files(request, one, form)
    for code, file in request.FILES.items():
        if code == BY_NUMBER:
            continue
        try:
            drafts.upload(one.draft, code, name=file.name or "", stream=file, size=file.size or 0, now=clock.now())
        except Refused as refused:
            form.add_error(code if code in form.fields else None, str(refused))


def _take_own_files(request: HttpRequest, one: Filling, form: MaterialsForm) -> None:
    """Keep files of many people at once, each by the number in its name; tell which of them are nobody's."""
    own = rosters.own_material(one.draft)
    strangers: list[str] = []
    for file in request.FILES.getlist(BY_NUMBER):
        person = rosters.whose(one.people, file.name or "")
        if person is None or not own:
            strangers.append(file.name or "")
            continue
        where = place(own, person.id)
        try:
            drafts.upload(one.draft, where, name=file.name or "", stream=file, size=file.size or 0, now=clock.now())
        except Refused as refused:
            form.add_error(where, str(refused))
    if strangers:
        told = _("没有保存：{files}。文件名里要有名单上一个人的证件号码，请改名后再选。")
        form.add_error(None, told.format(files=words.listed(strangers[:5])))


def _take_promises(request: HttpRequest, one: Filling, form: MaterialsForm) -> None:
    """Keep what is promised in place of handing it in, what the holder lets be used, and which way a matter takes."""
    posted, now = request.POST, clock.now()
    try:
        if material := posted.get("defer"):
            drafts.defer(one.draft, material, now=now)
        if material := posted.get("commit"):
            drafts.commit(one.draft, material, now=now)
        if material := posted.get("unpromise"):
            drafts.unpromise(one.draft, material, now=now)
        if material := posted.get("use") or posted.get("unuse"):
            drafts.consent(one.draft, material, given="use" in posted, now=now)
        if chosen := posted.get("ask_elsewhere"):
            evidence.ask(one, chosen, actor=acting.current(request), operation=str(uuid7(now=now)), now=now)
        if matter := posted.get("on_the_spot") or posted.get("ordinary"):
            drafts.choose_route(one.draft, matter, by_commitment="on_the_spot" in posted, now=now)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))


@login_required
@never_cache
@require_safe
def uploaded(request: HttpRequest, draft: str, material: str) -> HttpResponse:
    """One's own upload, to look at again."""
    one = drafts.open_draft(draft, actor=_filler(request, draft))
    kept = one.uploads.get(material)
    if kept is None:
        raise drafts.NotAsked("没有找到这份文件：它可能已被删除。请返回申请材料页面核对。")
    return file_answers.serve(party=one.party, digest=kept["digest"], name=drafts.file_name(one, material))


@login_required
@never_cache
@require_http_methods(EITHER)
def check(request: HttpRequest, draft: str) -> HttpResponse:
    """All answers before they are sent, the declaration, and handing in: twice has one effect."""
    if helped := _helped(request, draft):
        return redirect(helped.href)  # the applicant himself signs, at the window
    actor = acting.current(request)
    one = _filling(request, draft)
    promised = one.promised if one else promising.Promised()
    fresh = {"operation": str(uuid7(now=clock.now()))}
    carried_from = one.draft.carried_from if one and drafts.carries(one.draft) else ""
    form = SubmitForm(
        posted(request),
        initial=fresh,
        deferring=promised.later,
        committing=promised.committed,
        carried_from=carried_from,
    )
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            answer = actions.submit(actor=actor, draft=draft, now=clock.now(), **form.given)
        except (drafts.NoSuchDraft, drafts.DraftSubmitted):
            raise
        except Refused as no:
            refused, one = no, _filling(request, draft)
        else:
            return redirect("casework:application", answer["number"])
    if one is None:
        return redirect("casework:application", draft)
    read = applying.read_through(one)
    values = {
        "form": form,
        **read,
        "refused": refused if not read["lacking"] or form.given_anyway else None,
        "tried": request.method == "POST",
        "followed": following.read(one),
        **_about(request, one, _("核对并提交")),
    }
    status = UNPROCESSABLE if form.errors or refused else 200
    return render(request, "casework/apply/check.html", values, status=status)


@login_required
@never_cache
@require_http_methods(EITHER)
def pre_review(request: HttpRequest, draft: str) -> HttpResponse:
    """What pre-review is and is not; a POST asks for it. What was remarked, with the way to each field."""
    form = ActForm(posted(request))
    if request.method == "POST" and form.is_valid():
        operation, actor = form.cleaned_data["operation"], acting.current(request)
        try:
            prereview.request(operation=operation, actor=actor, draft=draft, now=clock.now())
        except (drafts.NoSuchDraft, drafts.DraftSubmitted):
            raise
        except Refused as refused:
            form.refuse(str(refused), "")
        else:
            messages.success(request, _("已提请预审。可以继续修改草稿，也可以随时提交。"))
            return redirect("casework:pre_review", draft)
    return _pre_review(request, draft, form)


@login_required
@require_POST
def withdraw_pre_review(request: HttpRequest, draft: str, number: int) -> HttpResponse:
    """Take a request for pre-review back."""
    drafts.open_draft(draft, actor=acting.current(request))
    form = ActForm(request.POST)
    if form.is_valid():
        operation, actor = form.cleaned_data["operation"], acting.current(request)
        try:
            prereview.withdraw(operation=operation, actor=actor, draft=draft, number=number, now=clock.now())
        except Refused as refused:
            form.refuse(str(refused), "")
        else:
            messages.success(request, _("预审已撤回。"))
            return redirect("casework:pre_review", draft)
    return _pre_review(request, draft, form)


def _pre_review(request: HttpRequest, draft: str, form: ActForm) -> HttpResponse:
    one = _filling(request, draft)
    if one is None:
        return redirect("casework:application", draft)
    values = {
        "form": form,
        "operation": new_operation(clock.now()),
        **following.about(one, following.read(one), today=clock.today()),
        **_about(request, one, _("网上预审")),
    }
    return render(request, "casework/apply/pre_review.html", values, status=UNPROCESSABLE if form.errors else 200)


@login_required
@require_POST
def divide(request: HttpRequest, draft: str) -> HttpResponse:
    """Part what cannot be handed in together into one draft for each stage."""
    one = drafts.open_draft(draft, actor=acting.current(request))
    stages = drafts.divide(one, today=clock.today(), now=clock.now())
    messages.success(request, _("已分成 {count} 份草稿。请先提交这一份。").format(count=len(stages)))
    return redirect("casework:draft", draft)


@login_required
@require_POST
def discard(request: HttpRequest, draft: str) -> HttpResponse:
    actor = acting.current(request)
    prereview.discard(drafts.open_draft(draft, actor=actor), actor=actor, now=clock.now())
    messages.success(request, _("草稿已删除。"))
    return redirect("casework:applications")


def _helped(request: HttpRequest, draft: str) -> Helped | None:
    """Return as whom the reader fills in, where he helps the applicant at his window; asked once for each request."""
    if not acting.current(request).has(Role.CLERK):
        return None
    if not hasattr(request, _HELPED):
        setattr(request, _HELPED, adapters.helped(acting.current(request), draft, now=clock.now()))
    found: Helped | None = getattr(request, _HELPED)
    return found


def _filler(request: HttpRequest, draft: str) -> Actor:
    helped = _helped(request, draft)
    return helped.actor if helped else acting.current(request)


def _filling(request: HttpRequest, draft: str) -> Filling | None:
    """Return how far a draft of the reader's party is; None once it was handed in. Raises NoSuchDraft."""
    actor = _filler(request, draft)
    found = drafts.open_draft(draft, actor=actor)
    assert actor.party is not None  # only its own party's draft is opened
    return None if found.submitted_at else filling.read(found, holder=actor.party, now=clock.now())


def _about(request: HttpRequest, one: Filling, here: str = "") -> dict[str, Any]:
    """What every page of a draft says of itself; whoever helps at a window stays at his workbench."""
    name, helped = words.bundle(one.bundle), _helped(request, one.draft.id)
    above = list(helped.window) if helped else [Link(_("我的办件"), reverse("casework:applications"))]
    lies = [Link(name, reverse("casework:draft", args=[one.draft.id])), Link(here)] if here else [Link(name)]
    return {
        "base": "web/staff.html" if helped else "web/base.html",
        "helped": helped,
        "draft": one.draft,
        "name": name,
        "holder": one.holder,
        "title": here,
        "crumbs": above + lies,
    }
