"""The channel "push": a notice on every browser where a person allowed it (RFC 8030, VAPID).

The worker asks an address that a browser named: only the push services of browsers, only by HTTPS,
nothing inside our own network, and no redirect is followed.
"""

import base64
import binascii
import ipaddress
import json
import logging
import socket
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from outcomes.delivery import NotSent
from outcomes.models import PushSubscription
from patients.models import User

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = (4, 6)
"""To connect, and to answer; three browsers are asked well within the lease."""
MOST_BROWSERS = 3
KEEP_SECONDS = 24 * 60 * 60
"""The push service keeps it for a phone that is off so long."""
LENGTH = 400
"""Every message is as long as any other: its length tells the push service nothing."""
GONE = (404, 410)


class Push:
    """By pywebpush. A push service honours no key: a message is handed over once or not."""

    honours_key = False

    def send(self, key: UUID, recipient: User, text: str) -> None:
        """Sent where one browser's service took it; then nobody is asked again."""
        live = PushSubscription.objects.filter(user=recipient, ended_at=None)
        message = payload(text, recipient.language)
        taken, unclear = False, None
        for subscription in live.order_by("-created_at")[:MOST_BROWSERS]:
            try:
                _hand_over(subscription, message)
                taken = True
            except NotSent as error:
                log.warning("a push service did not take a notice: %s", error)
            except Exception as error:
                unclear = error
        if taken:
            return
        if unclear is not None:
            raise unclear
        raise NotSent("no push service took it")


def payload(text: str, language: str) -> str:
    """What the phone's worker shows (static/sw-push.js)."""
    return json.dumps({"text": text, "language": language}, ensure_ascii=False).ljust(LENGTH)


def _hand_over(subscription: PushSubscription, message: str) -> None:
    # slow to import, and only the worker sends
    from pywebpush import WebPushException, webpush

    if reason := refusal(subscription.endpoint) or private(subscription.endpoint):
        raise NotSent(reason)
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    try:
        webpush(
            {"endpoint": subscription.endpoint, "keys": keys},
            data=message,
            vapid_private_key=settings.VAPID_PRIVATE_KEY,
            vapid_claims={"sub": f"mailto:{settings.PUSH_CONTACT}"},
            timeout=TIMEOUT_SECONDS,  # type: ignore[arg-type]
            ttl=KEEP_SECONDS,
            requests_session=_session(),
        )
    except WebPushException as error:
        if error.status_code in GONE:
            PushSubscription.objects.filter(pk=subscription.pk, ended_at=None).update(
                ended_at=timezone.now()
            )
        raise NotSent(f"answer {error.status_code}") from error
    except Exception as error:
        if _never_left(error):
            raise NotSent(type(error).__name__) from error
        raise


def _session() -> Any:
    import requests

    class NoRedirects(requests.Session):
        def request(self, *args: Any, **kwargs: Any) -> requests.Response:
            return super().request(*args, **kwargs | {"allow_redirects": False})

    return NoRedirects()


def _never_left(error: Exception) -> bool:
    """Whether there was no connection to send it by."""
    from requests.exceptions import ConnectionError, ConnectTimeout, SSLError
    from urllib3.exceptions import NewConnectionError

    if isinstance(error, (ConnectTimeout, SSLError)):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, ConnectionError) and isinstance(reason, NewConnectionError)


# --- what a browser may name --------------------------------------------------------------------


def refusal(endpoint: str) -> str:
    """Why this is no push service of a browser; empty where it is one."""
    # urlsplit drops some of what cannot be printed; a database keeps no NUL, and UTF-8 no half pair
    if not (endpoint.isascii() and endpoint.isprintable()):
        return "unreadable"
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "unreadable"
    if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc:
        return "not https"
    known = any(host == name or host.endswith(f".{name}") for name in settings.PUSH_HOSTS)
    return "" if known else "unknown host"


def private(endpoint: str) -> str:
    """Why its name must not be asked: it leads into a network that is not public."""
    try:
        found = socket.getaddrinfo(urlsplit(endpoint).hostname, 443, type=socket.SOCK_STREAM)
    except OSError:
        return ""  # a proxy may know it
    inside = [one[4][0] for one in found if not ipaddress.ip_address(one[4][0]).is_global]
    return "not a public address" if inside else ""


def readable(p256dh: str, auth: str) -> bool:
    """Whether these are keys to encrypt by: a point of P-256 and sixteen bytes (RFC 8291)."""
    try:
        point, secret = (_bytes(part) for part in (p256dh, auth))
    except (binascii.Error, ValueError):
        return False
    if len(point) != 65 or len(secret) != 16:
        return False
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return True


@cache
def public_key() -> str:
    """By which a browser knows that a notice comes from us: the other half of our private key."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    number = int.from_bytes(_bytes(settings.VAPID_PRIVATE_KEY), "big")
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    raw = point.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
