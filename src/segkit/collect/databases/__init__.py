"""Tables of databases, opened where they lie."""
