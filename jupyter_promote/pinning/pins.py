"""Turn what a call did into what a test says: texts of Python, and the recordings they load."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jupyter_promote.pinning import secrets
from jupyter_promote.pinning.calls import Call, Maker
from jupyter_promote.pinning.literals import literal
from jupyter_promote.pinning.observed_types import public_name
from jupyter_promote.pinning.repeating import holds_anything
from jupyter_promote.pinning.spoken import Fixture, Pin, Spoken, Test
from jupyter_promote.pinning.thinning import is_array, is_table, rows_of
from jupyter_promote.pinning.trial import Outcome, bound
from jupyter_promote.testing import storage
from jupyter_promote.testing.outline import outline
from jupyter_promote.testing.printing import steady
from jupyter_promote.testing.values import Unstorable

MOST_ROWS = 60  # of a result that is pinned whole
MOST_BYTES = 100_000  # of one recording
RECORDED = "as_in_"  # how the facts of recorded calls begin
TAKEN = ("result", "recorded", "figures", "capsys", "reseed", "pytest", "np", "pd", "asyncio")
LONGEST_ARGUMENT = 60  # characters of a value that stands in the call itself
LONGEST_LITERAL = 160  # characters of a value that stands in the test itself
LONGEST_PRINT = 300  # characters of a print that stands in the test itself


class TooLarge(Exception):
    """A value takes more bytes than a recording may have."""


@dataclass(slots=True)
class Pinner:
    """Writes values as Python text; those that are too long become recordings below `folder`."""

    folder: Path
    module: str
    maker: Maker
    returned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: dict[bytes, str] = field(default_factory=dict)
    masked: set[str] = field(default_factory=set)
    fixtures: dict[int, Fixture] = field(default_factory=dict)

    def text(self, value: Any, place: str, imports: set[str]) -> str:
        """Return an expression that gives `value`.

        Raises:
            Unstorable, TooLarge: it can't be stored.
        """
        found = literal(value, module=self.module, longest=LONGEST_LITERAL)
        if found is not None:
            imports |= found.imports
            return str(found.text)
        return f'recorded("{self._stored(value, place)}")'

    def _stored(self, value: Any, place: str) -> str:
        base = self.folder / place
        base.parent.mkdir(parents=True, exist_ok=True)
        storage.save(base, value, module=self.module)
        files = [
            p for p in (base.with_name(base.name + s) for s in (".json", ".npz")) if p.exists()
        ]
        content = b"\0".join(path.read_bytes() for path in files)
        known = self.places.get(content)
        if known is not None or len(content) > MOST_BYTES:
            for path in files:
                path.unlink()
        if known is None and len(content) > MOST_BYTES:
            raise TooLarge(place)
        return self.places.setdefault(content, place)

    def test(
        self,
        call: Call,
        fact: str,
        given: Mapping[str, Any],
        outcome: Outcome,
        *,
        varies: int = 0,
    ) -> Test | None:
        """Return the test of a call with the values `given`, None where it can't be written."""
        imports: set[str] = set()
        prefix = f"{call.function.replace('.', '_')}/{fact}"
        try:
            same = () if varies or not fact.startswith(RECORDED) else _unchanged(given, outcome)
            spoken = self.spoken(call, given, prefix, imports, kept={*outcome.changed, *same})
            names = self.returned.get(call.function, ())
            spoken = replace(spoken, chance=outcome.chance)
            pins = tuple(self.pins(outcome, prefix, imports, names))
            local, texts = {self._local(n) for n in same}, dict(spoken.names)
            pins += tuple(
                Pin(about="kept", expected=texts[n], subject=n) for n in texts if n in local
            )
        except (Unstorable, TooLarge):
            return None
        if not pins:
            return None
        return Test(
            function=call.function,
            fact=fact,
            call=spoken,
            pins=pins,
            imports=tuple(sorted(imports)),
            files=outcome.files_read,
            varies=varies,
        )

    def spoken(
        self,
        call: Call,
        given: Mapping[str, Any],
        prefix: str,
        imports: set[str],
        kept: Collection[str] = (),
    ) -> Spoken:
        """Return a call as text; arguments in `kept` get a name, to be looked at afterwards.

        Raises:
            Unstorable, TooLarge: an argument can't be stored.
        """
        names: list[tuple[str, str]] = []
        texts: dict[str, str] = {}
        fixtures: dict[str, None] = {}
        later: dict[int, None] = {}
        for name in (n for n in call.order if n in call.made or n in given):
            plain = name.strip("*")
            if name in call.made:
                fixture = self.fixture(call.made[name].call)
                fixtures[fixture.name] = None
                later |= dict.fromkeys(call.made[name].then)
                texts[name] = fixture.name + "".join(f"[{k!r}]" for k in call.made[name].path)
            else:
                texts[name] = self.text(given[name], f"{prefix}/{plain}", imports)
            stored = texts[name].startswith("recorded(")
            if stored or name in kept or len(texts[name]) > LONGEST_ARGUMENT:
                names.append((self._local(plain), texts[name]))
                texts[name] = self._local(plain)
        before = []
        for number in sorted(later):
            other = self.maker.calls[number]
            said = self.spoken(other, other.values, f"{prefix}/before_{number}", imports)
            first = ["reseed()"] if number in self.maker.by_chance else []
            before += [*said.before, *(f"{n} = {t}" for n, t in said.names), *first, said.text]
            fixtures |= dict.fromkeys(said.fixtures)
        function = self.maker.function(call.function)
        given_texts = ", ".join(f"{how}{text}" for how, text in passed(function, texts))
        return Spoken(
            text=self._call_text(call.function, function, given_texts, imports),
            names=tuple(names),
            before=tuple(dict.fromkeys(before)),
            fixtures=tuple(fixtures),
        )

    def _call_text(
        self, name: str, function: Callable[..., Any], arguments: str, imports: set[str]
    ) -> str:
        text = f"{self.alias}.{name}({arguments})"
        if not inspect.iscoroutinefunction(inspect.unwrap(function)):
            return text
        imports.add("import asyncio")
        return f"asyncio.run({text})"

    @property
    def alias(self) -> str:
        """The name under which tests know the module."""
        return self.module.rpartition(".")[2]

    def _local(self, name: str) -> str:
        """Return the name of a variable that holds an argument."""
        taken = {*TAKEN, self.alias, *(f.name for f in self.fixtures.values())}
        return f"{name}_given" if name in taken else name

    def fixture(self, number: int) -> Fixture:
        """Return the fixture that makes the call `number` again."""
        if number not in self.fixtures:
            call = self.maker.calls[number]
            name, imports = self._fixture_name(call), set[str]()
            spoken = replace(
                self.spoken(call, call.values, f"{call.function}/{name}", imports),
                chance=number in self.maker.by_chance,
            )
            self.fixtures[number] = Fixture(
                name=name, function=call.function, call=spoken, imports=tuple(sorted(imports))
            )
        return self.fixtures[number]

    def _fixture_name(self, call: Call) -> str:
        base = re.sub(r"\W", "_", call.function).lower()
        same = [c.number for c in self.maker.calls.values() if c.function == call.function]
        place = same.index(call.number) + 1
        return f"{base}_result" if place == 1 else f"{base}_result_{place}"

    def pins(
        self, outcome: Outcome, prefix: str, imports: set[str], names: Sequence[str] = ()
    ) -> list[Pin]:
        """Return what is asserted about an outcome."""
        if outcome.raised:
            return [Pin(about="raised", expected=self._exception(outcome.raised.type, imports))]
        found: list[Pin | None] = []
        if outcome.result is not None or not (
            outcome.changed or outcome.printed or outcome.figures
        ):
            place = f"{prefix}/result"
            found.append(self._value("result", outcome.result, place, imports, names=names))
        for name, value in outcome.changed.items():
            place = f"{prefix}/{name.strip('*')}_after"
            subject = self._local(name.strip("*"))
            found.append(
                self._value("changed", value, place, imports, names=(name,), subject=subject)
            )
        if outcome.printed and not secrets.in_text(outcome.printed):
            said = steady(outcome.printed)
            how = "equal" if said == outcome.printed else "steady"
            short = len(said) <= LONGEST_PRINT
            found.append(
                Pin(about="printed", expected=repr(said), how=how)
                if short
                else self._pin("printed", said, f"{prefix}/printed", imports, how=how)
            )
        if outcome.figures and not secrets.masked(outcome.figures)[1]:
            how = "repeating" if holds_anything(outcome.figures) else "same"
            place = f"{prefix}/figures"
            found.append(self._pin("figures", outcome.figures, place, imports, how=how))
        return [pin for pin in found if pin is not None]

    def _pin(
        self, about: str, value: Any, place: str, imports: set[str], *, how: str, subject: str = ""
    ) -> Pin | None:
        """Return what is asserted, None where that can't be stored."""
        try:
            text = self.text(value, place, imports)
        except (Unstorable, TooLarge):
            return None
        return Pin(about=about, expected=text, how=how, subject=subject)

    def _exception(self, name: str, imports: set[str]) -> str:
        """Return how a test names an exception: its nearest base that has a public name."""
        module, _, member = name.rpartition(".")
        kind = getattr(sys.modules.get(module or "builtins"), member, Exception)
        for base in kind.__mro__:
            if base.__module__ == "builtins":
                return str(base.__name__)
            if base.__module__ == self.module:
                return f"{self.alias}.{base.__name__}"
            if public := public_name(base):
                imports.add("from {} import {}".format(*public.rsplit(".", 1)))
                return str(base.__name__)
        return "Exception"

    def _value(
        self,
        about: str,
        value: Any,
        place: str,
        imports: set[str],
        *,
        names: Sequence[str],
        subject: str = "",
    ) -> Pin | None:
        """Return what is asserted about a value that goes by `names`; whole where that is not long.

        None where even its outline is too long.
        """
        hidden, what = secrets.masked_result(value, names)
        rows = rows_of(value)
        if what or rows is None or rows <= MOST_ROWS:
            try:
                text = self.text(hidden, place, imports)
                how = "alike" if what else "equal" if _comparable(value, text) else "same"
                self.masked |= set(what)
                return Pin(about=about, expected=text, how=how, subject=subject)
            except (Unstorable, TooLarge):
                pass
        for kind in ("outline", "brief outline"):
            told = outline(hidden, brief=kind.startswith("brief"))
            shown, more = secrets.masked_result(told, names)
            how = f"{kind} alike" if what or more else kind
            pin = self._pin(about, shown, place, imports, how=how, subject=subject)
            if pin is not None:
                self.masked |= {*what, *more}
                return pin
        return None


def _unchanged(given: Mapping[str, Any], outcome: Outcome) -> tuple[str, ...]:
    """Return the arguments that a call could have changed, and left as they were."""
    if outcome.raised:
        return ()
    return tuple(
        name
        for name, value in given.items()
        if name not in outcome.changed
        and not name.startswith("*")
        and (is_table(value) or is_array(value) or type(value) in (list, dict, set))
    )


def _comparable(value: Any, text: str) -> bool:
    """True where `==` with the text says all: no table, no number with a fraction, no nan."""
    exact = (str, bytes, type(None), bool, int)
    if type(value) in (list, tuple, set):
        return "(" not in text.strip("()") and all(type(part) in exact for part in value)
    return type(value) in exact


def passed(function: Callable[..., Any], texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return how each argument stands in a call: (`` or `name=` or `*`, text)."""
    starred = [
        (n.rstrip("_")[: 2 if n.startswith("**") else 1], t)
        for n, t in texts.items()
        if n.startswith("*")
    ]
    positional, named = bound(function, {n: t for n, t in texts.items() if not n.startswith("*")})
    return [
        *(("", text) for text in positional),
        *((stars, text) for stars, text in starred if stars == "*"),
        *((f"{name}=", text) for name, text in named.items()),
        *((stars, text) for stars, text in starred if stars == "**"),
    ]
