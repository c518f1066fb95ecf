"""A licensed authority as OpenSSL plays it: a root, an authority under it, and what that one certifies."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tongban.crypto.profiles import Algorithm

DISTID = {Algorithm.SM2SM3: ["distid:1234567812345678"], Algorithm.ES256: []}
CURVE = {Algorithm.SM2SM3: "SM2", Algorithm.ES256: "P-256"}
DIGEST = {Algorithm.SM2SM3: "-sm3", Algorithm.ES256: "-sha256"}
ROOT, MIDDLE = "/C=CN/CN=某电子认证机构根", "/C=CN/CN=某电子认证机构"


class Licensed:
    """Certifies what it is asked to, in a folder of its own."""

    def __init__(self, algorithm: Algorithm, folder: Path) -> None:
        self.algorithm, self.folder = algorithm, folder
        folder.mkdir()
        for name in ("root", "middle"):
            curve = f"ec_paramgen_curve:{CURVE[algorithm]}"
            self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", f"{name}.key")
        self._openssl(
            *("req", "-x509", "-new", "-key", "root.key", DIGEST[algorithm], *self._distid("-sigopt")),
            *("-utf8", "-subj", ROOT, "-days", "3650", "-out", "root.pem"),
        )
        self._openssl(
            *("req", "-new", "-key", "middle.key", DIGEST[algorithm], *self._distid("-sigopt")),
            *("-utf8", "-subj", MIDDLE, "-out", "middle.csr"),
        )
        self._sign(
            "middle", by="root", says="basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n"
        )

    def certify(self, request: str, *, days: int = 365) -> str:
        """Return the chain (PEM) for a request (PEM), from the certificate asked for to the root."""
        (self.folder / "leaf.csr").write_text(request)
        says = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n"
        self._sign("leaf", by="middle", says=says, days=days)
        return "".join((self.folder / f"{name}.pem").read_text() for name in ("leaf", "middle", "root"))

    def _sign(self, name: str, *, by: str, says: str, days: int = 3000) -> None:
        (self.folder / f"{name}.cnf").write_text(f"{says}authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n")
        self._openssl(
            *("x509", "-req", "-in", f"{name}.csr", *self._distid("-vfyopt"), DIGEST[self.algorithm]),
            *(*self._distid("-sigopt"), "-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-CAcreateserial"),
            *("-days", str(days), "-extfile", f"{name}.cnf", "-out", f"{name}.pem"),
        )

    def _distid(self, flag: str) -> Sequence[str]:
        return [part for value in DISTID[self.algorithm] for part in (flag, value)]

    def _openssl(self, *arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
