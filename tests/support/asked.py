"""A small shelf, and a scripted model that takes the reader's steps."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted
from copydesk.library.records import Entry
from copydesk.library.store import Library, open_library

PORT = """# Port of Norvik, annual report 2021

## Summary

In 2021 the port handled 4.8 million tonnes of cargo, 6 % more than in 2020. Fish and timber made
up two thirds of it. Harbour master Inga Solheim retired after 19 years; her successor is Peder Aas.

## Cargo

| Cargo | 2020 | 2021 |
| --- | --- | --- |
| Fish | 1,210 | 1,340 |
| Timber | 1,760 | 1,880 |

## Quays

Shore power is available on quays 1, 2 and 5. The new crane on quay 3 was paid for by a loan of 48
million crowns from the Regional Bank.
"""

METRO = """# 绿洲城地铁2022年报告

## 线路

一号线全长28公里，设22座车站。三号线于2022年9月28日开通，全长17公里，设12座车站。

## 票价

地铁起步价为2元，可乘6公里。65岁以上老人乘坐地铁半价。2022年没有调整票价。
"""


def shelf(folder: Path, **texts: str) -> tuple[Library, list[Entry]]:
    """A library with these documents, by their names without extension."""
    library = open_library(folder / "library.sqlite3")
    entries = []
    for name, text in texts.items():
        path = folder / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        entries.append(library.add(path).entry)
    return library, entries


def step(request: Request) -> str:
    """Which of the reader's steps a request is."""
    assert request.schema is not None
    name = next(iter(request.schema["properties"]))
    return {"passage": "answer", "right": "judge", "question": "follow"}[str(name)]


def said(key: str, *texts: str) -> dict[str, Any]:
    """An answer as the schema has it: the passage's key and the words, or several."""
    return {"passage": key, "answer": list(texts) if len(texts) > 1 else texts[0]}


def model(
    *answers: dict[str, Any],
    judge: str | Callable[[Request], str] = "yes",
    follow: str = "",
) -> Scripted:
    """Answers in order, judges: as a model would that was told what to say.

    A key "@words" is that of the first passage in which the words stand.
    """
    left = iter(answers)

    def speak(request: Request) -> dict[str, Any]:
        match step(request):
            case "answer":
                given = next(left, said("p1", "Not stated."))
                key, text = given["passage"], given["answer"]
                if key.startswith("@"):
                    key = _key(request.messages[1].content, key[1:])
                if _is_list(request) and isinstance(text, str):
                    text = [text]
                return {"passage": key, "answer": text}
            case "follow":
                return {"question": follow}
            case _:
                said_ = judge if isinstance(judge, str) else judge(request)
                allowed = request.schema["properties"]["right"]["enum"] if request.schema else []
                zh = {"yes": "是", "no": "否"}
                return {"right": said_ if said_ in allowed else zh[said_]}

    return Scripted(speak)


def _is_list(request: Request) -> bool:
    assert request.schema is not None
    return "items" in request.schema["properties"]["answer"]


def _key(shown: str, text: str) -> str:
    """The key of the passage in which a text is shown."""
    passages = re.findall(r"^\[(p\d+)\](.*)$", shown, re.MULTILINE)
    return str(next(key for key, passage in passages if text in passage))
