"""Presigned links: a path, an expiry time, and a signature of both."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Literal
from urllib.parse import urlencode


class Links:
    """Signs and checks the links of one simulator, with a secret of its own."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def sign(self, path: str, expires_at: float) -> str:
        """Return `path` with its query, valid for GET until `expires_at` (Unix seconds)."""
        # Milliseconds, so that a second GET of the project gives a different link.
        expires = f"{expires_at:.3f}"
        return f"{path}?{urlencode({'expires': expires, 'signature': self._signature(path, expires)})}"

    def check(self, path: str, expires: str, signature: str, now: float) -> Literal["good", "wrong", "ended"]:
        """Return whether a link is valid at `now` (Unix seconds)."""
        if not hmac.compare_digest(self._signature(path, expires).encode(), signature.encode()):
            return "wrong"
        return "good" if now < float(expires) else "ended"

    def _signature(self, path: str, expires: str) -> str:
        return hmac.new(self._secret, f"GET\n{path}\n{expires}".encode(), hashlib.sha256).hexdigest()
