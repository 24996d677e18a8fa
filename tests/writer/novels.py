"""A novel in a moment: what several tests of novels begin from."""

import sys
from pathlib import Path
from typing import Any

from tests.support.novelist import Novelist

from copydesk.brief import make_brief
from copydesk.generate.protocol import Generator
from copydesk.writer.form import load_form
from copydesk.writer.novel.writing import NovelWriting
from copydesk.writer.run import RunFolder
from copydesk.writer.store import Memory, Store

ENGLISH = "A lighthouse keeper finds a letter"
CHINESE = "守灯塔的人捡到一封信"
ASKED = {"form": "novel", "seed": 5}


def novel(
    store: Store | None = None,
    *,
    topic: str = ENGLISH,
    chapters: int = 5,
    length: int = 2500,
    generator: Generator | None = None,
    seed: int = 5,
    **more: Any,
) -> NovelWriting:
    """A novel of five chapters of five hundred words."""
    return NovelWriting(
        load_form("novel"),
        make_brief(topic, length=length),
        generator or Novelist(),
        seed=seed,
        chapters=chapters,
        store=Memory() if store is None else store,
        **more,
    )


def main(folder: str, chapters: str, length: str) -> None:
    """Go on with a novel in a folder, for a process that will be killed."""
    with RunFolder(Path(folder), ASKED, resume=True) as store:
        novel(store, chapters=int(chapters), length=int(length)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
