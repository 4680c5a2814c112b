"""Web Push as specifications write it: the vector of RFC 8291, Appendix A, and a browser that opens what we seal."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tillit.kernel import webpush

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/abc"


def b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_vector_of_the_specification():
    to = webpush.Subscription(
        ENDPOINT,
        b64("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        b64("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    number = int.from_bytes(b64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    sealed = webpush.seal(
        b"When I grow up, I want to be a watermelon",
        to,
        salt=b64("DGv6ra1nlYgDCS1FRnbzlw"),
        own=ec.derive_private_key(number, ec.SECP256R1()),
    )
    assert sealed == b64(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
        "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_browser_opens_what_was_sealed_for_it():
    own = ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    to = webpush.Subscription(ENDPOINT, point, b"s" * 16)
    sealed = webpush.seal("Tid bokad · زمان".encode(), to)
    salt, theirs, body = sealed[:16], sealed[21:86], sealed[86:]
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))

    def derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt, info).derive(secret)

    secret = derive(shared, b"s" * 16, b"WebPush: info\0" + point + theirs, 32)
    key, nonce = (
        derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16),
        derive(secret, salt, b"Content-Encoding: nonce\0", 12),
    )
    assert AESGCM(key).decrypt(nonce, body, None) == "Tid bokad · زمان".encode() + b"\2"


def test_our_name_under_a_call_verifies():
    to = webpush.Subscription(ENDPOINT, b"", b"")
    token, key = webpush.authorization(to).removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    assert json.loads(b64(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(b64(claims))["aud"] == "https://updates.push.services.mozilla.com"
    raw = b64(signature)
    encoded = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64(key))
    public.verify(encoded, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert key == webpush.public_key()


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x", "https://fcm.googleapis.com.evil.example/x", "https://10.0.0.1/x",
        "https://fcm.googleapis.com:8443/x", "https://me@fcm.googleapis.com/x", "file:///etc/passwd", "",
    ],
)  # fmt: skip
def test_no_other_place_is_called(endpoint):
    told = {"endpoint": endpoint, "keys": {"p256dh": webpush.public_key(), "auth": "A" * 22}}
    with pytest.raises(webpush.Unusable):
        webpush.Subscription.read(told)


@pytest.mark.parametrize("told", [None, [], {}, {"endpoint": ENDPOINT, "keys": {"p256dh": "AAAA", "auth": "A" * 22}}])
def test_what_is_no_subscription(told):
    with pytest.raises(webpush.Unusable):
        webpush.Subscription.read(told)


def test_a_message_that_does_not_fit():
    with pytest.raises(ValueError, match="at most"):
        webpush.seal(b"x" * 4000, webpush.Subscription(ENDPOINT, b"", b""))
