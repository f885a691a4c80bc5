"""Commands on the extraction: use it, score it, train it."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.screen import read_text, say
from kg.errors import KgError


def evaluate(
    gold: Annotated[Path, typer.Argument(help="Annotated abstracts, JSON lines.")],
    model: Annotated[Path | None, typer.Option(help="Folder of other weights to score.")] = None,
    given: Annotated[
        bool, typer.Option("--given", help="Give the mentions; score their roles and relations.")
    ] = False,
) -> None:
    """Score the extraction against annotated abstracts."""
    from kg import evaluate, extractors

    pairs = evaluate.extracted(gold, nlp=extractors.pipeline(folder=model), given=given)
    print(*evaluate.lines(evaluate.compare(pairs)), sep="\n")
    if not given:
        print(*evaluate.reliability_lines(evaluate.reliability(pairs)), sep="\n")


def extract(
    file: Annotated[Path, typer.Argument(help="A text, such as one abstract; - reads stdin.")],
    format: Annotated[
        str | None, typer.Option(help="text or json; text on a terminal by default, else json.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of other weights to use.")] = None,
) -> None:
    """Mark what a text names: methods, datasets, tasks and concepts."""
    from kg import extractors
    from kg.extractors import show

    text = read_text(file)
    (found,) = extractors.extract([text], nlp=extractors.pipeline(folder=model))
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    format = format or ("text" if sys.stdout.isatty() else "json")
    shown = show.render(text, found, format, colour=colour)
    encoding = sys.stdout.encoding or "utf-8"
    print(shown.encode(encoding, "backslashreplace").decode(encoding))


def train(
    gold: Annotated[list[Path], typer.Argument(help="Annotated abstracts, JSON lines.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the weights.")],
    dev: Annotated[
        Path | None, typer.Option(help="Annotated abstracts to measure on; they train nothing.")
    ] = None,
    abstracts: Annotated[
        list[Path] | None,
        typer.Option(help="Papers with the texts of annotations that stand apart from theirs."),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Times each abstract is seen.")] = 10,
    runs: Annotated[int, typer.Option(min=1, help="Trainings to average.")] = 1,
    seed: Annotated[int, typer.Option(help="Same seed, same weights.")] = 0,
) -> None:
    """Train the tagger and its heads (needs the extra [train])."""
    try:
        from kg.extractors import train
    except ModuleNotFoundError as error:
        raise KgError(f"{error}; install what training needs: pip install 'kg[train]'") from error
    from kg import readers

    papers = readers.read(abstracts or [], notes=[])
    scores = train.train(
        gold,
        out,
        dev=dev,
        texts=(paper.abstract for paper in papers if paper.abstract),
        epochs=epochs,
        runs=runs,
        seed=seed,
        report=say,
    )
    for name, score in scores.items():
        print(name, *(f"{measure} {value:.3f}" for measure, value in score.items()))
