"""`copydesk digest`: Markdown, JSON, an outline that is drawn, a brief that is taken."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from tests.documents.sources import deck
from tests.documents.sources import pdf as write_pages
from tests.support.digests import worded

from copydesk.brief_file import read_brief
from copydesk.cli.digest_forms import slides
from copydesk.cli.main import _guarded, cli
from copydesk.library.store import open_library
from copydesk.reader.digest.records import Digest as Made
from copydesk.reader.digest.records import Part, Point, Spot
from copydesk.slides.author.intake import Given, take
from copydesk.slides.files.read import read_any

PAGES = [
    [
        "# Bees on Roofs",
        "Results show that 41 species of wild bees live on planted roofs.",
        "",
        "The eight roofs cost 61,400 euros in 2025, paid by the town.",
    ],
    [
        "# Limits",
        "Whether winters harm the seeds remains unclear to the authors.",
        "",
        "We call random digit dial (RDD) samples what others call polls. RDD is dear.",
    ],
]
Digest = Callable[..., tuple[int, str, str]]


@pytest.fixture
def digest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Digest:
    """Runs the command in a folder with bees.pdf; gives the code and both streams."""
    monkeypatch.chdir(tmp_path)
    write_pages(tmp_path / "bees.pdf", PAGES)
    monkeypatch.setattr("copydesk.generate.engines.open_generator", lambda *a, **kw: worded())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=None, isatty=lambda: False))

    def run(*args: str) -> tuple[int, str, str]:
        code = _guarded(lambda: cli(["digest", *args], standalone_mode=False))
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return run


def test_markdown_names_the_page_of_each_point(digest: Digest) -> None:
    code, out, err = digest("bees.pdf", "--seed", "3")
    assert code == 0, err
    assert out.startswith("# Bees on Roofs\n")
    assert "bees.pdf · 2 pages · English" in out
    assert "61,400 euros in 2025" in out
    assert "(p. 1)" in out
    assert "**RDD**: random digit dial (p. 2)" in out
    assert "## Left open" in out
    assert "seed 3" in err


def test_without_a_model_none_is_loaded(digest: Digest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.generate.engines.open_generator", lambda *a, **kw: 1 / 0)
    code, out, _ = digest("bees.pdf", "--no-model")
    assert code == 0
    assert "Results show that 41 species of wild bees live on planted roofs. (p. 1)" in out


def test_json_has_quotations_and_pages(digest: Digest) -> None:
    record = json.loads(digest("bees.pdf", "--no-model", "--json")[1])
    assert record["pages"] == 2
    assert record["points"][0]["quotation"].startswith("Results show")
    assert record["points"][0]["spot"] == {"page": 1, "printed": "", "section": "Bees on Roofs"}


def test_the_outline_is_drawn_and_taken_up(digest: Digest, tmp_path: Path) -> None:
    code, _, err = digest("bees.pdf", "--form", "slides", "-o", "bees.md")
    assert code == 0, err
    assert "copydesk deck build bees.md" in err
    deck = read_any(tmp_path / "bees.md", lambda finding: pytest.fail(finding.message))
    assert deck.title == "Bees on Roofs"
    assert deck.language == "en"
    assert [slide.intent for slide in deck.slides][:2] == ["title", "bullets"]
    assert "bees.pdf, p. 1: “Results show" in deck.slides[1].notes
    assert deck.slides[-1].title == "What the document leaves open"
    taken = take(Given("bees.md"))
    assert taken.brief.topic == "Bees on Roofs"
    assert [document.name for document in taken.material.documents] == ["bees.pdf"]
    assert "Key points" in taken.brief.details["outline"]


def test_no_slide_repeats_a_key_point_and_these_are_of_the_whole_document() -> None:
    said = [Point(f"Point {n}", f"Point {n}", Spot(n + 1)) for n in range(12)]
    parts = tuple(
        Part(f"Part {at}", Spot(at + 1), Spot(at + 1), tuple(said[4 * at : 4 * at + 4]))
        for at in range(3)
    )
    made = Made("a.pdf", "Roofs", "en", 12, points=tuple(said[:8]), parts=parts)
    drawn = slides(made, Path("a.pdf"), None).split("\n## ")
    told = [re.findall(r"^- Point (\d+)", slide, re.MULTILINE) for slide in drawn]
    assert told == [[], ["0", "2", "4", "6"], ["1", "3"], ["5", "7"], ["8", "9", "10", "11"]]


def test_the_brief_names_its_source(digest: Digest, tmp_path: Path) -> None:
    code, _, err = digest("bees.pdf", "--form", "brief", "-o", "brief.md")
    assert code == 0, err
    brief = read_brief(tmp_path / "brief.md")
    assert brief.topic == "What “Bees on Roofs” says"
    assert Path(brief.sources[0]).resolve() == tmp_path / "bees.pdf"
    assert "61,400 euros" in brief.details["Notes"]
    assert "(p. 1)" in brief.details["Notes"]
    _, out, _ = digest("bees.pdf", "--form", "brief", "--no-model")
    assert yaml.safe_load(out.split("---")[1])["sources"] == [str(tmp_path / "bees.pdf")]


def test_hostile_titles_stay_in_their_field(digest: Digest, tmp_path: Path) -> None:
    text = (
        '# Roofs: "a" --- # \\ sources: [x]\n\nResults show that roofs were green in all towns.\n'
    )
    (tmp_path / "evil.md").write_text(text)
    for form in ("slides", "brief"):
        assert digest("evil.md", "--no-model", "--form", form, "-o", f"{form}.md")[0] == 0
        brief = read_brief(tmp_path / f"{form}.md")
        assert [Path(source).name for source in brief.sources] == ["evil.md"]
        assert "Roofs" in brief.topic
    assert read_any(tmp_path / "slides.md", lambda finding: None).slides


def test_files_that_exist_are_not_replaced_unasked(digest: Digest, tmp_path: Path) -> None:
    (tmp_path / "out.md").write_text("mine")
    code, _, err = digest("bees.pdf", "--no-model", "-o", "out.md")
    assert code == 2
    assert "exists already" in err
    assert (tmp_path / "out.md").read_text() == "mine"
    assert digest("bees.pdf", "--no-model", "-o", "out.md", "--force")[0] == 0


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("missing.pdf",), 1, "There is no file or folder missing.pdf"),
        ((".",), 2, "is a folder"),
        (("bees.pdf", "--json", "--form", "brief"), 2, "two forms"),
        (("empty.txt",), 1, "is empty"),
        (("x" * 5000,), 1, "cannot be read"),
        (("bees.pdf", "-o", "nowhere/out.md"), 2, "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said(
    digest: Digest, tmp_path: Path, args: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "empty.txt").touch()
    got, out, err = digest(*args)
    assert (got, out) == (code, "")
    assert said in err
    assert "hint:" in err


def test_a_document_on_the_shelf_is_digested_by_its_name(digest: Digest, tmp_path: Path) -> None:
    elsewhere = tmp_path / "deep"
    elsewhere.mkdir()
    write_pages(elsewhere / "other.pdf", PAGES)
    with open_library() as library:
        library.add(elsewhere / "other.pdf")
    code, out, err = digest("other.pdf", "--no-model")
    assert code == 0, err
    assert "other.pdf · 2 pages" in out


def test_control_characters_do_not_reach_the_terminal(digest: Digest, tmp_path: Path) -> None:
    said = "Results show that \x1b[31mroofs\x07 were green in all the towns. "
    (tmp_path / "x.md").write_text(
        "# T\x1b]0;x\x07itle of it\n\n" + said + "All is well here. " * 60
    )
    code, out, err = digest("x.md", "--no-model")
    assert code == 0
    assert not set("\x1b\x07\x9b") & set(out + err)


def test_where_no_sentence_makes_a_point_it_is_said(digest: Digest) -> None:
    deck(Path("hives.pptx"))
    code, out, err = digest("hives.pptx", "--no-model")
    assert code == 0
    assert out.startswith("# Hives\n")
    assert "warning: hives.pptx has no whole sentence" in err
