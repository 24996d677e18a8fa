"""Files: decks as YAML and Markdown, data as CSV and XLSX, and decks read back out of .pptx."""
