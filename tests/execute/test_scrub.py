"""The canonical form: what goes, what stays, and how parameters are written."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from planbook.execute.parameters import JSON, ParametersTranslator, literal
from planbook.execute.scrub import as_text, scrub
from planbook.execute.verdict import failing_lines


def notebook(*outputs: object, **metadata: object) -> object:
    cell = new_code_cell("x", id="a", outputs=list(outputs), execution_count=9, metadata=metadata)
    return new_notebook(cells=[cell], metadata={"papermill": {"version": "2.7", "parameters": {"unit": "wusu"}}})


def shown(output: object, **hide: str) -> str:
    clean = scrub(notebook(output), hide=hide)
    return str(clean.cells[0].outputs[0].data["text/plain"])


def test_a_stream_cut_in_pieces_is_one_again() -> None:
    pieces = [new_output("stream", name=name, text=text) for name, text in
              (("stdout", "甲"), ("stdout", "乙\n"), ("stderr", "!"), ("stdout", "丙"))]  # fmt: skip
    outputs = scrub(notebook(*pieces)).cells[0].outputs
    assert [(output.name, output.text) for output in outputs] == [
        ("stdout", "甲乙\n"),
        ("stderr", "!"),
        ("stdout", "丙"),
    ]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<function f at 0x7f3a5c0b1d30>", "<function f at 0x0>"),
        ("<function f at 0x000001F2ABCD1230>", "<function f at 0x0>"),
        ("colour 0xffcc00", "colour 0xffcc00"),
        ("/tmp/ipykernel_123/987.py:1: UserWarning: x", "<cell>:1: UserWarning: x"),
        ("invalid syntax (2917246964.py, line 2)", "invalid syntax (line 2)"),
        ("PosixPath('/home/张 三/计划/data/a.xlsx')", "PosixPath('./data/a.xlsx')"),
        ("/home/张 三/计划书", "~/计划书"),
    ],
)
def test_what_differs_from_run_to_run_or_place_to_place_goes(text: str, clean: str) -> None:
    output = new_output("display_data", data={"text/plain": text})
    hidden = scrub(notebook(output), hide={"/home/张 三": "~", "/home/张 三/计划": "."})
    assert hidden.cells[0].outputs[0].data["text/plain"] == clean


def test_paths_of_windows_go_however_they_are_spelt() -> None:
    text = r"C:\计划\data C:/计划/data 'C:\\计划\\data'"
    output = new_output("display_data", data={"text/plain": text})
    hidden = scrub(notebook(output), hide={"C:\\计划": "."})
    assert hidden.cells[0].outputs[0].data["text/plain"] == r".\data ./data '.\\data'"


def test_a_styled_tables_random_ids_become_running_numbers() -> None:
    html = '<style>#T_1a2b3_row0 {}</style><table id="T_1a2b3"></table><table id="T_ff001"></table>'
    output = new_output("display_data", data={"text/html": html, "image/png": "T_1a2b3 "})
    data = scrub(notebook(output)).cells[0].outputs[0].data
    assert data["text/html"] == (
        '<style>#T_00001_row0 {}</style><table id="T_00001"></table><table id="T_00002"></table>'
    )
    assert data["image/png"] == "T_1a2b3 ", "pictures are not text"


def test_scrubbing_keeps_the_original_and_is_done_once() -> None:
    stamps = {"papermill": {"duration": 1.5}, "execution": {"iopub.status.busy": "now"}, "tags": []}
    original = notebook(new_output("execute_result", {"text/plain": "1"}, execution_count=9), **stamps)
    before = as_text(original)
    clean = scrub(original)
    assert as_text(original) == before
    assert clean.cells[0].metadata == {}
    assert clean.cells[0].execution_count == clean.cells[0].outputs[0].execution_count == 1
    assert clean.metadata["papermill"] == {"parameters": {"unit": "wusu"}}
    assert as_text(scrub(clean)) == as_text(clean)
    assert as_text(clean).endswith("}\n") and '\n "cells": [\n  {\n' in as_text(clean)


VALUES: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_a_parameter_reads_back_as_it_was(value: JSON) -> None:
    assert ast.literal_eval(literal(value)) == value


def test_parameters_are_code_a_person_can_read() -> None:
    code = ParametersTranslator.codify(
        {"unit": "乌苏市", "overrides": {"rules": ["甲" * 40, "乙" * 60]}, "x": float("inf")}
    )
    assert code == (
        '# Parameters\nunit = "乌苏市"\noverrides = {\n    "rules": [\n'
        f'        "{"甲" * 40}",\n        "{"乙" * 60}",\n    ],\n}}\nx = float("inf")'
    )
    with pytest.raises(TypeError, match="JSON values, not set"):
        literal({1, 2})  # type: ignore[arg-type]


def test_the_failing_line_is_the_innermost_statement_of_the_failing_cell() -> None:
    source = "if True:\n    a = f(\n        1,\n    )\nb = 2"
    trace = "Cell In[7], line 3\nCell In[2], line 1, in f(x)"
    assert failing_lines(source, 7, trace) == (2, "    a = f(\n        1,\n    )")
    assert failing_lines(source, 7, "Cell In[7], line 1") == (1, "if True:")
    assert failing_lines("%magic\nx", 7, "Cell In[7], line 2") == (2, "x")
    assert failing_lines(source, 7, "no place") == (0, source)
