"""The authorization code flow with PKCE (OpenID Connect Core 3.1, RFC 7636).

Requests follow the rules of `platform_site.outbound`. An ID token is accepted when the provider's own key signed it, for
this installation, for the sign-in that this browser started, and when it has not expired.
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
CLOCK_SKEW_S = 60
CACHED_S = 3600
JSON = {"Accept": "application/json"}
FORM = JSON | {"Content-Type": "application/x-www-form-urlencoded"}


class SignInAttempt(NamedTuple):
    """The secrets of a sign-in, which the session stores until the answer arrives."""

    state: str
    nonce: str
    verifier: str


class Claims(NamedTuple):
    """What the provider states about a person."""

    issuer: str
    subject: str
    username: str
    groups: tuple[str, ...]


def begin() -> SignInAttempt:
    """Three new secrets: one that the answer must repeat, one that the ID token must hold, one that only we know."""
    return SignInAttempt(*(secrets.token_urlsafe(32) for _ in SignInAttempt._fields))


def address(provider: Provider, attempt: SignInAttempt, redirect_uri: str) -> str:
    """The address of the provider's sign-in page for this attempt."""
    challenge = _base64(hashlib.sha256(attempt.verifier.encode()).digest())
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": provider.scopes,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = discovered(provider)["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"


def finish(provider: Provider, attempt: SignInAttempt, answer: Mapping[str, str], redirect_uri: str) -> Claims:
    """The verified claims of the provider's answer; NotAllowed when it does not verify, NotReady without the provider."""
    if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
        raise _refused("The provider's answer belongs to another sign-in. Start again.")
    if answer.get("iss", provider.issuer).rstrip("/") != provider.issuer:
        raise _refused(f"The answer does not come from {provider.issuer}.")
    if "error" in answer or not answer.get("code"):
        raise _refused("The provider did not sign you in.")
    metadata = discovered(provider)
    tokens = _exchange(provider, metadata["token_endpoint"], attempt, answer["code"], redirect_uri)
    identity = _identity(provider, str(tokens.get("id_token", "")), attempt.nonce)
    return _claims(provider, identity | _userinfo(provider, metadata, tokens, identity))


def discovered(provider: Provider) -> dict[str, Any]:
    """The provider's metadata document, cached for an hour."""
    metadata = _cached(f"oidc:{provider.issuer}", provider.issuer + WELL_KNOWN)
    if str(metadata.get("issuer", "")).rstrip("/") != provider.issuer:
        raise NotReady(
            "provider_faulty",
            f"{provider.issuer} states another issuer: {metadata.get('issuer', 'none')}. Set OIDC_ISSUER to that.",
        )
    if missing := [name for name in NEEDED if not isinstance(metadata.get(name), str)]:
        raise NotReady("provider_faulty", f"The metadata of {provider.issuer} lacks {', '.join(missing)}.")
    return metadata


def _exchange(
    provider: Provider, endpoint: str, attempt: SignInAttempt, code: str, redirect_uri: str
) -> dict[str, Any]:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": attempt.verifier,
    }
    credentials = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
    headers = FORM | {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}
    answer = _request(
        lambda: client.post(endpoint, urlencode(fields).encode(), headers, allowed=settings.OUTBOUND_ALLOW)
    )
    if not answer.is_taken:
        raise _refused("The provider did not accept the code of this sign-in. Start again.")
    return _json_object(answer)


def _identity(provider: Provider, text: str, nonce: str) -> dict[str, Any]:
    try:
        claims = jwt.decode(
            text,
            _key(provider, text),
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            leeway=CLOCK_SKEW_S,
            options={"require": ["exp", "iat", "aud", "iss", "sub"]},
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise _refused(f"The ID token does not verify: {error}.") from error
    if str(claims["iss"]).rstrip("/") != provider.issuer or claims.get("azp", provider.client_id) != provider.client_id:
        raise _refused("The ID token was issued by or for somebody else.")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise _refused("The ID token belongs to another sign-in.")
    return claims


def _key(provider: Provider, text: str) -> Any:
    """The provider's key that an ID token names; fetched again once, because providers change their keys."""
    header = jwt.get_unverified_header(text)
    address = discovered(provider)["jwks_uri"]
    for fresh in (False, True):
        keys = jwt.PyJWKSet.from_dict(_cached(f"oidc-keys:{provider.issuer}", address, fresh=fresh)).keys
        named = [key for key in keys if key.key_id == header.get("kid")] or (keys if "kid" not in header else [])
        if len(named) == 1:
            return named[0]
    raise jwt.InvalidKeyError("no key of the provider has signed it")


def _userinfo(
    provider: Provider, metadata: Mapping[str, Any], tokens: Mapping[str, Any], identity: Mapping[str, Any]
) -> Any:
    """The claims that the ID token lacks, from the provider's userinfo endpoint."""
    wanted, endpoint = (provider.groups_claim, provider.username_claim), metadata.get("userinfo_endpoint")
    missing = {_outermost(identity, name) for name in wanted if claim_at(identity, name) is None}
    if not missing or not endpoint or not tokens.get("access_token"):
        return {}
    headers = JSON | {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = _request(lambda: client.get(endpoint, headers, allowed=settings.OUTBOUND_ALLOW))
    more = _json_object(answer) if answer.is_taken else {}
    if more and more.get("sub") != identity["sub"]:
        raise _refused("The provider's userinfo is about somebody else.")
    return {name: more[name] for name in missing if name in more}


def claim_at(claims: Mapping[str, Any], name: str) -> Any:
    """The value of a claim; None where it was not sent. A dot leads into an object unless a claim has that very name.

    >>> claim_at({"realm_access": {"roles": ["ml-leads"]}}, "realm_access.roles"), claim_at({}, "groups")
    (['ml-leads'], None)
    >>> claim_at({"https://id.example/groups": ["data"]}, "https://id.example/groups")
    ['data']
    """
    if name in claims:
        return claims[name]
    value: Any = claims
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def _outermost(claims: Mapping[str, Any], name: str) -> str:
    """The name under which the provider's answer has a claim: the first part of a path, where no claim is named so."""
    return name if name in claims or "://" in name else name.partition(".")[0]


def _claims(provider: Provider, identity: Mapping[str, Any]) -> Claims:
    username, groups = claim_at(identity, provider.username_claim), claim_at(identity, provider.groups_claim)
    if not isinstance(username, str) or not username:
        raise _refused(f"The provider sent no username: the claim {provider.username_claim} is missing.")
    if groups is None:
        raise NotAllowed(
            f"The provider sent no claim {provider.groups_claim}, so your groups are not known. Your roles and teams "
            "stay as they were. An administrator checks OIDC_GROUPS_CLAIM and OIDC_SCOPES.",
            code="no_groups_claim",
        )
    groups = [groups] if isinstance(groups, str) else groups
    if not isinstance(groups, list):
        raise _refused(f"The provider's claim {provider.groups_claim} is not a list of groups.")
    return Claims(
        provider.issuer, str(identity["sub"]), username, tuple(group for group in groups if isinstance(group, str))
    )


def _cached(key: str, url: str, *, fresh: bool = False) -> dict[str, Any]:
    document = None if fresh else cache.get(key)
    if document is None:
        answer = _request(lambda: client.get(url, JSON, allowed=settings.OUTBOUND_ALLOW))
        if not answer.is_taken:
            raise NotReady("provider_away", "The provider does not answer. Try again in a moment.")
        document = _json_object(answer)
        cache.set(key, document, CACHED_S)
    return document


def _request(send: Any) -> client.Answer:
    try:
        return send()
    except client.NotSent as error:
        raise NotReady("provider_away", f"The provider does not answer: {error}") from error


def _json_object(answer: client.Answer) -> dict[str, Any]:
    try:
        payload = json.loads(answer.body)
    except ValueError as error:
        raise NotReady("provider_faulty", "The provider's answer is not JSON.") from error
    if not isinstance(payload, dict):
        raise NotReady("provider_faulty", "The provider's answer is not a JSON object.")
    return payload


def _refused(sentence: str) -> NotAllowed:
    return NotAllowed(sentence, code="provider_refused")


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
