"""Rows and findings as words for a page. What is missing is said, never left blank."""
