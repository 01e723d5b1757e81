"""Stands in for Quarto's CLI: keeps a record of each call, and says, makes and returns what its script tells it.

The script, say.json beside it: {"version": "1.9.38", "html": {"log": "…", "exit": 1, "text": "…", "makes": false}, …}
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
CHAPTER = "<html><body><main><section id='sec-a'><h1>{name}</h1><p>{text}</p></section></main></body></html>"


def main(arguments: list[str]) -> int:
    say = json.loads((HERE / "say.json").read_text("utf-8"))
    output = Path(arguments[-1])
    kept = ("TYPST_FONT_PATHS", "TYPST_IGNORE_SYSTEM_FONTS", "SOURCE_DATE_EPOCH", "NO_COLOR", "LUA_PATH")
    call = {"arguments": arguments, "env": {name: os.environ.get(name) for name in kept}}
    if arguments[0] == "render":
        call["there"] = sorted(path.name for path in output.iterdir())
    with (HERE / "calls.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(call) + "\n")
    if arguments == ["--version"]:
        print(say["version"])
        return 0
    form = arguments[arguments.index("--to") + 1]
    act = say.get(form, {})
    print(f"pandoc\n  to: {form}", flush=True)
    print(act.get("log", f"Output created: {output}"), file=sys.stderr, flush=True)
    if act.get("makes", True):
        make(Path(arguments[1]), form, output, act.get("text", ""))
    return int(act.get("exit", 0))


def make(book: Path, form: str, output: Path, text: str) -> None:
    if form == "html":
        for chapter in book.glob("*.qmd"):
            page = CHAPTER.format(name=chapter.stem, text=text)
            (output / f"{chapter.stem}.html").write_text(page, "utf-8")
    elif form == "docx":
        import docx
        from docx.shared import Cm

        document = docx.Document(book / "_plan" / "reference.docx")
        document.element.body.clear_content()
        page = document.sections[0]
        page.page_width, page.left_margin, page.right_margin = Cm(21), Cm(2.8), Cm(2.8)
        document.add_paragraph(text)
        document.save(output / "Quarto-s-own-name.docx")
    else:
        from pypdf import PdfWriter

        writer = PdfWriter()
        writer.add_blank_page(595, 842)
        writer.write(output / "Quarto-s-own-name.pdf")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
