"""Who puts a body's e-seal (电子印章) on a paper? An outside e-seal service, where an operator has one.

This node draws a seal and signs what the paper says with the body's own key. An authority that keeps its seals in an
e-seal system installs an adapter here: the paper then comes without a drawn seal, and what the service gives back is
what is signed, kept and delivered. `docs/operate.md` tells how.

Source: State Council provisions on online government services (国务院关于在线政务服务的若干规定), art. 9 (an e-seal
counts as the seal); GB/T 38540 (e-seals).
"""

from __future__ import annotations

from typing import Protocol


class SealService(Protocol):
    def stamp(self, *, paper: bytes, body: str, seal: str, signature: str) -> bytes:
        """Return the paper (PDF) with the e-seal of a body in it.

        `body` is its unified social credit code, or `hall:<code>`, `seal` the name on the seal, `signature` the text
        over which it belongs: the name that stands above the date on the last page. The same paper may be given again
        after a failure. Raises Refused with a sentence for the operator, or what its connection raises.
        """


_installed: list[SealService] = []


def install(service: SealService | None) -> None:
    """Let a service put the seals from now on; None: this node draws them."""
    _installed[:] = [] if service is None else [service]


def installed() -> SealService | None:
    return _installed[0] if _installed else None
