"""The command line: each command parses, calls one function and prints."""

import os
import sys
from collections.abc import Callable, Mapping

import typer

from kg.cli import asking, deciding, learning, making, serving, showing
from kg.cli.options import Reading
from kg.cli.screen import say
from kg.errors import KgError

#: Commands in the order of the help.
COMMANDS: Mapping[str, Callable[..., None]] = {
    "read": making.read,
    "build": making.build,
    "add": making.add,
    "remove": making.remove,
    "update": making.update,
    "diff": asking.diff,
    "merges": deciding.merges,
    "same": deciding.same,
    "different": deciding.different,
    "decisions": deciding.decisions,
    "link": deciding.link,
    "export": showing.export,
    "search": asking.search,
    "ask": asking.ask,
    "query": asking.query,
    "queries": asking.queries,
    "why": asking.why,
    "stats": asking.stats,
    "view": showing.view,
    "serve": serving.serve,
    "mcp": serving.mcp,
    "eval": learning.evaluate,
    "extract": learning.extract,
    "train": learning.train,
}
#: Commands that only read a graph, which may then be an endpoint.
READING = frozenset(("diff", "export", "search", "ask", "query", "why", "stats", "view"))

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A graph of papers, methods, datasets, tasks and concepts, every claim with its sentence.",
)
for _name, _command in COMMANDS.items():
    app.command(_name, cls=Reading if _name in READING else None)(_command)


def main() -> None:
    """Run a command; a user's mistake is one line on stderr and exit code 1."""
    try:
        app()
    except KgError as error:
        say(f"kg: {error}")
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone; say nothing, and let the interpreter flush nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
