"""LibreOffice without a window: what it makes of our files, and what becomes of them when all fields are updated."""

from __future__ import annotations

import subprocess
from pathlib import Path

# what F9 and "update all indexes" do, then a PDF, and the text without pages
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Planbook" script:language="StarBasic">
Sub Update(source, target, words)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue, pdf(0) As New com.sun.star.beans.PropertyValue
  Dim plain(1) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  pdf(0).Name = "FilterName" : pdf(0).Value = "writer_pdf_Export"
  book = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  book.TextFields.refresh()
  For at = 0 To book.DocumentIndexes.Count - 1
    book.DocumentIndexes(at).update()
  Next
  plain(0).Name = "FilterName" : plain(0).Value = "Text (encoded)"
  plain(1).Name = "FilterOptions" : plain(1).Value = "UTF8,LF"
  book.storeToURL(target, pdf())
  book.storeToURL(words, plain())
  book.close(True)
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false">
<library:element library:name="Planbook"/></library:library>
"""


class Office:
    """One installation with a profile of its own in `home`."""

    def __init__(self, program: str, home: Path) -> None:
        self.command = [program, f"-env:UserInstallation={home.as_uri()}", "--headless"]
        self.run("--terminate_after_init")  # it makes its profile, over what is there
        macros = home / "user" / "basic" / "Standard"
        (macros / "Planbook.xba").write_text(MACRO, "utf-8")
        (macros / "script.xlb").write_text(LIBRARY, "utf-8")

    def run(self, *arguments: str) -> None:
        subprocess.run([*self.command, *arguments], check=True, capture_output=True, timeout=180)

    def updated(self, path: Path, target: Path) -> tuple[Path, str]:
        """The PDF of a Word file whose fields and lists have been updated, and its text. LibreOffice 7.4 loses a sign
        in a paragraph of a hundred where it ends a line, so that words are looked for in the text."""
        words = target.with_suffix(".txt")
        self.run(f'macro:///Standard.Planbook.Update("{path.as_uri()}","{target.as_uri()}","{words.as_uri()}")')
        return target, words.read_text("utf-8-sig")

    def recalculated(self, path: Path, folder: Path) -> Path:
        """The workbook with every formula computed anew."""
        self.run("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(path))
        return folder / path.name
