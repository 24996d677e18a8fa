"""A question about documents becomes an answer whose every sentence is proved, or none."""

from collections.abc import Callable, Sequence
from threading import Event
from weakref import WeakKeyDictionary

from copydesk.brief import clean_text, detect_language
from copydesk.errors import GenerationFailed, UsageProblem
from copydesk.generate.protocol import Completion, Generator
from copydesk.library.records import Entry, Found
from copydesk.library.words import words
from copydesk.reader.absent import Absent, Vocabulary, absent
from copydesk.reader.answer import Answer, Numbers, Sentence, Turn, place_of
from copydesk.reader.bearing import Bearing
from copydesk.reader.compose import Composer, Outcome
from copydesk.reader.excerpts import excerpts
from copydesk.reader.follow import whole
from copydesk.reader.labels import under_label
from copydesk.reader.neighbours import reading
from copydesk.reader.pages import on_pages
from copydesk.reader.question import asked_for, core
from copydesk.reader.reasons import cancelled, left_out, not_there, nothing_found
from copydesk.reader.shelf import Shelf
from copydesk.reader.steps import Steps
from copydesk.reader.verify import Verifier

OnSentence = Callable[[Sentence], None]

_LONGEST = 1000  # characters of a question
PASSAGES = 8  # that are looked through for sentences; a few sentences of each are read
_VOCABULARIES = 8  # documents of a shelf whose words are kept at hand


def ask(
    question: str,
    shelf: Shelf,
    generator: Generator,
    *,
    entries: Sequence[Entry] | None = None,
    k: int = PASSAGES,
    seed: int = 0,
    before: Sequence[Turn] = (),
    numbers: Numbers | None = None,
    on_sentence: OnSentence | None = None,
    cancel: Event | None = None,
) -> Answer:
    """Answer a question out of documents.

    Args:
        entries: the documents to look in; the whole shelf if None.
        k: how many passages are looked through.
        before: the turns before; a follow-up takes what it leaves out from the last one.
        numbers: gives citations their numbers; a new count if None.
        on_sentence: told each sentence as soon as it is verified; none is taken back.
        cancel: once it is set, the answer is an abstention that says so.

    Raises:
        UsageProblem: there is no question, or it is too long.
        GenerationFailed: the model could not answer at all.
    """
    asked = _clean(question)
    completions: list[Completion] = []
    searched = whole(
        core(asked), before, generator, seed=seed, on_done=completions.append, cancel=cancel
    )
    follows = searched != core(asked)
    also = words(before[-1].answer.searched or before[-1].question) if follows else []
    found = shelf.search(searched, k, entries=entries, also=also)
    kept, lost = _possible(searched, found, shelf)
    read = reading(searched, kept or found, shelf)
    passages = on_pages(searched, under_label(searched, read.passages), shelf)
    shown = excerpts(passages, searched, read.beside, read.front)
    language = detect_language(asked)
    outcome = Outcome(reason=not_there(lost.sure, language) if found else nothing_found(language))
    if kept and shown:
        steps = Steps(generator, searched, language, shown, seed, cancel, completions)
        outcome = _composed(steps, shelf, numbers or Numbers(), lost.perhaps, on_sentence)
    return Answer(
        question=asked,
        language=language,
        sentences=outcome.sentences,
        abstained=not outcome.sentences,
        reason=outcome.reason,
        considered=tuple(place_of(one.found, one.text) for one in shown),
        findings=outcome.findings + left_out([text for one in shown for text in one.addressed]),
        searched="" if searched == asked else searched,
        model=generator.name,
        seed=seed,
        completions=tuple(completions),
    )


def _composed(
    steps: Steps,
    shelf: Shelf,
    numbers: Numbers,
    doubtful: Sequence[str],
    on_sentence: OnSentence | None,
) -> Outcome:
    """What the model and the verification make of the passages."""
    verifier = Verifier(shelf, steps.question)
    bearing = Bearing(steps.question, verifier.around)
    composer = Composer(steps, verifier, numbers, bearing, doubtful, on_sentence)
    try:
        return composer.run()
    except GenerationFailed:
        if not (steps.cancel and steps.cancel.is_set()):
            raise
        return Outcome(reason=cancelled(steps.language))


def _clean(question: str) -> str:
    asked = " ".join(clean_text(question).split())
    if not any(c.isalnum() for c in asked):
        raise UsageProblem("There is no question.", 'copydesk ask report.pdf "What does it cost?"')
    if len(asked) > _LONGEST:
        raise UsageProblem(
            f"The question is {len(asked):,} characters long.", f"ask in at most {_LONGEST:,}"
        )
    return asked


def _possible(question: str, found: Sequence[Found], shelf: Shelf) -> tuple[list[Found], Absent]:
    """The passages out of documents that can answer, and what of the question they do not have.

    A document that has not the year, the name or the number that is asked about cannot.
    """
    asked = asked_for(question)
    entries = list(dict.fromkeys(one.entry for one in found))
    lost = {entry: absent(asked, _vocabulary(entry, shelf)) for entry in entries}
    able = [entry for entry in entries if not lost[entry].sure]
    least = min((lost[e] for e in able or entries), key=_size, default=Absent())
    return [one for one in found if one.entry in able], least


def _vocabulary(entry: Entry, shelf: Shelf) -> Vocabulary:
    """All words of a document; in a conversation they are taken out of the library once."""
    known = _KNOWN.setdefault(shelf, {})
    if entry not in known:
        if len(known) >= _VOCABULARIES:
            known.pop(next(iter(known)), None)
        known[entry] = Vocabulary(entry, shelf.passages(entry))
    return known[entry]


_KNOWN: WeakKeyDictionary[Shelf, dict[Entry, Vocabulary]] = WeakKeyDictionary()


def _size(lost: Absent) -> tuple[int, int]:
    return len(lost.sure), len(lost.perhaps)
