"""A glossary: read from any format, found in a text, refused where it contradicts itself."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import UsageProblem
from copydesk.writer.transform.glossary import make_glossary, read_glossary

TERMS = {"library card": "读者证", "no": "否"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("g.csv", "source,target\nlibrary card,读者证\n# a comment\n\nno,否\n"),
        ("g.csv", "\ufeffEnglish;Chinese\nlibrary card;读者证;a note\nno;否\n"),
        ("g.csv", '"library card","读者证"\nno,否\n'),
        ("g.tsv", "library card\t读者证\nno\t否\n"),
        ("g.yaml", "library card: 读者证\nno: 否\n"),
        ("g.yml", "- source: library card\n  target: 读者证\n- {source: no, target: 否}\n"),
        ("g.toml", '"library card" = "读者证"\nno = "否"\n'),
        ("g.toml", '[terms]\n"library card" = "读者证"\nno = "否"\n'),
        ("g.json", '{"library card": "读者证", "no": "否"}'),
    ],
)
def test_every_format_gives_the_same_terms(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert read_glossary(tmp_path / name).terms == TERMS


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("g.csv", b"a,b\na,c\n", "two targets for 'a': 'b' and 'c'"),
        ("g.csv", b"A,b\na,c\n", "two targets for 'a'"),
        ("g.yaml", b"a: b\na: c\n", "two targets for 'a'"),
        ("g.json", b'{"a": "b", "a": "c"}', "two targets for 'a'"),
        ("g.csv", b"a,b\nb,a\n", "circle: a → b → a"),
        ("g.csv", b"a,b\nb,c\nc,a\n", "circle: a → b → c → a"),
        ("g.csv", b"a,\n", "Term 1 of g.csv is empty on one side: 'a'"),
        ("g.csv", b" , b\n", "empty on one side"),
        ("g.csv", b"a\n", "has one field, not two"),
        ("g.csv", b"a,b\xff\n", "not text in UTF-8"),
        ("g.csv", b"a," + b"b" * 300, "longer than 200 characters"),
        ("g.yaml", b"a: [b", "cannot be read"),
        ("g.yaml", b"a: {b: {c: {d: {e: f}}}}", "nested too deeply"),
        ("g.yaml", b"- a\n", "source and target"),
        ("g.yaml", b"just text", "neither a table"),
        ("g.toml", b"a = 1\n", "'1' is not a text"),
        ("g.toml", b"a = b\n", "cannot be read"),
        ("g.json", b"[" * 100_000, "cannot be read"),
        ("g.pdf", b"", "unknown kind of name"),
        ("g.csv", b"a,b\n" * 1_100_000, "larger than 4 MB"),
        ("g.csv", b"".join(b"t%d,b\n" % i for i in range(50_001)), "50,001 terms"),
    ],
)
def test_a_bad_glossary_is_one_sentence(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageProblem) as caught:
        read_glossary(tmp_path / name)
    assert reason in caught.value.message
    assert caught.value.hint


def test_a_glossary_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="No such file"):
        read_glossary(tmp_path / "none.csv")


@given(st.binary(max_size=200), st.sampled_from(["csv", "tsv", "yaml", "toml", "json"]))
def test_any_file_is_read_or_refused(tmp_path_factory: object, data: bytes, kind: str) -> None:
    folder: Path = tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    path = folder / f"any.{kind}"
    path.write_bytes(data)
    with suppress(UsageProblem):
        read_glossary(path)


def test_a_term_that_stays_itself_and_chains_are_fine() -> None:
    assert make_glossary([("GitHub", "GitHub"), ("a", "b"), ("b", "c")]).terms["a"] == "b"


def test_only_terms_that_occur_are_found_the_longest_first() -> None:
    glossary = make_glossary(
        [("card", "卡"), ("library card", "读者证"), ("branch", "分馆"), ("bus", "公交")]
    )
    assert glossary.inside("The Library Cards of each branch; a card.") == [
        ("library card", "读者证"),
        ("branch", "分馆"),
        ("card", "卡"),
    ]
    assert glossary.inside("A library card is a must in business.") == [("library card", "读者证")]


def test_chinese_terms_are_found_inside_running_text() -> None:
    glossary = make_glossary([("读者证", "library card"), ("分馆", "branch")])
    assert glossary.inside("请带读者证到分馆。") == [("读者证", "library card"), ("分馆", "branch")]


def test_a_glossary_made_the_other_way_is_turned_round() -> None:
    glossary = make_glossary([("library card", "读者证"), ("branch", "分馆"), ("site", "分馆")])
    assert glossary.toward("zh") is glossary
    assert glossary.toward("en").terms == {"读者证": "library card", "分馆": "branch"}
