"""From passages to sentences: picked, said, verified, judged, and shown only then."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from copydesk.findings import Finding
from copydesk.reader.answer import Numbers, Sentence, place_of
from copydesk.reader.bearing import Bearing
from copydesk.reader.excerpts import Excerpt
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
_HINT = 240
_JUDGED = 900  # characters of passages that the judgement is made on
Proved = tuple[str, tuple[Proof, ...]]
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
        doubtful: words of the question that the documents do not have; with them the judgement
            is stricter.
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
        """Pick, answer, verify, ask once again, judge, show."""
        language = self._steps.language
        picked = self._steps.pick()
        drafts = _stating(self._steps.answer(picked, self._hint(picked)))
        proved, failed = self._sorted(drafts)
        if failed:
            more, failed = self._sorted(_stating(self._steps.again(picked, _told(failed))))
            proved += more
        findings = tuple(dropped(drafted.text, verdict) for drafted, verdict in failed)
        own = bool(proved)
        proved = proved or self._what_stands_there(picked, failed)
        if not proved:
            reason = not_proved(language) if drafts else not_stated(self._doubtful, language)
            return Outcome((), findings, reason)
        if not self._judged(proved, own=own):
            return Outcome((), findings, not_stated(self._doubtful, language))
        return Outcome(tuple(self._shown(proved)), findings)

    def _sorted(self, drafts: Sequence[Drafted]) -> tuple[list[Proved], list[Failed]]:
        """The drafts that stand, and the others with why they do not."""
        verdicts = [(drafted, self._verdict(drafted)) for drafted in drafts]
        said = [drafted.text for drafted, verdict in verdicts if verdict]
        if all(map(self._bearing.lacks_number, said)):
            verdicts = [
                (drafted, Verdict(verdict.proofs, "figure") if verdict else verdict)
                for drafted, verdict in verdicts
            ]
        proved = [(drafted.text, verdict.proofs) for drafted, verdict in verdicts if verdict]
        return proved, [(drafted, verdict) for drafted, verdict in verdicts if not verdict]

    def _verdict(self, drafted: Drafted) -> Verdict:
        verdict = self._verifier.verify(drafted.text, drafted.cited)
        if verdict and not self._bearing.share(verdict.proofs):
            return Verdict(verdict.proofs, "apart")
        return verdict

    def _what_stands_there(
        self, picked: Sequence[Excerpt], failed: Sequence[Failed]
    ) -> list[Proved]:
        """The words of the document, where the model's own were no use.

        They must have most of what the question turns on; all of it where the model failed by
        saying that nothing is stated.
        """
        proof = self._bearing.telling(picked) or self._bearing.telling(self._steps.excerpts)
        if proof is None or self._bearing.lacks_number(proof.quotation):
            return []
        if not (failed or self._bearing.whole(proof)):
            return []
        opening = "文中写道：" if self._steps.language == "zh" else "It says: "
        return [(f"{opening}“{proof.quotation}”", (proof,))]

    def _hint(self, picked: Sequence[Excerpt]) -> str:
        """The words that have most of what is asked, as a small model overlooks them."""
        proof = self._bearing.telling(picked)
        return proof.quotation[:_HINT] if proof else ""

    def _judged(self, proved: Sequence[Proved], *, own: bool) -> bool:
        """Whether what was proved answers the question, by the question's words or by the model.

        Where the model's own sentences quote most of what the question turns on, from pages that
        have all its years and names, nothing is asked. Else the model gives a second opinion,
        twice with yes and no in turn, since a small model likes one of the two places: one yes is
        enough, but where the documents lack words of the question both must be.
        """
        proofs = [proof for _, some in proved for proof in some]
        sure = not self._doubtful and self._bearing.sure(proofs)
        if sure and own:
            return True
        shown = " ".join(dict.fromkeys(proof.excerpt.text for proof in proofs))[:_JUDGED]
        lenient = sure or (own and not self._doubtful and not self._bearing.empty)
        first = self._steps.judge(shown, proofs[0].excerpt.head, yes_first=True)
        if first == lenient:
            return first
        return self._steps.judge(shown, proofs[0].excerpt.head, yes_first=False)

    def _shown(self, proved: Sequence[Proved]) -> Iterator[Sentence]:
        """The sentences with their citations, each told as it is made, none twice."""
        for text, proofs in dict(proved).items():
            citations = tuple(
                self._numbers.cite(
                    place_of(one.excerpt.found), one.quotation, one.excerpt.found.passage.boxes
                )
                for one in proofs
            )
            sentence = Sentence(text, citations)
            if self._on_sentence:
                self._on_sentence(sentence)
            yield sentence


def says_not(text: str) -> bool:
    """Whether a sentence says that nothing was found."""
    return bool(_SAYS_NOT.search(text))


def _stating(drafts: Sequence[Drafted]) -> list[Drafted]:
    return [one for one in drafts if not says_not(one.text)]


def _told(failed: Sequence[Failed]) -> list[tuple[str, str, str]]:
    return [(drafted.text, verdict.reason, verdict.about) for drafted, verdict in failed]
