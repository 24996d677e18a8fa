"""What kind of file something is, as far as its name and its first bytes tell."""

import re
from pathlib import Path

READ = frozenset(
    re.findall(
        r"\S+",
        """
        .pdf .docx .docm .dotx .dotm .pptx .pptm .potx .potm .ppsx .ppsm .xlsx .xlsm .xltx
        .xltm .epub .odt .ott .ods .odp .html .htm .xhtml .md .markdown .mdown .qmd .rmd .txt .text
        .csv .tsv
        """,
    )
)
"""The endings of files that are documents."""

KINDS = "PDF, DOCX, PPTX, XLSX, EPUB, OpenDocument, HTML, Markdown, CSV and plain text can be read"
"""What can be read, for a hint."""

_OTHERS = {
    "picture": ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .heic .svg .ico .psd .ai .eps",
    "sound or video": ".mp3 .wav .flac .ogg .m4a .aac .mp4 .mov .avi .mkv .webm .wmv .m4v",
    "archive": ".zip .tar .gz .tgz .bz2 .xz .7z .rar .zst .jar .whl .iso .dmg",
    "Office format that is not read": ".doc .dot .xls .xlt .ppt .pps .pot .xlsb .rtf .pages "
    ".numbers .key .msg .one .vsdx .mpp .wps .et .dps",
    "program or data": ".py .js .ts .css .c .h .cpp .java .go .rs .sh .bat .ps1 .exe .dll .so "
    ".bin .dat .json .jsonl .xml .yaml .yml .toml .ini .cfg .log .sql .db .sqlite .parquet .ttf "
    ".otf .woff .woff2 .pyc .ipynb .gguf .safetensors .pt",
    "e-mail": ".eml .mbox .pst",
    "e-book of a kind that is not read": ".mobi .azw .azw3 .djvu .fb2 .lit",
}
_OTHER_KIND = {suffix: kind for kind, suffixes in _OTHERS.items() for suffix in suffixes.split()}

PICTURES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"RIFF": "WebP",
}
"""How pictures begin."""

OTHERS = {
    b"{\\rtf": "a file in Rich Text Format",
    b"%!PS": "PostScript",
    b"\x1f\x8b": "a compressed file",
    b"BZh91AY&SY": "a compressed file",
    b"\xfd7zXZ": "a compressed file",
    b"7z\xbc\xaf": "an archive",
    b"Rar!\x1a": "an archive",
    b"SQLite format 3\0": "a database",
    b"ITSF\x03": "a help file (CHM)",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
"""How files begin that would pass for texts, or are known for what they are."""

PDF, ZIP, OLE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PAGE = re.compile(
    r"(?:\s++|<\?xml[^>]*+>|<!--(?>.*?-->))*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
"""How a page of HTML begins."""


def other_kind(path: Path, head: bytes) -> str:
    """Why a file of a folder is no document ("picture"), "" if it may be one.

    Args:
        head: its first kilobyte.
    """
    suffix = path.suffix.casefold()
    if suffix in READ:
        return ""
    if PDF in head or PAGE.match(head.decode("latin-1")):
        return ""
    if suffix in _OTHER_KIND:
        return _OTHER_KIND[suffix]
    if any(head.startswith(magic) for magic in PICTURES):
        return "picture"
    if not suffix and (head.startswith(ZIP) or b"\0" not in head):
        return ""  # README, LICENSE, a download that lost its ending
    return "kind that is not read"
