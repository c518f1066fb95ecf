"""Two profiles of one shape: what is signed verifies, what is changed does not, what is malformed never crashes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.crypto import sm2_by_hand
from tongban.crypto import p256, signature_der, sm2
from tongban.crypto.profiles import Algorithm, digest, for_profile, generate, is_only_form, sign, verify

PROFILES = pytest.mark.parametrize("profile", [sm2, p256])
privates = st.integers(1, sm2.ORDER - 2)


def numbers(signature):
    length = signature[3]
    return int.from_bytes(signature[4 : 4 + length], "big"), int.from_bytes(signature[6 + length :], "big")


@PROFILES
@given(message=st.binary(max_size=300))
@settings(max_examples=25, deadline=None)
def test_what_is_signed_verifies(profile, message):
    private, public = profile.generate()

    signature = profile.sign(private, message)

    assert profile.verify(public, message, signature) is True
    assert profile.verify(public, message + b"\0", signature) is False
    assert profile.verify(profile.generate()[1], message, signature) is False


@given(message=st.binary(max_size=60))
@settings(max_examples=25, deadline=None)
def test_p256_signs_in_the_one_form_of_the_two_that_verify(message):
    private, public = p256.generate()

    signature = p256.sign(private, message)
    r, s = numbers(signature)
    twin = signature_der.encode(r, p256.ORDER - s)

    assert (p256.verify(public, message, signature), p256.verify(public, message, twin)) == (True, True)
    assert (is_only_form(Algorithm.ES256, signature), is_only_form(Algorithm.ES256, twin)) == (True, False)


def test_sm2_has_no_twin_signatures():
    private, public = sm2.generate()
    signature = sm2.sign(private, b"message")
    r, s = numbers(signature)

    assert is_only_form(Algorithm.SM2SM3, signature) is True
    assert sm2.verify(public, b"message", signature_der.encode(r, sm2.ORDER - s)) is False


@PROFILES
def test_a_key_has_its_documented_shape(profile):
    private, public = profile.generate()

    assert (len(private), len(public), public[0]) == (32, 65, 4)
    assert profile.public_of(private) == public


@PROFILES
def test_every_changed_byte_of_a_signature_is_refused(profile):
    private, public = profile.generate()
    signature = profile.sign(private, b"message")

    changed = [signature[:at] + bytes([byte ^ 1]) + signature[at + 1 :] for at, byte in enumerate(signature)]

    assert [profile.verify(public, b"message", one) for one in changed] == [False] * len(signature)


@PROFILES
@pytest.mark.parametrize(
    ("public_key", "message", "signature"),
    [
        (b"", b"", b""),
        (None, b"m", b"s"),
        ("text", b"m", b"s"),
        (b"\x04" + bytes(64), b"m", signature_der.encode(1, 1)),
        (b"\x04" + b"\xff" * 64, b"m", signature_der.encode(1, 1)),
        (b"\x02" + bytes(32), b"m", signature_der.encode(1, 1)),
    ],
)
def test_malformed_input_is_refused_without_a_crash(profile, public_key, message, signature):
    assert profile.verify(public_key, message, signature) is False


@PROFILES
@given(public_key=st.binary(max_size=80), message=st.binary(max_size=9), signature=st.binary(max_size=90))
def test_random_input_is_refused_without_a_crash(profile, public_key, message, signature):
    assert profile.verify(public_key, message, signature) is False


@pytest.mark.parametrize("identity", [b"", "", b"other", "\ud800", None, 5, b"i" * 8192, b"i" * 70000])
def test_another_identity_is_refused(identity):
    private, public = sm2.generate()

    assert sm2.verify(public, b"message", sm2.sign(private, b"message"), identity) is False


@given(identity=st.binary(max_size=60))
@settings(max_examples=20, deadline=None)
def test_an_identity_of_any_length_signs_for_itself(identity):
    private, public = sm2.generate()

    signature = sm2.sign(private, b"message", identity)

    assert sm2.verify(public, b"message", signature, identity) is True
    assert sm2.verify(public, b"message", signature, identity + b"\0") is False


def test_a_key_of_the_other_curve_is_refused():
    for own, other in ((sm2, p256), (p256, sm2)):
        private, _ = own.generate()
        _, foreign = other.generate()

        assert own.verify(foreign, b"message", own.sign(private, b"message")) is False


@PROFILES
@pytest.mark.parametrize("private", [b"", bytes(32), b"\xff" * 32, bytes(31) + b"\x01\x00"])
def test_a_private_key_out_of_range_is_refused(profile, private):
    with pytest.raises(ValueError, match=r".+"):
        profile.sign(private, b"message")


@given(private=privates, nonce=privates, message=st.binary(max_size=99), identity=st.binary(max_size=40))
@settings(max_examples=15, deadline=None)
def test_openssl_and_integers_agree_on_sm2(private, nonce, message, identity):
    key, public = private.to_bytes(32, "big"), sm2_by_hand.public_of(private)

    by_hand = signature_der.encode(*sm2_by_hand.sign(private, message, identity, nonce))

    assert sm2.public_of(key) == public
    assert sm2.verify(public, message, by_hand, identity) is True
    assert sm2_by_hand.verify(public, message, *numbers(sm2.sign(key, message, identity)), identity) is True


def test_the_integers_give_the_signature_of_the_standard():
    private = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
    nonce = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21

    assert sm2_by_hand.sign(private, b"message digest", sm2.IDENTITY, nonce) == (
        0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
        0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
    )


def test_threads_sign_side_by_side():
    keys = [sm2.generate() for _ in range(sm2.KEPT // 8)]

    def walk(number):
        private, public = keys[number % len(keys)]
        message = number.to_bytes(4, "big")
        signature = sm2.sign(private, message)
        return sm2.verify(public, message, signature), sm2.verify(public, message + b"!", signature)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(walk, range(400))) == {(True, False)}


def test_more_keys_than_are_kept_still_sign():
    keys = [sm2.generate() for _ in range(sm2.KEPT + 20)]

    signatures = [sm2.sign(private, b"message") for private, _ in keys]

    assert all(sm2.verify(public, b"message", one) for (_, public), one in zip(keys, signatures, strict=True))


@given(r=st.integers(1, sm2.ORDER - 1), s=st.integers(1, sm2.ORDER - 1))
def test_every_pair_of_numbers_has_one_strict_form(r, s):
    encoded = signature_der.encode(r, s)

    assert signature_der.is_strict(encoded, sm2.ORDER) is True
    assert numbers(encoded) == (r, s)
    assert signature_der.is_strict(encoded + b"\0", sm2.ORDER) is False
    assert signature_der.is_strict(encoded[:-1], sm2.ORDER) is False
    assert signature_der.is_strict(b"\x30\x81" + encoded[1:], sm2.ORDER) is False


@pytest.mark.parametrize(
    ("profile", "algorithm", "empty"),
    [
        ("sm", Algorithm.SM2SM3, "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"),
        ("intl", Algorithm.ES256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ],
)
def test_a_profile_names_curve_and_digest(profile, algorithm, empty):
    private, public = generate(algorithm)

    signature = sign(algorithm, private, b"message")

    assert for_profile(profile) is algorithm
    assert digest(algorithm, b"").hex() == empty
    assert [verify(other, public, b"message", signature) for other in Algorithm] == [
        other is algorithm for other in Algorithm
    ]


def test_an_unknown_profile_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="请写 sm 或 intl"):
        for_profile("rsa")
