"""The writing room: a brief becomes prose."""
