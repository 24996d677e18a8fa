"""The tables of the desk, version by version. A version that was released is never changed."""

from copydesk.sqlite_file.kind import Kind

# Marks the file as a desk, among all that SQLite may hold: "desk".
APPLICATION = 0x6465736B

_FIRST = """
CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the number that people see; never given twice
    kind TEXT NOT NULL CHECK (kind IN ('draft', 'edit', 'verdict', 'ranking', 'row', 'run')),
    what TEXT NOT NULL,                    -- more exactly: text, deck, pair, keep, a run's method
    title TEXT NOT NULL,                   -- how it begins
    made TEXT NOT NULL,                    -- ISO 8601, UTC
    of INTEGER REFERENCES entries (id) ON DELETE CASCADE,  -- the draft that it is about
    style TEXT NOT NULL,
    language TEXT NOT NULL,
    annotator TEXT NOT NULL,
    digest TEXT NOT NULL                   -- of the row that it is to training; '' for none
);
CREATE INDEX entries_of ON entries (of);
CREATE INDEX entries_kind ON entries (kind);
CREATE INDEX entries_digest ON entries (digest);
CREATE TABLE drafts (
    id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
    form TEXT NOT NULL,
    prompt TEXT NOT NULL,                  -- JSON: messages
    text TEXT NOT NULL,
    model TEXT NOT NULL,
    seed TEXT NOT NULL,                    -- a seed may have more than 64 bits
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL                   -- of the file as it was written; '' for none
);
CREATE INDEX drafts_sha256 ON drafts (sha256);
CREATE INDEX drafts_path ON drafts (path);
CREATE TABLE edits (
    id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
    text TEXT NOT NULL
);
CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
    keep INTEGER NOT NULL
);
CREATE TABLE rows (                        -- rankings made here, and all that was imported
    id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
    record TEXT NOT NULL,                  -- JSON
    origin TEXT NOT NULL                   -- the file that it came from; '' for none
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
    folder TEXT NOT NULL,
    model TEXT NOT NULL,
    facts TEXT NOT NULL                    -- JSON
);
CREATE VIRTUAL TABLE words USING fts5 (terms, tokenize = 'unicode61 remove_diacritics 2');
CREATE TRIGGER entries_forgotten AFTER DELETE ON entries BEGIN
    DELETE FROM words WHERE rowid = old.id;
END;
"""

# MIGRATIONS[n] makes a desk of version n one of version n + 1.
MIGRATIONS: tuple[str, ...] = (_FIRST,)


def desk() -> Kind:
    """The desk's file, as it is opened."""
    return Kind("desk", APPLICATION, MIGRATIONS)
