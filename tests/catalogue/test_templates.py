"""Every template has the form of its schema, and each type of certificate gets the words of its own, once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.worlds import tongbiao
from tongban.catalogue import files, schema, templates, yaml_text
from tongban.domain.catalogue import CertificateType, Source, SourceKind
from tongban.domain.certificate import Face
from tongban.paper import fonts

SAID = yaml_text.read(templates.FILE.read_text(encoding="utf-8"))
NATIONALITY = CertificateType("C_NAT", "船舶国籍证书", source=Source(SourceKind.CITED, "《船舶登记条例》第十六条"))


def types() -> dict[str, CertificateType]:
    catalogue, _, _ = files.read_set("maritime")
    return {
        **catalogue.certificate_types,
        **{one.code: one for one in tongbiao().certificate_types},
    }


def test_the_file_has_its_form() -> None:
    assert schema.bad_rows("templates.yaml", SAID, "templates") == []


def test_each_template_is_of_types_that_exist_and_of_each_once() -> None:
    named = Counter(code for one in SAID["templates"] for code in one["types"])

    assert set(named) <= types().keys()
    assert set(named.values()) == {1}


def test_every_face_can_be_printed() -> None:
    for kind in types().values():
        face = templates.face(kind)
        assert fonts.missing([face.statement, face.endless, face.seal]) == ""


@pytest.mark.parametrize(
    ("kind", "face"),
    [
        (NATIONALITY, Face("依据《船舶登记条例》第十六条签发。", "长期有效", "船舶登记专用章")),
        (
            replace(NATIONALITY, code="C_NAME", source=Source(SourceKind.COMPOSED)),
            Face("核定以上船舶名称，供办理船舶登记使用。", "至办结船舶登记时止", "船舶登记专用章"),
        ),
        (replace(NATIONALITY, code="C_OTHER"), Face("依据《船舶登记条例》第十六条签发。")),
        (CertificateType("C_OTHER", "某证"), Face("")),
    ],
    ids=["its own", "words without an article", "the usual one", "nothing cited, nothing stated"],
)
def test_a_face_follows_the_template_of_its_type(kind: CertificateType, face: Face) -> None:
    assert templates.face(kind) == face
