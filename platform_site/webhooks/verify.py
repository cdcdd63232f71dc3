import hashlib
import hmac
import time


def is_from_plumbline(secret, headers, body, now=None):
    """Whether Plumbline sent body (bytes) in the last five minutes."""
    delivery, at = headers["X-Plumbline-Delivery"], headers["X-Plumbline-Timestamp"]
    signed = f"{delivery}.{at}.".encode() + body
    due = "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    fresh = at.isdigit() and abs((now or time.time()) - int(at)) < 300
    return fresh and hmac.compare_digest(due, headers["X-Plumbline-Signature"])
