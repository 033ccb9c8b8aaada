"""Each format of file opened as a table of its own columns."""
