"""docs/images/pdf.png and word.png: pages of a built plan side by side, found by what they print.

python3 build.py tacheng --to pdf,docx && python tools/page_pictures.py _book/tacheng     (needs LibreOffice)
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
# contents, a figure with its table, a list (overleaf in the PDF), the annual forms
FORMS = "表9-122022年度各县（市）改造计划"
WANTED = {"pdf": ("目录", "图3-1", "续表9-5", FORMS), "word": ("目录", "图3-1", "表9-52021年度改造小区清单", FORMS)}
HEIGHT, GAP, DESK = 640, 12, (208, 212, 218)  # pixels of an upright page and between pages; what they lie on


def pages(document: pypdfium2.PdfDocument, wanted: tuple[str, ...]) -> list[pypdfium2.PdfPage]:
    """For each thing wanted the first page that prints it; beyond the contents, lists and mentions do not count."""
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    body = next(number for number, text in enumerate(texts) if "前言" in text and "目录" not in text and number > 1)
    found = []
    for word in wanted:
        caption = [n for n, text in enumerate(texts) if word in text and f"见{word}" not in text and n > body]
        found.append(next(n for n, text in enumerate(texts) if word in text) if word == "目录" else caption[0])
    return [document[number] for number in found]


def picture(shown: list[pypdfium2.PdfPage]) -> Image.Image:
    scale = HEIGHT / max(page.get_height() for page in shown)
    images = [page.render(scale=scale).to_pil().convert("RGB") for page in shown]
    width = sum(image.width for image in images) + GAP * (len(images) + 1)
    desk = Image.new("RGB", (width, HEIGHT + 2 * GAP), DESK)
    left = GAP
    for image in images:
        desk.paste(image, (left, GAP + (HEIGHT - image.height) // 2))
        left += image.width + GAP
    return desk


def printed(word: Path, folder: Path) -> Path:
    """The Word file's pages as LibreOffice sets them."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), str(word)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / f"{word.stem}.pdf"


if __name__ == "__main__":
    book = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        files = {"pdf": next(book.glob("*.pdf")), "word": printed(next(book.glob("*.docx")), Path(scratch))}
        for name, file in files.items():
            picture(pages(pypdfium2.PdfDocument(file), WANTED[name])).save(IMAGES / f"{name}.png", optimize=True)
