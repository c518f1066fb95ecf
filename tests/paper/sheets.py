"""A certificate on paper for the tests: nobody's, sealed as OFD and signed as PDF."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.paper.keys import BODY, NOW, pair
from tongban.crypto.profiles import Algorithm
from tongban.paper import certificate, pades
from tongban.paper.certificate import Sheet
from tongban.paper.ofd import eseal, sealing
from tongban.paper.ofd.document import About
from tongban.paper.ofd.eseal import SealContent

SM_ROOT, SM_BODY = pair(Algorithm.SM2SM3)
P_ROOT, P_BODY = pair(Algorithm.ES256)
ABOUT = About("船舶国籍证书", "曹妃甸海事局", date(2026, 3, 2))
ATTACHED = '{"certificate":{"holder":"渤远"}}'.encode()
SHEET = Sheet(
    title="船舶国籍证书",
    subtitle="Certificate of ship nationality",
    number="1.2.156.3005.2.11130200MA0TB0011Q003.11130200MA0TB0011Q.13020920260302000001A0001.001.X",
    lines=(
        ("持证主体", "河北渤远航运有限公司"),
        ("中文船名", "渤远 <9> 号 & “龘” #x $y$"),
        ("有效期限", "2026年3月2日至2031年3月2日"),
    ),
    statement="依据《船舶登记条例》第十六条签发。",
    seal_for="船舶登记专用章",
    issuer="曹妃甸海事局",
    day="2026年3月2日",
    compact="TB1:" + "ABC123" * 60,
    foot=("本文件附有签发机关的电子签名。",),
)


def seal(cache: Path) -> bytes:
    content = SealContent(
        number="130000-1",
        name=BODY.common,
        users=(SM_BODY.certificate,),
        made_at=NOW,
        valid_from=NOW,
        valid_until=NOW + timedelta(days=365),
        picture=certificate.seal_picture(BODY.common, SHEET.seal_for, cache_folder=cache),
        size=certificate.SEAL_SIZE,
    )
    return eseal.make(content, maker=SM_ROOT.certificate, sign=SM_ROOT.sign)


def ofd(cache: Path, sheet: Sheet = SHEET) -> bytes:
    document, stamp = certificate.ofd_document(sheet, about=ABOUT, attached=ATTACHED, cache_folder=cache)
    return sealing.seal(document, stamp, seal=seal(cache), at=NOW, signer=SM_BODY.certificate, sign=SM_BODY.sign)


def pdf(cache: Path, sheet: Sheet = SHEET) -> bytes:
    paper = certificate.pdf(sheet, about=ABOUT, attached=ATTACHED, cache_folder=cache)
    return pades.sign(paper, signer=P_BODY.certificate, reason="签发电子证照", at=NOW, sign=P_BODY.sign)
