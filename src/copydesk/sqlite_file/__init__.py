"""One SQLite file of ours: opened, made private, brought up to date; its troubles in a sentence."""
