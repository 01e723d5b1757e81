"""What tests in a browser share."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def no_violation(page: Page, where: str) -> None:
    """axe-core finds nothing wrong with the page as it is shown."""
    # without preload: it would fetch style sheets, which a browser refuses from disk
    found = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
    said = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]
    assert not said, (where, said)
