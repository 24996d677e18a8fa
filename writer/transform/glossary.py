"""A house's glossary: which words to use for which, read from a file, found in a text, checked."""

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from copydesk.brief import Language, clean_text, detect_language
from copydesk.errors import UsageProblem

_LARGEST = 4_000_000  # bytes
_MOST_TERMS = 50_000
_LONGEST_TERM = 200  # characters
_HINT = "a glossary is a .csv, .tsv, .yaml, .toml or .json file of source and target terms"
_HEADERS = {("source", "target"), ("term", "translation"), ("from", "to"), ("原文", "译文")}
_LANGUAGE_NAMES = {"en", "zh", "english", "chinese", "英文", "中文", "zh-cn", "en-us"}
_FIRST_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Glossary:
    """Terms, source → target; longer terms are found before shorter ones that they hold."""

    terms: Mapping[str, str]
    _starts: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for term in sorted(self.terms, key=lambda term: (-len(term), term)):
            self._starts.setdefault(_start(term), []).append(term)

    def inside(self, text: str) -> list[tuple[str, str]]:
        """The terms that occur in a text with their targets, longest first, none inside another."""
        folded, taken = text.casefold(), [False] * (len(text.casefold()) + 1)
        found: dict[str, str] = {}
        for term in self._candidates(folded):
            for begin, end in _places(term, folded):
                if not any(taken[begin:end]):
                    taken[begin:end] = [True] * (end - begin)
                    found[term] = self.terms[term]
        return list(found.items())

    def toward(self, language: Language) -> "Glossary":
        """The glossary for translating into a language: turned round if made the other way."""
        if not self.terms:
            return self
        against = sum(
            detect_language(source) == language != detect_language(target)
            for source, target in self.terms.items()
        )
        if against * 2 <= len(self.terms):
            return self
        turned: dict[str, str] = {}
        for source, target in self.terms.items():
            turned.setdefault(target, source)
        return Glossary(turned)

    def _candidates(self, folded: str) -> list[str]:
        starts = {found[0] for found in _FIRST_WORD.finditer(folded)} | set(folded)
        terms = {term for start in starts for term in self._starts.get(start, ())}
        return sorted(terms, key=lambda term: (-len(term), term))


def read_glossary(path: Path) -> Glossary:
    """Read a glossary file; its extension says what it is.

    Raises:
        UsageProblem: it is missing, too large, not what its name says, or contradicts itself.
    """
    return make_glossary(_pairs(path, _content(path)), path.name)


def make_glossary(pairs: Sequence[tuple[str, str]], name: str = "glossary") -> Glossary:
    """Terms with their targets, refused where they contradict each other.

    Raises:
        UsageProblem: an empty term, two targets for one term, terms that lead back to themselves,
            or too many.
    """
    if len(pairs) > _MOST_TERMS:
        raise UsageProblem(
            f"{name} holds {len(pairs):,} terms; {_MOST_TERMS:,} is the most.",
            "keep the terms that this text needs",
        )
    terms: dict[str, str] = {}
    folded: dict[str, str] = {}
    for number, (raw_source, raw_target) in enumerate(pairs, 1):
        source, target = _term(raw_source), _term(raw_target)
        _check(name, number, source, target)
        other = folded.setdefault(source.casefold(), target)
        if other != target:
            raise UsageProblem(
                f"{name} gives two targets for {source!r}: {other!r} and {target!r}.",
                "keep one of them",
            )
        terms.setdefault(source, target)
    _refuse_cycles(folded, name)
    return Glossary(terms)


def _content(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise UsageProblem(
            f"The glossary {path} cannot be read: {error.strerror}.", _HINT
        ) from None
    if len(content) > _LARGEST:
        raise UsageProblem(
            f"The glossary {path} is larger than {_LARGEST // 1_000_000} MB.",
            "keep the terms that this text needs",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(f"The glossary {path} is not text in UTF-8.", _HINT) from None


def _pairs(path: Path, text: str) -> list[tuple[str, str]]:
    try:
        match path.suffix.lower():
            case ".csv" | ".txt":
                return list(_rows(text, ";" if text.count(";") > text.count(",") else ","))
            case ".tsv" | ".tab":
                return list(_rows(text, "\t"))
            case ".yaml" | ".yml":
                return list(_entries(_yaml(text)))
            case ".toml":
                return list(_entries(_toml(text)))
            case ".json":
                return list(_entries(_json(text)))
    except (csv.Error, yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageProblem(f"The glossary {path} cannot be read: {reason}.", _HINT) from None
    raise UsageProblem(f"The glossary {path} has an unknown kind of name.", _HINT)


def _rows(text: str, delimiter: str) -> Iterator[tuple[str, str]]:
    """The first two fields of each line; a line of names at the top and comments are left out."""
    for row in csv.reader(io.StringIO(text), delimiter=delimiter):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#"):
            continue
        if len(cells) < 2:
            raise ValueError(f"the line {delimiter.join(row)[:60]!r} has one field, not two")
        names = (cells[0].lower(), cells[1].lower())
        if names in _HEADERS or set(names) <= _LANGUAGE_NAMES:
            continue
        yield cells[0], cells[1]


def _entries(data: Any) -> Iterator[tuple[str, str]]:
    """Pairs out of a table of terms, or a list of tables with source and target.

    A table is the list of its pairs, so that a term given twice is seen.
    """
    if isinstance(data, _Table):
        inner = dict(data).get("terms")
        if isinstance(inner, list):
            yield from _entries(inner)
            return
        for source, target in data:
            yield _word(source), _word(target)
    elif isinstance(data, list):
        for entry in data:
            known = dict(entry) if isinstance(entry, _Table) else {}
            if not {"source", "target"} <= set(known):
                raise ValueError("every entry needs source and target")
            yield _word(known["source"]), _word(known["target"])
    elif data is not None:
        raise ValueError("it is neither a table of terms nor a list of them")


class _Table(list[tuple[str, Any]]):
    """The pairs of a table, as they stand in the file."""


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_Table)


def _toml(text: str) -> Any:
    def listed(value: Any) -> Any:
        if isinstance(value, dict):
            return _Table((key, listed(item)) for key, item in value.items())
        return [listed(item) for item in value] if isinstance(value, list) else value

    return listed(tomllib.loads(text))


def _yaml(text: str) -> Any:
    """The file's nodes rather than its values: a bare `no` or `12` is a term like any other."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    def listed(node: Any, depth: int = 0) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if depth > 3:
            raise ValueError("it is nested too deeply")
        if isinstance(node, yaml.SequenceNode):
            return [listed(item, depth + 1) for item in node.value]
        return _Table((str(key.value), listed(item, depth + 1)) for key, item in node.value)

    root = yaml.compose(text, Loader=loader)
    return None if root is None else listed(root)


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{str(value)[:40]!r} is not a text: write it in quotes")
    return value


def _term(text: str) -> str:
    return " ".join(clean_text(text).split())


def _check(name: str, number: int, source: str, target: str) -> None:
    if not source or not target:
        raise UsageProblem(
            f"Term {number} of {name} is empty on one side: {source or target!r}.",
            "give both, or take the line out",
        )
    if max(len(source), len(target)) > _LONGEST_TERM:
        raise UsageProblem(
            f"Term {number} of {name} is longer than {_LONGEST_TERM} characters.",
            "a glossary holds terms, not sentences",
        )


def _refuse_cycles(terms: Mapping[str, str], name: str) -> None:
    """Refuse a → b → a: no text could satisfy it. A term that stays itself (a → a) is fine."""
    done: set[str] = set()
    for first in terms:
        chain: dict[str, None] = {}
        term = first
        while term in terms and term not in done and term not in chain:
            chain[term] = None
            follows = terms[term].casefold()
            if follows == term:
                break
            term = follows
        if term in chain and terms[term].casefold() != term:
            loop = [*list(chain)[list(chain).index(term) :], term]
            raise UsageProblem(
                f"The terms of {name} go round in a circle: {' → '.join(loop[:6])}.",
                "take one of them out",
            )
        done.update(chain)


def _start(term: str) -> str:
    """What a text must hold for the term to be looked for: a first word, or a first character."""
    folded = term.casefold()
    found = _FIRST_WORD.match(folded)
    return found[0] if found and found[0].isascii() else folded[0]


def _places(term: str, folded: str) -> Iterator[tuple[int, int]]:
    """Where a term stands: whole words in scripts with spaces, anywhere in others."""
    wanted = re.escape(term.casefold())
    before = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", wanted) else ""
    after = r"(?:e?s)?(?![a-z0-9])" if re.search(r"[a-z0-9]$", wanted) else ""
    for found in re.finditer(f"{before}{wanted}{after}", folded):
        yield found.span()
