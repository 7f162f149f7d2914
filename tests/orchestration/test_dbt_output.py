"""Of dbt's hundreds of lines a person sees the progress and what is wrong."""

from __future__ import annotations

from orchestration.dbt_output import DbtOutput


def test_progress_every_fifty_results_and_each_bad_line_at_once() -> None:
    said: list[str] = []
    warned: list[str] = []
    output = DbtOutput(said.append, warned.append)
    for number in range(1, 101):
        output.write(
            f"{number} of 120 START test not_null_{number} .... [RUN]\n{number} of 120 PASS not_null_{number} .\n"
        )
    output.write("101 of 120 FAIL 3 unique_fct_orders_order_id ...... [\x1b[31mFAIL 3\x1b[0m in 0.05s]\n")
    assert said == ["50 of 120 models and tests", "100 of 120 models and tests"]
    assert warned == ["101 of 120 FAIL 3 unique_fct_orders_order_id ...... [FAIL 3 in 0.05s]"]
