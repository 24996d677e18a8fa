"""The tables of the library, version by version. A version that was released is never changed."""

from copydesk.sqlite_file.kind import Kind

# Marks the file as a library, among all that SQLite may hold: "clib".
_APPLICATION = 0x636C6962

_FIRST = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the number that people see; never given twice
    name TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,           -- of the file's bytes as they were read
    reader TEXT NOT NULL,                  -- what it was read by, and how
    title TEXT NOT NULL,
    notes TEXT NOT NULL,                   -- JSON: what could not be read
    pages INTEGER NOT NULL,
    labels TEXT NOT NULL,                  -- JSON: the numbers printed on its pages
    shelved INTEGER NOT NULL,              -- 0: it was only asked, and may go
    added TEXT NOT NULL,                   -- ISO 8601, UTC
    used REAL NOT NULL,                    -- seconds since 1970
    first_passage INTEGER NOT NULL,        -- its passages and pieces have numbers in a row
    last_passage INTEGER NOT NULL,
    first_piece INTEGER NOT NULL,
    last_piece INTEGER NOT NULL,
    model TEXT NOT NULL                    -- the embeddings that its pieces have; '' for none
);
CREATE TABLE places (                      -- where a document was seen, copies of it too
    path TEXT PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    size INTEGER NOT NULL,
    changed INTEGER NOT NULL               -- when the file was, in nanoseconds
);
CREATE INDEX places_document ON places (document);
CREATE TABLE passages (                    -- as they were read
    id INTEGER PRIMARY KEY,
    page INTEGER NOT NULL,
    section INTEGER NOT NULL,
    boxes BLOB NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE sections (                    -- the headings that passages stand under
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    above TEXT NOT NULL,                   -- JSON, outermost first
    section TEXT NOT NULL
);
CREATE INDEX sections_document ON sections (document);
CREATE TABLE pieces (                      -- what is searched: passages in a row, or part of one
    id INTEGER PRIMARY KEY,
    page INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    start INTEGER NOT NULL,                -- characters, of the passages' joined text
    stop INTEGER NOT NULL,
    kinds TEXT NOT NULL                    -- of its passages, their first letters
);
CREATE VIRTUAL TABLE words USING fts5 (head, text, tokenize = "ascii tokenchars '.'");
INSERT INTO words (words, rank) VALUES ('rank', 'bm25(0.5, 1.0)');
CREATE TABLE frequencies (                 -- how many pieces have a term
    term TEXT PRIMARY KEY,
    pieces INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE vectors (                     -- of pieces
    id INTEGER PRIMARY KEY,
    vector BLOB NOT NULL
);
CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    answer TEXT NOT NULL                   -- JSON
);
"""

# _MIGRATIONS[n] makes a library of version n one of version n + 1.
_MIGRATIONS: tuple[str, ...] = (_FIRST,)


def kind() -> Kind:
    """The library's file, as it is opened: whatever is in it can be read again."""
    return Kind(
        "library",
        _APPLICATION,
        _MIGRATIONS,
        precious=False,
        again="add the documents again",
    )
