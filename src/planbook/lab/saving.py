"""Notebooks are saved without what running them left: no outputs in git, and no change where nobody wrote any."""

from __future__ import annotations

from typing import Any

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def before_saving(model: dict[str, Any], **_: Any) -> None:
    """Jupyter's pre-save hook: changes the model of what is about to be written."""
    if model["type"] == "notebook" and model["content"]["nbformat"] == 4:
        strip(model["content"])


def strip(notebook: dict[str, Any]) -> None:
    """Takes out outputs, counts and whatever an editor notes of cells; tags stay, they say which cell is which."""
    notebook["metadata"] = METADATA
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags")
        cell["metadata"] = {"tags": tags} if tags else {}
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
