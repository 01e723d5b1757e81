"""Memory: a build's threads take it from one heap."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

HEAPS = """
import ctypes, sys, threading
from planbook.memory import share_one_heap

if "shared" in sys.argv:
    share_one_heap()
wait = threading.Barrier(5)
def take():
    held = [bytes(1000) for _ in range(1000)]
    wait.wait()
threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads:
    thread.start()
wait.wait()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
print(open(sys.argv[1]).read().count("<heap nr="))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heaps of glibc")
def test_threads_share_one_heap_that_else_have_each_its_own(tmp_path: Path) -> None:
    file = tmp_path / "info.xml"

    def heaps(*words: str) -> int:
        env = {"PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", HEAPS, str(file), *words]
        return int(subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout)

    assert heaps("shared") == 1 < heaps()
