"""Two folders of drafts and finals; published posts, whose requests are rebuilt."""

import json
from pathlib import Path

import docx
import pytest

from copydesk.errors import DocumentProblem
from copydesk.preferences.folders import read_folders
from copydesk.preferences.read import read_rows
from copydesk.preferences.rows import Pair, Sample


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for name in ("drafts", "finals"):
        (tmp_path / name).mkdir()
    drafts, finals = tmp_path / "drafts", tmp_path / "finals"
    (drafts / "bees.md").write_text("# Bees in town\n\nIt is a tapestry of bees.\n", "utf-8")
    document = docx.Document()
    document.add_heading("Bees in town", 1)
    document.add_paragraph("Bees live here.")
    document.save(str(finals / "bees.docx"))
    (drafts / "城市.txt").write_text("城市里的蜜蜂非常非常多。", "utf-8")
    (finals / "城市.md").write_text("城市里蜜蜂很多。", "utf-8")
    (drafts / "same.md").write_text("Nothing to change.\n", "utf-8")
    (finals / "same.md").write_text("\ufeffNothing to change.", "utf-8")
    (drafts / "lost.md").write_text("No final of this.", "utf-8")
    (drafts / "empty.md").write_text(" \n", "utf-8")
    (finals / "empty.md").write_text("Something.", "utf-8")
    (drafts / ".hidden.md").write_text("x", "utf-8")
    return tmp_path


def test_a_file_of_the_same_name_is_an_edit(work: Path) -> None:
    read = read_rows(work)
    bees, city = read.rows
    assert isinstance(bees, Pair)
    assert isinstance(city, Pair)
    assert bees.prompt[0].content == "Write a text with the title “Bees in town”."
    assert bees.rejected == "# Bees in town\n\nIt is a tapestry of bees."
    assert "Bees live here." in bees.chosen
    assert (city.language, city.prompt[0].content) == ("zh", "请写一篇题为《城市》的文章。")
    assert bees.place == "drafts/bees.md"
    assert {(f.place, f.message) for f in read.findings} == {
        ("drafts/empty.md", f"{work / 'drafts' / 'empty.md'} is empty"),
        ("drafts/lost.md", "there is no 'lost' in finals"),
        ("drafts/same.md", "the edit changed nothing"),
    }


def test_two_folders_may_be_named_apart(work: Path) -> None:
    pairs = [row for row in read_folders(work / "drafts", work / "finals") if isinstance(row, Pair)]
    assert len(pairs) == 2
    with pytest.raises(DocumentProblem, match="cannot be read"):
        list(read_folders(work / "drafts", work / "none"))


def test_a_folder_of_other_kinds_is_refused(work: Path) -> None:
    with pytest.raises(DocumentProblem, match="of which no rankings are read"):
        read_rows(work, kind="rankings")


POST = "Bees have moved into the city, and they like it there more than anybody thought."
ZH = "蜜蜂已经搬进了城市，屋顶上的花园给了它们食物，比任何人想象的都要多。" * 2


def test_posts_ask_for_their_title_and_excerpt(tmp_path: Path) -> None:
    (tmp_path / "2024-05-01-bees-in-town.md").write_text(POST, "utf-8")
    (tmp_path / "titled.md").write_text(
        f'---\ntitle: "Bees: a guide"\nexcerpt: All about them.\n---\n{POST} Twice.', "utf-8"
    )
    (tmp_path / "zh.md").write_text(f"# 城市蜜蜂\n\n{ZH}", "utf-8")
    (tmp_path / "short.md").write_text("Short.", "utf-8")
    read = read_rows(tmp_path)
    asked = {row.place: row.prompt[0].content for row in read.rows}
    assert asked == {
        "2024-05-01-bees-in-town.md": "Write a text with the title “bees in town”.",
        "titled.md": "Write a text with the title “Bees: a guide”.\nAbout: All about them.",
        "zh.md": "请写一篇题为《城市蜜蜂》的文章。",
    }
    assert all(isinstance(row, Sample) and "# " not in row.completion for row in read.rows)
    assert [(f.code, f.place) for f in read.findings] == [("row-post", "short.md")]


def test_lines_of_posts_are_known_by_title_and_body(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text(json.dumps({"title": "Bees", "body": POST, "tags": ["a"]}) + "\n", "utf-8")
    (row,) = read_rows(path).rows
    assert isinstance(row, Sample)
    assert row.completion == POST
    assert row.prompt[0].content == "Write a text with the title “Bees”."


def test_one_post_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "bees.md").write_text(f"# Bees\n\n{POST}", "utf-8")
    (row,) = read_rows(tmp_path / "bees.md").rows
    assert isinstance(row, Sample)
