"""What people and other rooms do with keys: sign, seal, erase, and sign the heads of the journal."""

from tongban.keys.actions.authorities import (
    algorithms,
    certificate_of,
    ensure_certified,
    ensure_root,
    renew_root,
    roots,
    rotate_certified,
)
from tongban.keys.actions.checkpoints import (
    CheckpointRace,
    Findings,
    checkpoint,
    checkpoint_digests,
    signed_checkpoints,
    verify_checkpoints,
)
from tongban.keys.actions.licensed import NotAdopted, adopt, licensed, request
from tongban.keys.actions.receiving import unseal_letter
from tongban.keys.actions.sealing import Erased, blind, erase, seal, seal_many, unseal, unseal_many
from tongban.keys.actions.signing import NoKey, Pen, Signature, ensure_key, key_id, pen, retire, rotate, sign, sign_own

__all__ = [
    "CheckpointRace",
    "Erased",
    "Findings",
    "NoKey",
    "NotAdopted",
    "Pen",
    "Signature",
    "adopt",
    "algorithms",
    "blind",
    "certificate_of",
    "checkpoint",
    "checkpoint_digests",
    "ensure_certified",
    "ensure_key",
    "ensure_root",
    "erase",
    "key_id",
    "licensed",
    "pen",
    "renew_root",
    "request",
    "retire",
    "roots",
    "rotate",
    "rotate_certified",
    "seal",
    "seal_many",
    "sign",
    "sign_own",
    "signed_checkpoints",
    "unseal",
    "unseal_letter",
    "unseal_many",
    "verify_checkpoints",
]
