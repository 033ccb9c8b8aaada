"""A notebook is taken apart into the places where a reader looks."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from segkit.report import Cover, Finding, Findings, Limits
from segkit.report.document import plain_heading, read_document, split_headings


def shown(element, source="element"):
    output = new_output("execute_result", data=element._repr_mimebundle_())
    return new_code_cell(source, outputs=[output])


def printed(text, source="print()", tags=()):
    output = new_output("stream", name="stdout", text=text)
    return new_code_cell(source, outputs=[output], metadata={"tags": list(tags)})


def read(*cells):
    return read_document(new_notebook(cells=list(cells)))


def text(source):
    return new_markdown_cell(source)


FINDINGS = Findings([Finding("1", "one", "evidence", "act")])


def test_title_and_imports_are_not_repeated():
    document = read(text("# Title\n\nQuestion."), new_code_cell("import x"), text("## A\n\nProse."))
    assert [section.heading for section in document.evidence] == ["A"]
    assert document.preparation == ["import x"]


def test_findings_and_limits_are_moved_wherever_they_stand():
    document = read(
        text("# T"), text("## Caveats"), shown(Limits(["No."])), text("## E"), printed("x"),
        text("## Answer"), shown(Cover("Head", "Lede")), shown(FINDINGS),
    )  # fmt: skip
    assert document.limits == ["No."]
    assert document.cover["headline"] == "Head"
    assert document.findings["items"][0]["title"] == "one"
    assert [section.heading for section in document.evidence] == ["E"]


def test_summary_is_the_findings():
    document = read(text("## Summary\n\nComputed once."), shown(FINDINGS, "code"))
    assert [(block.kind, block.code) for block in document.summary.blocks] == [("code", ["code"])]


def test_code_travels_with_the_next_output():
    document = read(
        text("## A"),
        new_code_cell("first = 1"),
        printed("one", "second"),
        new_code_cell("last = 1"),
    )
    assert [(b.kind, b.code) for b in document.evidence[0].blocks] == [
        ("plain", ["first = 1", "second"]),
        ("code", ["last = 1"]),
    ]


def test_all_code_is_reachable_except_the_parameters():
    cells = [new_code_cell(f"cell_{n}") for n in range(6)]
    cells[0].metadata["tags"] = ["parameters"]
    front = [cells[0], text("# T"), cells[1], text("## A"), cells[2], printed("x", "p")]
    back = [text("## B"), cells[3], shown(FINDINGS, "f"), text("## C"), cells[4], cells[5]]
    document = read(*front, *back)
    sections = [document.summary, document.caveats, *document.evidence]
    code = [c for s in sections for b in s.blocks for c in b.code] + document.preparation
    assert sorted(code) == sorted([f"cell_{n}" for n in range(1, 6)] + ["p", "f"])


def test_output_can_be_kept_out():
    document = read(text("## A"), printed("0.1235", tags=["hide-output"]), printed("shown"))
    assert [b.content for b in document.evidence[0].blocks] == ["shown"]


def test_reprs_and_warnings_are_not_for_readers():
    cell = new_code_cell(
        "plot()",
        outputs=[
            new_output("execute_result", data={"text/plain": "<Axes: >"}),
            new_output("stream", name="stderr", text="FutureWarning"),
        ],
    )
    assert read(text("## A\n\nProse."), cell).evidence[0].visible
    assert [b.kind for b in read(text("## A\n\nP."), cell).evidence[0].blocks] == [
        "markdown",
        "code",
    ]


def test_richest_form_is_chosen():
    data = {"text/plain": "plain", "text/html": "<b>html</b>", "image/png": "AAAA"}
    cell = new_code_cell("x", outputs=[new_output("display_data", data=data)])
    assert [b.kind for b in read(text("## A"), cell).evidence[0].blocks] == ["html"]


def test_second_title_is_a_section():
    document = read(text("# T\n\nlost"), text("# Other\n\nkept"))
    assert [section.heading for section in document.evidence] == ["Other"]


def test_heading_in_code_is_not_a_heading():
    parts = split_headings("## A\n```\n## not\n```\nafter\n## B")
    assert [(level, heading) for level, heading, _text in parts] == [(2, "A"), (2, "B")]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Who the *customers* are", "Who the customers are"),
        ("**A** and `b`", "A and b"),
        ("[paper](https://a.org)", "paper"),
        ("n_orders_per_day", "n_orders_per_day"),
        ("客户是谁", "客户是谁"),
    ],
)
def test_headings_lose_their_marks(written, plain):
    assert plain_heading(written) == plain
