"""What differs between languages: where code begins, how dependencies are installed, how code is loaded for a check."""

import json
import re
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

_NPM_FLAGS = ("--omit=dev", "--no-audit", "--no-fund", "--install-links")
"""Local packages are copied rather than linked: the result is moved afterwards."""

_REQUIREMENT_FILES = ("requirements.lock", "requirements.txt", "requirement.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """How dependencies are installed."""

    command: tuple[str, ...]
    inputs: tuple[Path, ...]
    """Files that decide what is installed."""
    layer: str
    """Folder that holds what was installed, below the environment; it keeps its name in the layer, since Node.js looks for
    packages by that name."""


class Python:
    """Code for Python: a virtual environment per build."""

    default_entry = "main.py"
    hint = "add it to requirements.txt"

    @staticmethod
    def entry_candidates(entry: str) -> tuple[str, ...]:
        """Files that an entry point may mean: ``pkg.mod``, ``pkg/mod`` and ``pkg/mod.py`` are one."""
        base = entry.removesuffix(".py")
        path = base.replace(".", "/")
        return tuple(dict.fromkeys([f"{base}.py", f"{path}.py", f"{base}/__init__.py", f"{path}/__init__.py"]))

    @staticmethod
    def prepare(path: Path, *, with_pip: bool) -> None:
        """Makes the virtual environment; blocks."""
        venv.EnvBuilder(symlinks=True, with_pip=with_pip).create(path / "venv")

    @staticmethod
    def install(path: Path) -> Install | None:
        code = path / "code"
        for name in _REQUIREMENT_FILES:
            file = code / name
            if file.is_file() and _has_requirements(file.read_text(errors="replace")):
                pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-input")
                target = ("--target", str(path / "packages"))
                return Install(
                    command=(*pip, *target, "--progress-bar", "off", "-r", name), inputs=(file,), layer="packages"
                )
        return None

    @staticmethod
    def link(path: Path, layer: Path) -> None:
        """Puts installed packages on the environment's path."""
        (site,) = (path / "venv" / "lib").glob("python3*/site-packages")
        (site / "packages.pth").write_text(f"{layer / 'packages'}\n")

    @staticmethod
    def check(path: Path, entry: str, loader: Path) -> tuple[str, ...]:
        python = path / "venv" / "bin" / "python"
        return (str(python), str(HERE / "check_python.py"), str(path / "code"), entry, str(loader))

    @staticmethod
    def interpreter() -> str:
        return sys.version


class Nodejs:
    """Code for Node.js: packages in the code folder."""

    default_entry = "index.js"
    hint = "add it to the dependencies in package.json"

    @staticmethod
    def entry_candidates(entry: str) -> tuple[str, ...]:
        return (entry, f"{entry}.js", f"{entry}.mjs", f"{entry}.cjs", f"{entry}/index.js")

    @staticmethod
    def prepare(path: Path, *, with_pip: bool) -> None:
        """Nothing to make."""

    @staticmethod
    def install(path: Path) -> Install | None:
        code = path / "code"
        manifest, lock = code / "package.json", code / "package-lock.json"
        if not manifest.is_file():
            return None
        try:
            plain = json.loads(manifest.read_text())
        except ValueError as error:
            raise BadManifestError(f"package.json is not valid JSON: {error}") from None
        if not isinstance(plain, dict) or not plain.get("dependencies"):
            return None
        if lock.is_file():
            return Install(
                command=("npm", "ci", *_NPM_FLAGS),
                inputs=(manifest, lock),
                layer="code/node_modules",
            )
        return Install(
            command=("npm", "install", *_NPM_FLAGS),
            inputs=(manifest,),
            layer="code/node_modules",
        )

    @staticmethod
    def link(path: Path, layer: Path) -> None:
        place = path / "code" / "node_modules"
        if not place.exists():
            place.symlink_to(layer / "node_modules", target_is_directory=True)

    @staticmethod
    def check(path: Path, entry: str, loader: Path) -> tuple[str, ...]:
        return ("node", str(HERE / "check_nodejs.mjs"), str(path / "code"), entry, str(loader))

    @staticmethod
    def interpreter() -> str:
        return "node"


class BadManifestError(Exception):
    """A file that lists dependencies cannot be read."""


Language = Python | Nodejs

LANGUAGES: dict[str, Language] = {"python": Python(), "nodejs": Nodejs()}

TOOL_HELP = {
    "node": "Node.js is not installed or not on PATH; install Node.js 20 or newer",
    "npm": "npm is not installed or not on PATH; install Node.js 20 or newer, which brings it",
    "sh": "there is no shell to run the install command with",
}


def _has_requirements(text: str) -> bool:
    return any(re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines())
