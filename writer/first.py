"""What a model would be asked first about a text, without one: for whoever wants to look."""

from copydesk.writer.context import make_context
from copydesk.writer.making import TRANSFORMS, Wanted
from copydesk.writer.plan import section_count
from copydesk.writer.transform.preview import first_prompt as first_of_transform

_USUAL_CHAPTERS = 12


def first_prompt(wanted: Wanted) -> str:
    """System message, blank line, first prompt.

    Raises:
        CopydeskError: a template is broken, or there is no text to work on.
    """
    form, brief = wanted.form, wanted.brief
    kind = form.settings.kind
    if kind in TRANSFORMS:
        return first_of_transform(form, brief, glossary=wanted.glossary, style=wanted.manner.style)
    context = make_context(
        form, brief, kind=wanted.kind, style=wanted.manner.style, documents=wanted.documents
    )
    length = form.length(brief)
    if kind == "novel":
        chapters = wanted.chapters or form.settings.chapters or _USUAL_CHAPTERS
        prompt = context.render("premise.j2", length=length, chapters=chapters)
    elif form.planned(brief):
        sections = section_count(length, brief.language, form.settings.sections)
        prompt = context.render("plan.j2", length=length, sections=sections)
    else:
        prompt = context.render_whole(length, wanted.variants or form.settings.variants)
    return f"{context.system}\n\n{prompt}"
