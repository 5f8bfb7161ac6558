"""Who asks: a token that the fake gave out, or an App's JWT whose signature holds."""

from __future__ import annotations

import base64
import binascii

import jwt

from fakes.github.people import App, Token
from fakes.github.world import World


class Refused(Exception):
    """An answer that says no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    @property
    def body(self) -> dict[str, str]:
        """What GitHub says with it."""
        about = "https://docs.github.com/rest"
        return {"message": self.message, "documentation_url": about, "status": str(self.status)}


def bearer(world: World, authorization: str) -> Token:
    """The token of an Authorization header, `token X` or `Bearer X`; raises Refused."""
    scheme, _, value = authorization.partition(" ")
    known = world.tokens.get(value) if scheme.lower() in ("token", "bearer") else None
    return _alive(world, known)


def basic(world: World, authorization: str) -> Token:
    """The token of git's Authorization header, the password of `x-access-token`."""
    scheme, _, value = authorization.partition(" ")
    try:
        name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused(401, "Bad credentials") from None
    right = scheme.lower() == "basic" and name == "x-access-token"
    return _alive(world, world.tokens.get(password) if right else None)


def _alive(world: World, token: Token | None) -> Token:
    """`token` unless it is unknown, used up, or its installation asleep; counts its uses."""
    if token is None or token.uses == 0:
        raise Refused(401, "Bad credentials")
    app = world.apps.get(token.app_id or 0)
    if app is not None and token.installation in app.suspended:
        raise Refused(403, "This installation has been suspended")
    if token.uses is not None:
        token.uses -= 1
    return token


def app(world: World, authorization: str) -> App:
    """The App whose RS256 JWT this is; its times are checked as GitHub does (10 minutes)."""
    value = authorization.partition(" ")[2]
    try:
        claimed = jwt.decode(value, options={"verify_signature": False})
        known = world.apps[int(claimed["iss"])]
        claims = jwt.decode(value, known.public_key, algorithms=["RS256"])
    except (jwt.PyJWTError, KeyError, ValueError):
        raise Refused(401, "A JSON web token could not be decoded") from None
    if claims["exp"] - claims["iat"] > 660:
        raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")
    return known
