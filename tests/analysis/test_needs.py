"""What residents care about."""

from __future__ import annotations

from planbook.analysis.needs import concern_id


def test_a_concern_keeps_its_id_whatever_else_is_named() -> None:
    assert concern_id("J05", {"J05": "排水"}) == "concern.j05"
    assert concern_id("施工扰民", {"J05": "排水"}) == concern_id("施工扰民", {}) != concern_id("停车难", {})
