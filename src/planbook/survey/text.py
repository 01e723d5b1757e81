"""What is written, made comparable: widths, blanks, characters nobody sees."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Control characters but line ends and tabs; marks that turn the direction of writing; characters without width.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
UNSEEN_ESCAPED = re.compile(r"_x00(?:0[0-9A-Fa-f]|1[0-9A-Fa-f]|7[Ff])_")  # as Excel stores them
SPACES = re.compile(r"\s+")
CJK = r"[\u3400-\u9fff\uf900-\ufaff（）《》【】、，。：；·]"
BLANK_BETWEEN_CJK = re.compile(rf"(?<={CJK})[ \u3000\t]+(?={CJK}|\d)|(?<=\d)[ \u3000\t]+(?={CJK})")
WORDS_OF_DITTO = "同上 同前 如上 同上行 同上一行 上同 〃 ″ \" '' ” “ ´´ 〞 〝 ↑"
AROUND_DITTO = re.compile(r"^[(（\-—–―]+|[)）\-—–―。.]+$")
WORDS_OF_NOUGHT = "无 没有 暂无 — —— – - -- / \\ 无。 none 不涉及"
WORDS_OF_NOTHING = f"""
{WORDS_OF_NOUGHT} 空 空白 * n/a na null ? ?? ... …… …
未定 待定 暂未确定 未确定 不详 未知 待核实 待核 待填
"""
ERROR_TEXT = re.compile(r"#(REF!|DIV/0!|N/A|NAME\?|NUM!|VALUE!|NULL!|GETTING_DATA|SPILL!|CALC!)|Err:\d{3}")
_DIGITS = {ord(full): half for full, half in zip("０１２３４５６７８９", "0123456789", strict=True)}
_LETTERS = {code: chr(code - 0xFEE0) for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_NARROW = {**_DIGITS, **_LETTERS, ord("＃"): "#"}


def seen(text: str) -> str:
    """Without the characters nobody sees."""
    return UNSEEN.sub("", UNSEEN_ESCAPED.sub("", text))


def narrow(text: str) -> str:
    """Letters and digits in half width; Chinese punctuation stays as it is."""
    return text.translate(_NARROW)


def joined(text: str) -> str:
    """A name on one line: no line breaks, no blanks around or between Chinese characters, one blank elsewhere."""
    text = SPACES.sub(" ", BLANK_BETWEEN_CJK.sub("", re.sub(r"\s*[\r\n]+\s*", "", text)))
    return BLANK_BETWEEN_CJK.sub("", text).strip()


def folded(text: str) -> str:
    """For values: half width throughout, no blanks around; ² and ㎡ become 2 and m2."""
    return unicodedata.normalize("NFKC", seen(text)).replace("−", "-").strip()


@lru_cache(maxsize=65536)
def squeezed(text: str) -> str:
    """For headers and for telling names apart: folded, small letters, no blanks at all."""
    return SPACES.sub("", folded(text)).lower()


DITTO = frozenset(WORDS_OF_DITTO.split())
NOUGHT = frozenset(squeezed(word) for word in WORDS_OF_NOUGHT.split())
NOTHING = frozenset(squeezed(word) for word in WORDS_OF_NOTHING.split())


@lru_cache(maxsize=4096)
def is_ditto(text: str) -> bool:
    return AROUND_DITTO.sub("", SPACES.sub("", seen(text))) in DITTO


def is_nought(text: str) -> bool:
    """Words and marks that mean 0 where a sum is asked for."""
    return squeezed(text) in NOUGHT


def is_nothing(text: str) -> bool:
    """Words and marks by which a clerk says that there is nothing to say."""
    return squeezed(text) in NOTHING


def shortened(text: str, length: int = 60) -> str:
    """For messages: not the whole of a very long cell."""
    return text if len(text) <= length else text[:length] + "…"
