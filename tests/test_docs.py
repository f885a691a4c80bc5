"""What the README promises: its commands and its Python run as they stand, and end well."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from kg.cli import app


def blocks(root: Path, language: str) -> list[str]:
    text = (root / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


@pytest.fixture(scope="module")
def workplace(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay out what the README's commands need: the seeds, and the graph of its first command."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(root / "seeds", folder / "seeds")
    first = blocks(root, "sh")[0].replace(".venv/bin/kg", "kg")
    for command in [part for part in first.split("&&") if part.strip().startswith("kg ")]:
        run(command, folder)
    return folder


def run(command: str, folder: Path) -> str:
    said, _, piped = command.partition(" | ")
    text = said.removeprefix("echo ").strip('"') if piped else None
    program, *arguments = shlex.split(piped or command)
    assert program == "kg"
    result = subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        input=text,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, f"{command}: {result.stderr}"
    return result.stdout


def test_the_first_command_makes_a_store_a_turtle_file_and_a_page(workplace: Path) -> None:
    assert (workplace / "graph.kg" / "manifest.json").stat().st_size > 0
    assert (workplace / "graph.ttl").stat().st_size > 100_000
    assert "<!doctype html>" in (workplace / "graph.html").read_text(encoding="utf-8").lower()


def test_every_command_of_the_tour_runs_and_answers(root: Path, workplace: Path) -> None:
    commands = tour(root)
    assert len(commands) >= 10
    for command in commands:
        assert len(run(command, workplace).splitlines()) >= 1, command


def test_the_server_of_the_tour_starts_and_answers(root: Path, workplace: Path) -> None:
    (command,) = tour(root, servers=True)
    program, name, graph, *options = shlex.split(command)
    assert (program, name) == ("kg", "serve")
    options[options.index("--port") + 1] = "0"
    arguments = [sys.executable, "-m", "kg", name, graph, *options]
    with subprocess.Popen(arguments, cwd=workplace, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            address = re.search(r"http://\S+", server.stderr.readline())
            assert address is not None
            with urllib.request.urlopen(address[0]) as page:
                assert page.status == 200 and b"</html>" in page.read()
        finally:
            server.terminate()


def tour(root: Path, *, servers: bool = False) -> list[str]:
    """Return the commands of the tour, those that end or those that serve."""
    return [
        line
        for block in blocks(root, "sh")[2:]
        for line in block.splitlines()
        if line.startswith(("kg ", "echo ")) and line.startswith("kg serve") == servers
    ]


def test_the_python_of_the_readme_runs(root: Path, workplace: Path) -> None:
    said = []
    for code in blocks(root, "python"):
        result = subprocess.run(
            [sys.executable, "-c", code], cwd=workplace, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stderr
        said.append(result.stdout)
    assert said[0].startswith("99 ")
    assert "question answering" in said[0]
    names, authors, meeting, workshop, papers = said[1].splitlines()
    assert all("Verdict(same=True" in line for line in (names, authors, papers))
    assert "series='ACL'" in meeting and "year=2023" in meeting
    assert "workshop=True, parent='ICLR'" in workshop


def test_every_command_is_in_the_readme(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    names = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    assert [name for name in sorted(names) if f"kg {name}" not in text] == []


def test_links_of_the_readme_lead_to_files(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(((?!https?:)[^)]+)\)", text)
    assert links
    assert [link for link in links if not (root / link).exists()] == []


def test_the_install_of_the_readme_is_what_ci_runs(root: Path) -> None:
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    install = re.search(r"pip install (-e \S+)", blocks(root, "sh")[1])
    assert install and install[1] in script
