"""What a document itself leaves open: limitations, further work, questions that it asks."""

import re

from copydesk.reader.digest.choose import Weights
from copydesk.reader.digest.source import Said, Source

_MOST = 5
_SECTION = re.compile(
    r"limitations?|future (?:work|research|directions?)|further research|"
    r"open (?:questions?|problems?|issues?)|局限|不足|未来(?:工作|研究)|待解决|有待",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"\b(?:future (?:work|research|stud\w+|directions?)|"
    r"further (?:research|study|studies|work|investigation)|"
    r"remains? (?:un\w+|open|to be|an open)|"
    r"(?:is|are) (?:still )?(?:unknown|unclear|uncertain|not (?:yet )?(?:known|clear|understood))|"
    r"open (?:question|problem|issue)|we (?:leave|plan to|hope to)|"
    r"we (?:do|did) not (?:know|consider|address|test|examine)|"
    r"(?:main|one|another|a|several|important) limitations?|"
    r"limitations? (?:of (?:this|our)|is|are)|"
    r"beyond the scope|not yet been \w+|to be (?:determined|decided|agreed)|TBD|"
    r"remains to be seen|cannot (?:yet )?be (?:determined|ruled out))\b"
    r"|未来(?:的)?(?:工作|研究)|进一步(?:研究|探讨|验证)|有待|尚(?:未|不)(?:明确|清楚|确定|知|解决)"
    r"|仍(?:不清楚|需|未知|未解决)|局限|不足之处|留待|另行(?:约定|协商|规定)|待定",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(?:research|open|following) questions?|RQ\s?\d|whether|疑问|研究问题|是否", re.IGNORECASE
)
_MIXED = re.compile(r"conclusion|discussion|summary|结论|总结|讨论", re.IGNORECASE)
_BUT = re.compile(  # what a section on limitations says of them, beside what was achieved
    r"\b(?:not|no|only|limit\w*|lack\w*|cannot|difficult\w*|challeng\w*|requir\w*|higher|costs?|"
    r"fail\w*|restrict\w*|assum\w*|however|although|first|second|third|future|further|may|might)\b"
    r"|不|未|仅|缺|难|限|有待|需要|尚|可能",
    re.IGNORECASE,
)


def left_open(source: Source, weights: Weights) -> list[Said]:
    """The sentences that say so, at most five, in reading order."""
    under = [said for said in source.said if _opens(said)]
    told = [said for said in under if _CUE.search(said.text)]
    rest = [said for said in under if said not in told]
    chosen = weights.best(told, _MOST)
    if len(chosen) < _MOST:
        more = weights.best(rest, _MOST - len(chosen), [said.text for said in chosen])
        chosen = sorted([*chosen, *more], key=lambda said: said.at)
    return chosen


def _opens(said: Said) -> bool:
    under = said.passage.path[-2:]
    if any(map(_SECTION.search, under)) and not any(map(_MIXED.search, under)):
        return bool(_BUT.search(said.text))
    if _CUE.search(said.text):
        return True
    asked = said.text.rstrip("”\"' ").endswith(("?", "？"))
    return asked and bool(_ASKED.search(said.text))
