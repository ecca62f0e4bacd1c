from __future__ import annotations

import builtins

import numpy as np
import pytest

from tightrope.votes.threads import one_thread


def threads() -> list[int]:
    pool = pytest.importorskip("threadpoolctl")
    return [library["num_threads"] for library in pool.threadpool_info() if library["user_api"] == "blas"]


def test_linear_algebra_keeps_to_one_thread_while_open_and_is_free_again_after() -> None:
    np.linalg.inv(np.eye(2))
    before = threads()
    with one_thread():
        assert set(threads()) == {1}
    assert threads() == before


def test_without_the_package_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: object) -> object:
        if name == "threadpoolctl":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse)
    with one_thread():
        assert np.allclose(np.linalg.inv(np.eye(2)), np.eye(2))
