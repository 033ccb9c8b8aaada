"""Text as numbers and dates, and what a value may be."""
