"""docs/images/pdf.png: pages of a built plan side by side, found by what they print.

python3 build.py tacheng --to pdf && python tools/pdf_picture.py _book/tacheng/*.pdf
"""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2
from PIL import Image

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images" / "pdf.png"
# contents, a figure with its table, a list overleaf, the annual forms
WANTED = ("目录", "图3-1", "续表9-11", "表9-3")
HEIGHT, GAP, DESK = 640, 12, (208, 212, 218)  # pixels of an upright page and between pages; what they lie on


def pages(document: pypdfium2.PdfDocument) -> list[pypdfium2.PdfPage]:
    """For each thing wanted the first page that prints it; beyond the contents, lists do not count."""
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    body = next(number for number, text in enumerate(texts) if "前言" in text and "目录" not in text and number > 1)
    found = [
        next(n for n, text in enumerate(texts) if word in text and (n > body or word == "目录")) for word in WANTED
    ]
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


if __name__ == "__main__":
    made = picture(pages(pypdfium2.PdfDocument(sys.argv[1])))
    made.quantize(48).save(TARGET, optimize=True)
    sys.stdout.write(f"{TARGET.name}: {TARGET.stat().st_size // 1024} KB\n")
