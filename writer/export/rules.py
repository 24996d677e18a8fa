"""What our Markdown has beside CommonMark: footnotes, emphasis in Chinese, a bound on nesting."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from copydesk.writer.export.letters import is_wide

DEEPEST = 40  # lists and quotations inside one another; what lies deeper is a plain paragraph
_DEFINITION = re.compile(r"\[\^([^\]\s]{1,100})\]:[ \t]*")
_BRACKETS = re.compile(r"(?:!?\[){30,}")
_REFERENCE = re.compile(r"\[\^([^\]\s]{1,100})\]")


def add_rules(parser: MarkdownIt) -> None:
    """Teach a parser footnotes, Chinese emphasis, and where to stop.

    Definitions go into `env["notes"]`: label → Markdown; references become `note_ref` tokens
    with the label in `meta`.
    """
    parser.block.ruler.before("table", "deep", _deep)
    parser.block.ruler.before(
        "reference", "note", _definition, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    parser.inline.ruler.before("link", "note_ref", _reference)
    parser.inline.ruler.before("note_ref", "brackets", _brackets)
    parser.inline.ruler.at("emphasis", _emphasis)


def _deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """All lines that lie too deep, as one paragraph: the parser itself would drop them."""
    if state.level < DEEPEST or silent:
        return False
    state.line = end
    state.push("paragraph_open", "p", 1)
    token = state.push("inline", "", 0)
    token.content = state.getLines(start, end, state.blkIndent, False).strip()
    token.children = []
    state.push("paragraph_close", "p", -1)
    return True


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[^label]: text`, with what is indented below it."""
    if state.is_code_block(start):
        return False
    line = _line(state, start)
    found = _DEFINITION.match(line)
    if not found:
        return False
    if silent:
        return True
    after = _end_of_note(state, start + 1, end)
    rest = state.getLines(start + 1, after, state.blkIndent + 4, False) if after > start + 1 else ""
    notes = state.env.setdefault("notes", {})
    notes.setdefault(found[1], f"{line[found.end() :]}\n{rest}".strip())
    state.line = after
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _end_of_note(state: StateBlock, line: int, end: int) -> int:
    """The first line after a note that began above `line`."""
    after, blank = line, False
    while line < end:
        if state.isEmpty(line):
            blank = True
        elif state.sCount[line] - state.blkIndent >= 2:
            after = line + 1
        elif blank or _interrupts(state, line, end):
            break
        else:
            after = line + 1
        line += 1
    return after


def _interrupts(state: StateBlock, line: int, end: int) -> bool:
    if state.sCount[line] < state.blkIndent or _DEFINITION.match(_line(state, line)):
        return True
    return any(rule(state, line, end, True) for rule in state.md.block.ruler.getRules("paragraph"))


def _brackets(state: StateInline, silent: bool) -> bool:
    """A run of brackets that open no link: each would be looked after to the text's end."""
    found = _BRACKETS.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True


def _reference(state: StateInline, silent: bool) -> bool:
    found = _REFERENCE.match(state.src, state.pos)
    if not found or found[1] not in state.env.get("notes", {}) or state.env.get("in_note"):
        return False
    if not silent:
        state.push("note_ref", "", 0).meta = {"label": found[1]}
    state.pos = found.end()
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Asterisks and underscores, also where Chinese has no space for CommonMark to go by."""
    marker = state.src[state.pos]
    if silent or marker not in "_*":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    may_open, may_close = scanned.can_open, scanned.can_close
    before = state.src[state.pos - 1 : state.pos] or " "
    after = state.src[state.pos + scanned.length : state.pos + scanned.length + 1] or " "
    if marker == "*" and (is_wide(before) or is_wide(after)):
        may_open, may_close = not after.isspace(), not before.isspace()
    for _ in range(scanned.length):
        token = state.push("text", "", 0)
        token.content = marker
        place = len(state.tokens) - 1
        state.delimiters.append(
            Delimiter(ord(marker), scanned.length, place, -1, open=may_open, close=may_close)
        )
    state.pos += scanned.length
    return True
