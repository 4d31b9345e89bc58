"""Finds the user's functions and how they want to be called.

The code folder becomes the package `algorithm_unique_folder`, and is the working directory and the head of ``sys.path`` as
well, so that relative and absolute imports of sibling modules both work.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable
from typing import Any

from distributedkube.worker import wire

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class LoadError(Exception):
    """The code was found but is no algorithm."""


class Algorithm:
    """The user's functions, wrapped so that each takes the arguments of its role, whatever its signature."""

    def __init__(self, module: Any) -> None:
        start = getattr(module, "start", None)
        if not callable(start):
            raise LoadError(f"{module.__name__.partition('.')[2] or module.__name__} has no function `start(args)`")
        self.takes_api = _accepts(start, 2)
        self.start: Callable[..., Any] = _with_api(start) if self.takes_api else adapt(start, 1)
        self.init = _optional(module, "init")
        self.stop = _optional(module, "stop")
        self.exit = _optional(module, "exit")


def load(code_dir: str, entry_point: str) -> Algorithm:
    """Imports the entry point: ``main.py``, ``main``, ``pkg/mod.py`` and ``pkg.mod`` name modules inside `code_dir`.

    Raises whatever the import raises, or `LoadError` when there is no `start`.
    """
    os.chdir(code_dir)
    sys.path.insert(0, code_dir)
    _make_package(code_dir)
    return Algorithm(importlib.import_module(f"{wire.USER_PACKAGE}.{module_name(entry_point)}"))


def module_name(entry_point: str) -> str:
    """Dotted name of the module that an entry point means."""
    path = entry_point.strip()
    if path.endswith(".py"):
        path = path[: -len(".py")]
    return ".".join(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))


def adapt(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    """Makes a function take `count` arguments: those it does not declare are left out."""
    if _accepts(function, count) or not _accepts(function, 0):
        return function
    return lambda *_: function()


def _make_package(code_dir: str) -> None:
    init = os.path.join(code_dir, "__init__.py")
    spec = importlib.util.spec_from_file_location(
        wire.USER_PACKAGE, init if os.path.exists(init) else None, submodule_search_locations=[code_dir]
    )
    if spec is None:  # Without an __init__.py there is nothing to execute.
        spec = importlib.util.spec_from_loader(wire.USER_PACKAGE, None, is_package=True)
        assert spec is not None
        spec.submodule_search_locations = [code_dir]
    package = importlib.util.module_from_spec(spec)
    sys.modules[wire.USER_PACKAGE] = package
    if spec.loader is not None:
        spec.loader.exec_module(package)


def _optional(module: Any, name: str) -> Callable[[Any], Any] | None:
    function = getattr(module, name, None)
    return adapt(function, 1) if callable(function) else None


def _with_api(start: Callable[..., Any]) -> Callable[..., Any]:
    name = _keyword_for_api(start)
    return start if name is None else lambda args, api: start(args, **{name: api})


def _accepts(function: Callable[..., Any], count: int) -> bool:
    """Whether a function declares a place for `count` arguments, be it through ``*args``.

    A decorator that keeps the signature of what it wraps is believed only as far as its own signature goes.
    """
    try:
        declared = inspect.signature(function)
        own = inspect.signature(function, follow_wrapped=False)
    except (TypeError, ValueError):
        return count > 0  # A callable of C code without a signature takes what it is given.
    return all(_places(signature) >= count for signature in (declared, own))


def _places(signature: inspect.Signature) -> int:
    parameters = signature.parameters.values()
    if any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters):
        return sys.maxsize
    return sum(parameter.kind in _POSITIONAL for parameter in parameters) + (_required_keyword(signature) is not None)


def _keyword_for_api(function: Callable[..., Any]) -> str | None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    positional = sum(parameter.kind in _POSITIONAL for parameter in signature.parameters.values())
    return _required_keyword(signature) if positional == 1 else None


def _required_keyword(signature: inspect.Signature) -> str | None:
    """Name of the one keyword-only parameter that must be given: ``start(args, *, api)``."""
    required = [
        parameter.name
        for parameter in signature.parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and parameter.default is inspect.Parameter.empty
    ]
    return required[0] if len(required) == 1 else None
