"""How does a steward edit: the form with its checks, the differences to the version in force, and publishing?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.casework.forms.workbench import new_operation
from tongban.casework.views.workbench.duty import CONFLICT, PAGES_OF_THEIR_OWN, UNPROCESSABLE
from tongban.catalogue.actions import drafts
from tongban.catalogue.queries import stewards
from tongban.catalogue.queries.stewards import Drafted
from tongban.domain.catalogue import Implementation, Standard
from tongban.domain.refused import Refused
from tongban.harmony import checks, words
from tongban.harmony.forms.acts import BeginForm, PublishForm
from tongban.harmony.forms.editing import Editor, terms_of
from tongban.harmony.names import Names, bodies, known, names
from tongban.harmony.views.duty import own_region, seen_of, steward, trail
from tongban.people.actor import Actor
from tongban.web import clock
from tongban.web.values import Link


@steward
@require_POST
def begin(request: HttpRequest, actor: Actor, matter: str) -> HttpResponse:
    """Open the draft of a standard, or of a body's implementation when one is named."""
    asked = BeginForm(request.POST)
    if not asked.is_valid():
        raise drafts.NothingToKeep("未开始：没有这个机构。请从列表中选择机构。")
    body = asked.cleaned_data["body"]
    now, today = clock.now(), clock.today()
    if body:
        draft = drafts.begin_implementation(actor=actor, matter=matter, body=body, now=now, today=today)
    else:
        draft = drafts.begin_standard(actor=actor, matter=matter, region=own_region(actor), now=now, today=today)
    return redirect("harmony:draft", draft=draft)


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, actor: Actor, draft: int) -> HttpResponse:
    """The form of a draft. POST `act`: `save` and stay, or `preview` what would be published."""
    held = stewards.draft(draft, actor=actor)
    page = _Page(held)
    if request.method != "POST":
        return page.show(request, page.editor())
    editor = page.editor(request.POST)
    if not editor.is_valid():
        return page.show(request, editor, status=UNPROCESSABLE)
    try:
        drafts.save(
            actor=actor,
            draft=held.id,
            seen=seen_of(request),
            content=editor.value(page.stands.wording),
            now=clock.now(),
        )
    except Refused as refused:
        return page.show(request, editor, refused=_on_page(refused), status=CONFLICT)
    if request.POST.get("act") == "preview":
        return redirect("harmony:preview", draft=held.id)
    messages.success(request, _("草稿已保存。"))
    return redirect("harmony:draft", draft=held.id)


@steward
@require_POST
def checked(request: HttpRequest, actor: Actor, draft: int) -> HttpResponse:
    """What the checks say of what stands in the form now; nothing is saved."""
    page = _Page(stewards.draft(draft, actor=actor))
    editor = page.editor(request.POST)
    return render(request, "harmony/_checks.html", page.checks(editor))


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, actor: Actor, draft: int) -> HttpResponse:
    """What would change, what the checks say, and publishing."""
    if request.method == "POST":
        return _publish(request, actor, draft)
    return _preview(request, stewards.draft(draft, actor=actor))


@steward
@require_POST
def amend(request: HttpRequest, actor: Actor, draft: int) -> HttpResponse:
    """Make of a departing implementation a proposal to amend the joint standard, which the steward then reads."""
    held = stewards.draft(draft, actor=actor)
    today = clock.today()
    stands = stewards.where_it_stands(held.matter, body=held.body, today=today)
    proposal = drafts.begin_standard(
        actor=actor,
        matter=held.matter,
        region=own_region(actor),
        now=clock.now(),
        today=today,
        terms=terms_of(held.content, stands.wording),
    )
    messages.success(request, _("已按这份实施清单的内容起草标准修订。核对后提出，由三地列入批次共同签署。"))
    return redirect("harmony:draft", draft=proposal)


@steward
@require_POST
def renew(request: HttpRequest, actor: Actor, draft: int) -> HttpResponse:
    """Let the draft stand on the newest version from now on."""
    drafts.bring_up_to_date(actor=actor, draft=draft, seen=seen_of(request), now=clock.now(), today=clock.today())
    messages.success(request, _("草稿已以最新版本为底，您的修改保留不变。"))
    return redirect("harmony:preview", draft=draft)


@steward
@require_POST
def discard(request: HttpRequest, actor: Actor, draft: int) -> HttpResponse:
    held = stewards.draft(draft, actor=actor)
    drafts.discard(actor=actor, draft=draft)
    messages.success(request, _("草稿已放弃，已发布的内容没有变化。"))
    return redirect("harmony:standard", matter=held.matter)


# --- Publishing -------------------------------------------------------------------------------------------------------


def _publish(request: HttpRequest, actor: Actor, draft: int) -> HttpResponse:
    asked = PublishForm(request.POST)
    if not asked.is_valid():
        bad = drafts.Overtaken("未发布：页面不完整，或条款过长、有无法识别的字符。请刷新页面后重试。")
        return _preview(request, stewards.draft(draft, actor=actor), refused=bad, status=UNPROCESSABLE)
    article = asked.cleaned_data["change_of_law"]
    try:
        answer = drafts.publish_draft(
            operation=asked.cleaned_data["operation"],
            actor=actor,
            draft=draft,
            seen=seen_of(request),
            now=clock.now(),
            today=clock.today(),
            change_of_law=article,
        )
    except Refused as refused:
        return _preview(
            request,
            stewards.draft(draft, actor=actor),
            refused=_on_page(refused),
            article=article,
            status=getattr(refused, "status", CONFLICT),
        )
    messages.success(request, _published(answer))
    return redirect("harmony:standard", matter=asked.cleaned_data["matter"])


def _published(answer: dict[str, Any]) -> str:
    if answer.get("departures"):
        return _("已发布。这份清单因法律变化偏离共同标准，三地事项管理员都能看到这项偏离。")
    if answer["proposed"]:
        return _("标准修订已提出，尚未生效。请列入批次，由三地签署。")
    if answer["standards"] or answer["implementations"]:
        return _("已发布新版本，即日生效。")
    return _("内容与现行版本相同，没有产生新版本。")


def _on_page(refused: Refused) -> Refused:
    """Raise what has a page of its own: what one may not do, or what is not there."""
    if getattr(refused, "status", CONFLICT) in PAGES_OF_THEIR_OWN:
        raise refused
    return refused


def _preview(
    request: HttpRequest, held: Drafted, *, refused: Refused | None = None, article: str = "", status: int = 200
) -> HttpResponse:
    page = _Page(held)
    base = page.stands.newest
    values = page.values(_("核对与发布")) | {
        "checks": checks.check(held.content, page.stands, page.names),
        "changes": None if base is None else checks.changed(page.compared_with, held.content, page.names),
        "operation": new_operation(clock.now()),
        "refused": refused,
        "article": article,
        "would_depart": page.would_depart(),
    }
    return render(request, "harmony/preview.html", values, status=status)


class _Page:
    """A draft with everything its pages say around it."""

    def __init__(self, held: Drafted) -> None:
        self.held = held
        self.today = clock.today()
        self.stands = stewards.where_it_stands(held.matter, body=held.body, today=self.today)
        self.known = known()

    @property
    def names(self) -> Names:
        standards = [each for each in (self.stands.wording, self.held.content) if isinstance(each, Standard)]
        return names(self.known, *standards)

    @property
    def compared_with(self) -> Any:
        """A proposal is read beside the standard in force, an implementation beside its newest version."""
        return self.stands.newest if self.held.body else self.stands.standard or self.stands.newest

    def editor(self, data: Any = None) -> Editor:
        return Editor.of(self.held.content, standard=self.stands.wording, known=self.known, data=data)

    def checks(self, editor: Editor) -> dict[str, Any]:
        """What the checks say of a form: of what was typed where it is whole, else which fields are not."""
        if not editor.terms.is_bound:
            return {"checks": checks.check(self.held.content, self.stands, self.names), "problems": []}
        if not editor.is_valid():
            return {"checks": None, "problems": list(editor.problems())}
        return {"checks": checks.check(editor.value(self.stands.wording), self.stands, self.names), "problems": []}

    def would_depart(self) -> list[str]:
        """Return the bodies whose implementations an amended standard would leave behind."""
        if not isinstance(self.held.content, Standard):
            return []
        offers = stewards.whole(self.held.matter, today=self.today).offers
        left = [each.body for each in checks.departing(self.held.content, offers, self.names)]
        named = bodies(left)
        return [named[body] for body in left]

    def values(self, here: str) -> dict[str, Any]:
        held, content = self.held, self.held.content
        body = bodies([held.body])[held.body] if held.body else ""
        matter = Link(_matter_name(self), reverse("harmony:standard", args=[held.matter]))
        joint = isinstance(content, Standard) and not content.owner
        return {
            "held": held,
            "seen": held.updated_at.isoformat(),
            "title": matter.text,
            "matter_href": matter.href,
            "body": body,
            "region": words.province(held.region),
            "joint": joint,
            "is_standard": isinstance(content, Standard),
            "moved": self._moved(),
            "crumbs": trail(matter, Link(here)),
        }

    def _moved(self) -> str:
        try:
            drafts.demand_current(self.held, self.stands)
        except drafts.Moved as moved:
            return str(moved).removeprefix("未发布：")
        return ""

    def show(
        self, request: HttpRequest, editor: Editor, *, refused: Refused | None = None, status: int = 200
    ) -> HttpResponse:
        values = self.values(_("编辑")) | self.checks(editor) | {"editor": editor, "refused": refused}
        values["materials"] = list(self.known.materials.items())
        values["elements"] = list(self.known.elements.values())
        return render(request, "harmony/draft.html", values, status=status)


def _matter_name(page: _Page) -> str:
    content = page.held.content
    standard = content if isinstance(content, Standard) else page.stands.wording
    if standard is not None:
        return standard.name
    return content.matter if isinstance(content, Implementation) else ""
