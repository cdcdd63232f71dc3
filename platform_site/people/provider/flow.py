"""The authorization code flow with PKCE (OpenID Connect Core 3.1, RFC 7636): to the provider, and what it says of who came.

Requests go out by the rules of `platform_site.outbound`. An identity is believed when the provider's own key signed it,
for this installation, for the sign-in that this browser began, and not too long ago.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import jwt
from django.conf import settings
from django.core.cache import cache

from platform_site.errors import NotAllowed, NotReady
from platform_site.outbound import client
from platform_site.people.provider.settings import Provider

WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLOCKS_APART_S = 60
KEPT_S = 3600
JSON = {"Accept": "application/json"}
FORM = JSON | {"Content-Type": "application/x-www-form-urlencoded"}


class Begun(NamedTuple):
    """What a session remembers of a sign-in that it began."""

    state: str
    nonce: str
    verifier: str


class Claims(NamedTuple):
    """What the provider says of who came."""

    issuer: str
    subject: str
    username: str
    groups: tuple[str, ...]


def begin() -> Begun:
    """Three fresh secrets: one that the answer must repeat, one that the identity must hold, one that only we know."""
    return Begun(*(secrets.token_urlsafe(32) for _ in Begun._fields))


def address(provider: Provider, begun: Begun, redirect_uri: str) -> str:
    """Where the browser goes to say who it is."""
    challenge = _base64(hashlib.sha256(begun.verifier.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": provider.scopes,
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = discovered(provider)["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def finish(provider: Provider, begun: Begun, answer: Mapping[str, str], redirect_uri: str) -> Claims:
    """Who came, by the provider's answer; NotAllowed when it is not to be believed, NotReady when it cannot be asked."""
    if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
        raise _refused("The answer belongs to another sign-in: begin again.")
    if answer.get("iss", provider.issuer).rstrip("/") != provider.issuer:
        raise _refused("The answer comes from another provider.")
    if "error" in answer or not answer.get("code"):
        raise _refused("The provider let nobody through.")
    told = discovered(provider)
    tokens = _exchange(provider, told["token_endpoint"], begun, answer["code"], redirect_uri)
    identity = _identity(provider, str(tokens.get("id_token", "")), begun.nonce)
    return _claims(provider, identity | _more(provider, told, tokens, identity))


def discovered(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself, kept for an hour."""
    told = _kept(f"oidc:{provider.issuer}", provider.issuer + WELL_KNOWN)
    if str(told.get("issuer", "")).rstrip("/") != provider.issuer:
        raise NotReady("provider_faulty", f"{provider.issuer} calls itself otherwise: OIDC_ISSUER must be that name.")
    if missing := [name for name in NEEDED if not isinstance(told.get(name), str)]:
        raise NotReady("provider_faulty", f"{provider.issuer} does not say its {', '.join(missing)}.")
    return told


def _exchange(provider: Provider, endpoint: str, begun: Begun, code: str, redirect_uri: str) -> dict[str, Any]:
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": begun.verifier,
    }
    words = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
    headers = FORM | {"Authorization": f"Basic {base64.b64encode(words.encode()).decode()}"}
    answer = _sent(lambda: client.post(endpoint, urlencode(given).encode(), headers, allowed=settings.OUTBOUND_ALLOW))
    if not answer.is_taken:
        raise _refused("The provider did not accept its own answer: begin again.")
    return _object(answer)


def _identity(provider: Provider, text: str, nonce: str) -> dict[str, Any]:
    try:
        claims = jwt.decode(
            text,
            _key(provider, text),
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            leeway=CLOCKS_APART_S,
            options={"require": ["exp", "iat", "aud", "iss", "sub"]},
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise _refused(f"The identity is not to be believed: {error}.") from error
    if str(claims["iss"]).rstrip("/") != provider.issuer or claims.get("azp", provider.client_id) != provider.client_id:
        raise _refused("The identity was made by or for somebody else.")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise _refused("The identity belongs to another sign-in.")
    return claims


def _key(provider: Provider, text: str) -> Any:
    """The provider's key that an identity names; asked for anew once, for providers change their keys."""
    header = jwt.get_unverified_header(text)
    address = discovered(provider)["jwks_uri"]
    for fresh in (False, True):
        keys = jwt.PyJWKSet.from_dict(_kept(f"oidc-keys:{provider.issuer}", address, fresh=fresh)).keys
        named = [key for key in keys if key.key_id == header.get("kid")] or (keys if "kid" not in header else [])
        if len(named) == 1:
            return named[0]
    raise jwt.InvalidKeyError("no key of the provider signed it")


def _more(provider: Provider, told: Mapping[str, Any], tokens: Mapping[str, Any], identity: Mapping[str, Any]) -> Any:
    """What an identity leaves out, from where the provider keeps the rest."""
    wanted, endpoint = {provider.groups_claim, provider.username_claim}, told.get("userinfo_endpoint")
    if wanted <= set(identity) or not endpoint or not tokens.get("access_token"):
        return {}
    headers = JSON | {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = _sent(lambda: client.get(endpoint, headers, allowed=settings.OUTBOUND_ALLOW))
    more = _object(answer) if answer.is_taken else {}
    if more and more.get("sub") != identity["sub"]:
        raise _refused("The provider told of somebody else.")
    return {name: more[name] for name in wanted - set(identity) if name in more}


def _claims(provider: Provider, told: Mapping[str, Any]) -> Claims:
    username, groups = told.get(provider.username_claim), told.get(provider.groups_claim) or []
    if not isinstance(username, str) or not username:
        raise _refused(f"The provider names nobody: it sent no {provider.username_claim}.")
    groups = [groups] if isinstance(groups, str) else groups
    if not isinstance(groups, list):
        raise _refused(f"The provider's {provider.groups_claim} is no list of groups.")
    return Claims(
        provider.issuer, str(told["sub"]), username, tuple(group for group in groups if isinstance(group, str))
    )


def _kept(key: str, url: str, *, fresh: bool = False) -> dict[str, Any]:
    found = None if fresh else cache.get(key)
    if found is None:
        answer = _sent(lambda: client.get(url, JSON, allowed=settings.OUTBOUND_ALLOW))
        if not answer.is_taken:
            raise NotReady("provider_away", "The provider does not answer: try again in a moment.")
        found = _object(answer)
        cache.set(key, found, KEPT_S)
    return found


def _sent(send: Any) -> client.Answer:
    try:
        return send()
    except client.NotSent as error:
        raise NotReady("provider_away", f"The provider does not answer: {error}") from error


def _object(answer: client.Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError as error:
        raise NotReady("provider_faulty", "The provider answered with something that is no JSON.") from error
    if not isinstance(found, dict):
        raise NotReady("provider_faulty", "The provider answered with something that is no JSON object.")
    return found


def _refused(sentence: str) -> NotAllowed:
    return NotAllowed(sentence, code="provider_refused")


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
