"""How does a node open what others have sealed for it?

It publishes a key for receiving in its trust list. One that was replaced still opens what is on its way; whoever wants
that nobody can open it any more removes its row.

Source: GB/T 39786-2021 (key life).
"""

from __future__ import annotations

from tongban.crypto.profiles import Algorithm
from tongban.keys.actions.signing import NoKey
from tongban.keys.models import SigningKey
from tongban.keys.purposes import Purpose
from tongban.keys.vault import vault


def unseal_letter(*, key_id: str, sealed: bytes, use: bytes) -> bytes:
    """Return what was sealed for one of this node's keys, for this use. Raises NoKey, NotForThisKey."""
    key = SigningKey.objects.filter(id=key_id, purpose=Purpose.RECEIVING).first()
    if key is None:
        raise NoKey(f"不能打开：本节点没有接收密钥 {key_id}。请对方更新信任列表后重新封装。")
    return vault().unseal_letter(
        algorithm=Algorithm(key.algorithm),
        public_key=bytes(key.public_key),
        wrapped_private=bytes(key.wrapped_private),
        sealed=sealed,
        use=use,
    )
