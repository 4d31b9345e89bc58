"""The tour of the README, as a newcomer takes it: every command in its order, in a copy of the example; then those of the
page about REST."""

import re
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.product import EXAMPLE, ROOT, Product, Said, product, run

pytestmark = pytest.mark.e2e

START = "make setup\nexport PATH=$PWD/.venv/bin:$PATH\ndistributedkube dev --data-dir .dk/tour\n"
"""The first block, for the other terminal."""

JOB = re.compile(r"\bjob(?:Id:)? ([0-9a-z]{12})\b")
OLDER_VERSION = re.compile(r"^ +([0-9a-z]{10}) ", re.MULTILINE)
EXIT_CODE = re.compile(r"exit code (\d+): (.+)")


@dataclass(frozen=True, slots=True)
class Line:
    """A command of the tour, and what its comment says of it."""

    command: str
    code: int
    said: str
    """Must be in what it says when it fails."""
    value: str
    """The last line of its output; empty when nothing is said of it."""


def the_tour() -> str:
    text = (ROOT / "README.md").read_text()
    return text[text.index("## Five minutes") : text.index("## How it works")]


def blocks(text: str, language: str) -> list[str]:
    """The code of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def lines(block: str) -> Iterator[Line]:
    for text in block.splitlines():
        command, _, comment = text.partition("  #")
        failure = EXIT_CODE.search(comment)
        value = re.match(r" (\d+)\b", comment)
        yield Line(
            command.strip(),
            int(failure[1]) if failure else 0,
            failure[2] if failure else "",
            value[1] if value else "",
        )


@dataclass(slots=True)
class Terminal:
    """A shell in the checkout; fills in what people would copy from the screen."""

    folder: Path
    endpoint: str
    seen: dict[str, str] = field(default_factory=dict)

    async def type(self, line: Line) -> Said:
        if line.command.startswith("cd "):
            self.folder /= line.command[3:]
            return Said(0, "", "")
        command = re.sub(r"<\w+>", lambda found: self.seen[found[0]], line.command)
        path = f"export PATH={Path(sys.executable).parent}:$PATH; set -o pipefail; "
        said = await run("bash", "-c", path + command, cwd=self.folder, env={"DISTRIBUTEDKUBE_ENDPOINT": self.endpoint})
        for name, pattern in (("<jobId>", JOB), ("<version>", OLDER_VERSION)):
            if found := pattern.search(said.err + said.out):
                self.seen[name] = found[1]
        return said


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Product]:
    async with product(tmp_path / "data") as made:
        yield made


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the example where the tour looks for it."""
    folder = tmp_path / "checkout"
    shutil.copytree(EXAMPLE, folder / "examples" / "numbers")
    return folder


async def test_the_tour_is_true(running: Product, checkout: Path) -> None:
    """All commands end as the README says, with the values that it shows; then the Python part."""
    start, *others = blocks(the_tour(), "sh")
    assert start == START
    terminal = Terminal(checkout, running.endpoint)
    for line in (line for block in others for line in lines(block)):
        said = await terminal.type(line)
        assert said.code == line.code, (line, said)
        assert line.said in said.err, (line, said)
        assert line.value in ("", *said.out.splitlines()[-1:]), (line, said)
    [script] = blocks(the_tour(), "python")
    local = script.replace("localhost:9090", f"unix:{running.data_dir}/workers.sock")
    ended = await run(sys.executable, "-c", local)
    *watched, value = ended.out.splitlines()
    assert f"print(job.result().value)  # {value}\n" in script
    assert watched[-1] == "completed 100% completed, 5002 succeed"


async def test_the_page_about_rest_is_true(running: Product, tmp_path: Path) -> None:
    """What it asks with curl is answered without an error; the same request id starts one job."""
    for name in ("range", "multiply", "reduce"):
        assert (await running.ctl("algorithm", "apply", "-f", f"{name}.yml", cwd=EXAMPLE)).code == 0
    assert (await running.ctl("pipeline", "store", "-f", "numbers.yml", cwd=EXAMPLE)).code == 0
    terminal = Terminal(tmp_path, running.endpoint)
    answers = []
    for block in blocks(
        (ROOT / "docs" / "rest.md").read_text().replace("http://127.0.0.1:8090", running.endpoint), "sh"
    ):
        for line in lines(block):
            said = await terminal.type(line)
            assert said.code == line.code, (line, said)
            assert '"error"' not in said.out, (line, said)
            assert "Cannot" not in said.out, (line, said)
            answers.append(said.out)
    once, again = answers[3:5]
    assert once == again
    assert "event: snapshot" in answers[-1]
