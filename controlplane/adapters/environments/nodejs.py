"""Node.js: dependencies by npm, a load check in a child. The interpreter is the machine's.

Packages that ``package.json`` and its lock file alone determine go into a layer that environments share; ``node_modules`` is a
link to it then.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from controlplane.adapters.environments.folders import in_thread
from controlplane.adapters.environments.language import (
    Build,
    Installed,
    ending,
    install_with,
    platform_facts,
    read_manifest,
    run_check,
)
from controlplane.adapters.environments.layers import digest_of
from controlplane.adapters.environments.tools import BuildError, environment_for_code, environment_for_tools, run_tool

_LOAD_CHECK = Path(__file__).with_name("static") / "load_check.mjs"
_LOCK_FILES = ("package-lock.json", "npm-shrinkwrap.json")
_COPIED = ("package.json", *_LOCK_FILES, ".npmrc")
"""All that npm looks at when there is nothing else to look at."""

_FLAGS = ("--omit=dev", "--no-audit", "--no-fund", "--install-links")
"""Local packages are copied: from where a link leads to, they would not find the packages that they need themselves."""

_SCRIPTS = ("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare")
"""npm runs these of the package it is called in."""

_LOCAL = re.compile(r"(file|link|workspace|portal):|\.{0,2}/|~/")


class NodeJs:
    """Implements ``Language``."""

    default_entry_point = "index.js"

    def entry_files(self, entry_point: str) -> Sequence[str]:
        """As ``require`` does: the extension, and the name of a folder's index, may be left out."""
        path = str(PurePosixPath(entry_point.replace("\\", "/")))
        if path == ".":
            return ("index.js", "package.json")
        return (path, f"{path}.js", f"{path}.json", f"{path}/index.js", f"{path}/package.json")

    async def install(self, build: Build) -> Installed:
        """See ``Language``."""
        command = build.spec.dependency_install_cmd
        if command.strip():
            await build.installing("Running the dependencyInstallCmd")
            environment = environment_for_tools(build.scratch)
            shell = ["sh", "-c", command]
            await install_with(build, shell, cwd=build.code, environment=environment, advice="correct the command")
            return Installed(digest_of("nodejs", command))
        package = _read_package(build.code / "package.json")
        if not dependencies_of(package):
            return Installed()
        version = await _version_of_node(build)
        digest = await in_thread(lambda: _digest(build.code, version))
        if not is_complete(package) or (build.code / "node_modules").exists():
            await build.installing("Installing what package.json lists")
            await _run_npm(build, build.code)
            return Installed(digest)
        await _link_layer(build, digest)
        return Installed(digest, digest)

    async def check(self, build: Build) -> str:
        """See ``Language``."""
        verdict_file = build.scratch / "verdict.json"
        options = {"codeDir": str(build.code), "entryPoint": build.entry_point, "verdict": str(verdict_file)}
        environment = environment_for_code(build.code, build.spec.algorithm_name, build.entry_point, build.scratch)
        command = [_program("node"), str(_LOAD_CHECK), json.dumps(options)]
        ended = await run_check(build, command, environment)
        try:
            verdict = json.loads(verdict_file.read_bytes())
        except FileNotFoundError:
            raise BuildError(
                f"the process {ending(ended)} while {build.entry_point} was loaded\n{ended.excerpt}".rstrip()
            ) from None
        error = explain(verdict, build.entry_point)
        if error:
            raise BuildError(f"{error}\n{ended.excerpt}".rstrip())
        return str(verdict["version"]).removeprefix("v")


def explain(verdict: Mapping[str, Any], entry_point: str) -> str:
    """The sentence for what the load check found; empty when all is well."""
    where = f"{verdict['file']}, line {verdict['line']}" if verdict.get("file") else entry_point
    match verdict["kind"]:
        case "loaded":
            return ""
        case "no start":
            return (
                f"{entry_point} does not export a function named start, which the worker calls for each task; "
                f"it exports {verdict['message']}"
            )
        case "syntax":
            return f"syntax error in {where}: {verdict['message']}"
        case "missing" if verdict["own"]:
            return f"{verdict['name']} is loaded but is not in the archive; add the file or correct the path"
        case "missing":
            return (
                f"the package {verdict['name']} is loaded but not installed; add it to the dependencies in package.json"
            )
        case "exit":
            return f"{entry_point} ends the process while it is loaded (exit code {verdict['message']}); only export functions"
        case "never":
            return f"{entry_point} never finishes loading: it waits at its top level for something that cannot come"
        case _:
            return f"loading {entry_point} failed in {where}: {verdict['message']}"


def dependencies_of(package: Mapping[str, Any]) -> dict[str, Any]:
    """Those needed to run, by name."""
    found: dict[str, Any] = {}
    for field in ("optionalDependencies", "dependencies"):
        listed = package.get(field, {})
        if not isinstance(listed, dict):
            raise BuildError(f"{field} in package.json must be an object of package names and versions")
        found |= listed
    return found


def is_complete(package: Mapping[str, Any]) -> bool:
    """Whether the files that npm reads alone say what will be installed. When in doubt, no."""
    scripts = package.get("scripts", {})
    if "workspaces" in package or not isinstance(scripts, dict) or any(name in scripts for name in _SCRIPTS):
        return False
    asked = [value for name, value in package.items() if name.endswith(("ependencies", "overrides"))]
    return not any(_LOCAL.match(text) for value in asked for text in _texts_in(value))


def _texts_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts_in(inner)]
    return [value] if isinstance(value, str) else []


def _read_package(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        package = json.loads(read_manifest(file))
    except (ValueError, RecursionError) as error:
        raise BuildError(f"package.json is no JSON ({error}); correct the file") from None
    if not isinstance(package, dict):
        raise BuildError("package.json must be a JSON object; correct the file")
    return package


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BuildError(
            f"{name} is not installed on the control plane's machine, or not on its PATH; install Node.js 18 or newer "
            "with npm (packages nodejs and npm of most systems) and apply the algorithm again"
        )
    return found


async def _version_of_node(build: Build) -> str:
    async def ignore(line: str) -> None:
        """The version is no line of the build."""

    environment = environment_for_tools(build.scratch)
    limit = build.settings.load_check_seconds
    ended = await run_tool(
        [_program("node"), "--version"], cwd=build.code, environment=environment, say=ignore, limit_seconds=limit
    )
    return ended.excerpt.strip()


def _digest(code: Path, version: str) -> str:
    contents = []
    for name in _COPIED:
        path = code / name
        content = b""
        if path.is_file():
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").digest()
        contents.append(content.hex())
    return digest_of("nodejs", version, platform_facts(), contents)


async def _run_npm(build: Build, folder: Path) -> None:
    locked = any((folder / name).is_file() for name in _LOCK_FILES)
    command = [_program("npm"), "ci" if locked else "install", *_FLAGS]
    environment = environment_for_tools(build.scratch) | {"npm_config_update_notifier": "false"}
    await install_with(build, command, cwd=folder, environment=environment, advice="correct package.json")


async def _link_layer(build: Build, digest: str) -> None:
    layers = build.layers
    layers.hold(digest, build.folder)
    if await in_thread(lambda: layers.find(digest)):
        await build.installing("The packages of package.json are there from an earlier build")
    else:
        await build.installing("Installing what package.json lists")
        unfinished = layers.begin(build.layer_name)
        try:
            for name in _COPIED:
                if (build.code / name).is_file():
                    shutil.copyfile(build.code / name, unfinished / name)
            await _run_npm(build, unfinished)
            (unfinished / "node_modules").mkdir(exist_ok=True)
            await in_thread(lambda: layers.finish(unfinished, digest))
        finally:
            await in_thread(lambda: layers.abandon(unfinished))
    (build.code / "node_modules").symlink_to(layers.path(digest) / "node_modules")
