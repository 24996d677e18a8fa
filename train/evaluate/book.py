"""Answers that were given are kept: an evaluation that was killed asks only for what is missing."""

import json
import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from copydesk.errors import OutputProblem
from copydesk.files import make_folder
from copydesk.train.evaluate.voices import Ask, Said, Voices

_LARGEST = 256 << 20  # bytes of a file of answers


class Book:
    """A file of answers for each contestant, a line each."""

    def __init__(self, folder: Path) -> None:
        """Open it.

        Raises:
            OutputProblem: the folder cannot be made.
        """
        make_folder(folder)
        self._folder = folder

    def answers(
        self,
        name: str,
        identity: str,
        voices: Callable[[], Voices],
        voice: str,
        asks: Sequence[Ask],
        heard: Callable[[int], None],
    ) -> list[Said]:
        """The answers in order: those that are kept, and the others from the voices.

        Args:
            name: the contestant's, and the file's.
            identity: of everything besides the asks that decides the answers, such as weights.
            voices: opens the engine; not called when all answers are there.
            heard: told how many answers are there.
        """
        path = self._folder / f"{name}.jsonl"
        known = _read(path)
        keys = [_key(identity, ask) for ask in asks]
        missing = [at for at, key in enumerate(keys) if key not in known]
        heard(len(asks) - len(missing))
        if missing:
            speaker = voices()
            for start in range(0, len(missing), speaker.together):
                part = missing[start : start + speaker.together]
                said = speaker.answer(voice, [asks[at] for at in part])
                fresh = dict(zip((keys[at] for at in part), said, strict=True))
                _append(path, fresh)
                known |= fresh
                heard(len(asks) - len(missing) + start + len(part))
        return [known[key] for key in keys]


def _key(identity: str, ask: Ask) -> str:
    said = [(turn.role, turn.content) for turn in ask.prompt]
    sampling = vars(ask.sampling)
    content = json.dumps([identity, said, ask.tokens, ask.seed, sampling], sort_keys=True)
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _read(path: Path) -> dict[str, Said]:
    """The answers in a file; a line that a kill cut short is none."""
    found: dict[str, Said] = {}
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return {}
    for line in lines:
        try:
            record = json.loads(line)
            found[str(record["key"])] = Said(str(record["text"]), bool(record["ended"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return found


def _append(path: Path, answers: dict[str, Said]) -> None:
    lines = "".join(
        json.dumps({"key": key, "text": said.text, "ended": said.ended}, ensure_ascii=False) + "\n"
        for key, said in answers.items()
    )
    try:
        # A line that a kill cut short must not swallow the next one.
        with path.open("ab+") as stream:
            stream.seek(0, os.SEEK_END)
            if stream.tell():
                stream.seek(-1, os.SEEK_END)
                lines = lines if stream.read(1) == b"\n" else f"\n{lines}"
            stream.write(lines.encode("utf-8", "replace"))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise OutputProblem(
            f"{path} could not be written: {error.strerror}.",
            "make room there; what was answered before is kept",
        ) from None
