"""How does one application walk through the whole house?

`prepare` enters people, places, catalogue and registry records; `walk` lets an applicant hand in one application, the
co-applicant confirm, the clerk accept, every desk speak and conclude, each on the last day of its promise. Everything
is done by the same actions that pages and the JSON door call. `tongban demo` tells it as a story, `tongban demo load`
leaves it in the database for people to look at.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tongban.casework import actions as casework
from tongban.casework import drafts, storage
from tongban.casework.models import Draft
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import calendars
from tongban.certificates import actions as certificates
from tongban.domain.application import Application, Case, CaseState
from tongban.domain.catalogue import Bundle, Catalogue, Delegation, SubjectRole
from tongban.domain.certificate import Issuer
from tongban.domain.clock import day_of
from tongban.domain.elements import needed
from tongban.domain.events import Outcome, Verdict
from tongban.people import actions as people_actions
from tongban.people import demo as people_demo
from tongban.people import queries as people
from tongban.people.actor import SYSTEM, Actor
from tongban.people.models import Account, Department, Desk, Duty
from tongban.people.roles import Role
from tongban.registries import demo as registries_demo

BEIJING = ZoneInfo("Asia/Shanghai")
HOLDER = "org:91130209MA0TB10143"
AGENT, COUNTERPARTY_AGENT, CLERK = "linxiao", "sunli", "liufang"

Tell = Callable[[str], None]
"""Hears the story, one sentence at a time."""


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant in the authority's time zone."""
    return datetime.combine(day, time(hour, minute), tzinfo=BEIJING)


def prepare(catalogue: Catalogue, bundle: Bundle, delegations: tuple[Delegation, ...], *, now: datetime) -> None:
    """Enter the demo people, the catalogue, the desks it names, the issuers' keys and the registry's records."""
    people_demo.load(now=now)
    prepare_registries(now=now)
    _supply_registry(catalogue, now)
    content = catalogue_actions.Content(catalogue, bundle, delegations)
    catalogue_actions.load(operation=f"demo/catalogue/{content!r}", actor=SYSTEM, content=content, now=now)
    deciding = {implementation.body for implementation in catalogue.implementations.values()}
    prepare_issuers(deciding, now=now)
    for body in Department.objects.filter(uscc__in=deciding):
        _staff_desks(body, catalogue, now)


def prepare_registries(*, now: datetime) -> None:
    """Enter what the registries hold of everybody, wherever he is."""
    registries_demo.load_records()
    registries_demo.load_ledgers()
    registries_demo.load_taxes(now=now)


def prepare_issuers(bodies: Collection[str], *, now: datetime) -> None:
    """Give those of these departments keys to sign certificates with that are of this node; others are copies."""
    for body in filter(lambda one: people_demo.is_here(one.region), Department.objects.filter(uscc__in=bodies)):
        certificates.prepare_issuer(issuer=Issuer(body.uscc, body.name, body.region), now=now)


def _supply_registry(catalogue: Catalogue, now: datetime) -> None:
    """A bundle from a file may name retrievable materials that the demo registry has never heard of."""
    number = HOLDER.removeprefix("org:")
    known = {record["material"] for record in registries_demo.read() if record["number"] == number}
    for material in catalogue.materials.values():
        if material.retrievable and material.about is SubjectRole.HOLDER and material.code not in known:
            registries_demo.enter(
                reference=f"DEMO-{material.code}",
                material=material.code,
                number=number,
                holder=HOLDER,
                name=material.name,
                issued_on=now.date() - timedelta(days=365),
            )


def _staff_desks(body: Department, catalogue: Catalogue, now: datetime) -> None:
    """Give every desk that the catalogue names and nobody sits at a reviewer of its own."""
    named = {
        desk
        for implementation in catalogue.implementations.values()
        if implementation.body == body.uscc
        for desk in (implementation.deciding_desk, *implementation.opinion_desks)
    }
    seated = set(Duty.objects.filter(department=body, role=Role.REVIEWER).values_list("desk__code", flat=True))
    for place, desk in enumerate(sorted(named - seated), start=1):
        Desk.objects.get_or_create(department=body, code=desk, defaults={"name": desk, "name_en": desk})
        username = f"reviewer{place}"
        account = Account.objects.filter(username=username).first() or people_actions.open_account(
            actor=SYSTEM, username=username, password=None, person="", name=f"{desk}审查员", now=now
        )
        people_actions.appoint(
            operation=f"demo/duty/{body.uscc}/{desk}",
            actor=SYSTEM,
            account=f"account:{account.pk}",
            role=Role.REVIEWER,
            region=body.region,
            department=body.code,
            desk=desk,
            valid_from=date(2026, 1, 1),
            now=now,
        )


def who(username: str, *, acting_for: str = "", today: date) -> Actor:
    """Return a demo person as an actor."""
    return people.actor(Account.objects.get(username=username), acting_for=acting_for, today=today)


@dataclass(slots=True)
class Walk:
    """One application on its way. `tag` keeps the operations of several walks apart."""

    catalogue: Catalogue
    bundle: Bundle
    day: date
    tag: str
    tell: Tell

    def draft(self) -> Draft:
        """Fill in everything that is asked."""
        agent = who(AGENT, acting_for=HOLDER, today=self.day)
        draft = drafts.start(actor=agent, bundle=self.bundle.code, now=at(self.day, 9))
        planned = drafts.derive(draft)
        elements = needed(self.catalogue, [case.matter for case in planned.cases])
        filled = {element.code: element.example for element in elements}
        wrong = drafts.fill(draft, filled, today=self.day, now=at(self.day, 9, 5))
        assert not wrong, wrong
        for ask in planned.asks:
            if not ask.retrievable:
                self._upload(draft, ask.material)
        self.tell(
            f"{agent.name}一次申请 {len(planned.cases)} 个事项，上传 {len(draft.uploads)} 份材料，其余由登记库提供。"
        )
        return draft

    def submit(self) -> str:
        """Fill in everything that is asked and hand it in; return the application's id."""
        return self.hand_in(self.draft())

    def hand_in(self, draft: Draft) -> str:
        agent = who(AGENT, acting_for=HOLDER, today=self.day)
        answer = casework.submit(
            operation=f"{self.tag}/submit/{draft.id}", actor=agent, draft=draft.id, now=at(self.day, 9, 30)
        )
        self.tell(f"收件：申请编号 {answer['number']}。")
        return draft.id

    def _upload(self, draft: Draft, material: str) -> None:
        name = self.catalogue.materials[material].name
        upload(draft, material, name=name[:40].replace("/", "、"), now=at(self.day, 9, 10))

    def confirm(self, application: str) -> None:
        for case in read(application).cases:
            for confirmation in case.confirmations:
                actor = who(COUNTERPARTY_AGENT, acting_for=confirmation.party, today=self.day)
                casework.confirm(
                    operation=f"{self.tag}/confirm/{case.index}/{application}",
                    actor=actor,
                    application=application,
                    case=case.index,
                    now=at(self.day, 9, 40),
                )
                self.tell(f"{actor.name}代表共同申请人确认“{self._name(case)}”。")

    def accept(self, application: str) -> None:
        clerk = who(CLERK, today=self.day)
        answer = casework.accept(
            operation=f"{self.tag}/accept/{application}", actor=clerk, application=application, now=at(self.day, 10)
        )
        self.tell(f"{clerk.name}一并受理 {len(answer['accepted'])} 个办件，各岗位同时开始审核。")

    def opinions(self, application: str) -> None:
        for case in read(application).cases:
            for place, desk in enumerate(case.missing_opinions, start=1):
                reviewer = self._reviewer(case, desk)
                casework.give_opinion(
                    operation=f"{self.tag}/opinion/{case.index}.{place}/{application}",
                    actor=reviewer,
                    application=application,
                    case=case.index,
                    desk=desk,
                    verdict=Verdict.AGREE,
                    reason="",
                    now=at(self.day, 14),
                )
                self.tell(f"{desk} {reviewer.name}同意“{self._name(case)}”。")

    def conclude(self, application: str) -> None:
        """Let every desk use its whole promise: the first due first, the last matter first within a day."""
        waiting = [case for case in read(application).cases if case.state is CaseState.ACCEPTED]
        for case in sorted(waiting, key=lambda case: (case.promised_due_on or date.max, -case.index)):
            assert case.promised_due_on is not None
            self.conclude_one(application, case.index, day=case.promised_due_on)

    def conclude_one(self, application: str, index: int, *, day: date) -> None:
        case = read(application).case(index)
        reviewer = self._reviewer(case, case.deciding_desk)
        answer = casework.conclude(
            operation=f"{self.tag}/conclude/{index}/{application}",
            actor=reviewer,
            application=application,
            case=index,
            desk=case.deciding_desk,
            outcome=Outcome.APPROVED,
            reason="",
            determined={},
            now=at(day, 15),
        )
        self.tell(f"{day} {reviewer.name}签署“{self._name(case)}”的结论：{_effect(answer)}。")

    def _reviewer(self, case: Case, desk: str) -> Actor:
        """The first reviewer of the desk who did not accept the case."""
        duties = Duty.objects.filter(role=Role.REVIEWER, department__uscc=case.body, desk__code=desk)
        account = duties.order_by("account__username").values_list("account__username", flat=True).first()
        assert account is not None
        return who(account, today=self.day)

    def _name(self, case: Case) -> str:
        return self.catalogue.standards[case.matter].name


def _effect(answer: dict[str, object]) -> str:
    decided = answer["decided"]
    assert isinstance(decided, list)
    if not decided:
        return "待所需证照签发后生效"
    return f"第 {'、'.join(map(str, decided))} 个办件作出决定并签发证照" + ("，全部办结" if answer["closed"] else "")


def walk(catalogue: Catalogue, bundle: Bundle, *, day: date, tag: str, tell: Tell) -> list[str]:
    """Walk everything from draft to close; return the applications' ids.

    There is one application, unless some case could not be decided in time: then there is one for each stage, handed in
    on the working day after the stage before it was closed.
    """
    one = Walk(catalogue, bundle, day, tag, tell)
    draft = one.draft()
    stages = [draft]
    if not drafts.derive(draft, today=day).feasible:
        stages = drafts.divide(draft, today=day, now=at(day, 9, 15))
        tell(f"不能一并提交：有的办件等不到所需证照。分 {len(stages)} 批办理。")
    for stage in stages:
        application = one.hand_in(stage)
        one.confirm(application)
        one.accept(application)
        one.opinions(application)
        one.conclude(application)
        one = Walk(catalogue, bundle, _next_working_day(application), tag, tell)
    return [stage.id for stage in stages]


def _next_working_day(application: str) -> date:
    closed = read(application)
    assert closed.closed_at is not None
    return calendars.load().nth_after(day_of(closed.closed_at), 1, provisional=True)


def read(application: str) -> Application:
    """Return an application that was handed in."""
    found = storage.read(application)
    assert found is not None
    return found


def upload(draft: Draft, material: str, *, name: str, now: datetime) -> None:
    """Upload a page for a material."""
    content = one_page_pdf(material)
    drafts.upload(draft, material, name=f"{name}.pdf", stream=io.BytesIO(content), size=len(content), now=now)


def one_page_pdf(text: str) -> bytes:
    """Return a small, well-formed PDF that says `text` (ASCII)."""
    page = f"BT /F1 18 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _numbered(objects)


def _numbered(objects: Iterable[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(places) + 1, table, len(places) + 1, len(out))
    )
