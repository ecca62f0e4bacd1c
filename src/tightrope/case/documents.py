"""Models of the YAML files of a case: what may stand where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from tightrope.base import FrozenDict, Problem, quarter_index, suggestion

from .values import DateText, Flag, Keys, Ledger, Number, Options, QuarterText, Text, Words
from .yaml_text import YamlList, YamlMapping

__all__ = [
    "Answer",
    "AttributeEntry",
    "CaseEntry",
    "ChannelEntry",
    "Conflict",
    "Entry",
    "KindEntry",
    "OptionEntry",
    "ParameterEntry",
    "ParameterRow",
    "QuestionEntry",
    "ScenarioEntry",
    "ShockEntry",
    "TieEntry",
    "entry",
]


class Entry(BaseModel):
    """A mapping of a YAML file with the place where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = ""
    line: int = 0
    lines: Annotated[dict[str, int], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _with_place(cls, data: Any) -> Any:
        if not isinstance(data, YamlMapping):
            raise PydanticCustomError(
                "expected", "{what}", {"what": "keys with values", "remedy": "Write `key: value` pairs."}
            )
        place = {"file": data.file, "line": data.line, "lines": data.lines}
        own = next((name for name in place if name in data), None)
        if own:
            raise PydanticCustomError("expected", "{what}", {"what": f"no key `{own}`", "remedy": "Delete it."})
        # An empty value stands for the default; under a name that is not known it is refused like any other.
        known = cls.model_fields.keys() | {field.alias for field in cls.model_fields.values()}
        return {**{name: value for name, value in data.items() if value is not None or name not in known}, **place}

    def line_of(self, key: str) -> int:
        """Line of one of its keys, else its own.

        Parameters
        ----------
        key
            As written in the file.

        Returns
        -------
        line
            Counted from 1.
        """
        return self.lines.get(key, self.line)


def _list(value: Any) -> Any:
    if not isinstance(value, list):
        raise PydanticCustomError("expected", "{what}", {"what": "a list", "remedy": "Begin each item with a dash."})
    return value


def _mapping(value: Any) -> Any:
    if not isinstance(value, dict):
        raise PydanticCustomError(
            "expected", "{what}", {"what": "keys with values", "remedy": "Write `key: value` pairs, or {}."}
        )
    return dict(value)


T = TypeVar("T")
ListOf = Annotated[tuple[T, ...], BeforeValidator(_list)]
MapOf = Annotated[dict[str, T], BeforeValidator(_mapping), AfterValidator(FrozenDict)]


class PeriodEntry(Entry):
    """First and last quarter of the simulated time."""

    start: QuarterText
    end: QuarterText

    @property
    def runs_forward(self) -> bool:
        """Whether the end is not before the start, nor a century after it."""
        return 0 <= quarter_index(self.end) - quarter_index(self.start) < 400


class ChannelEntry(Entry):
    """A channel, and the years that a tie figure stands for when later years have none."""

    id: Text
    title: Text
    carry: Number
    meaning: Text


class AttributeEntry(Entry):
    """An attribute that rows of attributes.csv may hold."""

    unit: Text
    partner: Flag = False
    meaning: Text


class CaseEntry(Entry):
    """case.yaml."""

    name: Text
    title: Text
    about: Text
    period: PeriodEntry
    years: Keys
    ledger: Ledger = ()
    channels: ListOf[ChannelEntry]
    attributes: MapOf[AttributeEntry]
    rest: Text = ""
    note: Text = ""


class TieEntry(Entry):
    """What an option does to ties at degree 1, in share points of the channel."""

    role: Text
    channel: Text
    change: Number


class OptionEntry(Entry):
    """An option of a kind of question: what it says to each role, how far it goes, its flags."""

    degree: Number
    stance: MapOf[Number] = Field(default_factory=FrozenDict)
    flags: MapOf[Number] = Field(default_factory=FrozenDict)
    meaning: Text = ""
    note: Text = ""


class KindEntry(Entry):
    """A kind of question with its coding rule."""

    meaning: Text
    roles: MapOf[Text] = Field(default_factory=FrozenDict)
    spill: Number
    scale: Number = 1.0
    ties: ListOf[TieEntry] = ()
    options: MapOf[OptionEntry]
    reason: Text = ""
    source: Keys = ()
    ledger: Ledger = ()
    note: Text = ""


class Conflict(Entry):
    """What another source says that a state answered."""

    option: Text
    source: Keys
    note: Text = ""


class Answer(Entry):
    """What one state answered; option `unknown` where it faced the question and the answer was not found."""

    option: Text
    date: DateText = ""
    source: Keys = ()
    ledger: Ledger = ()
    note: Text = ""
    why: Text = ""
    how: Text = ""
    conflicts: ListOf[Conflict] = ()


class QuestionEntry(Entry):
    """A question put to one or more states."""

    id: Text
    date: DateText
    kind: Text
    roles: MapOf[Keys] = Field(default_factory=FrozenDict)
    question: Text
    offers: MapOf[Text] = Field(default_factory=FrozenDict)
    options: Options = ()
    answers: MapOf[Answer]
    source: Keys = ()
    ledger: Ledger = ()
    note: Text = ""


class ParameterRow(Entry):
    """Value of a parameter in some of its cells; `set_knowing` names outcomes that it was set in the light of."""

    at: Words = ()
    value: Number
    low: Number | None = None
    high: Number | None = None
    kind: Text
    source: Keys = ()
    how: Text = ""
    why: Text = ""
    note: Text = ""
    ledger: Ledger = ()
    set_knowing: Keys = ()


class ParameterEntry(Entry):
    """A parameter: its dimensions and dated values."""

    meaning: Text
    unit: Text
    dims: Words = ()
    symmetric: Flag = False
    values: MapOf[ListOf[ParameterRow]]
    note: Text = ""
    ledger: Ledger = ()


class ShockEntry(Entry):
    """A change of the world in a scenario."""

    what: Text
    power: Text = ""
    state: Text = ""
    channel: Text = ""
    target: Text = ""
    corridor: Text = ""
    set: Number | None = None
    multiply: Number | None = None
    add: Number | None = None
    low: Number | None = None
    high: Number | None = None
    start: QuarterText = Field("", alias="from")
    until: QuarterText = ""
    kind: Text
    source: Keys = ()
    how: Text = ""
    why: Text = ""
    note: Text = ""
    event: Text = ""
    ledger: Ledger = ()


class ScenarioEntry(Entry):
    """A scenario file."""

    name: Text
    title: Text
    ledger: Ledger = ()
    extends: Text = ""
    asks: Text = ""
    shocks: ListOf[ShockEntry] = ()
    decisions: ListOf[QuestionEntry] = ()
    source: Keys = ()
    note: Text = ""


E_ = TypeVar("E_", bound=Entry)


def entry(model: type[E_], data: Any, file: str, what: str = "") -> tuple[E_ | None, list[Problem]]:
    """Make a model of what YAML gave.

    Parameters
    ----------
    model
        Class of the wanted entry.
    data
        Mapping from `read_yaml`.
    file
        Name of the file, for messages.
    what
        Name of the entry, for messages.

    Returns
    -------
    entry
        None where a problem forbids it.
    problems
        Every key that is missing, unknown or wrong.
    """
    try:
        return model.model_validate(data), []
    except ValidationError as invalid:
        return None, [_problem(error, model, data, file, what) for error in invalid.errors(include_url=False)]


def _problem(error: Any, model: type[Entry], data: Any, file: str, what: str) -> Problem:
    path = tuple(error["loc"])
    parent, line = _walk(data, path)
    name = ".".join(str(part) for part in ((what, *path) if what else path)) or file
    if error["type"] == "missing":
        return Problem(file, line, "missing", f"a key `{path[-1]}`", f"Add `{path[-1]}: ...`.", name)
    if error["type"] == "extra_forbidden":
        known = _keys_of(model, path[:-1])
        return Problem(file, line, str(path[-1]), "a known key", suggestion(str(path[-1]), known), name)
    context = error.get("ctx", {})
    value = parent if isinstance(parent, str) else _sort(error.get("input"))
    said = str(context.get("what", error["msg"]))
    return Problem(file, line, str(value)[:80], said, str(context.get("remedy", "Correct it.")), name)


def _walk(data: Any, path: Sequence[Any]) -> tuple[Any, int]:
    """What stands at a path and its line, or the nearest line above it."""
    line = getattr(data, "line", 0)
    for part in path:
        if isinstance(data, YamlMapping) and part in data:
            line, data = data.lines.get(part, line), data[part]
        elif isinstance(data, YamlList) and isinstance(part, int) and part < len(data):
            data = data[part]
            line = getattr(data, "line", line)
        else:
            break
    return data, line


def _sort(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, list | tuple):
        return f"[{', '.join(str(one) if isinstance(one, str) else '...' for one in value[:8])}]"
    return "keys with values" if isinstance(value, dict) else str(value)


def _keys_of(model: Any, path: Sequence[Any]) -> list[str]:
    """Names that may be written at a path below a model."""
    parts = iter(path)
    for part in parts:
        field = model.model_fields.get(part) if model else None
        model = _inner(field.annotation) if field else None
        if field and field.annotation is not model:
            next(parts, None)  # a place in a list, or a name in a mapping
    if not (isinstance(model, type) and issubclass(model, Entry)):
        return []
    own = {"file", "line", "lines"}
    return [field.alias or name for name, field in model.model_fields.items() if name not in own]


def _inner(annotation: Any) -> Any:
    """Entry class inside an annotation such as `tuple[ShockEntry, ...]`, if there is one."""
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _inner(part)
        if found is not None:
            return found
    return None
