"""Takes out of notebooks what running them left: outputs, counts, editors' notes. Ends with 1 if it had to.

python tools/notebooks.py NOTEBOOK…
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from planbook.lab.saving import strip


def stripped(text: str) -> str:
    """A notebook's file as it belongs in git, written as Jupyter writes it."""
    notebook = json.loads(text)
    strip(notebook)
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(names: list[str]) -> int:
    changed = [path for path in map(Path, names) if stripped(path.read_text("utf-8")) != path.read_text("utf-8")]
    for path in changed:
        path.write_text(stripped(path.read_text("utf-8")), "utf-8", newline="\n")
        print(f"{path}: outputs taken out")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
