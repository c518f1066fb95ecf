"""Does a document come out as an official paper: every word in it, fonts and all, and the same bytes each time?"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.paper.contents import notice
from tests.plugin import ROOT
from tongban.domain.documents.content import DocumentContent, Table, head
from tongban.paper import document, fonts

MILLIMETRE = 72 / 25.4


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def pages(content: DocumentContent, cache: Path, **more: str) -> list[str]:
    reader = PdfReader(io.BytesIO(document.pdf(content, cache_folder=cache, **more)))
    return ["".join(page.extract_text().split()) for page in reader.pages]


def test_every_word_of_the_content_can_be_read_from_the_paper(cache: Path) -> None:
    content = notice()

    (page,) = pages(content, cache)

    for said in (
        "曹妃甸海事局",
        "曹海受字〔2026〕12号",
        "受理通知书",
        "河北渤远航运有限公司：",
        "你单位2026年3月2日提出的申请收悉，予以受理。",
        "1船舶名称核准2船舶国籍登记",
        "理由材料齐全。",
        "依据《中华人民共和国行政许可法》第三十二条；办理依据为示例，未引用法律条文。",
        "救济途径可以依法申请行政复议。",
        "2026年3月2日",
        "文号：曹海受字〔2026〕12号申请编号：130209-20260302-000001-7",
        f"内容摘要（SM3）：{head(content.digest)}".replace(" ", ""),
    ):
        assert said in page


def test_a_code_and_an_address_to_verify_by_stand_at_the_foot(cache: Path) -> None:
    address = "https://tongban.example/documents/verify/?number=%E6%9B%B9&code=ABCD-EF01-2345"

    (page,) = pages(notice(), cache, code="ABCD-EF01-2345", address=address)
    reader = PdfReader(io.BytesIO(document.pdf(notice(), cache_folder=cache, code="A", address=address)))

    assert "核验码：ABCD-EF01-2345" in page
    assert "内容摘要" in page
    assert len(reader.pages) == 1


def test_it_is_a4_and_its_one_font_is_embedded(cache: Path) -> None:
    reader = PdfReader(io.BytesIO(document.pdf(notice(), cache_folder=cache)))

    sizes = {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in reader.pages}
    found = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            (inner,) = font.get_object()["/DescendantFonts"]
            described = inner.get_object()["/FontDescriptor"]
            found[described["/FontName"].split("+")[-1]] = "/FontFile2" in described

    assert sizes == {(round(210 * MILLIMETRE), round(297 * MILLIMETRE))}
    assert found == {"LXGWWenKai-Regular": True}


def test_the_same_content_gives_the_same_bytes_on_any_machine(cache: Path, tmp_path: Path) -> None:
    program = (
        "import hashlib, sys; from pathlib import Path; from tests.paper.contents import notice;"
        "from tongban.paper import document;"
        "print(hashlib.sha256(document.pdf(notice(), cache_folder=Path(sys.argv[1]))).hexdigest())"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=True, capture_output=True, text=True
    )

    here = hashlib.sha256(document.pdf(notice(), cache_folder=cache)).hexdigest()

    assert elsewhere.stdout.strip() == here
    assert hashlib.sha256(document.pdf(notice(number="曹海受字〔2026〕13号"), cache_folder=cache)).hexdigest() != here


@pytest.mark.parametrize(
    "hostile",
    [
        '#panic("x") #read("/etc/passwd")',
        "$x^2$ *粗* _斜_ `raw` <label> @ref",
        "\\ ] } ) = 标题 - 列表 + 编号 / 词：",
        "https://example.org //注释 /* 注释 */ ~ -- --- ...",
        '"引" \'引\' \\u{4e00} "#sys.inputs"',
    ],
)
def test_text_from_people_stays_text(cache: Path, hostile: str) -> None:
    content = notice(
        addressee=hostile,
        opening=(hostile,),
        table=Table(("序号", "事项"), (("1", hostile),), (0, 1)),
        reasons=(hostile,),
        title=f"通知{hostile}",
    )

    (page,) = pages(content, cache, mark=f"重印{hostile}", remark=hostile)

    assert page.count("".join(hostile.split())) == 7


@pytest.mark.parametrize(
    ("text", "named"), [("王𡋾", "“𡋾”（U+212FE）"), ("甲\u202e乙", "U+202E"), ("甲\0", "U+0000"), ("甲\n乙", "U+000A")]
)
def test_a_character_that_would_be_an_empty_box_is_refused_by_name(cache: Path, text: str, named: str) -> None:
    with pytest.raises(fonts.MissingGlyph) as refused:
        document.pdf(notice(addressee=text), cache_folder=cache)

    assert f"字库中没有 {named}" in str(refused.value)


def test_what_has_no_place_to_be_broken_is_broken_and_does_not_run_off_the_paper(cache: Path) -> None:
    address, number = "https://example.com/" + "x" * 90, "1.2.156.3005.2." + "1" * 120
    content = notice(reasons=(address,), table=Table(("序号", "电子证照标识"), (("1", number),), (0, 1)))

    (page,) = PdfReader(io.BytesIO(document.pdf(content, cache_folder=cache))).pages
    lines = page.extract_text().splitlines()

    assert max(len(line) for line in lines) < 90
    assert address in "".join(lines)
    assert number in "".join(lines)


def test_rare_characters_of_names_are_there(cache: Path) -> None:
    (page,) = pages(notice(addressee="䶮㛃喆堃𬀪"), cache)

    assert "䶮㛃喆堃𬀪：" in page


def test_a_mark_stands_on_every_page_and_the_seal_never_alone(cache: Path) -> None:
    for rows in range(10, 60):
        table = Table(("序号", "事项"), tuple((str(row), "船舶名称核准") for row in range(rows)), (0, 1))

        found = pages(notice(table=table), cache, mark="重印 2026年3月5日", remark="演示")

        assert all("重印2026年3月5日" in page and "演示" in page for page in found)
        last = found[-1]
        assert last.index("可以依法申请行政复议。") < last.index("2026年3月2日", last.index("可以依法申请行政复议。"))


def test_the_font_is_unpacked_once_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    first, second = fonts.folder(tmp_path), fonts.folder(tmp_path)

    assert first == second
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".ttf"]
