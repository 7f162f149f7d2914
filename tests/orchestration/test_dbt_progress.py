"""Of dbt's thousands of events a person sees the progress and what is wrong."""

from __future__ import annotations

from types import SimpleNamespace

from orchestration.dbt_progress import DbtProgress


def result(status: str, level: str, message: str) -> SimpleNamespace:
    node = SimpleNamespace(node_name="key_fct_orders_order_id")
    data = SimpleNamespace(num_models=120, status=status, node_info=node)
    return SimpleNamespace(info=SimpleNamespace(name="LogTestResult", level=level, msg=message), data=data)


def test_progress_every_fifty_results_and_each_bad_one_at_once() -> None:
    said: list[str] = []
    warned: list[str] = []
    progress = DbtProgress(said.append, warned.append)
    for number in range(1, 101):
        progress(SimpleNamespace(info=SimpleNamespace(name="LogStartLine"), data=None))
        progress(result("pass", "info", f"{number} of 120 PASS key_{number}"))
    progress(result("fail", "error", "101 of 120 FAIL 3 key_fct_orders_order_id ... "))
    assert said == ["50 of 120 models and tests", "100 of 120 models and tests"]
    assert warned == ["key_fct_orders_order_id: fail (101 of 120 FAIL 3 key_fct_orders_order_id)"]
