"""The examples of SM2 and SM3, and all that must be refused, as a browser computes them."""

from __future__ import annotations

import json

from playwright.sync_api import Browser

from tests.plugin import EXTERNAL
from tests.verifying import asked, modules

VECTORS = """
async ({ place, vectors }) => {
  const [{ sm3 }, sm2, { ofDer }, { fromHex, hex, utf8 }] = await Promise.all(
    ["sm3", "sm2", "signatures", "bytes"].map((name) => import(`${place}/${name}.js`)));
  const holds = ([key, message, signature, identity]) => {
    try { return sm2.verify(key, message, ofDer(signature), identity); } catch { return false; }
  };
  const [good] = vectors.sm2_sign, message = utf8(good.msg);
  const halves = { r: BigInt(`0x${good.r}`), s: BigInt(`0x${good.s}`) };
  return {
    sm3: vectors.sm3.map((one) => hex(sm3(fromHex(one.msg_hex)))),
    good: sm2.verify(fromHex(good.pub), message, halves, utf8(good.id)),
    refused: vectors.sm2_refuse.map((one) => holds([one.pub, one.msg_hex, one.sig_der, one.id_hex].map(fromHex))),
    keys: vectors.sm2_bad_public_keys.map((one) => sm2.verify(fromHex(one.pub), message, halves, utf8(good.id))),
  };
}"""


def test_sm2_and_sm3_in_the_browser_are_those_of_the_standard(browser: Browser) -> None:
    vectors = json.loads((EXTERNAL / "sm" / "vectors.json").read_text())

    with modules(browser) as page:
        found = asked(page, VECTORS, vectors=vectors)

    assert found["sm3"] == [one["digest"] for one in vectors["sm3"]]
    assert found["good"] is True
    assert (set(found["refused"]), set(found["keys"])) == ({False}, {False})
