"""Lines of a briefs file become jobs; what is wrong with a line is known before anything runs."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from copydesk.batch.lines import KINDS, Line, keys, takes
from copydesk.batch.names import fault, make_id, same
from copydesk.brief import clean_text
from copydesk.errors import CopydeskError, UnknownName, UsageProblem
from copydesk.findings import Finding

_LONGEST_LINE = 4_000_000  # bytes; a model's context is far smaller


@dataclass(frozen=True)
class Job:
    """A line that can be carried out.

    Attributes:
        id: names its file.
        number: the line's, from 1.
        adapter: the path of the adapter that its style writes with, which the engine was opened
            with; "" for none, or the one that the whole batch has.
    """

    id: str
    number: int
    line: Line
    adapter: str = ""

    @property
    def file(self) -> str:
        """The name of the result's file."""
        return f"{self.id}.{self.line.ending}"

    @cached_property
    def hash(self) -> str:
        """sha256 of what the line asks for; where it stands and what it is called do not count.

        What is left at its default is left out, so that a key that comes later changes no hash.
        """
        asked = self.line.model_dump(exclude={"id"}, exclude_defaults=True, by_alias=True)
        return _digest({"command": self.line.command, **asked})

    def seed(self, base: int) -> int:
        """The line's own seed, or one of its own off the batch's seed."""
        return base + self.number if self.line.seed is None else self.line.seed

    def to_json(self) -> str:
        """For a worker elsewhere; `job_from_json` reads it."""
        said = self.line.model_dump(exclude_defaults=True, by_alias=True)
        line = {"command": self.line.command, **said}
        made = {"id": self.id, "number": self.number, "line": line, "adapter": self.adapter}
        return json.dumps(made)


def job_from_json(text: str) -> Job:
    """A job that `Job.to_json` wrote."""
    raw = json.loads(text)
    line = raw["line"]
    kind = KINDS[line.pop("command")]
    return Job(raw["id"], raw["number"], kind.model_validate(line), raw["adapter"])


def read_jobs(
    source: bytes, *, command: str = "write", defaults: Mapping[str, Any] | None = None
) -> tuple[list[Job], list[Finding]]:
    """Read JSON lines: objects, or plain strings that are briefs for `command`.

    Args:
        command: what a line that names no command is for.
        defaults: what lines leave open, where their command takes it.

    Returns:
        The jobs, in order, and one finding for each line that cannot be used; empty lines are
        passed over.
    """
    jobs: list[Job] = []
    findings: list[Finding] = []
    taken: dict[str, int] = {}
    for number, raw in _lines(source):
        try:
            line = _line(raw, command, defaults or {})
            job = Job(_id(line, number), number, line)
            first = taken.setdefault(same(job.id), number)
            if first != number:
                raise UsageProblem(f"id: {job.id} is the id of line {first} already")
        except CopydeskError as error:
            findings.append(_finding(number, error))
        else:
            jobs.append(job)
    return jobs, findings


def _lines(source: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines end at line feeds alone: other line ends may stand inside a JSON string."""
    for number, raw in enumerate(source.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if stripped := raw.strip():
            yield number, stripped


def _line(raw: bytes, command: str, defaults: Mapping[str, Any]) -> Line:
    said = _parsed(raw)
    if isinstance(said, str):
        said = {KINDS[command].text_key: said}
    if not isinstance(said, dict):
        raise UsageProblem("a line is an object or a string")
    command = said.pop("command", command)
    if not isinstance(command, str) or command not in KINDS:
        raise UnknownName("command for batches", _short(command), KINDS)
    kind = KINDS[command]
    filled = {key: value for key, value in defaults.items() if takes(kind, key, value)}
    try:
        line = kind.model_validate({**filled, **said})
    except ValidationError as error:
        raise UsageProblem(_said(error, command)) from None
    line.check()
    return line


def _parsed(raw: bytes) -> Any:
    if len(raw) > _LONGEST_LINE:
        raise UsageProblem(f"the line has more than {_LONGEST_LINE:,} bytes")
    try:
        return json.loads(raw.decode(), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise UsageProblem("the line is not UTF-8") from None
    except RecursionError:
        raise UsageProblem("the line is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UsageProblem(f"column {error.colno}: not JSON: {error.msg.lower()}") from None
    except ValueError:  # a number of thousands of digits
        raise UsageProblem("the line holds a number that is too long") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is there twice: one of its values would be lost."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UsageProblem(f"{_short(twice)}: the key is there twice")
    return made


def _id(line: Line, number: int) -> str:
    if not line.id:
        return make_id(number, clean_text(line.text))
    name = unicodedata.normalize("NFC", line.id)
    if reason := fault(name):
        raise UsageProblem(f"id: {reason}")
    return name


def _said(error: ValidationError, command: str) -> str:
    """The first thing that pydantic found, in a few words."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = _short(".".join(map(str, first["loc"])))
    if first["type"] == "extra_forbidden":
        known = ", ".join(keys(KINDS[command]))
        return f"{place}: a line for {command} has no such key; it has {known}"
    return f"{place}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def _short(value: object) -> str:
    text = clean_text(str(value))
    return text if len(text) <= 40 else f"{text[:40]}…"


def _finding(number: int, error: CopydeskError) -> Finding:
    return Finding(
        code="line", place=f"line {number}", message=error.message.rstrip("."), fix=error.hint
    )


def _digest(value: Any) -> str:
    """sha256 of a value's one spelling in JSON."""
    spelled = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()
