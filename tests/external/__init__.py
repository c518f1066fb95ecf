"""Tests against outside material: vectors, official examples and judges under `$TONGBAN_SHARED/external`."""

from tests.plugin import EXTERNAL

__all__ = ["EXTERNAL"]
