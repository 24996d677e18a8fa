"""Office files: Word, PowerPoint, Excel and OpenDocument, read part by part as hostile data."""
