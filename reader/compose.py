"""From passages to answers: said, verified, judged, and shown only then."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from copydesk.findings import Finding
from copydesk.reader.answer import Numbers, Sentence, place_of
from copydesk.reader.bearing import Bearing
from copydesk.reader.labels import elsewhere, reads_on
from copydesk.reader.question import asks_for_several, lacks_number, lacks_time
from copydesk.reader.reasons import dropped, not_proved, not_stated
from copydesk.reader.steps import Drafted, Steps
from copydesk.reader.verify import Proof, Verdict, Verifier

# How a model says that it found nothing.
_SAYS_NOT = re.compile(
    r"\bnot? (?:stated|specified|mentioned|provided|given|said|known|information|answer)\b|"
    r"\b(?:do|does|did|is|are)(?: not|n['’]t) (?:\w+ )?(?:state|say|mention|provide|specify|"
    r"contain|include|give|stated|mentioned|provided|specified|given|included)\b|"
    r"没有(?:写|提到|提及|说明|给出|相关|答案)|未(?:提到|提及|说明|给出|写明)|"
    r"无法(?:回答|确定|得知)|不清楚",
    re.IGNORECASE,
)
_NEARLY_ALL = 0.7  # of what is asked, where the documents lack a word of it
_JUDGED = 700  # characters of passages that the judgement is made on
Proved = tuple[str, Proof]
Failed = tuple[Drafted, Verdict]


@dataclass(frozen=True)
class Outcome:
    """The sentences that stand, what was left out, and why there is none ("" where there are)."""

    sentences: tuple[Sentence, ...] = ()
    findings: tuple[Finding, ...] = ()
    reason: str = ""


class Composer:
    """One question's way through the model.

    Args:
        bearing: looks for what the question turns on.
        doubtful: words of the question that the documents do not have; with them the model may
            say that nothing is stated, and is asked for its judgement whatever it quotes.
    """

    def __init__(
        self,
        steps: Steps,
        verifier: Verifier,
        numbers: Numbers,
        bearing: Bearing,
        doubtful: Sequence[str] = (),
        on_sentence: Callable[[Sentence], None] | None = None,
    ) -> None:
        self._steps, self._verifier, self._numbers = steps, verifier, numbers
        self._bearing, self._doubtful = bearing, doubtful
        self._on_sentence = on_sentence

    def run(self) -> Outcome:
        """Answer, verify, ask once again, judge, show."""
        language, question = self._steps.language, self._steps.question
        several = asks_for_several(question)
        drafts = self._steps.answer(cautious=bool(self._doubtful), several=several)
        if all(says_not(one.text) for one in drafts):
            return Outcome(reason=not_stated(self._doubtful, language))
        proved, failed = self._sorted(drafts)
        if not proved:
            drafts = self._steps.again(_told(failed), several=several)
            proved, failed = self._sorted(drafts)
        findings = tuple(dropped(drafted.text, verdict) for drafted, verdict in failed)
        if not proved:
            return Outcome((), findings, not_proved(language))
        if not self._judged(proved):
            return Outcome((), findings, not_stated(self._doubtful, language))
        return Outcome(tuple(self._shown(proved)), findings)

    def _sorted(self, drafts: Sequence[Drafted]) -> tuple[list[Proved], list[Failed]]:
        """The drafts that stand, and the others with why they do not."""
        verdicts = [self._read_on(one) for one in drafts if not says_not(one.text)]
        proved = [(one.text, v.proof) for one, v in verdicts if v and v.proof]
        return proved, [(one, verdict) for one, verdict in verdicts if not verdict]

    def _read_on(self, drafted: Drafted) -> tuple[Drafted, Verdict]:
        """A draft and its verdict; of “Unit 1”, which says only the question again, the line
        of a passage that begins with it, if that stands."""
        verdict = self._verdict(drafted)
        if verdict.reason == "nothing" and (line := reads_on(drafted.text, self._steps.excerpts)):
            longer = Drafted(*line)
            if whole := self._verdict(longer):
                return longer, whole
        return drafted, verdict

    def _verdict(self, drafted: Drafted) -> Verdict:
        question = self._steps.question
        verdict = self._verifier.verify(drafted.text, drafted.cited, self._steps.excerpts)
        if not verdict or verdict.proof is None:
            return verdict
        if lacks_number(question, drafted.text):
            return Verdict(verdict.proof, "figure")
        if lacks_time(question, drafted.text):
            return Verdict(verdict.proof, "date")
        if label := elsewhere(question, verdict.proof.excerpt.found.passage):
            return Verdict(verdict.proof, "place", label)
        return verdict

    def _judged(self, proved: Sequence[Proved]) -> bool:
        """Whether what was proved answers the question, by the question's words or by the model.

        Where quotations have most of what the question turns on, nothing is asked. Where they have
        some of it, or stand at the beginning of a document, which says who wrote it and whom it is
        about in other words, the model is asked for its judgement. It says yes too easily for that
        to be enough where they have nothing. So it is asked where the documents lack a word of the
        question, of which nearly all else must be quoted then: they may have another for it.
        """
        proofs = [proof for _, proof in proved]
        strength = self._bearing.strength(proofs)
        if strength == "sure" and not self._doubtful:
            return True
        front = any(proof.excerpt.front for proof in proofs)
        if strength == "against" or (strength == "not" and not front):
            return False
        if self._doubtful and not front and self._bearing.share(proofs) < _NEARLY_ALL:
            return False
        said = "; ".join(text for text, _ in proved)
        shown = " ".join(dict.fromkeys(proof.excerpt.text for proof in proofs))[:_JUDGED]
        return self._steps.judge(said, shown, proofs[0].excerpt.head)

    def _shown(self, proved: Sequence[Proved]) -> Iterator[Sentence]:
        """The answers with their citations, each told as it is made, none twice."""
        for text, proof in dict(proved).items():
            found = proof.excerpt.found
            citation = self._numbers.cite(place_of(found), proof.quotation, found.passage.boxes)
            sentence = Sentence(text, (citation,))
            if self._on_sentence:
                self._on_sentence(sentence)
            yield sentence


def says_not(text: str) -> bool:
    """Whether an answer says that nothing was found."""
    return bool(_SAYS_NOT.search(text))


def _told(failed: Sequence[Failed]) -> list[tuple[str, str, str]]:
    return [(drafted.text, verdict.reason, verdict.about) for drafted, verdict in failed]
