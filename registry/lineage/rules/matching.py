"""Which names of a data set in other tools could mean a table here.

>>> last_name('"shop"."main"."orders"'), last_name("/data/lake/orders.parquet"), last_name("s3/lake/orders/")
('orders', 'orders', 'orders')
>>> postgres_address("postgres://u:p@db.example:5433/shop", "sales.orders")
('postgres://db.example:5433', 'shop.sales.orders')
"""

from __future__ import annotations

from urllib.parse import urlsplit

SUFFIXES = (".parquet", ".csv", ".json", ".avro", ".delta")
FILE = "file"


def last_name(name: str) -> str:
    """The last part of a data set's name, as a table would be called."""
    plain = name.strip().rstrip("/").rpartition("/")[2]
    for suffix in SUFFIXES:
        if plain.lower().endswith(suffix):
            return plain[: -len(suffix)]
    return plain.rpartition(".")[2].strip('"`[]').lower()


def postgres_address(dsn: str, location: str) -> tuple[str, str]:
    """Namespace and name that OpenLineage gives a table of PostgreSQL."""
    parts = urlsplit(dsn)
    table = location if "." in location else f"public.{location}"
    return f"postgres://{(parts.hostname or '').lower()}:{parts.port or 5432}", f"{parts.path.strip('/')}.{table}"


def is_same_address(namespace: str, name: str, address: tuple[str, str]) -> bool:
    """Whether a data set is the table of that address; the port may be left out where it is the usual one."""
    own = namespace.lower().replace("postgresql://", "postgres://")
    own = own if own.count(":") > 1 else f"{own}:5432"
    return (own, name.replace('"', "")) == address


def is_same_file(namespace: str, name: str, paths: frozenset[str]) -> bool:
    """Whether a data set is a file or folder at one of these paths of this machine."""
    return (namespace == FILE or namespace.startswith("file:")) and (name.rstrip("/") or "/") in paths
