"""Counts the English background that a house's vocabulary is held against.

    python scripts/background.py EDITOR_RANKINGS_FOLDER > src/copydesk/styles/background/en.tsv

Half of it are the drafts and edits of salesforce/creativity_eval, half the docstrings of Python's
own library: neither is a house's prose, together they know the common words.
"""

import ast
import gzip
import json
import re
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
ROWS = 3000
HEAD = """\
# English words and how often they occur in a million, half counted over short fiction by writers
# and models (salesforce/creativity_eval, BSD-3-Clause), half over docstrings of Python's library.
"""


def main() -> None:
    """Print the table."""
    halves = [Counter(fiction(Path(sys.argv[1]))), Counter(docstrings())]
    rates: Counter[str] = Counter()
    for half in halves:
        total = half.total()
        for word, times in half.items():
            rates[word] += times * 500_000 / total  # type: ignore[assignment]
    rows = [f"{word}\t{rate:.0f}" for word, rate in rates.most_common(ROWS)]
    sys.stdout.write(HEAD + "\n".join(rows) + "\n")


def fiction(folder: Path) -> Iterator[str]:
    """The words of every draft and edit."""
    for name, keys in (
        ("human_edits", ("draft", "edited")),
        ("lamp_pairs", ("chosen", "rejected")),
    ):
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
            for line in stream:
                row = json.loads(line)
                for key in keys:
                    yield from words(row[key])


def docstrings() -> Iterator[str]:
    """The words of the docstrings of Python's library."""
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8", errors="replace"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                yield from words(ast.get_docstring(node) or "")


def words(text: str) -> Iterator[str]:
    """Words of letters, small, of two letters and more but for a and i."""
    for found in WORD.findall(text.lower().replace("’", "'")):
        if len(found) > 1 or found in "ai":
            yield found


if __name__ == "__main__":
    main()
