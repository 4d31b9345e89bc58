"""Python: an interpreter per environment, dependencies by pip, a load check with the worker's own loader.

Packages that a requirements file alone determines go into a layer that environments share. A ``.pth`` file adds it to the
environment's packages with ``site.addsitedir``, so that ``.pth`` files inside the layer count as well.
"""

import importlib.util
import json
import platform
import sys
import sysconfig
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from controlplane.adapters.environments import requirements
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
from controlplane.adapters.environments.tools import BuildError, environment_for_code, environment_for_tools

_LOAD_CHECK = Path(__file__).with_name("load_check.py")
_LAYER_LINK = "distributedkube-layer.pth"

_DISTRIBUTIONS = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "google": "the one that has it, as in google-cloud-storage",
    "PIL": "pillow",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}
"""Well-known packages that are imported by another name than they are installed by."""


class Python:
    """Implements ``Language``."""

    default_entry_point = "main.py"

    def entry_files(self, entry_point: str) -> Sequence[str]:
        """``pkg/mod.py``, ``pkg/mod`` and ``pkg.mod`` mean the same."""
        dotted = entry_point.removesuffix(".py").replace("\\", "/").replace("/", ".")
        path = "/".join(part for part in dotted.split(".") if part)
        return (f"{path}.py", f"{path}/__init__.py")

    async def install(self, build: Build) -> Installed:
        """See ``Language``."""
        await in_thread(lambda: _make_venv(build.folder / "venv"))
        if build.spec.dependency_install_cmd.strip():
            return await _run_install_command(build)
        file = next((path for name in requirements.NAMES if (path := build.code / name).is_file()), None)
        if file is None:
            return Installed()
        data = read_manifest(file)
        lines = requirements.lines_of(data)
        if not requirements.holds_requirement(lines):
            return Installed()
        digest = digest_of("python", platform.python_version(), sys.implementation.cache_tag, platform_facts(), lines)
        if not requirements.is_complete(lines):
            await build.installing(f"Installing what {file.name} lists")
            await _run_pip(build, file, ())
            return Installed(digest)
        await _link_layer(build, file, digest)
        return Installed(digest, digest)

    async def check(self, build: Build) -> str:
        """See ``Language``."""
        await in_thread(lambda: _make_support(build.scratch / "support"))
        verdict_file = build.scratch / "verdict.json"
        options = {
            "support": str(build.scratch / "support"),
            "code_dir": str(build.code),
            "entry_point": build.entry_point,
            "verdict": str(verdict_file),
        }
        environment = environment_for_code(build.code, build.spec.algorithm_name, build.entry_point, build.scratch)
        ended = await run_check(build, [_python(build), "-u", str(_LOAD_CHECK), json.dumps(options)], environment)
        try:
            verdict = json.loads(verdict_file.read_bytes())
        except FileNotFoundError:
            raise BuildError(
                f"the process {ending(ended)} while {build.entry_point} was imported\n{ended.excerpt}".rstrip()
            ) from None
        error = explain(verdict, build.entry_point)
        if error:
            raise BuildError(f"{error}\n{ended.excerpt}".rstrip())
        return platform.python_version()


def explain(verdict: Mapping[str, Any], entry_point: str) -> str:
    """The sentence for what the load check found; empty when all is well."""
    where = f"{verdict['file']}, line {verdict['line']}" if verdict.get("file") else entry_point
    match verdict["kind"]:
        case "loaded":
            return ""
        case "no start":
            return f"{entry_point} has no function start; the worker calls start(args) for each task"
        case "syntax":
            return f"syntax error in {where}: {verdict['message']}"
        case "missing":
            return _explain_missing(verdict["name"], where, verdict["own"])
        case "exit":
            return (
                f"{where} ends the process while it is imported (sys.exit with {verdict['message']}); "
                "put what is for running it as a program below if __name__ == '__main__'"
            )
        case _:
            return f"importing {entry_point} failed in {where}: {verdict['message']}"


def _explain_missing(name: str, where: str, own: bool) -> str:
    if own:
        return f"{where} imports {name}, which is not in the archive; add the file or correct the import"
    package = _DISTRIBUTIONS.get(name.partition(".")[0])
    if package:
        return f"{where} imports {name}, which is not installed; add its package, {package}, to requirements.txt"
    return f"{where} imports {name}, which is not installed; add it to requirements.txt"


def _python(build: Build) -> str:
    return str(build.folder / "venv" / "bin" / "python")


def _make_venv(folder: Path) -> None:
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)


def _packages_folder(folder: Path) -> Path:
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))


async def _run_install_command(build: Build) -> Installed:
    """The author's own command, with a pip that installs into the environment."""
    await build.installing("Running the dependencyInstallCmd")
    tools = environment_for_tools(build.scratch)
    environment = tools | {
        "PATH": f"{build.folder / 'venv' / 'bin'}:{tools.get('PATH', '/usr/bin:/bin')}",
        "VIRTUAL_ENV": str(build.folder / "venv"),
    }
    command = build.spec.dependency_install_cmd
    pip = [_python(build), "-m", "ensurepip", "--default-pip"]
    await install_with(build, pip, cwd=build.code, environment=environment, advice="Python needs its module ensurepip")
    advice = "correct the command"
    await install_with(build, ["sh", "-c", command], cwd=build.code, environment=environment, advice=advice)
    return Installed(digest_of("python", command))


async def _run_pip(build: Build, file: Path, where: Sequence[str]) -> None:
    if importlib.util.find_spec("pip") is None:
        raise BuildError(
            f"the control plane's Python has no pip to install {file.name} with; "
            f"run {sys.executable} -m ensurepip and apply the algorithm again"
        )
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        _python(build),
        "install",
        "--no-input",
        "--disable-pip-version-check",
    ]
    command = [*pip, *where, "-r", file.name]
    environment = environment_for_tools(build.scratch)
    await install_with(build, command, cwd=build.code, environment=environment, advice=f"correct {file.name}")


async def _link_layer(build: Build, file: Path, digest: str) -> None:
    layers = build.layers
    layers.hold(digest, build.folder)
    if await in_thread(lambda: layers.find(digest)):
        await build.installing(f"The packages of {file.name} are there from an earlier build")
    else:
        await build.installing(f"Installing what {file.name} lists")
        unfinished = layers.begin(build.layer_name)
        try:
            await _run_pip(build, file, ("--target", str(unfinished)))
            await in_thread(lambda: layers.finish(unfinished, digest))
        finally:
            await in_thread(lambda: layers.abandon(unfinished))
    link = _packages_folder(build.folder / "venv") / _LAYER_LINK
    link.write_text(f"import site; site.addsitedir({str(layers.path(digest))!r})\n", encoding="utf-8")


def _make_support(folder: Path) -> None:
    """What the worker, too, gives to code besides its own packages: this project's and msgpack."""
    folder.mkdir()
    for name in ("distributedkube", "msgpack"):
        spec = importlib.util.find_spec(name)
        assert spec is not None, f"{name} is installed with the control plane"
        assert spec.submodule_search_locations, f"{name} is a package"
        (folder / name).symlink_to(next(iter(spec.submodule_search_locations)))
