"""Quarto's pre-render step here: the chapters are templates, only build.py makes a book of them."""

import sys

sys.exit(
    "这里的章节是模板，不能直接用 quarto render 渲染。请运行 python3 build.py，\n"
    "每个县（市）自己的 Quarto 项目在 _build/<轮次>/<单位>/book/，可在那里执行 quarto render。\n"
    "The chapters here are templates: run python3 build.py. Each unit has one: _build/<round>/<unit>/book/."
)
