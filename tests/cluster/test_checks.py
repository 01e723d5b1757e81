"""A worker that would make other bytes is told apart, and in which way."""

from __future__ import annotations

from dataclasses import replace

from planbook.cluster.checks import differences, identity, pinned
from tests.conftest import ROOT


def test_what_differs_is_named_with_both_versions() -> None:
    ours = identity(("pandas", "click"))
    assert list(differences(ours, ours)) == []
    (pandas, click) = ours.packages
    theirs = replace(ours, planbook="0.0.9 (abc)", packages=(("pandas", "2.0"), click), starts_processes=False)
    version, package, daemon = differences(ours, theirs)
    assert version == f"planbook 0.0.9 (abc) there, {ours.planbook} here"
    assert package == f"pandas 2.0 there, {pandas[1]} here"
    assert "DASK_DISTRIBUTED__WORKER__DAEMON=False" in daemon


def test_every_package_of_the_lock_is_compared() -> None:
    packages = pinned(ROOT / "requirements.lock")
    assert {"pandas", "typst", "matplotlib", "pypandoc-binary"} <= set(packages) and "planbook" not in packages
    assert all(version for _name, version in identity(packages).packages)
