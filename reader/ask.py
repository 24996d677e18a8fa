"""A question about documents becomes an answer whose every sentence is proved, or none."""

from collections.abc import Callable, Sequence
from threading import Event

from copydesk.brief import clean_text, detect_language
from copydesk.errors import UsageProblem
from copydesk.findings import Finding
from copydesk.generate.protocol import Generator
from copydesk.library.records import Entry
from copydesk.reader.answer import Answer, Numbers, Sentence, Turn, place_of
from copydesk.reader.excerpts import Excerpt, excerpts
from copydesk.reader.shelf import Shelf
from copydesk.reader.steps import Drafted, Steps
from copydesk.reader.verify import Verdict, Verifier

OnSentence = Callable[[Sentence], None]

_LONGEST = 1000  # characters of a question
_PASSAGES = 6


def ask(
    question: str,
    shelf: Shelf,
    generator: Generator,
    *,
    entries: Sequence[Entry] | None = None,
    k: int = _PASSAGES,
    seed: int = 0,
    before: Sequence[Turn] = (),
    numbers: Numbers | None = None,
    on_sentence: OnSentence | None = None,
    cancel: Event | None = None,
) -> Answer:
    """Answer a question out of documents.

    Args:
        entries: the documents to look in; the whole shelf if None.
        k: how many passages are looked at.
        before: the turns before, for a conversation; see `talk.Talk`.
        numbers: gives citations their numbers; a new count if None.
        on_sentence: told each sentence as soon as it is verified; none is taken back.

    Raises:
        UsageProblem: there is no question.
        GenerationFailed: the model could not answer at all.
    """
    del before  # not yet
    asked = _clean(question)
    asking = _Asking(asked, shelf, generator, numbers or Numbers(), on_sentence)
    return asking.run(entries, k, seed, cancel)


def _clean(question: str) -> str:
    asked = " ".join(clean_text(question).split())
    if not any(c.isalnum() for c in asked):
        raise UsageProblem("There is no question.", 'copydesk ask report.pdf "What does it cost?"')
    if len(asked) > _LONGEST:
        raise UsageProblem(
            f"The question is {len(asked):,} characters long.", f"ask in at most {_LONGEST:,}"
        )
    return asked


class _Asking:
    """One question on its way."""

    def __init__(
        self,
        question: str,
        shelf: Shelf,
        generator: Generator,
        numbers: Numbers,
        on_sentence: OnSentence | None,
    ) -> None:
        self.question = question
        self.language = detect_language(question)
        self.shelf, self.generator = shelf, generator
        self.numbers, self.on_sentence = numbers, on_sentence
        self.sentences: list[Sentence] = []
        self.findings: list[Finding] = []

    def run(
        self, entries: Sequence[Entry] | None, k: int, seed: int, cancel: Event | None
    ) -> Answer:
        found = self.shelf.search(self.question, k, entries=entries)
        shown = excerpts(found, self.question)
        steps = Steps(self.generator, self.question, self.language, shown, seed, cancel)
        if shown:
            self._answer(steps, Verifier(self.shelf, self.question))
        return Answer(
            question=self.question,
            language=self.language,
            sentences=tuple(self.sentences),
            abstained=not self.sentences,
            considered=tuple(place_of(one.found, one.text) for one in shown),
            findings=tuple(self.findings),
            model=self.generator.name,
            seed=seed,
            completions=tuple(steps.completions),
        )

    def _answer(self, steps: Steps, verifier: Verifier) -> None:
        picked = steps.pick()
        failed: list[tuple[str, str, str]] = []
        for drafted in steps.answer(picked):
            verdict = self._take(drafted, steps, verifier)
            if not verdict:
                failed.append((drafted.text, verdict.reason, verdict.about))
        if not failed:
            return
        for drafted in steps.again(picked, failed):
            verdict = self._take(drafted, steps, verifier)
            if not verdict:
                self.findings.append(_dropped(drafted, verdict))

    def _take(self, drafted: Drafted, steps: Steps, verifier: Verifier) -> Verdict:
        """Verify a sentence; one that stands is shown."""
        cited: list[Excerpt] = [steps.by_key(key) for key in drafted.keys]
        verdict = verifier.verify(drafted.text, cited)
        if verdict and drafted.text not in [one.text for one in self.sentences]:
            citations = tuple(
                self.numbers.cite(
                    place_of(proof.excerpt.found),
                    proof.quotation,
                    proof.excerpt.found.passage.boxes,
                )
                for proof in verdict.proofs
            )
            self.sentences.append(Sentence(drafted.text, citations))
            if self.on_sentence:
                self.on_sentence(self.sentences[-1])
        return verdict


def _dropped(drafted: Drafted, verdict: Verdict) -> Finding:
    why = {
        "number": f"{verdict.about} stands in no passage that it names",
        "name": f"{verdict.about} stands in no passage that it names",
        "quotation": "the passage is no longer on its page",
        "nothing": "it only says the question again",
        "words": "its words are not those of its passages",
    }
    return Finding(
        code=f"dropped-{verdict.reason}",
        place="the answer",
        message=f"a sentence was left out: {why[verdict.reason]}",
        measured=drafted.text,
    )
