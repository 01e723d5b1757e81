"""Writes what docs/ says of the survey from the code: the table of issue codes, and the schema of `survey --json`.

python tools/survey_docs.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from planbook.survey.check import issue_codes  # noqa: E402
from planbook.survey.export import schema  # noqa: E402
from planbook.survey.issues import SEVERITY_NAMES  # noqa: E402

DOCS = ROOT / "docs"
SCHEMA = DOCS / "survey.schema.json"
BEGIN, END = "<!-- codes: made by tools/survey_docs.py -->", "<!-- end of codes -->"
HEADS = {
    "survey.md": ("code", "severity", "meaning (as the code says it, in Chinese)", "example"),
    "survey.zh-CN.md": ("代码", "严重程度", "含义", "例"),
}


def codes_table(page: str) -> str:
    """The table of codes in a page's language; meanings are Chinese in both, as in the messages."""
    lines = [HEADS[page], ("---",) * len(HEADS[page])]
    for code, severity, meaning, example in issue_codes():
        word = SEVERITY_NAMES[severity] if page == "survey.zh-CN.md" else severity
        lines.append((f"`{code}`", word, _cell(meaning), _cell(example)))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ") or "—"


def page_text(page: str) -> str:
    """The page as it should be: its own words, the table as the code has it."""
    text = (DOCS / page).read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page}: no place for the table: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{codes_table(page)}\n\n{END}{after}"


def main() -> None:
    for page in HEADS:
        (DOCS / page).write_text(page_text(page), "utf-8", newline="\n")
    SCHEMA.write_text(schema(), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
