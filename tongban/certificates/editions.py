"""In which forms is a certificate given out? Beside the signed file: an OFD, a PDF, and a code for a sheet of paper.

Each is made from the signed file when it is asked for, carries it, and is signed by the issuer's current key: the OFD
with SM2 and the issuer's e-seal, the PDF with P-256, the code with either. So a verifier has one file to judge, and the
paper around it. Where the issuer's key is at another node, the forms are those that came with the file from there.

Source: GB/T 36905-2018 (files of electronic certificates); GB/T 33190-2016; GB/T 38540-2020; ETSI EN 319 142-1.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tongban.certificates.models import Paper
from tongban.certificates.queries import Registered
from tongban.crypto.profiles import Algorithm
from tongban.crypto.x509 import Certified
from tongban.domain import certificate as kernel
from tongban.domain import compact
from tongban.domain.certificate import Certificate, Issuer, Status
from tongban.domain.documents.content import day
from tongban.domain.refused import Refused
from tongban.domain.regions import province_of
from tongban.domain.sealed import Sealed
from tongban.domain.trust import owner_of
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.paper import certificate as paper
from tongban.paper import pades
from tongban.paper.certificate import Sheet
from tongban.paper.ofd import eseal, sealing
from tongban.paper.ofd.document import About
from tongban.paper.ofd.eseal import SealContent

FOOT = (
    "本文件由签发机关电子签名，附有签名的证照文件，改动任何一处都会被发现。",
    "核验：把本文件交给任一地区政务服务网的“证照核验”，或扫描二维码；不联网也能核验。",
)
REASON = "签发电子证照"
CODE = "code"
"""As which form the text of the QR code is kept."""
LARGEST_TRAVELLING_BYTES = 700 * 1024
"""Of a file and its forms that go to another node together."""


class NoEdition(Refused):
    """A form that this node cannot give."""

    code = "no_edition"


def code(document: bytes, *, now: datetime, algorithm: Algorithm | None = None) -> str:
    """Return the text of the QR code, signed with this algorithm, else with that of this node. Raises NoKey."""
    said, _, _ = kernel.open_up(document)
    pen = keys.pen(owner=said.issuer.code, purpose=Purpose.CERTIFICATE, now=now, algorithm=algorithm)
    summary = compact.summary(said, kernel.file_digest(document))
    return compact.seal_up(summary, key_id=pen.key_id, algorithm=pen.algorithm, sign=pen.sign)


def ofd(document: bytes, *, now: datetime) -> bytes:
    """Return the certificate as OFD, sealed with the issuer's e-seal. Raises NoEdition, NoKey, MissingGlyph."""
    if Algorithm.SM2SM3 not in keys.algorithms():
        raise NoEdition("没有 OFD 版：本机的 OpenSSL 没有国密算法。请下载 PDF 版或签名的证照文件。")
    said, _, _ = kernel.open_up(document)
    pen, signer, root = _signer(said.issuer, Algorithm.SM2SM3, now)
    made, stamp = paper.ofd_document(
        _sheet(said, code(document, now=now)), about=_about(said), attached=document, cache_folder=_cache_folder()
    )
    seal = _seal(said, signer, root, now)
    return sealing.seal(made, stamp, seal=seal, at=now, signer=signer.encoded, sign=pen.sign)


def pdf(document: bytes, *, now: datetime) -> bytes:
    """Return the certificate as PDF, signed so that every PDF reader can check it. Raises NoKey, MissingGlyph."""
    said, _, _ = kernel.open_up(document)
    pen, signer, _ = _signer(said.issuer, Algorithm.ES256, now)
    made = paper.pdf(
        _sheet(said, code(document, now=now)), about=_about(said), attached=document, cache_folder=_cache_folder()
    )
    return pades.sign(made, signer=signer.encoded, reason=REASON, at=now, sign=pen.sign)


Make = Callable[..., bytes]

FORMS: dict[str, tuple[str, Make]] = {"ofd": ("application/ofd", ofd), "pdf": ("application/pdf", pdf)}
"""Content type and maker, by the end of the file's name."""


def give(form: str, *, line: Registered, document: bytes, now: datetime) -> bytes:
    """Return a certificate that is in force in one of the FORMS. Raises NoEdition, NoKey, MissingGlyph."""
    if line.status is not Status.IN_FORCE:
        raise NoEdition("没有制作：这张证照已经失效或暂停，不再制作版式文件。可以下载签名的证照文件留存。")
    if line.origin:
        return _came(line, form)
    _, make = FORMS[form]
    return make(document, now=now)


def code_of(line: Registered, document: bytes, *, now: datetime) -> str:
    """Return the text of the QR code of a certificate; empty: it came from another node without one. Raises NoKey."""
    if not line.origin:
        return code(document, now=now)
    try:
        return _came(line, CODE).decode()
    except NoEdition:
        return ""


def came_with(line: Registered) -> frozenset[str]:
    """Return in which of the FORMS a certificate of another node came; one issued here: in all."""
    if not line.origin:
        return frozenset(FORMS)
    return frozenset(Paper.objects.filter(certificate=line.identifier).values_list("form", flat=True)) & FORMS.keys()


def travelling(document: bytes, *, now: datetime) -> dict[str, bytes]:
    """Return the forms that go with a certificate to where its issuer's key is not. Raises NoKey, MissingGlyph.

    A form that this machine cannot give is left out, and so is what would not fit into a message.
    """
    made = {CODE: code(document, now=now).encode()}
    possible = FORMS if Algorithm.SM2SM3 in keys.algorithms() else ("pdf",)
    left = LARGEST_TRAVELLING_BYTES - len(document)
    for form in sorted(possible, reverse=True):
        content = FORMS[form][1](document, now=now)
        if len(content) <= left:
            made[form] = content
            left -= len(content)
    return made


def _came(line: Registered, form: str) -> bytes:
    found = Paper.objects.filter(certificate=line.identifier, form=form).first()
    if found is None:
        raise NoEdition("没有这个版式：它只能由签发地区的节点制作，没有随证照送来。请下载签名的证照文件。")
    return keys.unseal(Sealed(line.holder, found.sealed))


def _signer(issuer: Issuer, algorithm: Algorithm, now: datetime) -> tuple[keys.Pen, Certified, Certified]:
    """Return the issuer's key, its certificate by a licensed authority or else its region, and the region's root."""
    pen = keys.pen(owner=issuer.code, purpose=Purpose.CERTIFICATE, now=now, algorithm=algorithm)
    own, root = keys.certificate_of(key_id=pen.key_id, now=now)
    return pen, keys.licensed(key_id=pen.key_id, now=now) or own, root


def _seal(said: Certificate, signer: Certified, root: Certified, now: datetime) -> bytes:
    """The issuer's e-seal, made by its region's root; it counts as long as the certificate of the key that uses it."""
    issuer = said.issuer
    content = SealContent(
        number=f"{issuer.code}-{signer.serial:x}"[:60],
        name=issuer.name,
        users=(signer.encoded,),
        made_at=signer.content.valid_from,
        valid_from=signer.content.valid_from,
        valid_until=signer.content.valid_until,
        picture=paper.seal_picture(issuer.name, said.face.seal, cache_folder=_cache_folder()),
        size=paper.SEAL_SIZE,
    )
    return eseal.make(
        content,
        maker=root.encoded,
        sign=lambda message: (
            keys.sign(
                owner=owner_of(province_of(issuer.region)),
                purpose=Purpose.AUTHORITY,
                message=message,
                now=now,
                algorithm=Algorithm.SM2SM3,
            ).value
        ),
    )


def _sheet(said: Certificate, text: str) -> Sheet:
    until = f"至{day(said.last_day)}" if said.last_day else f"起，{said.face.endless}"
    return Sheet(
        title=said.type_name,
        subtitle=said.type_name_en,
        number=said.identifier,
        lines=(
            ("持证主体", said.holder_name),
            (said.number_label, said.holder_number),
            *((label, value) for _, label, value in said.content),
            ("有效期", f"{day(said.valid_from)}{until}"),
            *((("关联证照", f"{said.related.identifier}（{said.related.relation.label}）"),) if said.related else ()),
        ),
        statement=said.face.statement,
        seal_for=said.face.seal,
        issuer=said.issuer.name,
        day=day(said.issued_on),
        compact=text,
        foot=FOOT,
    )


def _about(said: Certificate) -> About:
    return About(said.type_name, said.issuer.name, said.issued_on)


def _cache_folder() -> Path:
    folder: Path = settings.VAR / "cache"
    return folder
