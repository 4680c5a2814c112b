"""Web Push: a message sealed for one browser (RFC 8291, aes128gcm of RFC 8188) and our own name under it (VAPID,
RFC 8292). The push service that carries it reads neither the words nor who they are for."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tillit.kernel import clock, config, keyring
from tillit.kernel.egress import Host

SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "wns2-par02p.notify.windows.com",
)
LIFE = timedelta(hours=12)  # of our signature; RFC 8292 allows a day
LARGEST = 3993  # bytes of a message that fits one record of 4,096
_CURVE = ec.SECP256R1()


class Unusable(ValueError):
    """What a browser handed over is no subscription that we can reach."""


@dataclass(frozen=True)
class Subscription:
    """Where a browser is reached, its public key (65 bytes, uncompressed P-256) and its secret (16 bytes)."""

    endpoint: str
    key: bytes
    secret: bytes

    @classmethod
    def read(cls, told: object) -> Subscription:
        """From what a browser's PushSubscription.toJSON() says. Raises Unusable."""
        try:
            keys = told["keys"]  # type: ignore[index]
            found = cls(str(told["endpoint"]), _bytes(keys["p256dh"]), _bytes(keys["auth"]))  # type: ignore[index]
            ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, found.key)
        except (KeyError, TypeError, ValueError):
            raise Unusable("This is no push subscription.") from None
        parts = urlsplit(found.endpoint)
        if parts.scheme != "https" or parts.hostname not in SERVICES or len(found.secret) != 16:
            raise Unusable("The browser's push service is none that we know.")
        if len(found.endpoint) > 1000 or parts.port or parts.username or not found.endpoint.isascii():
            raise Unusable("The address of the push service is none that we can call.")
        return found

    def written(self) -> dict[str, object]:
        """What `read` reads, and nothing else that a browser said."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": _text(self.key), "auth": _text(self.secret)}}

    @property
    def host(self) -> Host:
        """The push service."""
        return Host(urlsplit(self.endpoint).hostname or "", 443)


def seal(
    message: bytes, to: Subscription, *, salt: bytes = b"", own: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """The message as the browser of a subscription opens it (RFC 8291, 3.4). salt and own: given by test vectors only.

    Raises ValueError for a message that does not fit.
    """
    if len(message) > LARGEST:
        raise ValueError(f"A push message has at most {LARGEST} bytes.")
    salt, own = salt or os.urandom(16), own or ec.generate_private_key(_CURVE)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, to.key)
    ours = _point(own.public_key())
    shared = own.exchange(ec.ECDH(), theirs)
    secret = _derive(shared, to.secret, b"WebPush: info\0" + to.key + ours, 32)
    key = _derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + (4096).to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, message + b"\2", None)


def public_key() -> str:
    """Our key as browsers take it (applicationServerKey): base64url of the uncompressed point."""
    return _text(_point(_own_key().public_key()))


def authorization(to: Subscription) -> str:
    """The header that says who calls: a token for one push service, good for `LIFE` (RFC 8292)."""
    parts = urlsplit(to.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((clock.now() + LIFE).timestamp()),
        "sub": f"mailto:{config.text('TILLIT_MAIL_FROM')}",
    }
    signed = ".".join(
        _text(json.dumps(part, separators=(",", ":")).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    )
    r, s = utils.decode_dss_signature(_own_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={public_key()}"


def _own_key() -> ec.EllipticCurvePrivateKey:
    """Derived from the installation's secret, so that there is no further file to keep."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    number = int.from_bytes(keyring.derived("webpush") + keyring.derived("webpush:more"), "big") % (order - 1) + 1
    return ec.derive_private_key(number, _CURVE)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
