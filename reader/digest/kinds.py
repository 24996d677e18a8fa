"""What sort of document it is, told by the words that its sort uses; a small model guesses."""

import re
from collections.abc import Sequence
from pathlib import PurePath

from copydesk.brief import Language
from copydesk.reader.digest.source import Source

_READ = 30_000  # characters
_MOST = 4  # times that one cue counts
_SURE, _CLEAR = 6, 1.5  # points that decide, and how far before the next
_LIKELY = 3  # kinds that a model chooses from
_ROWS = 0.7  # share of passages that makes a table of a document
_SLIDES = {"en": "presentation", "zh": "演示文稿"}
_TABLES = {"en": "data table", "zh": "数据表"}

_CUES: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "scientific paper": (
            *(r"\babstract\b", r"\breferences\b", r"\bet al\.", r"\b(?:in )?this paper\b"),
            *(r"\bwe (?:propose|present|show)\b", r"\brelated work\b", r"\bbaselines?\b"),
            *(r"\bexperiments?\b", r"\bdoi\b|arxiv"),
        ),
        "survey report": (
            *(r"\bsurveys?\b", r"\brespondents?\b", r"\binterview\w*\b", r"\bpercentage points?\b"),
            *(r"\bsampling error\b|\bmargin of error\b", r"\d% of\b", r"\bquestionnaire\b"),
            r"\b(?:say|said) they\b",
        ),
        "business report": (
            *(r"\brevenues?\b", r"\bfiscal\b", r"\bshareholders?\b", r"\bnet income\b|\bebitda\b"),
            *(r"\bannual report\b", r"\bquarter\b", r"\bmarket share\b", r"\boperating\b"),
        ),
        "contract": (
            *(r"\bagreement\b", r"\bpart(?:y|ies)\b", r"\bhere(?:by|in|to|inafter|under)\b"),
            *(r"\bshall\b", r"\bterminat\w+\b", r"\bliabilit\w+\b", r"\bgoverning law\b"),
            r"\bin witness whereof\b",
        ),
        "court decision": (
            *(r"\bcourt\b", r"\b(?:plaintiff|defendant|appell\w+|petitioner)s?\b", r"\bv\. "),
            *(r"\b(?:affirm|revers|remand)\w*\b", r"\b(?:judgment|opinion|holding)\b"),
            *(r"\bcounsel\b", r"\bjudge\b|\bjustice\b", r"§"),
        ),
        "law or regulation": (
            *(r"\barticle \d", r"\bsection \d", r"\bshall\b", r"\b(?:enacted|amended|repealed)\b"),
            *(r"\bpursuant to\b", r"\bregulations?\b", r"\bsubsection\b", r"\bthis act\b"),
        ),
        "manual": (
            *(r"\b(?:press|click|tap) (?:the|on)\b", r"\binstall\w*\b", r"\b(?:warning|caution)\b"),
            *(
                r"\bstep \d",
                r"\b(?:user guide|user manual|manual)\b",
                r"\b(?:button|menu|settings)\b",
            ),
            r"\btroubleshooting\b",
        ),
        "course description": (
            *(r"\bcourse\b", r"\bstudents?\b", r"\b(?:assignment|homework)s?\b", r"\bunit \d"),
            *(r"\bprerequisites?\b", r"\b(?:grading|grade level|credits?)\b", r"\btextbooks?\b"),
            r"\b(?:syllabus|curriculum)\b",
        ),
        "minutes": (
            *(r"\bminutes of\b", r"\b(?:present|apologies|attendees)\s?:", r"\bagenda\b"),
            *(r"\bmotion (?:was )?(?:carried|passed|seconded)\b", r"\bthe meeting\b"),
            r"\baction items?\b",
        ),
        "letter": (r"\bdear \w", r"\b(?:sincerely|yours (?:truly|faithfully))\b", r"\bregards\b"),
        "report": (
            *(r"\breport\b", r"\bexecutive summary\b", r"\brecommend\w*\b", r"\bkey findings\b"),
            r"\bfindings\b",
        ),
    },
    "zh": {
        "学术论文": (
            "摘要",
            "关键词",
            "参考文献",
            "本文",
            "实验",
            "我们提出",
            "相关工作",
            "算法|模型",
        ),
        "调查报告": ("调查", "受访者?", "问卷", "样本", "访谈", "百分点", "满意度"),
        "商业报告": ("营业收入|营收", "净利润", "股东", "季度", "市场份额", "同比"),
        "合同": ("合同|协议", "甲方", "乙方", "双方", "违约", "应当", "签订|签署", "生效"),
        "法院判决": ("法院", "原告", "被告", "判决", "上诉", "诉讼", "审判"),
        "法律法规": (r"第[一二三四五六七八九十百\d]+条", "应当", "不得", "规定", "施行", "依照"),
        "使用手册": ("点击|按下", "安装", "警告|注意事项", "步骤", "说明书|手册", "按钮|菜单"),
        "课程说明": ("课程", "学生", "作业", "学分", "教材", "教学", "考核"),
        "会议纪要": ("会议", "纪要", "出席|参会", "议程", "决定|决议", "主持"),
        "报告": ("报告", "建议", "结果", "概述|概要", "试点|项目"),
    },
}


def likely(source: Source) -> list[str]:
    """The kinds that a document may be of, the likeliest first; one where that is plain."""
    language = source.language
    suffix = PurePath(source.document.name).suffix.lower()
    if suffix in (".pptx", ".ppt", ".odp"):
        return [_SLIDES[language]]
    passages = source.document.passages
    if sum(p.kind == "row" for p in passages) > _ROWS * len(passages):
        return [_TABLES[language]]
    scores = {kind: _score(cues, _beginning(source)) for kind, cues in _CUES[language].items()}
    ranked = sorted((kind for kind in scores if scores[kind] > 1), key=lambda k: -scores[k])
    if len(ranked) < 2:
        return ranked
    first, second = (scores[kind] for kind in ranked[:2])
    return ranked[:1] if first >= max(_SURE, _CLEAR * second) else ranked[:_LIKELY]


def _beginning(source: Source) -> str:
    headings = [p.text for p in source.document.passages if p.kind == "heading"]
    said: list[str] = [source.document.title, *headings]
    size = 0
    for passage in source.document.passages:
        said.append(passage.text)
        size += len(passage.text)
        if size > _READ:
            break
    return "\n".join(said)


def _score(cues: Sequence[str], text: str) -> float:
    """Points: one for each cue, and a little more where it comes again."""
    found = [min(_MOST, len(re.findall(cue, text, re.IGNORECASE))) for cue in cues]
    return sum(1 + 0.25 * (count - 1) for count in found if count)
