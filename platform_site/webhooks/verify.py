import base64
import hashlib
import hmac
import time


def is_from_plumbline(secret, headers, body, now=None):
    """Whether Plumbline sent body (bytes) in the last five minutes."""
    headers = {name.lower(): value for name, value in headers.items()}
    number, at = headers["webhook-id"], headers["webhook-timestamp"]
    signed = f"{number}.{at}.".encode() + body
    standard = secret.startswith("whsec_")
    key = base64.b64decode(secret[6:]) if standard else secret.encode()
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    due = "v1," + base64.b64encode(digest).decode()
    fresh = at.isdigit() and abs((now or time.time()) - int(at)) < 300
    signatures = headers["webhook-signature"].split()
    return fresh and any(hmac.compare_digest(due, signature) for signature in signatures)
