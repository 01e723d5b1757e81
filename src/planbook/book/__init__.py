"""Chapters and what notebooks published → a book folder → HTML, PDF, DOCX, XLSX."""
