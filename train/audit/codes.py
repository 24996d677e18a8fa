"""What an audit can find, how much it matters, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum


class Gravity(IntEnum):
    """How much a finding matters."""

    NOTE = 0  # worth knowing
    PROBLEM = 1  # worth mending; training goes on
    ARGUABLE = 2  # training refuses, unless it is insisted on
    NONSENSE = 3  # training refuses


@dataclass(frozen=True)
class Code:
    """What is found under a code, in the plural and in plain words, and what to do about it."""

    gravity: Gravity
    name: str
    fix: str


_N, _P, _A, _X = Gravity.NOTE, Gravity.PROBLEM, Gravity.ARGUABLE, Gravity.NONSENSE

CODES: Mapping[str, Code] = {
    # What cannot be learnt from.
    "empty-answer": Code(_X, "empty answers", "delete the rows, or write the answers"),
    "identical-answers": Code(
        _X, "answers ranked above themselves", "delete the rows, or mark them as ties"
    ),
    "lost-when-cut": Code(_X, "answers cut away whole", "raise max_length, or shorten the prompts"),
    "identical-when-cut": Code(
        _X, "answers that are the same once cut", "raise max_length, or delete the rows"
    ),
    "one-class": Code(_X, "verdicts all of one kind", "keep some drafts and drop others"),
    "all-tied": Code(_X, "rankings without any preference", "rank some answers above others"),
    "leak-prompt": Code(
        _X,
        "prompts both learnt from and tested on",
        "give held_out as a share: it splits by prompt",
    ),
    # What might be meant.
    "contradiction": Code(
        _A, "contradictions", "decide which order holds and delete the other, or let both tie"
    ),
    "one-prompt": Code(_A, "a single prompt", "add rows of other prompts"),
    # What should be mended.
    "duplicate": Code(_P, "rows that are there twice", "delete all but one"),
    "near-duplicate": Code(_P, "rows that are nearly the same", "keep the best one"),
    "repeated-answer": Code(_P, "answers that tie with themselves", "rank different answers"),
    "cycle": Code(_P, "circles of preference", "rank these answers at once, rather than in pairs"),
    "mixed-verdicts": Code(_P, "answers both kept and dropped", "decide, and delete the other row"),
    "leak-near-prompt": Code(
        _P, "prompts tested on that are nearly those learnt from", "keep one of them"
    ),
    "leak-answer": Code(_P, "answers both learnt from and tested on", "keep them on one side"),
    "cut": Code(_P, "answers that lose their end", "raise max_length, or shorten the answers"),
    "long-prompt": Code(_P, "prompts that lose their end", "raise max_length"),
    "unbalanced": Code(_P, "verdicts of which one kind is rare", "collect more of the rare kind"),
    "no-prompt": Code(_P, "rows without a prompt", "write down what was asked"),
    "disagreement": Code(
        _P, "annotators who hardly agree", "agree on what is good before ranking more"
    ),
    "longer-wins": Code(
        _P, "preferences that length alone explains", "rank answers of like length"
    ),
    "shorter-wins": Code(
        _P, "preferences that shortness alone explains", "rank answers of like length"
    ),
    "personal-data": Code(_P, "personal data", "take it out: a model may repeat it to anybody"),
    # What is worth knowing.
    "few-prompts": Code(_N, "few prompts", "some hundred prompts make a difference that lasts"),
    "barely-different": Code(
        _N, "answers that differ in case, space or punctuation only", "fine for such a style"
    ),
    "no-prompts": Code(_N, "no prompts at all", "the model learns to write unasked"),
    "unanswered": Code(_N, "prompts without an answer", "they serve ppo, grpo and rloo alone"),
    "cut-few": Code(_N, "answers that lose their end", "raise max_length if the end matters"),
    "told-by-words": Code(
        _N, "preferences that words alone explain", "look at which words give the rejected away"
    ),
    "languages": Code(_N, "several languages", "fine if the model is to write all of them"),
    "other-language": Code(
        _N, "answers in another script than their prompt", "fine for translations"
    ),
    "no-baselines": Code(_N, "no baseline on words", 'pip install "copydesk[train]"'),
}
