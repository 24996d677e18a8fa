"""The command line: one small file per command, each a thin wrapper over a room's functions."""
