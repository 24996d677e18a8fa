"""Small valid files of every kind, and ways to spoil them: byte, part, node, object.

Everything follows from a `random.Random`, so a seed names a case.
"""

import copy
import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from lxml import etree
from tests.documents.office_files import docx, epub, odf, para, workbook
from tests.documents.sources import deck, pdf, word

from copydesk.documents.passage import Document

_TEXT = "The town counted 1,250 hives in 2024, 养蜂人登记了蜂箱。 "
_HTML = (
    "<!DOCTYPE html><html><head><title>Bees</title><meta charset=utf-8></head><body><nav>Menu</nav>"
    "<main><h1>Bees</h1><p>The town<br>counted &amp; &#x4e2d; hives.</p><h2>Honey</h2><ol start=3>"
    "<li>three<li>four<ul><li>in</ul></ol><table><caption>T</caption><tr><th rowspan=2>A"
    "<th colspan=2>B<tr><th>1<th>2<tr><td>x<td>3<td>4</table>"
    "<figure><figcaption>F</figcaption></figure></main>"
    "<script>var x='<p>'</script><!-- no --><footer hidden>end</footer></body></html>"
)
_MARKDOWN = (
    "---\ntitle: Bees\n---\n# Bees\n\nText *bold* [link](x) `code`.\n\n1. one\n   - in\n\n> quote\n"
    "\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx = 1\n```\n\nHead\n====\n\n[^1]: note\n"
)
_VALUES = [
    "",
    "0",
    "-1",
    "1",
    "65536",
    "2147483648",
    "99999999999999999999",
    "1e999",
    "NaN",
    "A" * 5000,
]
_VALUES += ["../../../../etc/passwd", "%s%n", "&amp;", "\u202e", "蜂", "rId1", "true", " ", "0x7f"]
_BYTES = [
    b"\0",
    b"\xff" * 4,
    b"\xff\xff\xff\x7f",
    b"<",
    b">",
    b"&",
    b'"',
    b"<!--",
    b"]]>",
    b"(",
    b"<<",
]
_BYTES += [
    b">>",
    b"[",
    b"endobj",
    b"stream\n",
    b"endstream",
    b" 0 R",
    b"%%EOF",
    b"PK\x03\x04",
    b"PK\x05\x06",
]
_BYTES += [b"\xef\xbb\xbf", b"\xfe\xff", b"\n\n", b"|", b"`", b"#", b"\x1b[31m", b"\xed\xa0\x80"]


def samples(folder: Path) -> dict[str, bytes]:
    """Valid files by name, made in a folder."""
    heads = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    numbering = (
        '<w:numbering NS><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    sheets = {
        "One": [["Town", "2024", None], [None, "a", "b"], ["Ulm", 1, 2.5]],
        "Two": [["x"], ["y"]],
    }
    lines = ["# Bees", "The town counted its hives, and", "found more than before.", "", "1. Honey"]
    odt = (
        '<text:h text:outline-level="1">One</text:h><text:p>Bees<text:s/>and<text:note>'
        "<text:note-body><text:p>n</text:p></text:note-body></text:note></text:p>"
        '<table:table table:name="T">'
        '<table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-spanned="2">'
        "<text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    body = (
        para("One", "", heads)
        + para(_TEXT)
        + "<w:sdt><w:sdtContent>"
        + para("x")
        + "</w:sdtContent></w:sdt>"
    )
    made = {
        "a.pdf": pdf(folder / "a.pdf", [lines, lines[::-1], ["Three", "words"]], title="Bees"),
        "a.docx": word(folder / "a.docx"),
        "b.docx": docx(folder / "b.docx", body, {"numbering.xml": ("numbering", numbering)}),
        "a.pptx": deck(folder / "a.pptx"),
        "a.xlsx": workbook(folder / "a.xlsx", sheets, merged="B1:C1"),
        "a.epub": epub(
            folder / "a.epub", {"a.xhtml": "<h1>One</h1><p>a</p>", "b.xhtml": "<p>b</p>"}
        ),
        "a.odt": odf(folder / "a.odt", odt),
        "a.ods": odf(folder / "a.ods", odt[odt.index("<table:table ") :], "spreadsheet"),
    }
    texts = {
        "a.html": _HTML.encode(),
        "a.md": _MARKDOWN.encode(),
        "a.txt": (_TEXT * 5 + "\n\n第一章 总则\n\n" + _TEXT).encode("gb18030"),
        "b.txt": _TEXT.encode("utf-16"),
        "a.csv": 'Town;Hives\n"Ulm";"3;1"\nKöln;2\n'.encode(),
    }
    return {name: path.read_bytes() for name, path in made.items()} | texts


def spoiled(rng: random.Random, name: str, held: dict[str, bytes]) -> bytes:
    """A sample with one to four things wrong with it."""
    content = held[name]
    others = [held[other] for other in sorted(held)]
    ways: list[Callable[[random.Random, bytes, Sequence[bytes]], bytes]] = [_bytes]
    if content.startswith(b"PK"):
        ways = [_bytes, _part, _part, _node, _node, _node]
    elif content.startswith(b"%PDF"):
        ways = [_bytes, _object, _object, _object]
    else:
        ways = [_bytes, _token, _token]
    for _ in range(rng.choice((1, 1, 2, 4))):
        content = rng.choice(ways)(rng, content, others)
    return content


def _bytes(rng: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    held = bytearray(content)
    at, end = sorted((rng.randint(0, len(held)), rng.randint(0, len(held))))
    way = rng.randrange(7)
    if way == 0:
        for _ in range(rng.choice((1, 3, 20))):
            if held:
                held[rng.randrange(len(held))] ^= 1 << rng.randrange(8)
    elif way == 1:
        del held[at:]
    elif way == 2:
        del held[at : min(end, at + 200)]
    elif way == 3:
        other = rng.choice(others)
        start = rng.randint(0, len(other))
        held[at : min(end, at + 50)] = other[start : start + rng.choice((4, 100, 5000))]
    elif way == 4:
        held[at:at] = held[at : at + rng.choice((1, 8, 100))] * rng.choice((2, 50, 1000))
    elif way == 5:
        held[at:at] = rng.choice(_BYTES) * rng.choice((1, 2, 5000))
    else:
        held[at : at + 4] = rng.choice(_BYTES)
    return bytes(held)


def _token(rng: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Tags, marks and words moved about."""
    tokens = re.split(rb"(<[^<>]*>|\s+|[|;,#*`\"'])", content)
    for _ in range(rng.choice((1, 3, 10))):
        at, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
        way = rng.randrange(4)
        if way == 0:
            tokens[at] = tokens[other]
        elif way == 1:
            tokens[at : at + 1] = tokens[at : at + rng.choice((1, 5))] * rng.choice((2, 500))
        elif way == 2:
            tokens[at] = rng.choice(_VALUES).encode()
        elif len(tokens) > 1:
            del tokens[at]
    return b"".join(tokens)


def _unzipped(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - it was spoiled before; whatever is wrong with it, it is no zip
        return {}


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name[:200] or "x", content)
    return out.getvalue()


def _part(rng: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """A part spoiled, gone, exchanged or given another's name."""
    parts = _unzipped(content)
    if not parts:
        return _bytes(rng, content, others)
    name, other = rng.choice(sorted(parts)), rng.choice(sorted(parts))
    way = rng.randrange(5)
    if way == 0:
        del parts[name]
    elif way == 1:
        parts[name] = parts[other]
    elif way == 2:
        parts[rng.choice(_VALUES).replace("\0", "")] = parts.pop(name)
    elif way == 3:
        parts[name] = rng.choice((b"", b"<x/>", rng.choice(others)))
    else:
        parts[name] = _bytes(rng, parts[name], others)
    return _zipped(parts)


def _node(rng: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """An XML part that stays well-formed and makes no sense."""
    parts = _unzipped(content)
    names = [n for n in sorted(parts) if n.endswith((".xml", ".rels", ".opf", ".xhtml"))]
    if not names:
        return _bytes(rng, content, others)
    name = rng.choice(names)
    try:
        root = etree.fromstring(parts[name])
    except etree.Error:
        return _part(rng, content, others)
    for _ in range(rng.choice((1, 1, 5))):
        _spoil_node(rng, root)
    parts[name] = etree.tostring(root)
    return _zipped(parts)


def _spoil_node(rng: random.Random, root: etree._Element) -> None:
    nodes = list(root.iter("*"))
    node, other = rng.choice(nodes), rng.choice(nodes)
    way = rng.randrange(7)
    if way == 0 and node.getparent() is not None:
        node.getparent().remove(node)
    elif way == 1 and other not in node.iter() and node is not root:
        other.append(node)
    elif way == 2 and node.attrib:
        node.set(rng.choice(sorted(node.attrib)), rng.choice(_VALUES))
    elif way == 3:
        node.text = rng.choice(_VALUES)
    elif way == 4:
        node.tag = other.tag
    elif way == 5 and len(list(node.iter())) < 50:
        size = len(nodes)
        for _ in range(rng.choice((1, 10, 300))):
            (node if rng.random() < 0.1 else other).append(copy.deepcopy(node))
            size += len(list(node.iter()))
            if size > 20_000:
                return
    else:
        for _ in range(rng.choice((5, 240, 400))):
            node = etree.SubElement(node, other.tag)


def _object(rng: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """A PDF whose objects refer, count and nest as they should not; its table of them is right."""
    objects = re.findall(rb"\d+ \d+ obj\s(.*?)\sendobj", content, re.DOTALL)
    if not objects:
        return _bytes(rng, content, others)
    at = rng.randrange(len(objects))
    body = objects[at]
    way = rng.randrange(8)
    if way == 0:
        objects[at] = objects[rng.randrange(len(objects))]
    elif way == 1:
        objects[at] = _swapped(rng, body, rb"\d+ 0 R", b"%d 0 R" % rng.randint(0, len(objects) + 1))
    elif way == 2:
        objects[at] = _swapped(rng, body, rb"-?\d+(?:\.\d+)?", rng.choice(_VALUES)[:40].encode())
    elif way == 3:
        names = re.findall(rb"/\w+", content)
        objects[at] = _swapped(rng, body, rb"/\w+", rng.choice(names))
    elif way == 4:
        deep = rng.choice((10, 600, 5000))
        objects[at] = _swapped(rng, body, rb"\[|<<|\(", rng.choice((b"[", b"<< /A ", b"(")) * deep)
    elif way == 5:
        objects[at] = _bytes(rng, body, others)
    elif way == 6:
        objects[at] = _swapped(rng, body, rb"\([^()]*\)", b"(" + bytes(rng.randbytes(30)) + b")")
    else:
        operators = [
            b"q ",
            b"Q ",
            b"BT ",
            b"ET ",
            b"T* ",
            b"0 0 0 0 0 0 Tm ",
            b"1e30 0 0 1 0 0 cm ",
        ]
        many = b"".join(rng.choice(operators) for _ in range(rng.choice((3, 300, 20_000))))
        objects[at] = _swapped(rng, body, rb"BT |ET|Tj", many)
    return _pdf(objects)


def _swapped(rng: random.Random, body: bytes, pattern: bytes, new: bytes) -> bytes:
    found = list(re.finditer(pattern, body))
    if not found:
        return body
    one = rng.choice(found)
    return body[: one.start()] + new + body[one.end() :]


def _pdf(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(out)
    )


def check(document: Document) -> None:
    """What holds for every document, whatever it was read from.

    Raises:
        AssertionError: it does not.
    """
    assert document.passages
    for passage in document.passages:
        assert passage.text
        assert passage.text == " ".join(passage.text.split())
        assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e]", passage.text)
        assert 0 <= passage.page <= document.pages
        assert len(passage.text) < 50_000
    assert len(document.labels) in {0, document.pages}
