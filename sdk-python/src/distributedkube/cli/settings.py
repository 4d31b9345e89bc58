"""Where the server is and how to speak to it: the options of a command, else the environment, else the file, else
defaults.

The file is ``$DISTRIBUTEDKUBE_CONFIG``, else ``distributedkube/config.yml`` in ``$XDG_CONFIG_HOME`` or ``~/.config``.
As it may hold a token, only its owner may read it. The settings at its top are the context ``default``; others are
named in it, and share nothing with each other, so that no token goes to the wrong server::

    endpoint: http://127.0.0.1:8090
    context: production               # the one in use
    contexts:
      production: {endpoint: https://cluster.example/distributedkube/api-server, token: ...}
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from distributedkube.cli.failures import UsageError

DEFAULT_CONTEXT = "default"
DEFAULT_ENDPOINT = "http://127.0.0.1:8090"

KEYS: Mapping[str, str] = {
    "endpoint": "address of the server, for example https://cluster.example/distributedkube/api-server",
    "rejectUnauthorized": "false accepts certificates that cannot be verified; default true",
    "caFile": "file with the certificates to trust",
    "token": "bearer token",
}
"""What may be set, and what it means."""

_VARIABLES = {
    "endpoint": "DISTRIBUTEDKUBE_ENDPOINT",
    "token": "DISTRIBUTEDKUBE_TOKEN",
    "caFile": "DISTRIBUTEDKUBE_CA_FILE",
    "rejectUnauthorized": "DISTRIBUTEDKUBE_REJECT_UNAUTHORIZED",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How to speak to the server."""

    endpoint: str = DEFAULT_ENDPOINT
    """Scheme, host, port and prefix, without a slash at the end."""
    verify: bool = True
    """Whether certificates are verified."""
    ca_file: str | None = None
    token: str | None = None

    @property
    def base_url(self) -> str:
        """Where the routes of the API begin."""
        return f"{self.endpoint}/api/v1"

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine, so that proxies are out of place."""
        host = urlsplit(self.endpoint).hostname or ""
        return is_loopback(host)


def resolve(
    *,
    environ: Mapping[str, str],
    context: str | None = None,
    endpoint: str | None = None,
    token: str | None = None,
    ca_file: str | None = None,
    insecure: bool = False,
) -> Settings:
    """Puts the settings together. Raises ``UsageError`` for a value that makes no sense or an unknown context."""
    values = dict(of_context(load(config_path(environ)), context))
    values.update({key: environ[name] for key, name in _VARIABLES.items() if environ.get(name)})
    said = {"endpoint": endpoint, "token": token, "caFile": ca_file}
    values.update({key: value for key, value in said.items() if value})
    checked = {key: check(key, value) for key, value in values.items() if key in KEYS}
    return Settings(
        endpoint=checked.get("endpoint", DEFAULT_ENDPOINT),
        verify=checked.get("rejectUnauthorized", True) and not insecure,
        ca_file=checked.get("caFile"),
        token=checked.get("token"),
    )


def config_path(environ: Mapping[str, str]) -> Path:
    """The configuration file, be it there or not."""
    if named := environ.get("DISTRIBUTEDKUBE_CONFIG"):
        return Path(named)
    home = environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "distributedkube" / "config.yml"


def load(path: Path) -> dict[str, Any]:
    """Reads the file; a missing one is empty. Raises ``UsageError`` naming the place of a mistake."""
    if not path.exists():
        return {}
    from distributedkube.cli.files import read_mapping

    return read_mapping(path)


def context_in_use(file: Mapping[str, Any], named: str | None = None) -> str:
    """The context that is named, else the one that the file says is in use."""
    return named or str(file.get("context") or DEFAULT_CONTEXT)


def contexts(file: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """All contexts of a file by name, the default one first. Raises ``UsageError`` when they are no mappings."""
    named = file.get("contexts") or {}
    if not isinstance(named, dict) or not all(isinstance(values, dict) for values in named.values()):
        raise UsageError("contexts in the configuration file should map names to settings")
    return {DEFAULT_CONTEXT: {key: file[key] for key in KEYS if key in file}, **named}


def of_context(file: Mapping[str, Any], named: str | None = None) -> dict[str, Any]:
    """The settings of one context. Raises ``UsageError`` when there is none of that name."""
    name, known = context_in_use(file, named), contexts(file)
    if name not in known:
        raise UsageError(
            f"there is no context {name}; there are {', '.join(known)}",
            f"make it with: distributedkubectl config set endpoint <url> --context {name}",
        )
    return known[name]


def with_value(file: Mapping[str, Any], named: str | None, key: str, value: Any) -> dict[str, Any]:
    """The file with one setting of a context changed; a context that is not there is made."""
    name = context_in_use(file, named)
    if name == DEFAULT_CONTEXT:
        return {**file, key: value}
    others = {other: values for other, values in contexts(file).items() if other != DEFAULT_CONTEXT}
    return {**file, "contexts": {**others, name: {**others.get(name, {}), key: value}}}


def save(path: Path, values: Mapping[str, Any]) -> None:
    """Replaces the file as a whole, readable by its owner only."""
    import yaml

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            yaml.safe_dump(dict(values), file, sort_keys=True, allow_unicode=True)
        os.replace(file.name, path)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}", "set DISTRIBUTEDKUBE_CONFIG to another file"
        ) from error


def check(key: str, value: Any) -> Any:
    """Turns a value into the type of its key. Raises ``UsageError``."""
    match key:
        case "endpoint":
            return normal_endpoint(str(value))
        case "rejectUnauthorized":
            word = str(value).lower()
            if word not in ("true", "false", "1", "0", "yes", "no"):
                raise UsageError(f"rejectUnauthorized should be true or false, not {value}")
            return word in ("true", "1", "yes")
        case "caFile" | "token":
            return str(value)
        case _:
            raise UsageError(f"there is no setting {key}", f"settings are {', '.join(KEYS)}")


def normal_endpoint(text: str) -> str:
    """An address with its scheme and without a slash at the end. Without a scheme it is https, for this machine http."""
    text = text.strip()
    if "://" not in text:
        host = urlsplit(f"//{text}").hostname or ""
        text = f"{'http' if is_loopback(host) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is no number
        valid = False
    if not valid or parts.query or parts.fragment:
        raise UsageError(f"{text} is no address of a server", "write it like https://host:port/prefix")
    return text.rstrip("/").removesuffix("/api/v1")


def is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
