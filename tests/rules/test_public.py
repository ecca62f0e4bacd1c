"""What is public is documented."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import tightrope


def modules() -> list[str]:
    found = pkgutil.walk_packages(tightrope.__path__, "tightrope.")
    return sorted(module.name for module in found if not module.name.endswith("__main__"))


@pytest.fixture(params=modules())
def module(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(request.param)


def test_public_names_exist_and_stand_once(module: ModuleType) -> None:
    public = getattr(module, "__all__", [])
    assert [name for name in public if not hasattr(module, name)] == []
    assert len(set(public)) == len(public)


def test_public_functions_and_classes_have_a_docstring(module: ModuleType) -> None:
    public = [getattr(module, name) for name in getattr(module, "__all__", [])]
    things = [thing for thing in public if inspect.isroutine(thing) or inspect.isclass(thing)]
    assert [thing.__name__ for thing in things if not inspect.getdoc(thing)] == []


def test_modules_have_a_docstring(module: ModuleType) -> None:
    assert (module.__doc__ or "").strip()


def numeric(name: str) -> bool:
    """Whether a module makes numbers about the world: measures, utilities, mechanisms."""
    return name.startswith(("tightrope.measure.", "tightrope.simulate.mechanisms.")) and ".audit" not in name


@pytest.mark.parametrize("name", [name for name in modules() if numeric(name)])
def test_measures_and_mechanisms_name_their_source(name: str) -> None:
    here = importlib.import_module(name)
    public = [getattr(here, each) for each in getattr(here, "__all__", [])]
    functions = [f for f in public if inspect.isfunction(f) and f.__module__ == name and not name.endswith(".registry")]
    assert [f.__name__ for f in functions if "Source\n" not in (inspect.getdoc(f) or "")] == []
