"""Reads definitions: YAML 1.2 or JSON, with the place of every mistake.

PyYAML speaks YAML 1.1, where ``on``, ``12:30`` and ``2024-01-01`` are no text and ``1e5`` is no number. Definitions
mean what they would mean as JSON, so plain words are resolved by the rules of YAML 1.2 here.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from distributedkube.cli.failures import UsageError

MAX_BYTES = 64 * 1024 * 1024
"""Largest definition that is read; beyond it the file is almost surely not what was meant."""


def read_mapping(path: Path) -> dict[str, Any]:
    """Reads a file (``-`` is standard input) that holds one mapping.

    Raises ``UsageError`` naming file, line and column when it cannot be read or is no mapping.
    """
    text = _read(path)
    value = _parse(text, str(path))
    if not isinstance(value, dict):
        found = "nothing" if value is None else type(value).__name__
        raise UsageError(f"{path} should hold a mapping such as name: ..., but holds {found}")
    return value


def parse_value(text: str, what: str) -> Any:
    """Reads one JSON or YAML value of the command line; ``what`` names it in errors."""
    return _parse(text, what)


def _read(path: Path) -> str:
    if str(path) == "-":
        return sys.stdin.read(MAX_BYTES)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path} is larger than {MAX_BYTES >> 20} MiB")
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {path}", "check the path given with -f") from error
    except IsADirectoryError as error:
        raise UsageError(f"{path} is a folder", "name the YAML or JSON file in it") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text at byte {error.start}") from error
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error


def _parse(text: str, source: str) -> Any:
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text, parse_constant=_refuse, parse_float=_float)
        except json.JSONDecodeError as error:
            if source.endswith(".json"):
                where = f"{source}, line {error.lineno}, column {error.colno}"
                raise UsageError(f"{where}: {error.msg}", "correct the JSON there") from error
            # a flow mapping of YAML begins like JSON
    return _parse_yaml(text, source)


def _refuse(word: str) -> NoReturn:
    raise UsageError(f"{word} is no number in JSON", "leave it out or write null")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UsageError(f"the number {text} is too large")
    return number


def _parse_yaml(text: str, source: str) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=_loader())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{source}, line {mark.line + 1}, column {mark.column + 1}" if mark else source
        raise UsageError(f"{where}: {error.problem or error.context}", "correct the YAML there") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"{source} is no YAML: {error}".splitlines()[0]) from error


@cache
def _loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """YAML 1.2 core schema; keys are text, and none comes twice."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
            self.flatten_mapping(node)
            mapping: dict[Hashable, Any] = {}
            for key_node, value_node in node.value:
                key = key_node.value
                if not isinstance(key, str):
                    raise yaml.constructor.ConstructorError(None, None, "a key should be text", key_node.start_mark)
                if key in mapping:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key} is given twice", key_node.start_mark
                    )
                mapping[key] = self.construct_object(value_node, deep=deep)
            return mapping

        def construct_integer(self, node: Any) -> int:
            return int(node.value, 0) if node.value[:2] in ("0x", "0o") else int(node.value)

        def construct_number(self, node: Any) -> float:
            return _float(node.value)

    Loader.yaml_implicit_resolvers = {}  # its own, without those of YAML 1.1

    def resolve(tag: str, pattern: str, first: str) -> None:
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))

    resolve("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF")
    resolve("null", r"^(?:~|null|Null|NULL|)$", "~nN")
    Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])
    resolve("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789")
    resolve("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789")
    resolve("merge", r"^<<$", "<")
    Loader.add_constructor("tag:yaml.org,2002:int", Loader.construct_integer)
    Loader.add_constructor("tag:yaml.org,2002:float", Loader.construct_number)
    return Loader
