"""The kinds of Vale rules, each carried over into the rules of a style as far as these reach."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from copydesk.styles.vale_regex import Untranslatable, checked, translate

_LONGEST = 3_400  # characters of one expression; a style may hold 4,000
_LITERAL = re.compile(r"[\w'’&+,./-]+(?: [\w'’&+,./-]+)*")
_PLAIN = re.compile(r"[\w'’-]+(?: [\w'’-]+)*")
_TEXT_SCOPES = {"text", "summary", "sentence", "paragraph", "list", "blockquote", "table"}
_PLACE = re.compile(r"%(?:\[(\d)\])?[sdqv]")
_QUOTED_PLACE = re.compile(r"[\"'“‘`]%(?:\[\d\])?[sdqv][\"'”’`]|%(?:\[\d\])?[sdqv]")


@dataclass(frozen=True)
class Check:
    """A pattern of the style to be."""

    pattern: str
    message: str
    code: str
    replace: str | None = None


@dataclass
class Carried:
    """What one rule becomes.

    Attributes:
        settings: (table, key) → value of `style.toml`.
        reason: what is lost, or "".
        advice: a line for the guide.
    """

    checks: list[Check] = field(default_factory=list)
    preferred: dict[str, str] = field(default_factory=dict)
    settings: dict[tuple[str, str], int | bool | str] = field(default_factory=dict)
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True)
class ValeRule:
    """A rule as its file says it; every scalar is a text."""

    name: str
    values: Mapping[str, Any]

    def text(self, key: str) -> str:
        """A text, or "" where there is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> list[str]:
        """A list of texts; one text alone is a list of one."""
        value = self.values.get(key)
        if isinstance(value, str):
            return [value]
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def flag(self, key: str) -> bool:
        """Whether something is set to true."""
        return self.text(key).lower() in ("true", "yes", "on")

    def number(self, key: str) -> int:
        """A whole number; 0 where there is none."""
        text = self.text(key)
        return int(text) if re.fullmatch(r"\d{1,6}", text) else 0

    @property
    def action(self) -> str:
        """What Vale's own fix does."""
        action = self.values.get("action")
        return str(action.get("name", "")) if isinstance(action, dict) else ""

    @property
    def mends(self) -> bool:
        """Whether a machine may mend it: replaced by Vale, too, and no mere suggestion."""
        return self.action == "replace" and self.text("level") in ("error", "warning")

    @property
    def advice(self) -> str:
        """The message as a line of a guide; "" where it speaks of the match."""
        return "" if _PLACE.search(self.text("message")) else self.message()

    def message(self, *told: str) -> str:
        """The message, with what is known in its places and "this" where the match would be."""
        text = self.text("message") or "Against the style."
        for known in told:
            text = _PLACE.sub(lambda _m, known=known: known, text, count=1)  # type: ignore[misc]
        text = _QUOTED_PLACE.sub("this", text).replace("%%", "%")
        text = " ".join(text.split())[:400] or "Against the style."
        return text[0].upper() + text[1:]


def carry(rule: ValeRule) -> Carried:
    """Carry one rule over.

    Raises:
        Untranslatable: it cannot be; the reason is a clause that follows the rule's name.
    """
    kind = rule.text("extends").lower()
    if kind in _NEVER:
        raise Untranslatable(_NEVER[kind])
    if kind not in _KINDS:
        raise Untranslatable(f"the kind {kind[:40]!r} is unknown" if kind else "it extends nothing")
    try:
        return _KINDS[kind](rule)
    except Untranslatable:
        setting = _EQUIVALENT.get(rule.name.rpartition(".")[2].lower())
        if setting is None:
            raise
        table, key, value = setting
        return Carried(settings={(table, key): value}, advice=rule.advice)


# Rules that go by these names everywhere, and mean what a style says in a word.
_EQUIVALENT: dict[str, tuple[str, str, bool | str]] = {
    "oxfordcomma": ("marks", "oxford_comma", "yes"),
    "semicolon": ("marks", "semicolons", False),
    "headingpunctuation": ("headings", "final_period", False),
}

_NEVER = {
    "consistency": "it compares places of a whole text, and patterns see a line at a time",
    "conditional": "it compares places of a whole text, and patterns see a line at a time",
    "metric": "it computes a formula over the whole text",
    "readability": "it computes a formula over the whole text",
    "spelling": "it needs a dictionary",
    "script": "it runs a program",
    "sequence": "it needs parts of speech",
}


def _existence(rule: ValeRule) -> Carried:
    scope = _scope(rule)
    if scope == "heading":
        return _heading_existence(rule)
    tokens, raw = rule.texts("tokens"), "".join(rule.texts("raw"))
    if not tokens and not raw:
        raise Untranslatable("it has no tokens")
    before, after = ("", raw) if rule.flag("append") else (raw, "")
    exceptions = _exceptions(rule)
    word = tokens and not rule.flag("nonword")
    checks: list[Check] = []
    lost: list[str] = []
    for group in _groups(tokens, lost) if tokens else [""]:
        inner = f"(?:{group})" if tokens else ""
        whole = f"{_scoped(before)}{exceptions}{_edged(inner) if word else inner}{_scoped(after)}"
        checks.append(Check(_cased(rule, whole), rule.message(), rule.name))
    carried = _sound(checks, lost)
    literal = [token for token in tokens if _LITERAL.fullmatch(token)]
    if len(literal) == len(tokens) and not raw and len(tokens) > 1:
        carried.advice = f"{rule.message()} Such as: {', '.join(literal[:12])}."
    else:
        carried.advice = rule.advice
    if scope:
        carried.reason = "; ".join(filter(None, (carried.reason, scope)))
    return carried


def _heading_existence(rule: ValeRule) -> Carried:
    """Of what headings must not hold, a full stop at the end is the one that a style can say."""
    tokens = [*rule.texts("tokens"), *rule.texts("raw")]
    ends = [token for token in tokens if token.endswith("$") and "." in token]
    if not ends or len(ends) < len(tokens):
        raise Untranslatable("it looks at headings alone, and patterns look at all text")
    reason = "of the marks at a heading's end, full stops alone" if "?" in ends[0] else ""
    return Carried(
        settings={("headings", "final_period"): False}, reason=reason, advice=rule.advice
    )


def _substitution(rule: ValeRule) -> Carried:
    swap = rule.values.get("swap")
    pairs = list(swap.items()) if isinstance(swap, dict) else []
    pairs = [(k, v) for k, v in pairs if isinstance(k, str) and isinstance(v, str)]
    if not pairs:
        raise Untranslatable("it has no swap")
    if _scope(rule) == "heading":
        raise Untranslatable("it looks at headings alone, and patterns look at all text")
    whole = Carried()
    lost = list[str]()
    for key, value in pairs:
        if _is_preferred(rule, key, value):
            whole.preferred[key] = value
            continue
        try:
            whole.checks += _swaps(rule, key, value)
        except Untranslatable as problem:
            lost.append(f"{key[:40]!r}: {problem}")
    if not whole.checks and not whole.preferred:
        raise Untranslatable(lost[0])
    if lost:
        whole.reason = f"without {len(lost)} of {len(pairs)} words: {'; '.join(lost[:2])}"
    shown = [f"{v} (not {k})" for k, v in pairs if _PLAIN.fullmatch(k) and v][:12]
    whole.advice = f"Write {', '.join(shown)}." if shown else ""
    return whole


def _is_preferred(rule: ValeRule, key: str, value: str) -> bool:
    """Whether a pair is two plain phrases that a machine may swap in any case of letters."""
    plain = _PLAIN.fullmatch(key) and _PLAIN.fullmatch(value) and key.lower() != value.lower()
    return bool(plain) and rule.mends and rule.flag("ignorecase") and len(key) > 1


def _swaps(rule: ValeRule, key: str, value: str) -> Iterator[Check]:
    """One check for a pair; two, small and large, where it can be mended in either case."""
    inner = f"(?:{translate(key, grouping=False)})"
    pattern = _edged(inner) if not rule.flag("nonword") else inner
    alternatives = [one.strip() for one in value.split("|")]
    said = " or ".join(alternatives)
    if not said:
        raise Untranslatable("it says nothing to write instead")
    as_it_should = "|".join(re.escape(one) for one in alternatives)
    pattern = f"(?!(?-i:{as_it_should})(?!\\w)){_exceptions(rule)}{pattern}"
    message = rule.message(said, key) if _LITERAL.fullmatch(key) else rule.message(said)
    cased = _cased(rule, pattern)
    sure = len(alternatives) == 1 and "(" not in value and rule.mends
    if not sure:
        yield Check(checked(cased), message, rule.name)
    elif rule.flag("ignorecase") and value[:1].islower():
        large = value[0].upper() + value[1:]
        yield Check(checked(f"(?=[^A-Z]){cased}"), message, rule.name, _template(value))
        yield Check(checked(f"(?=[A-Z]){cased}"), message, rule.name, _template(large))
    else:
        yield Check(checked(cased), message, rule.name, _template(value))


def _template(text: str) -> str:
    """Text as the replacement of an expression, in which a backslash has a meaning."""
    return text.replace("\\", r"\\")


def _occurrence(rule: ValeRule) -> Carried:
    token, most, scope = rule.text("token"), rule.number("max"), rule.text("scope") or "text"
    if rule.number("min") or not token or "max" not in rule.values:
        raise Untranslatable("it asks for a least number")
    place = {
        "sentence": ("sentences", "longest"),
        "heading": ("headings", "longest"),
    }.get(scope.split(".")[0])
    if _is_word(token) and place and most:
        return Carried(settings={place: most}, advice=rule.advice)
    if scope not in ("sentence", "paragraph") or most > 3:
        raise Untranslatable(f"it counts in the scope {scope[:40]!r}")
    between = "[^.!?。！？]*" if scope == "sentence" else ".*"
    one = f"(?:{translate(token)})"
    pattern = checked(_cased(rule, between.join([one] * (most + 1))))
    return Carried([Check(pattern, rule.message(), rule.name)], advice=rule.advice)


def _is_word(token: str) -> bool:
    try:
        found = re.findall(translate(token), "One two, three.")
    except (re.error, Untranslatable):
        return False
    return len(found) == 3


def _repetition(rule: ValeRule) -> Carried:
    if _scope(rule) == "heading":
        raise Untranslatable("it looks at headings alone, and patterns look at all text")
    tokens = rule.texts("tokens")
    if tokens and any(not _takes_words(token) for token in tokens):
        raise Untranslatable("it repeats something other than words")
    pattern = _cased(rule, r"\b([^\W\d_]+)\s+\1\b")
    message = rule.message()
    return Carried([Check(checked(pattern), message, rule.name, r"\1")])


def _takes_words(token: str) -> bool:
    try:
        return re.fullmatch(translate(token), "word") is not None
    except (re.error, Untranslatable):
        return False


def _capitalization(rule: ValeRule) -> Carried:
    match, scope = rule.text("match"), rule.text("scope")
    case = {"$title": "title", "$sentence": "sentence"}.get(match)
    if case is None or not scope.startswith("heading"):
        raise Untranslatable(
            f"it asks for {match[:40]!r} in the scope {scope[:40]!r}; a style can ask headings for "
            "sentence or title case"
        )
    names = rule.texts("exceptions")
    reason = f"without its list of {len(names)} names" if names else ""
    return Carried(
        settings={("headings", "case"): case}, reason=reason, advice=f"Set headings in {case} case."
    )


_KINDS: dict[str, Callable[[ValeRule], Carried]] = {
    "existence": _existence,
    "substitution": _substitution,
    "occurrence": _occurrence,
    "repetition": _repetition,
    "capitalization": _capitalization,
}


def _scope(rule: ValeRule) -> str:
    """ "heading", or a word on how the scope is widened, or "" where nothing changes.

    Raises:
        Untranslatable: the scope is markup or code, which patterns do not see.
    """
    scopes = [scope.split(".")[0] for scope in rule.texts("scope")] or ["text"]
    if scopes == ["heading"]:
        return "heading"
    seen = [scope for scope in scopes if scope in _TEXT_SCOPES]
    if any(scope.startswith("~") for scope in scopes) or "&" in " ".join(scopes):
        return f"for all text instead of {', '.join(scopes)[:60]}"
    if not seen:
        raise Untranslatable(f"it looks at {', '.join(scopes)[:60]}, which patterns do not see")
    narrow = [scope for scope in scopes if scope in ("list", "blockquote", "table", "heading")]
    return f"for all text instead of {', '.join(scopes)[:60]}" if narrow else ""


def _groups(tokens: list[str], lost: list[str]) -> Iterator[str]:
    """Tokens joined by "or", in groups that are short enough; those that cannot be are lost."""
    group, size = list[str](), 0
    for token in tokens:
        try:
            part = translate(token)
            checked(f"(?:{part})x")
        except Untranslatable as problem:
            lost.append(f"{token[:40]!r}: {problem}")
            continue
        if size + len(part) > _LONGEST and group:
            yield "|".join(group)
            group, size = [], 0
        group.append(part)
        size += len(part) + 1
    if group:
        yield "|".join(group)


def _sound(checks: list[Check], lost: list[str]) -> Carried:
    """The checks that a style may hold.

    Raises:
        Untranslatable: none is.
    """
    kept = list[Check]()
    for check in checks:
        try:
            kept.append(Check(checked(check.pattern), check.message, check.code, check.replace))
        except Untranslatable as problem:
            lost.append(str(problem))
    if not kept:
        raise Untranslatable(lost[0] if lost else "nothing of it is left")
    return Carried(kept, reason=f"without {'; '.join(lost[:3])}" if lost else "")


def _scoped(raw: str) -> str:
    return translate(raw)


def _edged(inner: str) -> str:
    return rf"\b{inner}\b"


def _cased(rule: ValeRule, pattern: str) -> str:
    return f"(?i:{pattern})" if rule.flag("ignorecase") else pattern


def _exceptions(rule: ValeRule) -> str:
    """A look ahead past what is allowed after all."""
    names = [re.escape(one) for one in rule.texts("exceptions")][:200]
    return f"(?!(?:{'|'.join(names)})(?!\\w))" if names else ""
