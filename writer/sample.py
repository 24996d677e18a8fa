"""A form's prompts rendered for a sample brief: who edits one sees what the model will read."""

from dataclasses import replace
from typing import Any

from copydesk.brief import Brief, Language
from copydesk.errors import UsageProblem
from copydesk.findings import Finding
from copydesk.writer.context import Context, make_context
from copydesk.writer.form import Form
from copydesk.writer.plan import Plan, Section, section_count

PROMPTS = ("system", "plan", "beats", "draft", "continue", "close", "revise")
_WRITTEN = ("plan", "whole", "lines")
_PLANS: dict[Language, Plan] = {
    "en": Plan(
        "The Second Harvest on the Roof",
        (
            Section(
                "Where the flowers are", "Parks and balconies bloom from March to October.", 230
            ),
            Section(
                "What the roof needs", "A hive asks for shade, water and a neighbour's yes.", 240
            ),
            Section("The first jar", "How to begin with one hive and a beekeeper's help.", 230),
        ),
    ),
    "zh": Plan(
        "屋顶上的第二次收成",
        (
            Section("花在哪里", "公园和阳台从三月开到十月。", 400),
            Section("屋顶要有什么", "蜂箱要有荫凉、水源和邻居的同意。", 400),
            Section("第一罐蜜", "怎样从一个蜂箱、一位养蜂人的指点开始。", 400),
        ),
    ),
}
_TOPICS = {
    "en": ("Why bees move into cities", "people with a balcony"),
    "zh": ("蜜蜂为什么搬进城市", "有阳台的人"),
}
_TEXTS = {"en": "The lindens bloom in June.", "zh": "六月，椴树开花了。"}


def sample_prompt(form: Form, prompt: str, *, language: Language = "en", kind: str = "") -> str:
    """A prompt of the form as the model would read it, for a brief on bees.

    A planned form's draft prompt is that of the second of three sections.

    Raises:
        UsageProblem: the form is not written in this way, or in one piece, without a plan.
        UnknownName: the form has no such kind.
        TemplateProblem: the prompt is broken.
    """
    if form.settings.kind not in _WRITTEN:
        raise UsageProblem(
            f"The prompts of {form.name} need a text or a book to be shown for.",
            f"read the files: copydesk forms show {form.name}",
        )
    brief = _brief(form, language, planned=prompt in ("plan", "beats"))
    context = make_context(form, brief, kind=kind)
    return context.render(f"{prompt}.j2", **_values(context, prompt))


def _brief(form: Form, language: Language, *, planned: bool) -> Brief:
    """The sample brief, long enough to be planned where that is asked for."""
    topic, audience = _TOPICS[language]
    brief = Brief(topic, language, audience)
    if not planned:
        return brief
    settings = form.settings
    floor = settings.whole_below_zh if language == "zh" else settings.whole_below
    brief = replace(brief, length=max(form.length(brief), floor))
    if not form.planned(brief):
        raise UsageProblem(
            f"{form.name} is written in one piece, without a plan.",
            f"copydesk forms show {form.name} --prompt draft",
        )
    return brief


def _values(context: Context, prompt: str) -> dict[str, Any]:
    """What the prompt is given besides brief, kind, sources, style and unit."""
    form, brief = context.form, context.brief
    length = form.length(brief)
    planned = form.planned(brief)
    plan = _PLANS[brief.language] if planned else None
    section = plan.sections[1] if plan else None
    text = _TEXTS[brief.language]
    words = section.words if section else length
    finding = Finding(code="sample", place="line 1", message=text, fix=text)
    place = {"plan": plan, "section": section, "number": 2 if plan else 1, "words": words}
    sections = section_count(length, brief.language, form.settings.sections)
    values: dict[str, dict[str, Any]] = {
        "system": {},
        "plan": {
            "length": length,
            "sections": sections,
        },
        "beats": place | {"beats": 2},
        "draft": place
        | {"beat": "", "beats": (), "beat_number": 1, "previous": text if plan else ""}
        | {"first": not plan, "last": not plan}
        | _lines(form),
        "continue": {"words": 80, "last": False},
        "close": {"words": 30, "last": True},
        "revise": {"text": text, "findings": (finding,), "section": section, "words": words},
    }
    return values[prompt]


def _lines(form: Form) -> dict[str, Any]:
    return {"variants": form.settings.variants} if form.settings.kind == "lines" else {}
