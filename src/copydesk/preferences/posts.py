"""Published posts as samples: the request is rebuilt from what a post says of itself."""

import re
from collections.abc import Iterator
from pathlib import Path

from copydesk.brief import detect_language
from copydesk.findings import Finding
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Sample
from copydesk.preferences.turns import Turns
from copydesk.styles.corpus import Post, read_corpus

_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}-")


def read_posts(path: Path) -> Iterator[Sample | Finding]:
    """A sample for each post of a folder or file.

    Raises:
        DocumentProblem: there is nothing to learn from.
    """
    corpus = read_corpus(path)
    for post in corpus.posts:
        yield Sample(
            prompt=request_for(post),
            completion=post.text,
            place=post.place,
            language=detect_language(post.text),
        )
    for skipped in corpus.skipped:
        yield Finding(code="row-post", place=skipped.place, message=f"it {skipped.reason}")


def request_for(post: Post) -> Turns:
    """What somebody might have asked for to get this post: its title, and what it is about."""
    return request_for_title(post.title or Path(post.place).stem, post.excerpt, post.text)


def request_for_title(title: str, about: str, text: str) -> Turns:
    """A request in the language of the text. A file's name may serve as the title."""
    name = " ".join(_DATE.sub("", title).split()) or title
    if " " not in name and detect_language(name) == "en":  # a file's name, not a title
        name = re.sub(r"[-_]+", " ", name).strip() or name
    if detect_language(text) == "zh":
        lines = [f"请写一篇题为《{name}》的文章。", *([f"内容：{about}"] if about else [])]
    else:
        lines = [f"Write a text with the title “{name}”.", *([f"About: {about}"] if about else [])]
    return (Message("user", "\n".join(lines)),)
