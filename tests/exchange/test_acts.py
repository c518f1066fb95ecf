"""What the applicant does where he applied, upon cases that another node has: it is done there, and told back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework.test_apply_pages import sign_in
from tests.catalogue.regions_sign import operation
from tests.exchange.applied import (
    BEIJING_TRANSPORT,
    MATTER,
    STAFF,
    decide,
    fill_in,
    greet,
    hand_in,
    happened,
    holder,
    on_its_way,
    read,
    same,
    sound,
)
from tests.exchange.sovereigns import Federation
from tests.worlds import DAY
from tongban.casework import actions, credits, drafts, form, rules, satisfaction, storage
from tongban.casework.actions import File, Wrong, arriving, asked, changes, forwarding, intake
from tongban.casework.actions.beats import catalogue_of
from tongban.casework.documents import delivering
from tongban.crypto import sm3
from tongban.domain.acts import NotNow
from tongban.domain.application import CaseState
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import (
    ActAsked,
    ActRefused,
    AskedAct,
    Channel,
    ConfirmationsAsked,
    DemandKind,
    FormChanged,
    Means,
    Outcome,
    Procedure,
    Side,
    SupplyCause,
    Verdict,
)
from tongban.domain.forwarding import NotTheirs
from tongban.files import actions as files
from tongban.journal import queries as journal
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.people import actions as people
from tongban.people.actor import SYSTEM
from tongban.people.roles import Role
from tongban.project import travelling
from tongban.project.walk import at, one_page_pdf, who


def test_a_rating_travels_to_the_node_that_decided(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    with two.at("tianjin"), pytest.raises(NotNow, match="还没有办结"):
        rate(two, application)
    decide(two, application)
    two.deliver()

    for _ in range(2):
        with two.at("tianjin"):
            rate(two, application)
    two.deliver()

    for node in two.nodes:
        (rating,) = read(two, node, application).case(1).proceedings.ratings
        assert (rating.level, rating.channel) == (5, Channel.ONLINE)
        with two.at(node):
            assert satisfaction.told(rating).words == "等了很久。"
            assert [row.rated for row in satisfaction.dissatisfied(["110000"])] == [5]
    sound(two)


def rate(two: Federation, application: str) -> None:
    actions.rate(
        operation=operation(),
        actor=holder(),
        application=application,
        case=1,
        level=5,
        channel=Channel.ONLINE,
        words="等了很久。",
        now=two.now,
    )


def test_the_applicant_corrects_where_he_applied_while_the_competent_node_is_away(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    with two.at("beijing"):
        material = storage.read(application).supplies[0].material
        actions.ask_correction(
            operation=operation(),
            actor=who("shilei", today=DAY),
            application=application,
            demands=(Wrong(1, DemandKind.MATERIAL, material, "看不清，请重新提交。"),),
            now=two.now,
        )
    two.deliver()
    assert read(two, "tianjin", application).case(1).state is CaseState.CORRECTING

    two.nodes["beijing"].away = True
    with two.at("tianjin"):
        content = one_page_pdf("better")
        given = File("b.pdf", io.BytesIO(content), len(content))
        said: dict[str, Any] = {"actor": holder(), "application": application, "values": {}, "explanations": {}}
        with pytest.raises(NotNow, match="没有回应补正告知中的任何一项"):
            actions.answer_correction(operation=operation(), files={}, now=two.now, **said)
        answer = actions.answer_correction(operation=operation(), files={material: given}, now=two.now, **said)
    assert answer == {"answered": [], "received": [], "to": "beijing"}
    two.deliver()
    assert read(two, "tianjin", application).case(1).state is CaseState.CORRECTING
    assert on_its_way(two, application) == [AskedAct.ANSWER]
    two.nodes["beijing"].away = False
    two.now += timedelta(minutes=10)
    two.deliver()

    assert on_its_way(two, application) == []
    there = read(two, "beijing", application)
    assert (there.case(1).state, there.supplies[0].reference) == (CaseState.SUBMITTED, sm3.digest(content).hex())
    with two.at("beijing"):
        assert files.open_file(party=there.holder, digest=there.supplies[0].reference) == content
        page = reverse("casework:taken_in", args=[there.number])
        assert sign_in(Client(), "shilei", acting_for="").get(page).status_code == 200
    same(two, application)
    decide(two, application)
    two.deliver()
    same(two, application)
    sound(two)


def test_an_act_that_the_competent_node_refuses_comes_back_with_its_reason(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    for _ in range(2):
        with two.at("tianjin"):
            actions.urge(operation=operation(), actor=holder(), application=application, case=1, now=two.now)
        two.deliver()

    assert read(two, "tianjin", application).case(1).proceedings.urges == 1
    with two.at("tianjin"):
        told = [entry.event for entry in journal.entries(storage.stream_of(application))]
        (refused,) = [event for event in told if isinstance(event, ActRefused)]
    assert "无需重复催办" in refused.words
    sound(two)


def test_an_act_on_a_case_that_has_gone_back_meanwhile_is_not_run_after(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    with two.at("beijing"):
        one = {"operation": operation(), "application": application, "now": two.now}
        forwarding.hand_back(actor=who("shilei", today=DAY), cases=(1,), reason="请先办理变更登记。", **one)
    with two.at("tianjin"):
        actions.urge(operation=operation(), actor=holder(), application=application, case=1, now=two.now)
    two.deliver()

    assert happened(two, "beijing", application, ActAsked) == []
    (refused,) = happened(two, "tianjin", application, ActRefused)
    assert "已移交给tianjin" in refused.words
    assert read(two, "tianjin", application).case(1).proceedings.urges == 0
    sound(two)


def test_a_node_without_a_part_in_an_application_does_nothing_in_its_applicants_name(two: Federation) -> None:
    with two.at("beijing"):
        actor = holder()
        draft = drafts.start_alone(actor=actor, matter=MATTER, by=BEIJING_TRANSPORT, now=two.now)
        fill_in(draft, two.now)
        application = str(
            actions.submit(operation=operation(), actor=actor, draft=draft.id, now=two.now)["application"]
        )

        with pytest.raises(NotTheirs, match="不是在tianjin提交的"):
            asked.applicant_of(application, by=actor.id, at="tianjin")


def test_a_case_is_withdrawn_elsewhere_once(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    found = read(two, "tianjin", application)
    with two.at("tianjin"):
        client = sign_in(Client(), "dengyue", acting_for=travelling.HOLDER)
        page = reverse("casework:withdraw", args=[found.number])
        said = {"cases": ["1"], "reason": "", "act": "send", "operation": operation()}
        told = client.post(page, said, follow=True).content.decode()
        assert "您的撤回申请已转交北京市，正等待其答复" in told
        assert page not in told
        told = client.get(page).content.decode()
        assert "您的撤回申请已转交北京市，正等待其答复" in told
        assert "确定撤回" not in told
        assert client.post(page, said | {"operation": operation()}).status_code == 422
    assert on_its_way(two, application) == [AskedAct.WITHDRAW]
    two.deliver()
    assert on_its_way(two, application) == []
    assert read(two, "tianjin", application).case(1).state is CaseState.WITHDRAWN
    sound(two)


def tell(two: Federation, node: str, application: str, case: int) -> list[str]:
    """Let a node want everything anew of which it decides the case; return what that is."""
    with two.at(node):
        found = storage.read(application)
        assert found is not None
        materials = sorted(intake.targets(catalogue_of(found), found)[case].materials)
        demands = tuple(Wrong(case, DemandKind.MATERIAL, one, "看不清，请重新提交。") for one in materials)
        clerk = who(STAFF[node][0], today=DAY)
        actions.ask_correction(
            operation=operation(), actor=clerk, application=application, demands=demands, now=two.now
        )
    return materials


def notices(two: Federation, node: str, application: str) -> list[Any]:
    """Return what a node knows of each notice, but for words, which each node seals for itself."""
    return [
        (notice.answer_due_on, notice.answered, [(one.case, one.target) for one in notice.demands])
        for notice in read(two, node, application).notices
    ]


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_both_nodes_tell_at_once_what_is_to_be_corrected_and_one_answer_meets_both(two: Federation) -> None:
    application = hand_in(two, bundle="composed")
    two.deliver()
    own, theirs = tell(two, "tianjin", application, 1), tell(two, "beijing", application, 2)
    two.now += timedelta(days=1)
    two.deliver()
    here = read(two, "tianjin", application)
    assert notices(two, "tianjin", application) == notices(two, "beijing", application)
    assert [notice.first for notice in here.notices] == [1001, 2001]
    page = reverse("casework:application", args=[here.number])
    answering = reverse("casework:answer_correction", args=[here.number])
    with two.at("beijing"):
        clerk = sign_in(Client(), "shilei", acting_for="")
        sheet = clerk.get(reverse("casework:taken_in", args=[here.number])).content.decode()
        assert sheet.count("告知，申请人须在") == 2
    with two.at("tianjin"):
        client = sign_in(Client(), "dengyue", acting_for=travelling.HOLDER)
        told = client.get(page).content.decode()
        assert told.count("受理部门已一次性告知需要补正的内容") == 2
        assert client.get(answering).status_code == 200

        first, *rest = theirs
        content = one_page_pdf(f"better {first}")
        actions.answer_correction(
            operation=operation(),
            actor=holder(),
            application=application,
            files={first: File("a.pdf", io.BytesIO(content), len(content))},
            values={},
            explanations={},
            now=two.now,
        )
        told = client.get(answering).content.decode()
        assert "您的补正已转交北京市，正等待其答复" in told
        assert [f'name="{code}"' in told for code in (first, *rest, *own)] == [False] + [True] * len(rest + own)
        assert client.get(page).content.decode().count("受理部门已一次性告知需要补正的内容") == 2

        files = {code: io.BytesIO(one_page_pdf(f"better {code}")) for code in (*own, *rest)}
        given = {code: File(f"{code}.pdf", file, file.getbuffer().nbytes) for code, file in files.items()}
        answer = actions.answer_correction(
            operation=operation(),
            actor=holder(),
            application=application,
            files=given,
            values={},
            explanations={},
            now=two.now,
        )
        assert answer == {
            "answered": [1001 + place for place in range(len(own))],
            "received": [1],
            "to": "beijing",
        }
        for where in (page, answering):
            told = client.get(where).content.decode()
            assert told.count("您的补正已转交北京市，正等待其答复") == 1
            assert "受理部门已一次性告知需要补正的内容" not in told
            assert f'href="{answering}"' not in told
            assert "提交补正" not in told
    two.deliver()

    here, there = (read(two, node, application) for node in ("tianjin", "beijing"))
    assert notices(two, "tianjin", application) == notices(two, "beijing", application)
    assert {supply.material: supply.reference for supply in here.supplies} == {
        supply.material: supply.reference for supply in there.supplies
    }
    assert [case.state for case in here.cases] == [CaseState.SUBMITTED] * 2
    decide(two, application, at="beijing", case=2)
    decide(two, application, at="tianjin", case=1)
    two.deliver()
    assert [case.outcome for case in read(two, "tianjin", application).cases] == [Outcome.APPROVED] * 2
    same(two, application)
    sound(two)


def answer(two: Federation, node: str, application: str, words: str, *materials: str) -> dict[str, Any]:
    """Let the applicant answer at a node with files that say these words."""
    with two.at(node):
        content = one_page_pdf(words)
        given = {code: File("b.pdf", io.BytesIO(content), len(content)) for code in materials}
        one = {"actor": holder(), "application": application, "now": two.now}
        return actions.answer_correction(operation=operation(), files=given, values={}, explanations={}, **one)


def test_of_what_was_given_to_two_nodes_for_the_same_place_the_last_stands_at_all(three: Federation) -> None:
    application = hand_in(three, bundle="composed", at="beijing")
    three.deliver()
    (shared,) = tell(three, "hebei", application, 3)
    three.deliver()
    three.nodes["hebei"].away = True
    assert answer(three, "beijing", application, "first", shared)["to"] == "hebei"
    three.now += timedelta(minutes=5)
    own = tell(three, "beijing", application, 2)
    assert shared in own
    assert answer(three, "beijing", application, "second", *own)["received"] == [2]
    three.deliver()

    three.nodes["hebei"].away = False
    three.now += timedelta(minutes=10)
    three.deliver()
    last = sm3.digest(one_page_pdf("second")).hex()
    for node in three.nodes:
        found = read(three, node, application)
        assert [one.reference for one in found.supplies if one.material == shared] == [last]
        assert [case.state for case in found.cases] == [CaseState.SUBMITTED] * 3
        with three.at(node):
            assert files.holds(party=found.holder, digest=last)
    same(three, application)
    sound(three)


# --- being heard ------------------------------------------------------------------------------------------------------


def accept(two: Federation, application: str) -> None:
    with two.at("beijing"):
        clerk = who(STAFF["beijing"][0], today=DAY)
        actions.accept(operation=operation(), actor=clerk, application=application, now=two.now)


def by_the_desk(two: Federation, application: str, case: int = 1) -> dict[str, Any]:
    """What an act of Beijing's deciding desk names."""
    return _acting(two, who(STAFF["beijing"][1], today=DAY), application, case)


def by_the_applicant(two: Federation, application: str, case: int = 1) -> dict[str, Any]:
    return _acting(two, holder(), application, case)


def _acting(two: Federation, actor: Any, application: str, case: int) -> dict[str, Any]:
    return {"operation": operation(), "actor": actor, "application": application, "case": case, "now": two.now}


def conclude(two: Federation, application: str, *, outcome: Outcome = Outcome.APPROVED) -> None:
    found = read(two, "beijing", application).case(1)
    with two.at("beijing"):
        for desk in found.missing_opinions:
            about = by_the_desk(two, application)
            actions.give_opinion(desk=desk, verdict=Verdict.AGREE, reason="", **about)
        about = by_the_desk(two, application)
        reason = "" if outcome is Outcome.APPROVED else "不符合条件。"
        actions.conclude(desk=found.deciding_desk, outcome=outcome, reason=reason, determined={}, **about)


@pytest.fixture
def offered_a_hearing(two: Federation) -> str:
    """An application that Beijing reviews, of which it has told the applicant that he may ask for a hearing."""
    application = hand_in(two)
    two.deliver()
    accept(two, application)
    with two.at("beijing"):
        actions.offer_hearing(**by_the_desk(two, application))
    two.deliver()
    return application


def test_the_applicant_is_heard_where_he_applied(two: Federation, offered_a_hearing: str) -> None:
    application = offered_a_hearing
    number = read(two, "tianjin", application).number
    page = reverse("casework:heard", args=[number, 1])
    two.nodes["beijing"].away = True
    with two.at("tianjin"):
        client = sign_in(Client(), "dengyue", acting_for=travelling.HOLDER)
        assert "您有权要求听证" in client.get(page).content.decode()
        for said in (
            {"act": "statement", "statement-text": "车辆已经年检。", "statement-operation": operation()},
            {"act": "hearing", "hearing-operation": operation()},
        ):
            told = client.post(page, said, follow=True).content.decode()
            assert "已转交北京市办理，结果会出现在办理经过中" in told
        assert "您的听证申请已转交北京市，正等待其答复" in told
        assert "您的陈述申辩已转交北京市，正等待其答复" in told
        assert "您有权要求听证" not in told
        assert "提交陈述" in told
        again = client.post(page, {"act": "hearing", "hearing-operation": operation()})
        assert again.status_code == 200
        told = client.get(reverse("casework:application", args=[number])).content.decode()
        assert told.count("您的听证申请已转交北京市，正等待其答复") == 2
        assert "您有权要求听证" not in told
    assert on_its_way(two, application) == [AskedAct.STATE, AskedAct.REQUEST_HEARING]
    two.deliver()
    assert read(two, "tianjin", application).case(1).proceedings.statements == ()

    two.nodes["beijing"].away = False
    two.now += timedelta(minutes=10)
    two.deliver()
    assert on_its_way(two, application) == []
    for node in two.nodes:
        proceedings = read(two, node, application).case(1).proceedings
        (statement,) = proceedings.statements
        with two.at(node):
            assert keys.unseal(statement.text).decode() == "车辆已经年检。"
        assert (statement.side, proceedings.hearing.requested_by) == (Side.APPLICANT, Side.APPLICANT)
        assert read(two, node, application).case(1).ledger.lasting.kind is Procedure.HEARING
    same(two, application)
    with pytest.raises(NotNow, match="听证尚未结束"):
        conclude(two, application)
    with two.at("beijing"):
        actions.hold_hearing(record="双方到场，听取了意见。", **by_the_desk(two, application))
    conclude(two, application)
    two.deliver()
    assert read(two, "tianjin", application).case(1).outcome is Outcome.APPROVED
    same(two, application)
    sound(two)


def test_nothing_is_decided_while_a_request_for_a_hearing_may_be_on_its_way(
    two: Federation, offered_a_hearing: str
) -> None:
    application = offered_a_hearing
    last = read(two, "tianjin", application).case(1).proceedings.hearing.request_due_on
    two.nodes["beijing"].away = True
    two.now = at(last, 23, 30)
    with two.at("tianjin"):
        done = actions.request_hearing(**by_the_applicant(two, application))
    assert done["to"] == "beijing"
    two.now = at(last + timedelta(days=2), 9)
    two.deliver()
    with pytest.raises(NotNow, match="他可能已经在那里按时提出"):
        conclude(two, application, outcome=Outcome.DENIED)

    two.nodes["beijing"].away = False
    two.now += timedelta(minutes=10)
    two.deliver()
    for node in two.nodes:
        hearing = read(two, node, application).case(1).proceedings.hearing
        assert hearing is not None and hearing.outstanding
    same(two, application)
    sound(two)


def test_what_the_other_node_has_said_later_lets_the_desk_decide(two: Federation, offered_a_hearing: str) -> None:
    application = offered_a_hearing
    last = read(two, "tianjin", application).case(1).proceedings.hearing.request_due_on
    two.now = at(last + timedelta(days=1), 9)
    with pytest.raises(NotNow, match="他可能已经在那里按时提出"):
        conclude(two, application)
    greet(two)
    two.deliver()
    conclude(two, application)
    with two.at("tianjin"), pytest.raises(NotNow, match="申请听证的期限"):
        actions.request_hearing(**by_the_applicant(two, application))
    two.deliver()
    same(two, application)
    sound(two)


# --- signing for papers -----------------------------------------------------------------------------------------------


def sign_for(two: Federation, application: str) -> str:
    """Let the applicant sign, in Tianjin, for the paper that waits for it; return its number."""
    (paper,) = (
        one for one in read(two, "tianjin", application).documents if one.kind.signed_for and not one.delivered_at
    )
    with two.at("tianjin"):
        about = {"actor": holder(), "application": application, "now": two.now}
        delivering.sign_for(operation=operation(), documents=[paper.number], **about)
    return paper.number


def test_the_applicant_signs_for_papers_where_he_applied_and_their_body_writes_the_proof(
    two: Federation, offered_a_hearing: str
) -> None:
    application = offered_a_hearing
    papers = [sign_for(two, application)]
    last = read(two, "tianjin", application).case(1).proceedings.hearing.request_due_on
    two.now = at(last + timedelta(days=1), 9)
    greet(two)
    two.deliver()
    conclude(two, application)
    two.deliver()
    papers.append(sign_for(two, application))
    two.deliver()

    proofs = []
    for node in two.nodes:
        known = read(two, node, application).documents
        assert all(one.delivered_at is not None for one in known if one.number in papers)
        proofs.append([(one.number, one.body, one.digest) for one in known if one.kind is DocumentKind.DELIVERY])
    assert proofs[0] == proofs[1]
    assert [body for _, body, _ in proofs[0]] == [BEIJING_TRANSPORT] * len(papers)
    same(two, application)
    sound(two)


# --- changing his mind ------------------------------------------------------------------------------------------------


def test_the_applicant_changes_his_data_where_he_applied(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    with two.at("tianjin"):
        found = read(two, "tianjin", application)
        code = next(iter(sorted(form.changeable(catalogue_of(found), found.cases))))
        values = {code: f"{form.unseal(found.form).values[code]}9"}
        one = {"operation": operation(), "actor": holder(), "application": application, "now": two.now}
        done = actions.change(values=values, **one)
        page = reverse("casework:change", args=[found.number])
        told = sign_in(Client(), "dengyue", acting_for=travelling.HOLDER).get(page).content.decode()
        assert "您的填报内容更改已转交北京市，正等待其答复" in told
        assert "查看影响" not in told
    assert done == {"cases": [], "returned": [], "to": "beijing"}
    assert on_its_way(two, application) == [AskedAct.CHANGE]
    two.deliver()
    assert on_its_way(two, application) == []
    for node in two.nodes:
        with two.at(node):
            assert form.unseal(read(two, node, application).form).values[code] == values[code]
    here, there = (read(two, node, application).case(1) for node in ("tianjin", "beijing"))
    assert here.content == there.content
    decide(two, application)
    two.deliver()
    same(two, application)
    sound(two)


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_a_change_elsewhere_changes_what_it_names_and_nothing_else(two: Federation) -> None:
    application = hand_in(two, bundle="composed")
    two.deliver()
    with two.at("tianjin"):
        found = read(two, "tianjin", application)
        filled = form.unseal(found.form)
        theirs = replace(filled, values={code: f"{text}9" for code, text in filled.values.items()}, names={})
        sealed = form.seal(theirs, holder=found.holder)
        said = FormChanged(sealed, found.participants, ("size",), (2,), (), SupplyCause.CHANGE, holder().id, two.now)

        (heard,) = arriving.changed_here(found, [said])
        assert isinstance(heard, FormChanged)
        assert form.unseal(heard.form) == replace(filled, values={**filled.values, "size": theirs.values["size"]})
        for lie in (replace(said, elements=("name",)), replace(said, participants=())):
            with pytest.raises(NotTheirs):
                arriving.changed_here(found, [lie])
        with pytest.raises(LookupError):
            arriving.changed_here(found, [replace(said, elements=("other",))])


def test_what_co_applicants_would_have_to_sign_anew_is_not_changed_elsewhere(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    anew = [ConfirmationsAsked((1,), DAY, two.now)]
    for node, arrived in (("tianjin", None), ("beijing", two.now)):
        with two.at(node), pytest.raises(NotNow, match="不能在那里签名"):
            changes.demand_signed_here(read(two, node, application), anew, arrived)
    with two.at("beijing"):
        changes.demand_signed_here(read(two, "beijing", application), anew, None)


def test_the_applicant_lets_his_cases_wait_for_each_other_where_he_applied(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    for wait in (True, False):
        with two.at("tianjin"):
            one = {"actor": holder(), "application": application, "now": two.now}
            done = actions.ask_to_wait(operation=operation(), wait=wait, **one)
        assert done == {"together": wait, "to": "beijing"}
        assert on_its_way(two, application) == [AskedAct.WAIT]
        two.deliver()
        assert on_its_way(two, application) == []
        assert [read(two, node, application).together for node in two.nodes] == [wait] * 2
    sound(two)


def upload(two: Federation, content: bytes) -> str:
    """Keep a file of the applicant's in Tianjin; return its digest."""
    with two.at("tianjin"):
        kept = files.store(
            party=travelling.HOLDER, name="a.pdf", stream=io.BytesIO(content), size_hint=len(content), now=two.now
        )
    return kept.digest


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_the_applicant_takes_his_promise_back_where_he_applied(two: Federation) -> None:
    application = hand_in(two, bundle="composed", promised="PROOF3")
    two.deliver()
    proof = one_page_pdf("proof")
    digest = upload(two, proof)
    page = reverse("casework:commitment", args=[read(two, "tianjin", application).number, 2])
    with two.at("tianjin"):
        client = sign_in(Client(), "dengyue", acting_for=travelling.HOLDER)
        assert "作出决定之前可以撤回承诺" in client.get(page).content.decode()
        actions.take_back(uploads={}, **by_the_applicant(two, application, 2))
        done = actions.take_back(uploads={"PROOF3": digest}, **by_the_applicant(two, application, 2))
        told = client.get(page).content.decode()
        assert "您的承诺撤回申请已转交北京市，正等待其答复" in told
        assert "作出决定之前可以撤回承诺" not in told
    assert done == {"case": 2, "to": "beijing"}
    assert on_its_way(two, application) == [AskedAct.TAKE_BACK] * 2
    two.deliver()
    assert on_its_way(two, application) == []
    (refused,) = happened(two, "tianjin", application, ActRefused)
    assert "须同时提交所承诺的证明" in refused.words
    for node in two.nodes:
        found = read(two, node, application)
        assert found.case(2).proceedings.commitment is None
        assert digest in {one.reference for one in found.supplies if one.material == "PROOF3"}
    with two.at("beijing"):
        assert files.open_file(party=travelling.HOLDER, digest=digest) == proof
    same(two, application)
    sound(two)


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_the_letter_of_a_promise_is_written_where_the_case_is_decided(two: Federation) -> None:
    application = hand_in(two, bundle="composed", promised="PROOF3")
    assert [one.kind for one in read(two, "tianjin", application).documents] == []
    two.deliver()

    letters = []
    for node in two.nodes:
        (letter,) = (one for one in read(two, node, application).documents if one.kind is DocumentKind.COMMITMENT)
        letters.append((letter.number, letter.body, letter.cases, letter.digest))
    assert letters[0] == letters[1]
    assert letters[0][1:3] == (BEIJING_TRANSPORT, (2,))
    with two.at("tianjin"), pytest.raises(keys.NoKey):
        keys.sign(owner=BEIJING_TRANSPORT, purpose=Purpose.DOCUMENT, message=b"", now=two.now)
    sound(two)


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_another_certificate_is_given_where_he_applied_for_one_that_will_not_come(two: Federation) -> None:
    application = hand_in(two, bundle="composed")
    two.deliver()
    with two.at("tianjin"):
        withdrawn = {"actor": holder(), "application": application, "cases": (1,), "reason": "", "now": two.now}
        actions.withdraw(operation=operation(), **withdrawn)
    two.deliver()
    assert on_its_way(two, application) == []
    found = read(two, "tianjin", application)
    (wanted,) = changes.lost(found)
    assert give_another(two, application) == {"materials": [], "to": "beijing"}
    with two.at("tianjin"):
        client = sign_in(Client(), "dengyue", acting_for=travelling.HOLDER)
        told = client.get(reverse("casework:supply_in_place", args=[found.number])).content.decode()
        assert "您的证照替代材料已转交北京市，正等待其答复" in told
        assert 'type="file"' not in told
        told = client.get(reverse("casework:application", args=[found.number])).content.decode()
        assert "您的证照替代材料已转交北京市，正等待其答复" in told
        assert "不会由本申请签发" not in told
    two.deliver()
    assert on_its_way(two, application) == []
    for node in two.nodes:
        given = [one for one in read(two, node, application).supplies if one.material == wanted]
        assert [one.reference for one in given] == [sm3.digest(one_page_pdf("licence")).hex()]
        assert changes.lost(read(two, node, application)) == ()
    decide(two, application, at="beijing", case=2)
    two.deliver()
    assert read(two, "tianjin", application).case(2).outcome is Outcome.APPROVED
    same(two, application)
    sound(two)


def give_another(two: Federation, application: str) -> dict[str, Any]:
    """Give, in Tianjin, another certificate for the one that will not come."""
    with two.at("tianjin"):
        (wanted,) = changes.lost(read(two, "tianjin", application))
        content = one_page_pdf("licence")
        given = {wanted: File("a.pdf", io.BytesIO(content), len(content))}
        one = {"operation": operation(), "actor": holder(), "application": application, "now": two.now}
        return actions.supply_in_place(files=given, held=[], **one)


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_an_act_comes_behind_what_made_it_possible(two: Federation) -> None:
    application = hand_in(two, bundle="composed")
    two.deliver()
    with two.at("tianjin"):
        withdrawn = {"actor": holder(), "application": application, "cases": (1,), "reason": "", "now": two.now}
        actions.withdraw(operation=operation(), **withdrawn)
    # Tianjin's worker comes to both at once.
    give_another(two, application)
    two.deliver()

    assert happened(two, "tianjin", application, ActRefused) == []
    assert changes.lost(read(two, "beijing", application)) == ()
    sound(two)


def test_cases_of_three_nodes_wait_for_each_other(three: Federation) -> None:
    application = hand_in(three, bundle="composed", at="hebei")
    three.deliver()
    with three.at("hebei"):
        one = {"operation": operation(), "actor": holder(), "application": application, "now": three.now}
        assert actions.ask_to_wait(wait=True, **one) == {"together": True}
    three.deliver()
    assert {read(three, node, application).together for node in three.nodes} == {True}
    same(three, application)
    sound(three)


def test_what_two_departments_wait_for_is_handed_in_once(three: Federation) -> None:
    application = hand_in(three, bundle="composed", later="PLAIN")
    three.deliver()
    for node in ("beijing", "hebei"):
        with three.at(node):
            clerk = who(STAFF[node][0], today=DAY)
            actions.accept(operation=operation(), actor=clerk, application=application, now=three.now)
        # The second accepts a day later, and has not heard of the first.
        three.now += timedelta(days=1)
    three.deliver()
    terms = [[one.due_on for one in read(three, node, application).deferrals] for node in three.nodes]
    assert terms[0] == terms[1] == terms[2] != [None]

    digest = upload(three, one_page_pdf("PLAIN"))
    with three.at("tianjin"):
        one = {"actor": holder(), "application": application, "now": three.now}
        done = actions.supply(operation=operation(), uploads={"PLAIN": digest}, **one)
    assert done == {"supplied": [], "to": "beijing"}
    three.deliver()
    for node in three.nodes:
        found = read(three, node, application)
        assert not any(each.open for each in found.deferrals)
        assert digest in {each.reference for each in found.supplies}
        with three.at(node):
            assert files.open_file(party=travelling.HOLDER, digest=digest) == one_page_pdf("PLAIN")
    same(three, application)
    sound(three)


# --- a broken promise -------------------------------------------------------------------------------------------------


def a_second_reviewer(two: Federation) -> Any:
    """Let Beijing's clerk sit at the deciding desk, too: who verified does not revoke."""
    clerk = who(STAFF["beijing"][0], today=DAY)
    sits = {"role": Role.REVIEWER, "region": "110000", "department": "bj-transport", "desk": "交通运输审批岗"}
    people.appoint(operation=operation(), actor=SYSTEM, account=clerk.id, valid_from=DAY, now=two.now, **sits)
    return who(STAFF["beijing"][0], today=DAY)


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_who_broke_his_promise_is_heard_and_asks_for_repair_where_he_applied(two: Federation) -> None:
    application = hand_in(two, bundle="composed", promised="PROOF3")
    two.deliver()
    decide(two, application, at="tianjin", case=1)
    two.deliver()
    decide(two, application, at="beijing", case=2)
    two.deliver()
    page = reverse("casework:commitment", args=[read(two, "tianjin", application).number, 2])
    with two.at("beijing"):
        broken = {"kept": False, "means": Means.SITE, "findings": "证明不实。"}
        actions.verify(**broken, **by_the_desk(two, application, 2))
        ordered = actions.order(reason="请整改。", **by_the_desk(two, application, 2))
    two.now = at(date.fromisoformat(ordered["due_on"]) + timedelta(days=1), 9)
    with two.at("beijing"):
        noticed = {"reason": "逾期没有整改。", "hearing": True}
        told = actions.notice_revocation(**noticed, **by_the_desk(two, application, 2))
    two.deliver()

    two.now = at(date.fromisoformat(told["statement_due_on"]), 20)
    with two.at("tianjin"):
        done = actions.make_statement(text="证明由他人出具，请核查。", **by_the_applicant(two, application, 2))
    assert done["to"] == "beijing"
    two.now = at(date.fromisoformat(told["statement_due_on"]) + timedelta(days=1), 9)
    revoking = {"reason": "承诺不实。"}
    with two.at("beijing"):
        second = a_second_reviewer(two)
        with pytest.raises(NotNow, match="他可能已经在那里按时提出"):
            actions.revoke(**revoking, **_acting(two, second, application, 2))
    two.deliver()
    greet(two)
    two.deliver()
    with two.at("beijing"):
        (statement,) = read(two, "beijing", application).case(2).proceedings.statements
        assert keys.unseal(statement.text).decode() == "证明由他人出具，请核查。"
        actions.revoke(**revoking, **_acting(two, second, application, 2))
        item = rules.of_region("110000").credit_items[0].code
        actions.enter_credit(item=item, **by_the_desk(two, application, 2))
    two.deliver()

    with two.at("tianjin"):
        client = sign_in(Client(), "dengyue", acting_for=travelling.HOLDER)
        assert "提交修复申请" in client.get(page).content.decode()
        ground = rules.of_region("120000").repair_grounds[0].code
        asked_for = actions.ask_repair(ground=ground, reason="已经改正。", **by_the_applicant(two, application, 2))
        told = client.get(page).content.decode()
        assert "您的信用修复申请已转交北京市，正等待其答复" in told
        assert "提交修复申请" not in told
    assert asked_for == {"case": 2, "due_on": None, "to": "beijing"}
    two.deliver()
    for node in two.nodes:
        with two.at(node):
            open_one = credits.asked(read(two, node, application), 2)
            assert open_one is not None and open_one.reason == "已经改正。"
    with two.at("tianjin"):
        assert client.get(page).status_code == 200
    with two.at("beijing"):
        actions.deny_repair(reason="没有改正。", **by_the_desk(two, application, 2))
    two.deliver()
    with two.at("tianjin"):
        assert credits.asked(read(two, "tianjin", application), 2) is None
    sound(two)
