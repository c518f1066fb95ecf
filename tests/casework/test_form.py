"""What a certificate says of an application's form."""

from tongban.casework import form
from tongban.domain.catalogue import Catalogue, CertificateType, DataElement, ElementKind


def test_a_certificate_says_the_words_of_a_choice():
    kind = DataElement("ship_type", "船舶种类", "", ElementKind.CHOICE, choices=(("oil_tanker", "油船"),))
    name = DataElement("ship_name_cn", "中文船名", "", ElementKind.TEXT)
    catalogue = Catalogue(
        standards={},
        implementations={},
        materials={},
        certificate_types={"C": CertificateType("C", "证书", fields=("ship_type", "ship_name_cn"))},
        elements={"ship_type": kind, "ship_name_cn": name},
    )

    said = form.content(catalogue, "C", {"ship_type": "oil_tanker"})

    assert said == (("ship_type", "船舶种类", "油船"), ("ship_name_cn", "中文船名", ""))
