"""Lines become jobs, or findings that say which line and why, before anything runs."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.batches import jobs_of, source

from copydesk.batch.jobs import Job, job_from_json, read_jobs
from copydesk.batch.lines import KINDS, DeckLine, GenerateLine, WriteLine, takes

DEFAULTS = {"form": "copy", "words": 90, "slides": 9, "format": "docx", "language": "zh"}


def faults(content: bytes, **options: Any) -> list[str]:
    _, findings = read_jobs(content, **options)
    return [f"{finding.place}: {finding.message} {finding.fix}".strip() for finding in findings]


def test_a_string_is_a_brief_and_an_object_says_more() -> None:
    plain, full = jobs_of(
        "Bees in cities",
        {"id": "roofs", "command": "deck", "brief": "Roofs", "slides": 7, "seed": 4},
    )
    assert (plain.id, plain.file) == ("0001-bees-in-cities", "0001-bees-in-cities.md")
    assert isinstance(plain.line, WriteLine)
    assert plain.line.form == "article"
    assert (full.id, full.file, full.number) == ("roofs", "roofs.pptx", 2)
    assert isinstance(full.line, DeckLine)
    assert full.line.slides == 7


def test_a_string_belongs_to_the_command_that_is_asked_for() -> None:
    (job,) = jobs_of("Say hello", command="generate")
    assert isinstance(job.line, GenerateLine)
    assert job.line.prompt == "Say hello"
    assert job.file == "0001-say-hello.txt"


def test_options_fill_what_a_line_leaves_open_where_its_command_takes_it() -> None:
    text, own, deck, answer = jobs_of(
        "Bees",
        {"brief": "Wasps", "words": 40, "format": "html", "language": "en"},
        {"command": "deck", "brief": "Hives"},
        {"command": "generate", "prompt": "Hello"},
        defaults=DEFAULTS,
    )
    assert text.line == WriteLine(brief="Bees", form="copy", words=90, format="docx", language="zh")
    assert own.line == WriteLine(brief="Wasps", form="copy", words=40, format="html", language="en")
    assert deck.line == DeckLine(brief="Hives", slides=9, language="zh")
    assert answer.line == GenerateLine(prompt="Hello")
    assert takes(WriteLine, "format", "docx")
    assert not takes(DeckLine, "format", "docx")
    assert not takes(GenerateLine, "words", 90)


def test_a_seed_is_the_lines_own_or_the_batchs_and_the_number() -> None:
    own, first = jobs_of({"brief": "A", "seed": 99}, "B")
    assert own.seed(1000) == 99
    assert first.seed(1000) == 1002


def test_empty_lines_count_but_say_nothing_and_any_line_end_is_fine() -> None:
    content = '\ufeff\r\n"Bees\u2028in cities"\r\n\n   \n"Wasps"'.encode()
    jobs, findings = read_jobs(content)
    assert findings == []
    assert [(job.number, job.id) for job in jobs] == [(2, "0002-bees-in-cities"), (5, "0005-wasps")]


def test_the_hash_is_of_what_is_asked_not_of_where_it_stands() -> None:
    plain = jobs_of("Bees")[0]
    moved = jobs_of("Wasps", {"id": "other", "brief": "Bees", "form": "article"})[1]
    assert plain.hash == moved.hash
    different: list[dict[str, Any]] = [
        {"brief": "Bee"},
        {"brief": "Bees", "words": 30},
        {"brief": "Bees", "seed": 1},
        {"brief": "Bees", "format": "docx"},
        {"command": "deck", "brief": "Bees"},
        {"command": "generate", "prompt": "Bees"},
    ]
    hashes = {job.hash for job in jobs_of(*different)}
    assert len(hashes | {plain.hash}) == len(different) + 1


def test_a_job_travels_as_text() -> None:
    for job in jobs_of(
        {"brief": "城市", "words": 40, "seed": 3, "audience": "x"},
        {"command": "deck", "brief": "Hives", "slides": 8},
        {"command": "generate", "prompt": "P", "system": "S", "temperature": 1.5},
        {"command": "generate", "prompt": "P", "schema": {"type": "boolean"}, "ban": ["x"]},
    ):
        again = job_from_json(job.to_json())
        assert again == job
        assert again.hash == job.hash


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "column 2: not JSON"),
        ("nonsense", "column 1: not JSON"),
        ("17", "a line is an object or a string"),
        ("null", "a line is an object or a string"),
        ("[]", "a line is an object or a string"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 5000, "too long"),
        ("{}", "brief: field required"),
        ('{"brief": ""}', "The brief is empty"),
        ('{"brief": " \\u0000 "}', "The brief is empty"),
        ('{"brief": 7}', "brief: input should be a valid string"),
        ('{"brief": "x", "words": 3}', "words: input should be greater than or equal to 20"),
        ('{"brief": "x", "words": "300"}', "words: input should be a valid integer"),
        ('{"brief": "x", "words": true}', "words: input should be a valid integer"),
        ('{"brief": "x", "wrods": 300}', "wrods: a line for write has no such key"),
        ('{"brief": "x", "slides": 9}', "slides: a line for write has no such key"),
        ('{"brief": "x", "seed": -1}', "seed: input should be greater"),
        ('{"brief": "x", "language": "de"}', "language: input should be 'en' or 'zh'"),
        ('{"brief": "x", "format": "pptx"}', "format: input should be 'md', 'docx'"),
        ('{"brief": "x", "form": "artcle"}', "did you mean article"),
        ('{"brief": "x", "form": "../../etc"}', "There is no form named"),
        ('{"brief": "x", "form": "deck"}', "A deck is not written as prose"),
        ('{"brief": "x", "command": "wirte"}', "did you mean write"),
        ('{"brief": "x", "command": ["write"]}', "There is no command for batches named"),
        ('{"command": "deck", "brief": "x", "slides": 99}', "3 to 60 slides, not 99"),
        ('{"command": "generate", "prompt": " \\n"}', "The prompt is empty"),
        ('{"command": "generate", "prompt": "x", "ban": [""]}', "is empty"),
        ('{"command": "generate", "prompt": "x", "stop": [""]}', "stop.0: string should have"),
        ('{"command": "generate", "prompt": "x", "schema": []}', "schema: input should be"),
        ('{"command": "generate", "prompt": "x", "schema": {"type": "odd"}}', "at #/type"),
        (
            '{"command": "generate", "prompt": "x", "dry": 1, "schema": {"type": "boolean"}}',
            "stop and dry are for prose",
        ),
        (
            '{"command": "generate", "prompt": "x", "json_schema": {}}',
            "json_schema: a line for generate has no such key",
        ),
        ('{"command": "generate", "prompt": "x", "temperature": NaN}', "temperature: "),
        ('{"brief": "x", "brief": "y"}', "brief: the key is there twice"),
        ('{"brief": "x", "id": "../x"}', "id: an id holds letters"),
        ('{"brief": "x", "id": "AUX"}', "id: Windows keeps this name"),
        ('{"brief": "x", "\\u001b[31mred": 1}', "[31mred: a line for write has no such key"),
    ],
)
def test_a_faulty_line_is_named_with_its_number(line: str, said: str) -> None:
    (fault,) = faults(b'"fine"\n' + line.encode())
    assert fault.startswith("line 2: ")
    assert said in fault
    assert "\x1b" not in fault
    assert len(fault) < 400


def test_bytes_that_are_no_text_are_a_faulty_line() -> None:
    assert faults(b'"Bees \xff"\n"fine"') == ["line 1: the line is not UTF-8"]


def test_every_faulty_line_is_found_and_the_good_ones_are_kept() -> None:
    jobs, findings = read_jobs(source("A", 1, "B", {}, "C"))
    assert [job.number for job in jobs] == [1, 3, 5]
    assert [finding.place for finding in findings] == ["line 2", "line 4"]


def test_two_ids_that_are_one_file_on_some_disk_are_refused() -> None:
    (fault,) = faults(source({"id": "Bees", "brief": "x"}, {"id": "bees", "brief": "y"}))
    assert fault == "line 2: id: bees is the id of line 1 already"
    (fault,) = faults(source("x", {"id": "0001-X", "brief": "y"}))
    assert fault.startswith("line 2: id: 0001-X is")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
keys = st.sampled_from(
    ["id", "command", "brief", "prompt", "form", "format", "seed", "words", "slides", "language"]
)
objects = st.dictionaries(keys, json_values | st.sampled_from([*KINDS, "en", "md", "copy", "bees"]))


@given(st.lists(st.binary(max_size=40) | objects.map(lambda x: json.dumps(x).encode()), max_size=6))
def test_any_bytes_are_jobs_or_findings(rows: list[bytes]) -> None:
    content = b"\n".join(rows)
    jobs, findings = read_jobs(content)
    filled = sum(bool(row.strip()) for row in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"))
    assert len(jobs) + len(findings) == filled
    for job in jobs:
        assert "/" not in job.file
        assert job_from_json(job.to_json()) == job
    assert len({job.id for job in jobs}) == len(jobs)


def test_every_kind_of_line_can_be_told_by_its_command() -> None:
    for name, kind in KINDS.items():
        text = {kind.text_key: "Bees"}
        assert Job("x", 1, kind.model_validate(text)).line.command == name
