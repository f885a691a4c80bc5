"""The law: imports go one way, and each library lives in its home."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kg"
#: Left never imports from right. Modules of one group may import each other.
GROUPS = (
    {"errors", "model", "vocab"},
    {"readers"},
    {"extractors"},
    {"evaluate"},
    {"resolve"},
    {"relate"},
    {"terms"},
    {"graph"},
    {"search"},
    {"store"},
    {"opened"},
    {"query"},
    {"why"},
    {"ask"},
    {"remote"},
    {"diff"},
    {"links"},
    {"writers"},
    {"view"},
    {"serve"},
    {"mcp"},
    {"loaded"},
    {"growth"},
    {"merges"},
    {"builder"},
    {"cli"},
)
#: The parts that handle RDF, from the terms on.
RDF = {"terms", "graph", "store", "query", "why", "diff", "links", "writers", "view", "serve"}
RDF |= {"search", "opened", "ask", "remote", "mcp", "loaded", "growth", "builder"}
#: Library to the only parts of the package that may import it.
HOMES = {
    "spacy": {"extractors"},
    "onnxruntime": {"extractors"},
    "tokenizers": {"extractors"},
    "torch": {"extractors"},
    "lxml": {"readers"},
    "rdflib": RDF,
    "pyoxigraph": RDF,
    "pyvis": {"view"},
    "typer": {"cli"},
    "rich": {"cli"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
    "httpx": {"remote"},
    "mcp": {"mcp"},
    "pydantic": {"mcp"},
    "pandas": {"loaded"},
}
#: Heavy imports inside functions are the command line's own, and torch's, which few install.
LAZY = {"cli", "__init__", "__main__"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rank(name: str) -> int:
    return next(i for i, group in enumerate(GROUPS) if name in group)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_go_one_way_and_libraries_stay_at_home(path: Path) -> None:
    own = part(path)
    for name in imports(ast.parse(path.read_text(encoding="utf-8"))):
        library, *rest = name.split(".")
        if library == "kg" and own not in LAZY and rest[0] in set().union(*GROUPS):
            assert rank(rest[0]) <= rank(own), f"{own} imports {rest[0]}"
        if library in HOMES:
            assert own in HOMES[library], f"{own} imports {library}"


def test_every_module_is_in_a_group() -> None:
    known = set().union(*GROUPS) | {"__init__", "__main__", "data"}
    assert {part(path) for path in MODULES} <= known


def test_no_file_in_the_package_does_more_than_one_screenful_of_jobs() -> None:
    lengths = {path.name: path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert [name for name, lines in lengths.items() if lines > 560] == []
