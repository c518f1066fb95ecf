"""How does a region sign what it puts its name to? With a key for each purpose, in the name of its bureau."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tongban.catalogue import calendars, here
from tongban.crypto import base64url, profiles
from tongban.domain.batch import Signature
from tongban.domain.trust import owner_of
from tongban.keys import actions as keys
from tongban.keys import trust
from tongban.keys.purposes import Purpose


def sign_for(region: str, body: str, name: str, *, digest: str, purpose: Purpose, now: datetime) -> Signature:
    """Sign a digest with the region's key for this purpose, made and published when it signs for the first time.

    A region whose key is on a node of its own signs there. Raises SpokenForElsewhere.
    """
    here.demand([region])
    owner, message = owner_of(region), bytes.fromhex(digest)
    algorithm = profiles.for_profile(settings.CRYPTO)
    try:
        made = keys.sign(owner=owner, purpose=purpose, message=message, now=now)
    except keys.NoKey:
        keys.ensure_root(region=region, name=calendars.divisions().name(region), algorithm=algorithm, now=now)
        keys.ensure_key(owner=owner, purpose=purpose, algorithm=algorithm, now=now, name=name, region=region)
        transaction.on_commit(lambda: _publish(now))
        made = keys.sign(owner=owner, purpose=purpose, message=message, now=now)
    key = trust.listed(purpose=purpose)[made.key_id]
    return Signature(
        region,
        body,
        digest,
        made.key_id,
        made.algorithm.value,
        base64url.encode(key.public_key),
        base64url.encode(made.value),
        now,
    )


def _publish(now: datetime) -> None:
    trust.write_trust_list(Path(settings.KEYS_DIR), now=now)
