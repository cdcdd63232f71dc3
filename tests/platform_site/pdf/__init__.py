"""Documents as PDF files."""
