"""In a Beijing application of a Tianjin holder whatever a recognised certificate supplies is not asked."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.casework.conftest import DAY, read
from tests.casework.pages import text
from tests.casework.test_apply_pages import sign_in
from tests.casework.test_statements import SUBMISSION, at_most
from tests.catalogue.regions_sign import operation
from tests.catalogue.regions_sign import who as steward
from tongban.casework import actions, drafts, filling
from tongban.casework.filling import Filling, Wanted
from tongban.casework.models import Draft
from tongban.casework.storage import stream_of
from tongban.catalogue import actions as catalogue
from tongban.certificates import ending
from tongban.certificates import queries as certificates
from tongban.certificates.models import Certificate
from tongban.domain.certificate import Status
from tongban.domain.elements import needed
from tongban.domain.events import CertificateFateTold, Fate
from tongban.domain.materials import Basis, MaterialMissing, SupplySource
from tongban.domain.recognition import Reason
from tongban.journal import outbox
from tongban.journal import queries as journal
from tongban.project import travelling
from tongban.project.walk import at, one_page_pdf, who

DUTY = {"M_LICENSE", "T_TRANSPORTLIC", "T_VEHICLE", "T_VEHTEST", "T_CHEMCERT"}
CONSENT = "T_DRIVERS"
OWN = {"T_FORM_075", "T_SAFETYRULES", "T_FORM_010", "T_CARGO", "T_FORM_142", "T_USE"}
"""What the haulier must upload itself."""
NOON = at(DAY, 12)
pytestmark = pytest.mark.usefixtures("recognised")


def holder() -> Any:
    return who("dengyue", acting_for=travelling.HOLDER, today=DAY)


@pytest.fixture
def draft() -> Draft:
    """A draft in which everything is filled in that nobody else tells."""
    actor = holder()
    draft = drafts.start(actor=actor, bundle="hazardous-haulage", now=at(DAY, 9))
    catalogue, _ = drafts.of_bundle(draft)
    planned = drafts.derive(draft)
    asked = needed(catalogue, [case.matter for case in planned.cases])
    assert not drafts.fill(draft, {one.code: one.example for one in asked}, today=DAY, now=at(DAY, 9))
    for material in OWN:
        upload(draft, material)
    return draft


def upload(draft: Draft, material: str) -> None:
    content = one_page_pdf(material)
    drafts.upload(draft, material, name="a.pdf", stream=io.BytesIO(content), size=len(content), now=at(DAY, 9))


def filled(draft: Draft, *, now: datetime = NOON) -> Filling:
    party = holder().party
    assert party is not None
    return filling.read(Draft.objects.get(pk=draft.pk), holder=party, now=now)


def wanted(draft: Draft, material: str, *, now: datetime = NOON) -> Wanted:
    return next(one for one in filled(draft, now=now).wanted if one.code == material)


def submit(draft: Draft, *, now: datetime = NOON) -> str:
    return str(actions.submit(operation=operation(), actor=holder(), draft=draft.id, now=now)["application"])


def held(kind: str) -> str:
    return next(one.identifier for one in certificates.wallet(party=travelling.HOLDER, today=DAY) if one.type == kind)


def in_the_register(kind: str, **columns: Any) -> None:
    Certificate.objects.filter(identifier=held(kind)).update(**columns)


# --- What is not asked ------------------------------------------------------------------------------------------------


def test_five_materials_are_not_asked_because_tianjin_issued_certificates_that_beijing_recognises(draft: Draft) -> None:
    one = filled(draft)

    by_certificate = {each.code for each in one.wanted if each.found and each.found.offer}
    assert by_certificate == DUTY
    assert {each.code for each in one.missing_materials} == {CONSENT}


def test_what_the_rule_asks_consent_for_is_used_only_when_the_holder_says_so(draft: Draft) -> None:
    with pytest.raises(MaterialMissing, match="驾驶人员从业资格证"):
        submit(draft)

    drafts.consent(draft, CONSENT, given=True, now=NOON)

    assert filled(draft).missing_materials == ()
    supplies = {one.material: one for one in read(submit(draft)).supplies}
    assert {code for code, one in supplies.items() if one.basis is Basis.DUTY} == DUTY
    assert (supplies[CONSENT].basis, supplies[CONSENT].rule) == (Basis.CONSENT, "BJ-RK-11-07")
    assert supplies["T_VEHICLE"].reference == held("C_VEHICLE")
    assert supplies["T_VEHICLE"].rule == "BJ-RK-11-05"
    assert {code for code, one in supplies.items() if one.source is SupplySource.UPLOAD} == OWN
    assert journal.soundness().replay_ok


def test_consent_is_taken_back(draft: Draft) -> None:
    drafts.consent(draft, CONSENT, given=True, now=NOON)
    drafts.consent(draft, CONSENT, given=False, now=NOON)

    assert wanted(draft, CONSENT).found is None


def test_the_holder_may_upload_instead(draft: Draft) -> None:
    upload(draft, "T_VEHICLE")
    upload(draft, CONSENT)

    supplies = {one.material: one for one in read(submit(draft)).supplies}
    for code in ("T_VEHICLE", CONSENT):
        assert (supplies[code].source, supplies[code].basis, supplies[code].rule) == (
            SupplySource.UPLOAD,
            Basis.GIVEN,
            "",
        )


def test_the_holder_sees_beforehand_what_is_shown_of_it(draft: Draft) -> None:
    offer = wanted(draft, "T_VEHICLE").recognised

    assert offer is not None and offer.own
    assert offer.verdict is not None and offer.verdict.valid
    assert offer.verdict.certificate is not None
    assert ("vehicle_count", "拟投入车辆数", "12 辆") in offer.verdict.certificate.content


# --- What does not count, and why -------------------------------------------------------------------------------------


def why(draft: Draft, material: str, *, now: datetime = NOON) -> Reason | None:
    one = wanted(draft, material, now=now)
    assert one.found is None
    return one.recognised.judgement.reason if one.recognised else None


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (Status.SUSPENDED, Reason.CERTIFICATE_SUSPENDED),
        (Status.REVOKED, Reason.CERTIFICATE_ENDED),
        (Status.ANNULLED, Reason.CERTIFICATE_ENDED),
    ],
)
def test_a_certificate_that_does_not_count_any_more_is_not_used(draft: Draft, status: Status, found: Reason) -> None:
    in_the_register("C_VEHICLE", status=status, ended_on=DAY, ended_by="《行政许可法》第六十九条")

    assert why(draft, "T_VEHICLE") is found


def test_an_expired_certificate_is_refused_with_its_dates(draft: Draft) -> None:
    later = at(date(2027, 3, 3), 9)
    one = wanted(draft, "T_VEHTEST", now=later)

    assert one.found is None
    assert one.recognised is not None
    assert one.recognised.judgement.reason is Reason.CERTIFICATE_EXPIRED
    assert "2027-03-02" in one.recognised.judgement.message


def test_a_file_that_is_not_the_registered_one_is_not_used(draft: Draft) -> None:
    in_the_register("C_VEHICLE", digest="0" * 64)

    assert why(draft, "T_VEHICLE") is Reason.NOT_TRUSTED


def test_with_its_rule_a_certificate_ceases_to_count_and_the_page_says_which(draft: Draft) -> None:
    ended = {"ended_on": DAY, "reason": "由新清单替代。"}
    catalogue.end_recognition(
        operation=operation(), actor=steward("gumingyuan"), code="BJ-RK-11-05", **ended, now=at(DAY, 10)
    )

    assert why(draft, "T_VEHICLE") is Reason.RULE_ENDED
    assert wanted(draft, "T_VEHTEST").found is not None


def test_with_the_agreement_no_certificate_counts(draft: Draft) -> None:
    catalogue.end_agreement(
        operation=operation(),
        actor=steward("gumingyuan"),
        number="JJJ-2022-01",
        ended_on=DAY,
        reason="由新协议替代。",
        now=at(DAY, 10),
    )

    assert {why(draft, code) for code in DUTY} == {Reason.AGREEMENT_OVER}


def test_what_ends_between_looking_and_handing_in_is_not_used(draft: Draft) -> None:
    drafts.consent(draft, CONSENT, given=True, now=NOON)
    assert filled(draft).complete
    in_the_register("C_CHEMICALS", status=Status.REVOKED, ended_on=DAY)

    with pytest.raises(MaterialMissing, match="危险化学品"):
        submit(draft)


# --- Ask once, within budget ------------------------------------------------------------------------------------------


def test_no_retrievable_material_with_a_recognised_certificate_is_asked(draft: Draft) -> None:
    """Invariant 4, with certificates of another region."""
    drafts.consent(draft, CONSENT, given=True, now=NOON)
    application = read(submit(draft))

    asked = [one.material for one in application.supplies if one.source is SupplySource.UPLOAD]
    retrievable = {ask.material for ask in drafts.derive(draft).asks if ask.retrievable}
    assert retrievable == DUTY | {CONSENT}
    assert not retrievable.intersection(asked)
    assert len(asked) == len(set(asked))


def test_recognised_certificates_cost_a_constant_number_of_statements_however_many(draft: Draft) -> None:
    assert filled(draft).wanted  # keys and catalogue are at hand
    again = filled(draft)

    with at_most(9):
        assert len(again.wanted) == 12


def test_handing_in_with_six_of_them_costs_few_statements_more(draft: Draft) -> None:
    drafts.consent(draft, CONSENT, given=True, now=NOON)
    assert filled(draft).complete
    actor = holder()

    with at_most(SUBMISSION + 6 + 1):  # rules, agreements, lists, files; and that it relies on them
        actions.submit(operation=operation(), actor=actor, draft=draft.id, now=NOON)


# --- The page of materials --------------------------------------------------------------------------------------------


@pytest.fixture
def applicant(client: Client, afternoon: Callable[[datetime], None]) -> Client:
    afternoon(NOON)
    return sign_in(client, "dengyue", travelling.HOLDER)


def materials(client: Client, draft: Draft) -> str:
    return text(client.get(f"/apply/draft/{draft.id}/materials/"))


def test_the_page_shows_what_is_recognised_its_rule_and_what_waits_for_consent(applicant: Client, draft: Draft) -> None:
    shown = materials(applicant, draft)

    assert "有 5 份不用交：您在其他地区取得的证照在这里互认。" in shown
    assert "互认，已采用 天津签发的《机动车行驶证（单位车辆）》" in shown
    assert "拟投入车辆数 12 辆" in shown
    assert "互认，等您同意 天津签发的《驾驶人员从业资格核验证明》" in shown
    assert "互认规则 BJ-RK-11-05" in shown

    applicant.post(f"/apply/draft/{draft.id}/materials/", {"use": CONSENT})
    assert "有 6 份不用交" in materials(applicant, draft)

    applicant.post(f"/apply/draft/{draft.id}/materials/", {"unuse": CONSENT})
    assert "有 5 份不用交" in materials(applicant, draft)


def test_the_page_says_which_rule_failed(applicant: Client, draft: Draft) -> None:
    in_the_register("C_VEHICLE", status=Status.SUSPENDED, ended_on=DAY, ended_by="")

    shown = materials(applicant, draft)

    assert "不能互认 天津签发的《机动车行驶证（单位车辆）》 规则 BJ-RK-11-05 适用，但这张证照正在暂停使用。" in shown


def test_the_check_before_handing_in_names_the_rule(applicant: Client, draft: Draft) -> None:
    assert "天津签发的《车辆检测合格证明》，按互认规则 BJ-RK-11-06" in text(
        applicant.get(f"/apply/draft/{draft.id}/check/")
    )


def test_the_desk_sees_the_certificate_and_its_rule(applicant: Client, draft: Draft) -> None:
    drafts.consent(draft, CONSENT, given=True, now=NOON)
    number = read(submit(draft)).number
    clerk = sign_in(applicant, "shilei", "")

    shown = text(clerk.get(reverse("casework:taken_in", args=[number])))

    assert "互认规则 BJ-RK-11-05" in shown
    assert "经持有人同意使用" in shown


# --- An end in Tianjin ------------------------------------------------------------------------------------------------


def relied(draft: Draft) -> str:
    """Hand in and accept an application, and end the licence of Tianjin that it relied on."""
    drafts.consent(draft, CONSENT, given=True, now=NOON)
    application = submit(draft)
    actions.accept(operation=operation(), actor=who("shilei", today=DAY), application=application, now=at(DAY, 13))
    ending.decide(
        operation=operation(),
        actor=who("hening", today=DAY),
        certificate=held("C_ROAD"),
        ground="force_majeure",
        reason="受灾停运",
        now=at(DAY, 14),
    )
    while outbox.run(clock=lambda: at(DAY, 15)):
        pass
    return application


def test_what_ends_in_tianjin_flags_the_beijing_cases_that_relied_on_it_with_the_article(draft: Draft) -> None:
    application = relied(draft)

    assert outbox.failures() == []
    events = [entry.event for entry in journal.entries(stream_of(application))]
    (told,) = [event for event in events if isinstance(event, CertificateFateTold)]
    assert (told.fate, told.article) == (Fate.CANCELLED, "行政许可法第七十条第五项")
    assert [read(application).case(index).matter for index in told.cases] == ["TB-010"]
    assert journal.soundness().replay_ok


def test_the_applicant_is_told_what_counts_no_more_and_hands_the_material_in(applicant: Client, draft: Draft) -> None:
    application = read(relied(draft))

    progress = text(applicant.get(f"/applications/{application.number}/"))
    asked = text(applicant.get(f"/applications/{application.number}/certificates/"))

    assert "《道路运输经营许可证》所用的证照不再有效" in progress
    assert "《道路运输经营许可证》" in asked

    licence = SimpleUploadedFile("licence.pdf", one_page_pdf("licence"))
    given = {"operation": operation(), "T_TRANSPORTLIC": licence}
    assert applicant.post(f"/applications/{application.number}/certificates/", given).status_code == 302
    assert "不再有效" not in text(applicant.get(f"/applications/{application.number}/"))
