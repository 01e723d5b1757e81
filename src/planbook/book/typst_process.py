"""Typst in a process of its own, which a build starts for each PDF.

Typst keeps what it worked out for the next document, some 300 MB a book, and cannot be asked to let it go: the eight
books of one prefecture took 2.6 GB of a build that had it inside. The file is run by its path and imports Typst alone.

Reads a job from standard input (JSON: `source`, `root`, `fonts`: folders, `epoch`: seconds, `standards`). Writes the
value of the document's label <plan-pages> as a line of JSON, then the PDF. What is wrong, a warning too, goes to
standard error, and the exit code is 1.
"""

from __future__ import annotations

import ctypes
import json
import signal
import sys

import typst


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once: nothing of it is half-made
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: nor does it outlive a build that is killed
    job = json.load(sys.stdin)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=job["fonts"])
    try:
        compiler = typst.Compiler(input=job["source"], root=job["root"], font_paths=fonts)
        made, warnings = compiler.compile_with_warnings(
            format="pdf", timestamp=job["epoch"], pdf_standards=job["standards"]
        )
        pages = compiler.query("<plan-pages>", field="value", one=True, format="json")
    except typst.TypstError as error:
        sys.exit(f"{error.message} {error.diagnostic}")
    if warnings or not isinstance(made, bytes):
        sys.exit("; ".join(f"{one.message} {one.diagnostic}" for one in warnings))
    sys.stdout.buffer.write(json.dumps(json.loads(pages)).encode() + b"\n" + made)


if __name__ == "__main__":
    main()
