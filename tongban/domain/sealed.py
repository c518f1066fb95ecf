"""How does personal data stand in an event? Only as ciphertext under the data key of the person it is about.

The hashes of the journal cover the ciphertext, so that destroying the data key erases the content and leaves the chain
whole. The kernel never opens a seal; it demands one.

Source: Personal Information Protection Law, arts. 47, 51.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sealed:
    """Ciphertext of one value: `person` names the data key, `ciphertext` is base64url of nonce, ciphertext and tag."""

    person: str
    ciphertext: str
