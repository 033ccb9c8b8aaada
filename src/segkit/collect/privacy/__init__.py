"""Customers under another name."""
