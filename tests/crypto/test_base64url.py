"""Bytes have one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.crypto import base64url


@given(st.binary())
def test_bytes_read_back_the_same(data):
    assert base64url.decode(base64url.encode(data)) == data


@pytest.mark.parametrize("text", ["A", "AB", "AA==", "A+A_", "A/8A", "AAA\n", "中文", " AAA"])
def test_another_text_is_refused(text):
    with pytest.raises(ValueError, match="base64url"):
        base64url.decode(text)
