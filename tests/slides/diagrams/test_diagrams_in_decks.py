"""Diagrams in a whole deck: a valid file, and the same slides when it is read back."""

import subprocess
from dataclasses import replace

import pytest
from benchmarks.every_intent import every_intent

from copydesk.slides import deck as d
from copydesk.slides.diagrams.texts import DIAGRAMS
from copydesk.slides.draw.render import render
from copydesk.slides.files.read_back import deck_of
from copydesk.slides.master.master import open_master

SAID = "Soil first, then seed and plugs from the nursery"


def steps(count):
    return tuple(d.Step(label=f"Step {i}", text=SAID[: 12 * i % 48 + 6]) for i in range(count))


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    """The diagrams of the touchstone deck, and steps in every number."""
    plain = every_intent("en", tmp_path_factory.mktemp("pictures"))
    kept = [s for s in plain.slides if s.intent in DIAGRAMS and s.intent != "team"]
    kinds = (d.TimelineSlide, d.ProcessSlide, d.CycleSlide)
    kept += [kind(title=f"{n} steps", steps=steps(n)) for kind in kinds for n in range(2, 9)]
    people = tuple(d.Member(name=f"Ada Wren {i}", role="Parks") for i in range(7))
    return replace(plain, slides=(*kept, d.TeamSlide(title="Ask any of us", members=people)))


@pytest.mark.parametrize("master", ["desk", "night", "quiet-4x3"])
def test_diagrams_are_read_back_as_they_were_written(deck, master):
    found = deck_of(render(deck, open_master(master)).content)
    for written, read in zip(deck.slides, found.slides, strict=True):
        assert replace(read, notes="") == replace(written, notes="")


@pytest.mark.validator
def test_the_open_xml_validator_finds_nothing_in_diagrams(deck, tmp_path):
    path = tmp_path / "diagrams.pptx"
    path.write_bytes(render(deck, open_master("desk")).content)
    done = subprocess.run(
        ["ooxml-validator", str(path)], capture_output=True, text=True, check=False
    )
    assert '"ok": true' in done.stdout
