import json

import pytest

from kg.errors import KgError
from kg.extractors import show
from kg.model import Claim, Extraction, Mention, Quote

TEXT = "LoRA tunes BERT\x1b[2J."


def extraction() -> Extraction:
    lora = Mention(Quote("a", 0, 4, "LoRA"), "Method", 0.9, "kg_tagger", (0, 20))
    bert = Mention(Quote("a", 11, 15, "BERT"), "Method", 0.5, "kg_tagger", (0, 20))
    claims = (
        Claim("proposes", lora, 0.8),
        Claim("usesMethod", bert, 0.5),
        Claim("comparedWith", bert, 0.4, lora),
    )
    return Extraction("a", (lora, bert), claims, (("LoRA", "low-rank adaptation"),))


def test_json_gives_offsets_types_and_relations() -> None:
    record = json.loads(show.render(TEXT, extraction(), "json"))
    assert [TEXT[m["start"] : m["end"]] for m in record["mentions"]] == ["LoRA", "BERT"]
    assert record["mentions"][0]["predicate"] == "proposes"
    assert record["relations"] == [
        {"head": 0, "predicate": "comparedWith", "tail": 1, "confidence": 0.4}
    ]
    assert record["abbreviations"] == [["LoRA", "low-rank adaptation"]]


def test_text_sets_mentions_off() -> None:
    assert show.render(TEXT, extraction(), "text").startswith("[LoRA | Method] tunes [BERT |")


def test_colours_stand_in_the_place_of_brackets() -> None:
    coloured = show.render(TEXT, extraction(), "text", colour=True)
    assert (
        "\x1b[30;48;5;153mLoRA \x1b[1mMETHOD\x1b[0m tunes" in coloured and "[LoRA" not in coloured
    )


def test_a_text_cannot_command_the_terminal() -> None:
    assert "\x1b" not in show.render(TEXT, extraction(), "text")
    assert "\x1b[2J" not in show.render(TEXT, extraction(), "text", colour=True)


def test_an_unknown_format_is_the_users_mistake() -> None:
    with pytest.raises(KgError, match="text or json"):
        show.render(TEXT, extraction(), "html")


def test_a_confidence_leaves_out_what_is_less_sure_and_what_hangs_on_it() -> None:
    found = extraction().surer(0.6)
    assert [mention.quote.text for mention in found.mentions] == ["LoRA"]
    assert [claim.predicate for claim in found.claims] == ["proposes"]
    assert extraction().surer(0.0) == extraction()
    assert [claim.predicate for claim in extraction().surer(0.45).claims] == [
        "proposes",
        "usesMethod",
    ]
    bert = extraction().mentions[1]
    sure = Extraction("a", (bert,), (Claim("usesMethod", bert, 0.9),))
    assert sure.surer(0.6).claims == ()
