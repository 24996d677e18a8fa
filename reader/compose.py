"""From passages to sentences: picked, said, verified, judged, and shown only then."""

import re
from collections.abc import Callable, Sequence

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.reader.answer import Numbers, Sentence, place_of
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
_JUDGED = 900  # characters of quotations that the judgement is made on
Proved = tuple[str, tuple[Proof, ...]]


class Composer:
    """One question's way through the model.

    Args:
        doubtful: words of the question that the documents do not have; with them the judgement
            is stricter.
    """

    def __init__(
        self,
        steps: Steps,
        verifier: Verifier,
        numbers: Numbers,
        doubtful: Sequence[str] = (),
        on_sentence: Callable[[Sentence], None] | None = None,
    ) -> None:
        self._steps, self._verifier, self._numbers = steps, verifier, numbers
        self._doubtful = doubtful
        self._on_sentence = on_sentence
        self._sentences: list[Sentence] = []
        self._findings: list[Finding] = []

    def run(self) -> tuple[tuple[Sentence, ...], tuple[Finding, ...], str]:
        """The sentences that stand, what was left out, and why there is none."""
        language = self._steps.language
        picked = self._steps.pick()
        drafts = [one for one in self._steps.answer(picked) if not says_not(one.text)]
        if not drafts:
            return (), (), not_stated(self._doubtful, language)
        proved, failed = self._sorted(drafts)
        if failed:
            again = [
                one for one in self._steps.again(picked, _told(failed)) if not says_not(one.text)
            ]
            more, failed = self._sorted(again)
            proved += more
        self._findings += [dropped(drafted.text, verdict) for drafted, verdict in failed]
        proved = proved or _what_stands_there(failed, language)
        if not proved:
            return (), tuple(self._findings), not_proved(language)
        if not self._judged(proved):
            return (), tuple(self._findings), not_stated(self._doubtful, language)
        for text, proofs in proved:
            self._show(text, proofs)
        return tuple(self._sentences), tuple(self._findings), ""

    def _sorted(
        self, drafts: Sequence[Drafted]
    ) -> tuple[list[Proved], list[tuple[Drafted, Verdict]]]:
        """The drafts that stand, and the others with why they do not."""
        proved: list[Proved] = []
        failed: list[tuple[Drafted, Verdict]] = []
        for drafted in drafts:
            cited = [self._steps.by_key(key) for key in drafted.keys]
            verdict = self._verifier.verify(drafted.text, cited)
            if verdict:
                proved.append((drafted.text, verdict.proofs))
            else:
                failed.append((drafted, verdict))
        return proved, failed

    def _judged(self, proved: Sequence[Proved]) -> bool:
        """Whether the quotations answer the question, in the model's second opinion.

        It is asked twice with yes and no in turn, since a small model likes one of the two places.
        Where the documents lack words of the question, both must be yes; else one is enough.
        """
        quotation = " ".join(
            dict.fromkeys(proof.quotation for _, proofs in proved for proof in proofs)
        )[:_JUDGED]
        head = proved[0][1][0].excerpt.head
        first = self._steps.judge(quotation, head, yes_first=True)
        if first != bool(self._doubtful):
            return first
        return self._steps.judge(quotation, head, yes_first=False)

    def _show(self, text: str, proofs: Sequence[Proof]) -> None:
        if text in [one.text for one in self._sentences]:
            return
        citations = tuple(
            self._numbers.cite(
                place_of(proof.excerpt.found), proof.quotation, proof.excerpt.found.passage.boxes
            )
            for proof in proofs
        )
        self._sentences.append(Sentence(text, citations))
        if self._on_sentence:
            self._on_sentence(self._sentences[-1])


def says_not(text: str) -> bool:
    """Whether a sentence says that nothing was found."""
    return bool(_SAYS_NOT.search(text))


def _told(failed: Sequence[tuple[Drafted, Verdict]]) -> list[tuple[str, str, str]]:
    return [(drafted.text, verdict.reason, verdict.about) for drafted, verdict in failed]


def _what_stands_there(
    failed: Sequence[tuple[Drafted, Verdict]], language: Language
) -> list[Proved]:
    """In place of a number that was counted or worked out: the words that it came from."""
    for _, verdict in failed:
        if verdict.reason == "number" and verdict.proofs:
            proof = verdict.proofs[0]
            said = (
                f"文中写道：“{proof.quotation}”"
                if language == "zh"
                else f"It says: “{proof.quotation}”"
            )
            return [(said, (proof,))]
    return []
