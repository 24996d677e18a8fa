"""Jobs side by side: as many at once as the engine answers, one failure apart from the others."""

import _thread
import io
import signal
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from tests.support.batches import (
    ORDER,
    Steady,
    asked,
    carry_out,
    done,
    jobs_of,
    lines,
    manifest,
    results,
    steady,
)

from copydesk.batch.cluster import run_on_cluster
from copydesk.batch.driver import Cluster
from copydesk.batch.manifest import opened
from copydesk.batch.run import ALIKE, run
from copydesk.batch.work import Stopped, perform
from copydesk.errors import (
    ContextExceeded,
    CopydeskError,
    GenerationFailed,
    MissingTool,
    ModelProblem,
    OutputProblem,
)
from copydesk.findings import Finding
from copydesk.generate.protocol import Completion, Piece, Request
from copydesk.generate.scripted import Scripted
from copydesk.slides.author.make import make_deck
from copydesk.slides.draw.render import render
from copydesk.slides.master.master import open_master
from copydesk.writer.drafting import Drafting
from copydesk.writer.export import save
from copydesk.writer.form import load_form


class Failing(Steady):
    """Raises what is set for a brief."""

    def __init__(self, errors: dict[str, BaseException], **options: int) -> None:
        super().__init__(**options)
        self.errors = errors

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        if error := self.errors.get(asked(request)):
            raise error
        yield from super().stream(request, cancel)


def test_a_text_is_the_one_that_write_makes(tmp_path: Path) -> None:
    said = {"brief": "Brief 1", "form": "copy", "words": 60, "seed": 5}
    for ending in ("md", "docx", "html", "txt"):
        (job,) = jobs_of({**said, "format": ending})
        made = perform(job, Steady(), seed=5)
        assert job.line.model_dump()["format"] == ending
        drafting = Drafting(load_form("copy"), job.line.wanted(), Steady(), seed=5)  # type: ignore[attr-defined]
        save(drafting.run(), tmp_path / f"x.{ending}")
        if ending == "docx":
            assert parts(made.content) == parts((tmp_path / "x.docx").read_bytes())
        else:
            assert made.content == (tmp_path / f"x.{ending}").read_bytes()
        assert (made.seed, made.model, made.tokens) == (5, "scripted", 60)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if "core" not in name}


def test_a_deck_is_the_one_that_deck_makes() -> None:
    (job,) = jobs_of({"command": "deck", "brief": "Brief 1", "slides": 7})
    made = perform(job, Steady(), seed=3)
    master = open_master()
    deck = make_deck(job.line.wanted(), Steady(), master, count=7, seed=3)  # type: ignore[attr-defined]
    assert made.content == render(deck, master).content
    assert made.tokens > 5


def test_an_answer_is_the_models_with_nothing_around_it() -> None:
    heard = Steady()
    (job,) = jobs_of(
        {
            "command": "generate",
            "prompt": " Brief 1\ud800?\n",
            "system": "Be kind.",
            "max_tokens": 5,
            "temperature": 1.5,
        }
    )
    made = perform(job, heard, seed=3)
    assert len(made.content.split()) == 5
    (request,) = heard.requests
    assert [(turn.role, turn.content) for turn in request.messages] == [
        ("system", "Be kind."),
        ("user", "Brief 1??"),
    ]
    assert (request.seed, request.max_tokens, request.sampling.temperature) == (3, 5, 1.5)


def test_an_answer_under_a_schema_is_json(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 9}}}
    (job,) = jobs_of({"id": "a", "command": "generate", "prompt": "Brief 1", "schema": schema})
    carry_out(tmp_path, [job], Scripted([{"name": "Bee"}]))
    assert results(tmp_path) == {"a.json": b'{"name":"Bee"}\n'}


def test_an_answer_that_was_cut_off_or_steers_a_terminal_is_no_secret(tmp_path: Path) -> None:
    (job,) = jobs_of({"command": "generate", "prompt": "Brief 1", "max_tokens": 2})
    made = perform(job, Scripted(["Bees\x1b[31m\ud800 fly far"]), seed=1)
    assert made.content == b"Bees[31m? fly\n"
    assert made.findings == ("The answer was cut off at its limit.",)


def test_only_a_jobs_first_request_is_read_as_if_nothing_had_been_asked(tmp_path: Path) -> None:
    generator = Steady()
    said = {"command": "deck", "brief": "Brief 1", "slides": 6}
    carry_out(tmp_path, jobs_of(said, *lines(2)), generator)
    told = [(asked(request), request.fresh) for request in generator.requests]
    assert len([fresh for number, fresh in told if fresh]) == 3
    assert told[0] == ("1", True)
    assert told[1] == ("1", False)
    assert [fresh for _, fresh in told[-2:]] == [True, True]


def test_what_the_engine_found_goes_into_the_manifest(tmp_path: Path) -> None:
    class Looping(Steady):
        def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
            found = Finding(code="loop", place="here", message="It went round.")
            yield Piece("x", 0, Completion("x", "loop", findings=(found,)))

    carry_out(tmp_path, jobs_of(*lines(1)), Looping())
    assert manifest(tmp_path)[1]["findings"] == ["It went round."]


@pytest.mark.parametrize(
    ("parallel", "workers", "most"), [(1, 0, 1), (1, 8, 1), (4, 0, 4), (4, 2, 2), (0, 0, 1)]
)
def test_as_many_run_at_once_as_the_engine_answers_and_no_more(
    tmp_path: Path, parallel: int, workers: int, most: int
) -> None:
    generator = Steady(parallel=parallel, pause=0.002)
    carry_out(tmp_path, jobs_of(*lines(16)), generator, workers=workers)
    assert generator.most == most
    assert len(done(tmp_path)) == 16


def test_the_result_does_not_depend_on_how_many_run_at_once(tmp_path: Path) -> None:
    jobs = jobs_of(*lines(12))
    for name, parallel in (("one", 1), ("many", 5)):
        carry_out(tmp_path / name, jobs, Steady(parallel=parallel, pause=0.001))
    assert results(tmp_path / "one") == results(tmp_path / "many")
    assert len(results(tmp_path / "one")) == 12


def test_each_end_is_told_in_the_calling_thread(tmp_path: Path) -> None:
    heard: list[tuple[str, int]] = []
    records = carry_out(
        tmp_path,
        jobs_of(*lines(5)),
        Steady(parallel=3),
        hear=lambda record: heard.append((record.id, threading.get_ident())),
    )
    assert heard == [(record.id, threading.get_ident()) for record in records]
    assert len(heard) == 5


@pytest.mark.parametrize("parallel", [1, 4])
def test_a_failure_stops_no_other_and_is_tried_again(tmp_path: Path, parallel: int) -> None:
    generator = Failing(
        {
            "2": GenerationFailed("It said nothing.", "try another --seed"),
            "5": ContextExceeded(9000, 4096),
            "6": KeyError("a fault"),
        },
        parallel=parallel,
    )
    jobs = jobs_of(*lines(8))
    out = tmp_path / "out"
    records = carry_out(out, jobs, generator)
    failed = {r.line: (r.error, r.hint) for r in records if r.state == "failed"}
    assert sorted(failed) == [2, 5, 6]
    assert failed[2] == ("It said nothing.", "try another --seed")
    assert "9,000 tokens" in failed[5][0]
    assert failed[6][0] == "This is a fault in copydesk: KeyError: 'a fault'."
    assert len(done(out)) == 5
    generator.errors = {}
    generator.requests.clear()
    carry_out(out, jobs, generator)
    assert sorted(asked(request) for request in generator.requests) == ["2", "5", "6"]
    carry_out(tmp_path / "clean", jobs)
    assert results(tmp_path / "clean") == results(out)


def test_without_a_model_nothing_goes_on(tmp_path: Path) -> None:
    generator = Failing({"3": ModelProblem("The server is gone.", "start it")})
    jobs = jobs_of(*lines(30))
    with pytest.raises(ModelProblem, match="server is gone"):
        carry_out(tmp_path, jobs, generator)
    assert len(generator.requests) < 10
    assert len(done(tmp_path)) >= 2


def test_where_every_brief_fails_alike_the_rest_is_not_tried(tmp_path: Path) -> None:
    jobs = jobs_of(*lines(60))
    trouble = GenerationFailed("The server refuses the key.", "set another")
    generator = Failing({str(n): trouble for n in range(3, 61)})
    with pytest.raises(CopydeskError, match="20 briefs failed alike: The server refuses") as caught:
        carry_out(tmp_path, jobs, generator)
    assert caught.value.hint == "set another; then go on with --resume"
    assert len(done(tmp_path)) == 2
    assert len(manifest(tmp_path)) <= 1 + 2 + ALIKE
    odd = Failing({str(n): GenerationFailed(f"No answer to {n}.") for n in range(3, 61)})
    assert len(carry_out(tmp_path, jobs, odd)) == 58


def test_a_disk_that_is_full_ends_it_at_once_and_keeps_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = jobs_of(*lines(30))
    left = [4]

    def write(path: Path, content: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OutputProblem("No space left.", "make room")
        path.write_bytes(content)

    monkeypatch.setattr("copydesk.batch.manifest.write_atomic", write)
    generator = Steady(parallel=3, pause=0.002)
    with pytest.raises(OutputProblem, match="No space left"):
        carry_out(tmp_path, jobs, generator)
    assert len(results(tmp_path)) == 4
    assert generator.running == 0
    monkeypatch.undo()
    assert len(carry_out(tmp_path, jobs)) == 26


def test_ctrl_c_stops_what_runs_and_keeps_what_is_finished(tmp_path: Path) -> None:
    jobs = jobs_of(*lines(40))
    generator = Steady(parallel=3, pause=0.005)
    heard: list[str] = []

    def hear(record: object) -> None:
        heard.append("")
        if len(heard) == 6:
            _thread.interrupt_main()

    # A test runner in the background may have been told to ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            carry_out(tmp_path, jobs, generator, hear=hear)
    finally:
        signal.signal(signal.SIGINT, before)
    assert generator.running == 0
    finished = done(tmp_path)
    assert 6 <= len(finished) < 40
    assert len(results(tmp_path)) == len(finished)
    records = carry_out(tmp_path, jobs, Steady(parallel=3))
    assert len(records) == 40 - len(finished)


def test_a_job_that_is_stopped_leaves_no_record(tmp_path: Path) -> None:
    stop = Event()
    (job,) = jobs_of(*lines(1))

    class Cancelling(Steady):
        def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
            yield Piece("Bees")
            stop.set()
            yield Piece("", 0, Completion("Bees", "cancelled"))

    with pytest.raises(Stopped):
        perform(job, Cancelling(), seed=1, stop=stop)
    with pytest.raises(Stopped):
        perform(job, Steady(), seed=1, stop=stop)


def test_the_ledger_is_left_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem), opened(tmp_path, jobs_of(*lines(2)), ORDER) as ledger:
        run(ledger, Failing({"1": ModelProblem("Gone.")}))
    assert len(carry_out(tmp_path, jobs_of(*lines(2)))) >= 1


def test_without_ray_it_says_how_to_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ray.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(tmp_path)  # as the driver inherits it
    with (
        opened(tmp_path / "out", jobs_of(*lines(1)), ORDER) as ledger,
        pytest.raises(MissingTool, match="Ray is not installed") as caught,
    ):
        run_on_cluster(ledger, steady, Cluster("auto"))
    assert caught.value.hint == 'pip install "copydesk[cluster]"'
