"""The addresses of connections: where data may lie besides files of this machine. Pure: standard library alone.

>>> parse("sc://spark.example:15002/;use_ssl=true").scheme, parse("s3://lake/silver?region=eu-west-1").options
('sc', {'region': 'eu-west-1'})
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote

from platform_site.environment.variables import Kind, NotValid, show_address, split_address

POSTGRES = ("postgres", "postgresql")
SPARK = "sc"
OPTIONS = {
    SPARK: ("use_ssl", "user_id", "files"),
    "s3": ("endpoint", "region"),
    "gs": ("endpoint",),
    "az": ("endpoint",),
}
STORES = ("s3", "gs", "az")
SECRETS = {
    SPARK: "SPARK_CONNECT_AUTHENTICATE_TOKEN",
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
    "az": "AZURE_STORAGE_KEY, or AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET",
}


class Address(NamedTuple):
    """``host``: of a server, with its port; a bucket of S3 or GCS, an account of Azure. ``path``: without slashes at its ends."""

    scheme: str
    host: str
    path: str
    options: dict[str, str]

    @property
    def client(self) -> str:
        """The address as Spark's own client reads it."""
        own = "".join(f";{name}={quote(self.options[name])}" for name in ("use_ssl", "user_id") if name in self.options)
        return f"{SPARK}://{self.host}/{own}"


def parse(text: str) -> Address:
    """The parts of an address; ValueError, or NotValid with what to change."""
    parts = split_address(text, *POSTGRES, *OPTIONS)
    if parts.scheme in POSTGRES:
        return Address(parts.scheme, parts.netloc, parts.path.strip("/"), {})
    path, _, listed = parts.path.partition(";")
    pairs = [pair.partition("=")[::2] for pair in listed.split(";") if pair] + parse_qsl(
        parts.query, keep_blank_values=True
    )
    options = {name: unquote(value) for name, value in pairs}
    secret = [name for name in options if name not in OPTIONS[parts.scheme]]
    if "@" in parts.netloc or secret:
        raise NotValid(
            f"{show_address(text)} has {f'{secret[0]!r}' if secret else 'a user or a password'} in its address. Leave it out: what is secret "
            f"belongs into {SECRETS[parts.scheme]}, and only {', '.join(OPTIONS[parts.scheme])} may stand there."
        )
    if parts.scheme == SPARK and (path.strip("/") or options.get("use_ssl", "true") not in ("true", "false")):
        raise ValueError(text)
    if parts.scheme == "az" and not path.strip("/"):
        raise ValueError(text)
    return Address(parts.scheme, parts.netloc, path.strip("/"), options)


def _checked(text: str) -> str:
    parse(text)
    return text.strip()


ADDRESS = Kind(
    "the address of a place of data: postgres://user:password@host/name, sc://host:15002, s3://bucket/prefix, gs://bucket/prefix or "
    "az://account/container/prefix",
    _checked,
    show_address,
)
