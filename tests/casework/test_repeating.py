"""The same again: a new draft begins with what the last application said, and nothing goes unlooked at."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework.conftest import DAY, read
from tests.casework.pages import text
from tests.casework.test_apply_pages import sign_in
from tongban.casework import actions, drafts, repeating
from tongban.casework.models import Draft
from tongban.casework.queries import NoSuchApplication
from tongban.domain.elements import needed
from tongban.domain.materials import Basis
from tongban.files.models import Blob
from tongban.people.permissions import NotAllowed
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, at, who

pytestmark = pytest.mark.usefixtures("afternoon")

MSA = "11130200MA0TB0011Q"
CLEARANCE = "HS-27"
VOYAGE = {"voyage_number", "last_port", "next_port", "calls_on", "cargo"}


def agent(username: str = AGENT) -> walk.Actor:
    return who(username, acting_for=HOLDER, today=DAY)


def upload(draft: Draft, code: str, words: str = "evidence") -> None:
    content = walk.one_page_pdf(words)
    stream = io.BytesIO(content)
    drafts.upload(draft, code, name="文件.pdf", stream=stream, size=len(content), now=at(DAY, 9))


def hand_in(draft: Draft, *, confirmed: bool = False, operation: str = "s") -> str:
    """Fill in what is still empty, upload what is missing, and submit; answers the number."""
    known, _ = drafts.of_bundle(draft)
    filled = drafts.values(draft)
    empty = {one.code: one.example for one in needed(known, [CLEARANCE]) if not filled.get(one.code)}
    assert drafts.fill(draft, empty, today=DAY, now=at(DAY, 9)) == {}
    for code in ("M_AUTH", "M_GENDEC"):
        if code not in draft.uploads:
            upload(draft, code)
    answer = actions.submit(operation=operation, actor=agent(), draft=draft.id, confirmed=confirmed, now=at(DAY, 10))
    return str(answer["number"])


@pytest.fixture
def last(house: walk.Walk) -> str:
    """The number of the clearance of the last voyage."""
    return hand_in(drafts.start_alone(actor=agent(), matter=CLEARANCE, by=MSA, now=at(DAY, 9)))


def again(number: str, username: str = AGENT) -> Draft:
    return repeating.begin(actor=agent(username), number=number, now=at(DAY, 11))


def test_a_new_draft_takes_over_the_ship_and_leaves_the_voyage_empty(last: str) -> None:
    draft = again(last)

    values = drafts.values(draft)
    assert not VOYAGE & values.keys()
    assert (values["imo_number"], values["call_sign"]) == ("9074729", "BTBY1")
    assert set(draft.uploads) == {"M_AUTH"}
    assert drafts.file_name(draft, "M_AUTH") == "授权委托书及受托人身份证明.pdf"
    assert draft.carried_from == last
    assert set(drafts.carries(draft)) == values.keys() | {"M_AUTH"}


def test_nothing_taken_over_is_handed_in_before_it_was_confirmed(last: str) -> None:
    draft = again(last)

    with pytest.raises(actions.NotConfirmed, match=f"沿用自 {last}，还没有确认"):
        hand_in(draft, operation="s2")

    number = hand_in(draft, confirmed=True, operation="s3")
    (reused,) = [one for one in read(draft.id).supplies if one.material == "M_AUTH"]
    assert (reused.basis, number != last) == (Basis.CONSENT, True)


def test_what_is_filled_in_or_replaced_needs_no_further_confirmation(last: str) -> None:
    draft = again(last)

    drafts.fill(draft, drafts.values(draft), today=DAY, now=at(DAY, 12))
    drafts.look_over(draft, "M_AUTH", now=at(DAY, 12))

    assert drafts.carries(draft) == ()
    hand_in(draft, operation="s2")
    assert {one.basis for one in read(draft.id).supplies if one.material == "M_AUTH"} == {Basis.CONSENT}


def test_another_file_is_given_for_this_application(last: str) -> None:
    draft = again(last)

    upload(draft, "M_AUTH", "another")

    assert "carried" not in draft.uploads["M_AUTH"]
    hand_in(draft, confirmed=True, operation="s2")
    assert {one.basis for one in read(draft.id).supplies if one.material == "M_AUTH"} == {Basis.GIVEN}


def test_asking_twice_opens_one_draft_until_it_is_touched(last: str) -> None:
    first = again(last)
    assert again(last).id == first.id

    drafts.fill(first, {"voyage_number": "2026-013"}, today=DAY, now=at(DAY, 12))

    assert again(last).id != first.id


def test_an_ordinary_beginning_does_not_open_what_was_taken_over(last: str) -> None:
    draft = again(last)

    assert drafts.start_alone(actor=agent(), matter=CLEARANCE, by=MSA, now=at(DAY, 12)).id != draft.id


def test_a_file_that_is_gone_is_asked_again(last: str) -> None:
    Blob.objects.all().delete()

    assert again(last).uploads == {}


def test_only_ones_own_application_is_repeated(last: str) -> None:
    with pytest.raises(NoSuchApplication):
        repeating.begin(actor=who("gaojianming", today=DAY), number=last, now=at(DAY, 11))
    with pytest.raises((NotAllowed, NoSuchApplication)):
        again(last, "zhoumin")
    assert Draft.objects.filter(carried_from=last).count() == 0


def test_a_bundle_is_repeated_as_it_is_offered_today(submitted: str) -> None:
    draft = again(read(submitted).number)

    assert (draft.bundle, draft.answers) == ("maritime", dict(read(submitted).answers))
    assert {"ship_name_cn", "mortgagee_number"} <= drafts.values(draft).keys()
    assert len(draft.uploads) > 10


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_pages_say_what_was_taken_over_and_let_it_be_confirmed(last: str, client: Client) -> None:
    sign_in(client, AGENT, HOLDER)
    assert "沿用填报" in text(client.get(reverse("casework:applications")))
    assert "再次申报" in text(client.get(reverse("casework:application", args=[last])))

    answer = client.post(reverse("casework:repeat", args=[last]))
    draft = Draft.objects.get(carried_from=last)
    assert answer.headers["Location"] == reverse("casework:draft", args=[draft.id])

    assert f"沿用自 {last}" in text(client.get(reverse("casework:draft", args=[draft.id])))
    assert f"沿用自 {last}，请核对。" in text(client.get(reverse("casework:form", args=[draft.id, "form"])))
    assert "沿用自" not in text(client.get(reverse("casework:form", args=[draft.id, "voyage"]))).split("<form", 1)[-1]
    assert f"沿用自 {last}" in text(client.get(reverse("casework:check", args=[draft.id])))
    materials = reverse("casework:materials", args=[draft.id])
    assert "仍然有效，继续使用" in text(client.get(materials))
    assert client.post(materials, {"keep": "M_AUTH"}).status_code == 302
    assert client.post(materials, {"keep": "M_NONE"}).status_code == 302
    assert "仍然有效，继续使用" not in text(client.get(materials))


def test_the_check_page_wants_the_confirmation(last: str, client: Client) -> None:
    sign_in(client, AGENT, HOLDER)
    draft = again(last)
    hand_over = {"operation": "0192-operation", "declared": "on"}
    known, _ = drafts.of_bundle(draft)
    drafts.fill(draft, {code: known.elements[code].example for code in VOYAGE}, today=DAY, now=at(DAY, 12))
    upload(draft, "M_GENDEC")
    check = reverse("casework:check", args=[draft.id])

    refused = client.post(check, hand_over | {"seen": draft.revision})
    assert (refused.status_code, "请先核对沿用的内容并勾选" in text(refused)) == (422, True)

    taken = client.post(check, hand_over | {"seen": draft.revision, "confirmed": "on"})
    assert taken.status_code == 302


@pytest.mark.parametrize("number", ["none", "130209-20260302-000009X"])
def test_what_is_not_there_is_not_found(house: walk.Walk, client: Client, number: str) -> None:
    sign_in(client, AGENT, HOLDER)

    assert client.post(reverse("casework:repeat", args=[number])).status_code == 404
    assert client.get(reverse("casework:repeat", args=[number])).status_code == 405
