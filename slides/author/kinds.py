"""Which kind of slide fits a claim: what there is material for, what the words ask for, evened out.

A small model left to itself makes bullets of everything, or copies the kinds of its example. So its
choice is a wish: it holds where there is material for it and room in the mix.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.documents.terms import terms
from copydesk.slides.author.asks.diagrams import people
from copydesk.slides.author.asks.texts import quotations
from copydesk.slides.author.known import Known, comparable, figures
from copydesk.slides.author.material import Material

# kind: one slide in so many may be of it, and what words of a claim ask for it.
_CUES: dict[str, tuple[int, str]] = {
    "comparison": (
        5,
        r"\b(than|versus|vs|instead|rather|compared?|better|cheaper|faster|safer|not)\b"
        r"|而不是|胜过|优于|对比|相比|不如|比.{1,8}(?:更|好|快|省|强)",
    ),
    "timeline": (
        9,
        r"\b(years?|months?|weeks?|phases?|quarters?|schedule|roadmap|history|since|milestones?|"
        r"spring|summer|autumn|winter|19\d\d|20\d\d)\b|年|月|阶段|时间|进度|路线图|季度|历程|历史",
    ),
    "process": (
        6,
        r"\b(steps?|how|process|procedure|workflow|start|begin|launch|set up|from .+ to)\b"
        r"|步骤|流程|怎样|如何|怎么|开始|启动|做法|方法",
    ),
    "cycle": (
        14,
        r"\b(cycles?|loops?|feedback|again|continuous(ly)?|repeat(s|ed)?|each (year|week|month))\b"
        r"|循环|反复|持续|周期|反馈|每(年|月|周|天)都",
    ),
    "matrix": (
        12,
        r"\b(priorit\w+|trade-?offs?|efforts?|impact|choose|where to|which)\b"
        r"|优先|取舍|投入|影响|权衡|先做|选择",
    ),
    "hierarchy": (
        12,
        r"\b(structure|organi[sz]ed?|parts?|consists?|responsib\w+|roles?|types?|kinds?|layers?)\b"
        r"|结构|分工|组成|构成|层级|负责|种类|类型|分类|体系",
    ),
    "table": (
        7,
        r"\b(options?|plans?|costs?|measures|tools?|methods|overview|each|who|three|four|five)\b"
        r"|方案|措施|费用|清单|各|选项|工具|安排",
    ),
    "columns": (
        5,
        r"\b(and|both|pros|cons|benefits?|risks?|also)\b|和|与|既|又|优点|缺点|利弊|风险",
    ),
    "big-number": (8, r"\d"),
    "quote": (10, r"\b(says?|said|voices?|words|told|hear)\b|说|声音|心声"),
    "chart": (
        6,
        r"\d|\b(rose|fell|grow\w*|growth|declin\w+|rate|share|numbers?|figures)\b"
        r"|增长|下降|上升|数据|比例|占",
    ),
    "team": (40, r"\b(team|people|who|contact|staff)\b|团队|成员|人员|负责人|联系"),
    "code": (
        6,
        r"\b(code|script|function|api|query|command|syntax|example)\b|代码|脚本|函数|接口|命令|示例",
    ),
    "picture": (3, r"\b(looks?|see|seen|place|view)\b|看|样子|现场"),
    "picture-full": (12, r"\b(looks?|see|seen|view)\b|看|样子"),
}
_CODE = re.compile(
    r"\b(python|javascript|java|sql|api|code|coding|programming|script|software developers?|git|"
    r"regex|html|css|bash|rust|golang)\b|编程|代码|程序|脚本|接口|算法",
    re.IGNORECASE,
)
_TEAM = re.compile(
    r"\b(team|staff|members|led by|introduc\w+|crew)\b|团队|成员|小组|由.+负责", re.I
)
_PLAIN = ("bullets", "columns", "hierarchy", "matrix", "cycle")
_ON_DATA = ("comparison", "columns", "table", "chart", "process", "picture", "picture-full")
_FREE = ("columns", "process", "comparison", "table", "hierarchy", "timeline", "matrix", "cycle")
_BULLETS_SHARE = 0.4
_CHARTED = 3  # numbers that make a chart
_ROOMY = 5  # content slides from which rare material gets one of its own


@dataclass(frozen=True)
class Claim:
    """A content slide as it was planned: what it claims, and the kind that was wished for."""

    text: str
    kind: str


def offered(known: Known, material: Material, content: int) -> dict[str, int]:
    """The kinds that there is material for, and how many of each a deck may have.

    Args:
        content: how many content slides there are.
    """
    text = known.all
    language = known.brief.language
    most = {kind: max(1, content // every) for kind, (every, _) in _CUES.items()}
    measured = figures(text)
    if not measured:
        del most["big-number"]
    if not material.views and len(comparable(measured)) < _CHARTED:
        del most["chart"]
    if not quotations(text, language):
        del most["quote"]
    if not _CODE.search(text):
        del most["code"]
    if not _TEAM.search(known.said) or len(people(known.said, language)) < 2:
        del most["team"]
    if not material.pictures:
        del most["picture"], most["picture-full"]
    elif len(material.pictures) == 1:
        del most["picture-full"]
    if material.led:
        most = {kind: number for kind, number in most.items() if kind in _ON_DATA}
    return {"bullets": max(2, round(content * _BULLETS_SHARE)), **most}


def evened(claims: Sequence[Claim], most: dict[str, int]) -> list[str]:
    """A kind for every claim: the wish where the mix allows it, else what the words ask for.

    Never three slides of bullets in a row, never two of another kind, and of none more than
    `most` says; where that leaves nothing, bullets.
    """
    chosen: list[str] = []
    used: Counter[str] = Counter()
    for claim in claims:
        kind = _fitting(claim, most, used, chosen)
        chosen.append(kind)
        used[kind] += 1
    return chosen


def _fitting(claim: Claim, most: dict[str, int], used: Counter[str], before: Sequence[str]) -> str:
    def free(kind: str) -> bool:
        if used[kind] >= most.get(kind, 0):
            return False
        if kind == "bullets":
            return list(before[-2:]) != ["bullets", "bullets"]
        return not before or before[-1] != kind

    asked = [kind for kind in cued(claim.text) if free(kind)]
    if (
        claim.kind != "bullets"
        and free(claim.kind)
        and (claim.kind in asked or used[claim.kind] == 0)
    ):
        return claim.kind
    if asked and (claim.kind != "bullets" or not free("bullets")):
        return asked[0]
    if free("bullets"):
        return "bullets"
    left = sorted((kind for kind in _FREE if free(kind)), key=lambda kind: used[kind])
    return left[0] if left else "bullets"


def evidenced(
    claims: Sequence[str], kinds: Sequence[str], known: Known, most: dict[str, int]
) -> list[str]:
    """The kinds, with a slide for what the brief quotes, counts or names, if there is room.

    It takes the place of the plainest slide whose claim is nearest.
    """
    made = list(kinds)
    if len(made) < _ROOMY:
        return made
    quoted = " ".join(said for said, _ in quotations(known.all, known.brief.language))
    counted = " ".join(figure.sentence for figure in comparable(figures(known.all)))
    named = " ".join(people(known.said, known.brief.language))
    for kind, text in (("quote", quoted), ("chart", counted), ("team", named)):
        plain = [i for i, other in enumerate(made) if other in _PLAIN]
        if kind in most and kind not in made and text and plain:
            near = {i: len(set(terms(claims[i])) & set(terms(text))) for i in plain}
            made[max(plain, key=lambda i: near[i])] = kind
    return made


def cued(claim: str) -> list[str]:
    """The kinds that the words of a claim ask for, the rarer first."""
    found = [k for k, (_, cue) in _CUES.items() if re.search(cue, claim, re.IGNORECASE)]
    return sorted(found, key=lambda kind: -_CUES[kind][0])


def placed(claims: Sequence[str], names: Sequence[str], most: int) -> dict[int, str]:
    """Which claim each of some named things goes with: shared words first, else spread evenly."""
    names = names[:most]
    scores = sorted(
        (
            (-len(set(terms(claim)) & set(terms(name))), index, number)
            for number, name in enumerate(names)
            for index, claim in enumerate(claims)
        )
    )
    found: dict[int, str] = {}
    for score, index, number in scores:
        if score < 0 and index not in found and names[number] not in found.values():
            found[index] = names[number]
    left = [name for name in names if name not in found.values()]
    free = [index for index in range(len(claims)) if index not in found]
    step = len(free) / max(len(left), 1)
    for number, name in enumerate(left[: len(free)]):
        found[free[int((number + 0.5) * step) if step >= 1 else number]] = name
    return found
