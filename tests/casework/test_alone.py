"""One matter alone: from its guide to a submitted application, with what it was when the draft was opened."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework.conftest import DAY
from tests.casework.pages import text
from tests.casework.test_apply_pages import sign_in
from tests.soundness import demand_sound
from tongban.casework import actions, drafts, storage
from tongban.casework.models import Draft
from tongban.catalogue import models
from tongban.catalogue import queries as catalogue
from tongban.catalogue.actions import Holdings, load, publish
from tongban.catalogue.actions.load import Content
from tongban.catalogue.joint_set import JointSet
from tongban.certificates import queries as certificates
from tongban.domain import certificate, instant
from tongban.domain.catalogue import Inconsistent
from tongban.domain.certificate import Related, Relation
from tongban.domain.elements import needed
from tongban.domain.events import Outcome
from tongban.people.actor import SYSTEM
from tongban.people.permissions import NotAllowed, may_conclude
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import at, who

pytestmark = pytest.mark.usefixtures("afternoon")

BEIJING, TIANJIN = "11110000MA0TB11025", "11120000MA0TB12335"
"""Departments of human resources."""
MARKET = "11110000MA0TB1022H"


def begin(username: str = "liangyu", *, matter: str = "TB-038", by: str = BEIJING) -> Draft:
    return drafts.start_alone(actor=who(username, today=DAY), matter=matter, by=by, now=at(DAY, 9))


def fill(draft: Draft) -> None:
    known = drafts.of_bundle(draft)[0]
    asked = needed(known, [draft.bundle])
    filled = {element.code: element.example for element in asked}
    assert drafts.fill(draft, filled, today=DAY, now=at(DAY, 9)) == {}
    for ask in drafts.derive(draft).asks:
        content = walk.one_page_pdf(ask.material)
        stream = io.BytesIO(content)
        drafts.upload(draft, ask.material, name="材料.pdf", stream=stream, size=len(content), now=at(DAY, 9))


def test_one_matter_alone_is_handed_in_and_lies_at_its_own_hall(joint: JointSet) -> None:
    draft = begin()
    fill(draft)

    answer = actions.submit(operation="s", actor=who("liangyu", today=DAY), draft=draft.id, now=at(DAY, 10))

    found = storage.read(answer["application"])
    assert found is not None
    assert [(case.matter, case.body) for case in found.cases] == [("TB-038", BEIJING)]
    assert (found.region, found.hall, found.bundle) == ("110000", "bj-hall", "TB-038")


def test_a_licence_of_one_region_goes_from_its_guide_to_its_certificate(joint: JointSet) -> None:
    walk.prepare_issuers({MARKET}, now=at(DAY, 8))
    draft = begin(matter="TB-001", by=MARKET)
    fill(draft)
    applicant = who("liangyu", today=DAY)
    answer = actions.submit(operation="s", actor=applicant, draft=draft.id, now=at(DAY, 10))

    clerk, reviewer = who("shilei", today=DAY), who("caoying", today=DAY)
    actions.accept(operation="a", actor=clerk, application=answer["application"], now=at(DAY, 11))
    actions.conclude(
        operation="c",
        actor=reviewer,
        application=answer["application"],
        case=1,
        desk="市场准入审批岗",
        outcome=Outcome.APPROVED,
        reason="",
        determined={},
        now=at(DAY, 15),
    )

    found = storage.read(answer["application"])
    assert found is not None
    assert found.closed_at == at(DAY, 15)
    line = certificates.find(identifier=found.cases[0].certificate)
    assert (line.type, line.issuer, line.region) == ("C_BUSINESS", MARKET, "110000")


def licence(tag: str, hour: int) -> str:
    """Return the number of a licence that was asked for, accepted and granted."""
    draft = begin(matter="TB-001", by=MARKET)
    fill(draft)
    asked = actions.submit(operation=f"s{tag}", actor=who("liangyu", today=DAY), draft=draft.id, now=at(DAY, hour))
    one = {"application": asked["application"], "now": at(DAY, hour)}
    actions.accept(operation=f"a{tag}", actor=who("shilei", today=DAY), **one)
    granted = {"case": 1, "desk": "市场准入审批岗", "outcome": Outcome.APPROVED, "reason": "", "determined": {}}
    actions.conclude(operation=f"c{tag}", actor=who("caoying", today=DAY), **one, **granted)
    found = storage.read(asked["application"])
    assert found is not None
    return found.cases[0].certificate


def test_what_a_change_yields_names_the_certificate_that_it_changes(
    joint: JointSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk.prepare_issuers({MARKET}, now=at(DAY, 8))
    first = licence("1", 10)
    monkeypatch.setattr(certificate, "relation_named", {"公司设立登记": Relation.CHANGE}.get)

    second = licence("2", 12)

    assert certificates.find(identifier=first).related is None
    assert certificates.find(identifier=second).related == Related(first, Relation.CHANGE)


def test_every_province_has_a_clerk_and_a_reviewer_of_every_desk_that_decides(joint: JointSet) -> None:
    deciding = {(each.region, each.body, each.deciding_desk) for each in joint.implementations if not each.territory}

    for username, hall, reviewer in (
        ("shilei", "bj-hall", "caoying"),
        ("mengjia", "tj-hall", "hening"),
        ("baixue", "he-hall", "tianye"),
    ):
        (clerk,) = who(username, today=DAY).duties
        assert (clerk.role, clerk.hall) == (Role.CLERK, hall)
        for region, body, desk in deciding:
            if region == clerk.region:
                assert may_conclude(who(reviewer, today=DAY), department=body, desk=desk)


def test_each_body_has_its_own_and_the_same_words_are_written_once(joint: JointSet) -> None:
    first, again, other = begin(), begin("gaojianming"), begin("gaojianming", by=TIANJIN)

    assert first.bundle_version == again.bundle_version != other.bundle_version
    assert models.Bundle.objects.filter(code="TB-038").count() == 2
    assert drafts.of_bundle(other)[0].implementations["TB-038"].body == TIANJIN
    demand_sound()


def test_a_draft_keeps_the_words_it_began_with(joint: JointSet) -> None:
    draft = begin()
    (phone,) = (each for each in joint.elements if each.code == "applicant_phone")
    reworded = Holdings(elements=(replace(phone, name="手机号码"),))

    publish(operation="reword", actor=SYSTEM, holdings=reworded, now=at(DAY, 11))

    assert drafts.of_bundle(draft)[0].elements["applicant_phone"].name == "联系电话"
    later = begin("gaojianming")
    assert later.bundle_version == draft.bundle_version + 1
    assert drafts.of_bundle(later)[0].elements["applicant_phone"].name == "手机号码"


def test_bundles_of_one_are_no_offers_of_the_portal(joint: JointSet, client: Client) -> None:
    before = [bundle.code for _, bundle in catalogue.bundles()]
    begin()

    assert [bundle.code for _, bundle in catalogue.bundles()] == before == ["maritime"]
    assert client.get("/bundles/TB-038/").status_code == 404
    assert client.get("/apply/TB-038/").status_code == 404


def test_a_bundle_that_bears_the_code_of_a_matter_is_not_loaded(joint: JointSet, house: walk.Walk) -> None:
    for code in ("HS-01", "TB-038"):
        content = Content(house.catalogue, replace(house.bundle, code=code))
        with pytest.raises(Inconsistent, match=f"代码 {code} 是一个事项的编号"):
            load(operation=f"load/{code}", actor=SYSTEM, content=content, now=at(DAY, 9))


@pytest.mark.parametrize(
    ("matter", "by", "refusal"),
    [
        ("TB-999", BEIJING, catalogue.NotInCatalogue),
        ("TB-038", "", catalogue.NotInCatalogue),
        ("TB-038", "11110000MA0TB1022H", catalogue.NotInCatalogue),
        ("TB-036", BEIJING, instant.OnTheSpot),
    ],
)
def test_what_is_not_offered_opens_no_draft(joint: JointSet, matter: str, by: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        begin(matter=matter, by=by)

    assert Draft.objects.count() == 0


def test_who_is_nobody_opens_no_draft(joint: JointSet) -> None:
    with pytest.raises(NotAllowed, match="没有关联申请人身份"):
        begin("liufang")


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_guide_leads_to_applying_with_the_body_it_shows(joint: JointSet, client: Client) -> None:
    guide = client.get(f"/matters/TB-038/?by={TIANJIN}").content.decode()

    address = reverse("casework:start_alone", args=["TB-038"]) + f"?by={TIANJIN}"
    assert f'href="{address}"' in guide
    answer = client.get(address)
    assert answer.status_code == 200
    assert "由天津市人力资源和社会保障局办理" in text(answer)
    assert client.post(address)["Location"] == f"/sign-in/?next=/apply/matter/TB-038/%3Fby%3D{TIANJIN}"


def test_one_who_signed_in_begins_and_sees_one_page_to_fill_in(joint: JointSet) -> None:
    applicant = sign_in(Client(), "liangyu", "")

    answer = applicant.post(f"/apply/matter/TB-038/?by={BEIJING}", follow=True)

    assert answer.redirect_chain[-1][0].startswith("/apply/draft/")
    assert "办理情形" not in text(answer)
    assert "填报内容" in text(answer)
    draft = Draft.objects.get()
    for page in ("plan", "check", "materials"):
        assert applicant.get(reverse(f"casework:{page}", args=[draft.id])).status_code == 200
    assert applicant.get(reverse("casework:form", args=[draft.id, "form"])).status_code == 200


def test_a_matter_with_questions_asks_them(joint: JointSet) -> None:
    applicant = sign_in(Client(), "liangyu", "org:91110108MA0TB40479")

    answer = applicant.post("/apply/matter/TB-001/?by=11110000MA0TB1022H", follow=True)

    assert "办理情形" in text(answer)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/apply/matter/TB-999/", 404),
        ("/apply/matter/TB-038/?by=x", 404),
        ("/apply/matter/TB-038/", 404),
        (f"/apply/matter/TB-036/?by={BEIJING}", 409),
        ("/apply/matter/HS-01/?by=11130200MA0TB0011Q", 409),
    ],
)
def test_what_is_not_applied_for_here_says_so(joint: JointSet, client: Client, address: str, status: int) -> None:
    assert client.get(address).status_code == status
