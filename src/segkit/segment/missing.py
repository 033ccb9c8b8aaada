"""What an analysis gives where the data cannot carry it: the reason, in place of a result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Missing:
    """A result that is not there, and why; a report shows the reason in its place."""

    reason: str

    def __bool__(self) -> bool:
        """Count as nothing, so that ``result or other`` goes on without it."""
        return False

    def summary(self) -> str:
        """Say why there is no result."""
        return self.reason

    def __repr__(self) -> str:
        """Say why there is no result."""
        return f"Missing: {self.reason}"
