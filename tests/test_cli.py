"""The command line: results on stdout, talk on stderr, one line and exit code 1 for a mistake."""

import gzip
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from serving import serve

from kg import cli
from kg.cli import app

RECORD = {"title": "Adapters for ice", "abstract": "We propose LoRA for machine translation."}


def run(*arguments: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *map(str, arguments)]
    env = {**os.environ, **more}
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8"
    )


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    path = tmp_path / "papers.jsonl"
    path.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    return path


def test_help_answers_at_once_and_names_every_command(tmp_path: Path) -> None:
    started = time.perf_counter()
    result = run("--help", cwd=tmp_path)
    assert time.perf_counter() - started < 3
    assert result.returncode == 0
    commands = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
    assert all(f"\n  {name}" in result.stdout for name in commands)


def test_help_loads_no_heavy_library(tmp_path: Path) -> None:
    heavy = "('spacy', 'numpy', 'rdflib', 'pyoxigraph')"
    code = f"import sys, kg.cli; print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]"


def test_read_prints_json_lines_and_reports_on_stderr(papers: Path, tmp_path: Path) -> None:
    result = run("read", papers, cwd=tmp_path)
    record = json.loads(result.stdout)
    assert (record["title"], record["source"]["lines"]) == (RECORD["title"], [1, 1])
    assert "1 records" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("read", "gone.txt"), "gone.txt: no such file"),
        (("read", "papers.jsonl", "--format", "pdf"), "--format pdf"),
        (("add", "gone.kg", "papers.jsonl"), "gone.kg: no such graph"),
        (("remove", "papers.jsonl", "x"), "papers.jsonl: not a store directory"),
        (("diff", "gone.kg", "gone.kg"), "gone.kg: no such graph"),
        (("diff", "x", "x", "--format", "pdf"), "--format pdf"),
        (("merges", "gone.kg"), "gone.kg: no such graph"),
        (("decisions", "papers.jsonl"), "papers.jsonl: not a store directory"),
        (("link", "gone.kg", "--to", "papers.jsonl"), "gone.kg: no such graph"),
        (("build", "gone.txt"), "gone.txt: no such file"),
        (("query", "gone.kg", "stats"), "gone.kg"),
        (("query", "papers.jsonl", "ASK {}"), "papers.jsonl"),
        (("why", "gone.kg", "LoRA"), "gone.kg"),
        (("stats", "gone.kg"), "gone.kg"),
        (("view", "gone.kg"), "gone.kg"),
        (("export", "gone.kg"), "gone.kg"),
        (("eval", "gone.jsonl"), "gone.jsonl"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_1(
    papers: Path, tmp_path: Path, arguments: tuple[str, ...], why: str
) -> None:
    result = run(*arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert why in result.stderr
    assert result.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["papers.jsonl"]


def test_bad_records_stop_a_build_or_are_named_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text(json.dumps(RECORD) + "\n{broken\n", encoding="utf-8")
    stopped = run("build", path, "-o", "g.nt", cwd=tmp_path)
    assert (stopped.returncode, "line 2" in stopped.stderr) == (1, True)
    assert not (tmp_path / "g.nt").exists()
    passed = run("build", path, "-o", "g.nt", "--skip-bad", cwd=tmp_path)
    assert passed.returncode == 0
    assert "papers.jsonl:2: bad record" in passed.stderr


def test_every_command_works_on_a_built_graph(papers: Path, tmp_path: Path) -> None:
    assert run("build", papers, "-o", "g.kg", cwd=tmp_path).returncode == 0
    for arguments in (
        ("export", "g.kg", "-o", "g.ttl"),
        ("stats", "g.kg"),
        ("queries",),
        ("queries", "dataset"),
        ("query", "g.kg", "methods-by-number-of-papers"),
        ("ask", "g.kg", "who uses LoRA?"),
        ("search", "g.kg", "adapters"),
        ("query", "g.ttl", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--format", "csv"),
        ("why", "g.kg", "LoRA"),
        ("view", "g.kg", "-o", "g.html"),
    ):
        result = run(*arguments, cwd=tmp_path)
        assert (result.returncode, bool(result.stdout)) == (0, True), result.stderr


#: What is asked of a graph and of an endpoint that serves it.
READING = (
    ("query", "methods-by-number-of-papers", "--param", "least=1"),
    ("query", "papers-that-use-a-method", "--param", "method=lora"),
    ("ask", "who uses LoRA?"),
    ("search", "adapters"),
    ("why", "LoRA", "machine translation"),
    ("stats",),
    ("diff", "g.kg"),
    ("export", "-o", "out.ttl"),
    ("view", "-o", "out.ttl"),
)


def test_every_reading_command_takes_an_endpoint(papers: Path, tmp_path: Path) -> None:
    assert run("build", papers, "-o", "g.kg", cwd=tmp_path).returncode == 0
    assert {name for name, *_ in READING} == cli.READING
    out = tmp_path / "out.ttl"
    with serve(tmp_path / "g.kg") as address:
        for name, *rest in READING:
            told = []
            for there in (["g.kg"], [f"--endpoint={address}/sparql"]):
                result = run(name, *there, *rest, cwd=tmp_path)
                assert result.returncode == 0, (name, result.stderr)
                told.append((result.stdout, out.read_bytes() if out.exists() else b""))
            # Names of hits are found in another way there: the rest is the same to the letter.
            assert told[0] == told[1] or name == "search", name


def test_what_a_name_stood_for_is_said_beside_the_answer(papers: Path, tmp_path: Path) -> None:
    assert run("build", papers, "-o", "g.kg", cwd=tmp_path).returncode == 0
    asked = ("query", "g.kg", "papers-that-use-a-method", "--param", "method=lora")
    result = run(*asked, cwd=tmp_path)
    assert "method = LoRA (Method method/low-rank-adaptation)" in result.stderr


def test_a_server_that_cannot_be_is_one_line(papers: Path, tmp_path: Path) -> None:
    assert run("build", papers, "-o", "g.nq", cwd=tmp_path).returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "g.nq", "--port", str(port), cwd=tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert f"kg: 127.0.0.1:{port}: cannot be served there" in result.stderr
    assert run("serve", "gone.kg", cwd=tmp_path).stderr.startswith("kg: gone.kg: no such graph")


@pytest.mark.parametrize(
    ("more", "said"),
    [({}, "without a password"), ({"KG_TOKEN": "secret"}, "who has the token")],
)
def test_a_server_for_other_machines_says_what_that_means(
    papers: Path, tmp_path: Path, more: dict[str, str], said: str
) -> None:
    assert run("build", papers, "-o", "g.nq", cwd=tmp_path).returncode == 0
    command = [sys.executable, "-m", "kg", "serve", "g.nq", "--port", "0", "--host", "0.0.0.0"]
    env = {**os.environ, **more}
    with subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=env
    ) as server:
        assert server.stderr is not None
        try:
            assert server.stderr.readline() == (
                f"g.nq: open to every machine that reaches 0.0.0.0, {said}"
                f"{'' if more else ' (see --token)'}, not encrypted\n"
            )
            assert server.stderr.readline().startswith("g.nq: http://0.0.0.0:")
        finally:
            server.terminate()


def test_a_graph_grows_and_shrinks_by_command(papers: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.jsonl"
    record = {"id": "ice", "title": "Ice in lakes", "abstract": "BERT and LoRA, tested on GLUE."}
    more.write_text(json.dumps(record) + "\n", encoding="utf-8")
    table = tmp_path / "table.tsv"
    table.write_text("name\tiri\nBERT\thttp://example.org/bert\n", encoding="utf-8")
    assert run("build", papers, "-o", "g.kg", cwd=tmp_path).returncode == 0
    assert run("export", "g.kg", "-o", "old.nq", cwd=tmp_path).returncode == 0
    for arguments, said in (
        (("add", "g.kg", more), "1 records came, 0 went"),
        (("diff", "old.nq", "g.kg"), "+ Ice in lakes"),
        (("diff", "old.nq", "g.kg", "--format", "json"), '"Ice in lakes"'),
        (("link", "g.kg", "--to", table), "http://example.org/bert"),
        (("same", "g.kg", "BERT", "LoRA"), "BERT and LoRA are one entity"),
        (("merges", "g.kg", "LoRA"), "declared the same"),
        (("decisions", "g.kg"), "1  same entity: BERT | LoRA"),
        (("decisions", "g.kg", "--undo", "1"), "g.kg: 0 decisions"),
        (("different", "g.kg", "BERT", "LoRA"), "are not one entity"),
        (("update", "g.kg", more), "2 papers from 2 records"),
        (("remove", "g.kg", "Ice in lakes"), "0 records came, 1 went"),
    ):
        result = run(*arguments, cwd=tmp_path)
        assert (result.returncode, said in result.stdout) == (0, True), (arguments, result)


@pytest.mark.parametrize("title", ["Glace é 冰", "half a pair \ud83d"])
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_any_text_is_printed_in_any_locale(tmp_path: Path, title: str, encoding: str) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text(json.dumps({"title": title}), encoding="utf-8")
    result = run("read", path, cwd=tmp_path, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert json.loads(result.stdout)["title"] == title


def test_training_without_its_extra_says_what_to_install(papers: Path, tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError('no torch')", encoding="utf-8")
    result = run("train", papers, "-o", "weights", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert (result.returncode, result.stdout) == (1, "")
    assert "pip install 'kg[train]'" in result.stderr
    assert result.stderr.count("\n") == 1


def test_extract_prints_what_a_text_names(tmp_path: Path) -> None:
    text = "We propose LoRA, a method for fine-tuning large language models on GLUE."
    (tmp_path / "abstract.txt").write_text(text, encoding="utf-8")
    found = json.loads(run("extract", "abstract.txt", cwd=tmp_path).stdout)
    assert "LoRA" in {text[one["start"] : one["end"]] for one in found["mentions"]}
    marked = run("extract", "abstract.txt", "--format", "text", cwd=tmp_path).stdout
    assert "[LoRA | Method]" in marked
    missing = run("extract", "nothing.txt", cwd=tmp_path)
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize("content", [b"We use \xff GLUE.", gzip.compress(b"We use GLUE.")[:-9]])
def test_extract_refuses_what_is_no_text_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.txt").write_bytes(content)
    result = run("extract", "bad.txt", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith("kg: bad.txt: no text in UTF-8")


def test_extract_prints_any_text_in_any_locale(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Glace é 冰 on GLUE.", encoding="utf-8")
    options = {"cwd": tmp_path, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = run("extract", "good.txt", "--format", "text", **options)
    assert (result.returncode, "\\u51b0" in result.stdout) == (0, True)
