"""The page: one file that opens anywhere, with every figure, font and style inside."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from armwise.report.blinded import WORDS
from armwise.report.figures.catalogue import Figure, figure_of
from armwise.report.page.methods import paragraphs
from armwise.report.page.words import (
    cards,
    disclosure_statement,
    estimand_sentence,
    key_sentences,
    unblinding,
)
from armwise.report.results import Results
from armwise.report.tables.data_checks import model_notes
from armwise.report.tables.effects import Effect
from armwise.report.trial import Trial

DATA = [
    "report.html.j2",
    "page.css",
    "../fonts/SourceSans3-Regular.woff2",
    "../fonts/SourceSans3-Semibold.woff2",
]
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Section:
    """One section: its heading, figures and tables, in order, each by name."""

    id: str
    title: str
    figures: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


CHECKS = ("data_checks", "accounts", "checks", "arm_shares", "data_by_arm", "monthly_rates")
ROBUSTNESS = (
    *("specification_choices", "specifications", "other_models", "reweighted", "losses"),
    *("losses_by_group", "clusters"),
)
MAY_BE_EMPTY = (*CHECKS, "reweighted", "losses_by_group", "clusters", "reach")
# Long tables, by what opens them.
FOLDED = {"monthly_rates": "Rates by month and arm", "specifications": "Every specification"}

SECTIONS = (
    Section("flow", "Participant flow", ("flow",), ("flow",)),
    Section("baseline", "Baseline characteristics", ("love",), ("baseline",)),
    Section("time-at-risk", "Time at risk", (), ("time_at_risk",)),
    Section("outcomes", "Outcomes", ("forest",), ("outcomes",)),
    Section("selected", "Continuity of care", (), ("selected",)),
    Section("sensitivity", "Sensitivity to how follow-up ends", (), ("sensitivity",)),
    Section("curves", "Events over time", ("cumulative_",)),
    Section("by-date", "Uptake over calendar time", ("by_date_",)),
    Section("time-to-event", "Time to event", (), ("time_to_event", "monthly")),
    Section("robustness", "Robustness", ("specifications_",), ROBUSTNESS),
    Section("subgroups", "Subgroups", ("subgroups",), ("subgroups",)),
    Section("uptake", "Uptake of what was offered", (), ("uptake", "compliers")),
    Section("equity", "Was the program implemented equitably?", ("reach",), ("reach",)),
    Section("checks", "Data checks", (), CHECKS),
    Section("estimands", "Estimands", (), ("estimands",)),
)


@dataclass(frozen=True)
class Shown:
    """A figure on the page."""

    figure: Figure
    number: int
    source: str


def build(
    ard: str | Path,
    tables: Mapping[str, str | Path],
    figures: Mapping[str, str | Path],
    settings: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> str:
    """Return the page as HTML.

    `tables`: HTML fragments by name; `figures`: SVG files by name; `settings`: the settings' blocks;
    `provenance`: content hashes by what they are of.
    """
    results, trial = Results.read(ard), Trial(**settings)
    fragments = {name: _fragment(name, path) for name, path in tables.items()}
    shown = _numbered(figures, results, trial)
    sections = [(s, _of(s, shown), [fragments[t] for t in s.tables if fragments.get(t)]) for s in SECTIONS]
    return _template().render(
        trial=trial,
        css=Markup((HERE / "page.css").read_text(encoding="utf-8")),
        fonts=[(weight, _data(HERE / "../fonts" / name)) for weight, name in FONTS],
        key_sentences=list(key_sentences(results, trial)),
        estimand=estimand_sentence(results, trial),
        cards=list(cards(results, trial)),
        warnings=warnings(results, trial),
        blinded=WORDS,
        unblinding=unblinding(results, trial),
        sections=[section for section in sections if section[1] or section[2]],
        model_notes=model_notes(results, trial),
        methods=list(paragraphs(results, trial)),
        disclosure=disclosure_statement(results, trial),
        provenance=list(_flat(provenance)),
    )


def _fragment(name: str, path: str | Path) -> Markup:
    """Return a table as the page shows it: folded where it is long, nothing where it has no line."""
    table = Markup(Path(path).read_text(encoding="utf-8"))
    if name in MAY_BE_EMPTY and '<th scope="row">' not in table:
        return Markup()
    if name not in FOLDED:
        return table
    return Markup("<details><summary>{}</summary>{}</details>").format(FOLDED[name], table)


FONTS = ((400, "SourceSans3-Regular.woff2"), (600, "SourceSans3-Semibold.woff2"))


def write_page(path: str | Path, **inputs: Any) -> None:
    """Write the page; see `build` for the inputs."""
    Path(path).write_text(build(**inputs), encoding="utf-8", newline="\n")


def warnings(results: Results, trial: Trial) -> list[str]:
    """Return what a reader must know before the primary results: their errors and warnings."""
    found = [text for primary in trial.primaries for text in Effect(results, trial, *primary).problems]
    return list(dict.fromkeys(found))


def _numbered(figures: Mapping[str, str | Path], results: Results, trial: Trial) -> list[Shown]:
    """Return the figures in the order of the sections, numbered as they appear."""
    wanted = [name for section in SECTIONS for name in _names(section, figures)]
    return [
        Shown(figure_of(name, results, trial), number, _data(Path(figures[name])))
        for number, name in enumerate(wanted, 1)
    ]


def _names(section: Section, figures: Mapping[str, Any]) -> list[str]:
    """Return the names that a section asks for; one that ends in _ stands for all that start so."""
    return [
        name
        for wanted in section.figures
        for name in figures
        if name == wanted or (wanted.endswith("_") and name.startswith(wanted))
    ]


def _of(section: Section, shown: Sequence[Shown]) -> list[Shown]:
    return [each for each in shown if each.figure.name in _names(section, {s.figure.name: s for s in shown})]


def _data(path: Path) -> str:
    kind = {".svg": "image/svg+xml", ".woff2": "font/woff2"}[path.suffix]
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _flat(provenance: Mapping[str, Any], before: str = "") -> Any:
    for name, value in provenance.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}: ")
        else:
            yield f"{before}{name}", str(value)


def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(DATA[0])
