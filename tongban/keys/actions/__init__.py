"""What people and other rooms do with keys: sign, seal, erase, and sign the heads of the journal."""

from tongban.keys.actions.checkpoints import (
    CheckpointRace,
    Findings,
    checkpoint,
    verify_checkpoints,
)
from tongban.keys.actions.sealing import Erased, blind, erase, seal, seal_many, unseal, unseal_many
from tongban.keys.actions.signing import NoKey, Signature, ensure_key, key_id, retire, sign

__all__ = [
    "CheckpointRace",
    "Erased",
    "Findings",
    "NoKey",
    "Signature",
    "blind",
    "checkpoint",
    "ensure_key",
    "erase",
    "key_id",
    "retire",
    "seal",
    "seal_many",
    "sign",
    "unseal",
    "unseal_many",
    "verify_checkpoints",
]
