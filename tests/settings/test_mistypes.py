"""A config editor must never be able to mistype a key and get a result: at any level, by any letter."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from armwise.settings import SettingsError, load

WHOLE = {
    "trial": {
        "id": "tiny",
        "title": "A tiny trial",
        "registration": "none",
        "synthetic": False,
        "arms": {"control": "Usual care", "offered": "Offered"},
        "reference": "control",
    },
    "data": {
        "enrollment": {
            "path": "enrollment.csv",
            "format": "auto",
            "delimiter": ",",
            "max_rejected_share": 0.01,
        },
        "coverage": {"path": "coverage.csv", "date_format": "%Y-%m-%d", "missing": ["", "NA"]},
        "utilization": {"path": "claims.csv", "complete_through": "2020-03-31", "observed_while": "covered"},
    },
    "baseline": {"age": {"label": "Age", "type": "number", "column": "age", "spline": False}},
    "follow_up": {
        "baseline": {"months": 12},
        "windows": {"12mo": {"months": 12, "label": "Year"}},
        "gap_days": 0,
    },
    "outcomes": {
        "stays": {
            "label": "Stays",
            "event": "inpatient_stay",
            "measure": "count",
            "where": {"avoidable": True},
        }
    },
    "estimates": {"covariates": ["age"], "subgroups": [], "standard_error": "CR1S", "level": 0.95},
    "roles": {"primary": {"outcome": "stays", "window": "12mo"}, "secondary": [], "analysis": "adjusted"},
    "report": {"style": "annals", "small_cell": 11, "data_are_public": False},
}
FREE = {("trial", "arms"), ("baseline",), ("follow_up", "windows"), ("outcomes",)}


def all_keys(node: dict, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the path of every key."""
    blocks = [(key, value) for key, value in node.items() if isinstance(value, dict)]
    nested = [found for key, block in blocks for found in all_keys(block, (*path, key))]
    return nested + [(*path, key) for key in node]


def keys(node: dict) -> list[tuple[str, ...]]:
    """Return the path of every key whose name is not free to choose."""
    return [path for path in all_keys(node) if path[:-1] not in FREE]


@st.composite
def mistyped(draw):
    """Draw the path of a key and a slip of the finger: a letter too many, left out, changed or swapped."""
    path = draw(st.sampled_from(keys(WHOLE)))
    key = path[-1]
    at = draw(st.integers(0, len(key) - 1))
    letter = draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz_"))
    slip = draw(st.sampled_from(["insert", "leave out", "change", "swap"]))
    wrong = {
        "insert": key[:at] + letter + key[at:],
        "leave out": key[:at] + key[at + 1 :],
        "change": key[:at] + letter + key[at + 1 :],
        "swap": key[:at] + key[at : at + 2][::-1] + key[at + 2 :],
    }[slip]
    return path, wrong


def written(path: tuple[str, ...], wrong: str) -> str:
    """Return the settings as YAML with the key at `path` renamed, in its place."""

    def renamed(node, here=()):
        if not isinstance(node, dict):
            return node
        return {
            wrong if (*here, key) == path else key: renamed(value, (*here, key))
            for key, value in node.items()
        }

    return yaml.safe_dump(renamed(WHOLE), sort_keys=False)


@settings(max_examples=300, deadline=None)
@given(mistyped())
def test_every_mistyped_key_is_refused_with_its_line(tmp_path_factory, slip):
    path, wrong = slip
    parent = WHOLE
    for part in path[:-1]:
        parent = parent[part]
    if not wrong or wrong in parent:
        return
    text = written(path, wrong)
    file = tmp_path_factory.mktemp("mistyped") / "config.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError) as error:
        load([str(file)])

    pointed_at = [p.place.text.strip() for p in error.value.problems if wrong in p.wrong]
    keys = (f"{wrong}:", f"'{wrong}':", f'"{wrong}":')
    assert any(line.startswith(keys) for line in pointed_at)


def test_the_settings_that_are_mistyped_here_are_sound_themselves(tmp_path):
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(WHOLE, sort_keys=False), encoding="utf-8")

    assert load([str(tmp_path / "config.yaml")])["trial"]["id"] == "tiny"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_text_at_all_makes_the_loader_stumble(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("any") / "config.yaml"
    file.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")

    with pytest.raises(SettingsError):
        load([str(file)])


def problems_or_id(files: list[str]) -> list | str:
    """Return the problems of settings, or the trial's id when there are none."""
    try:
        return load(files)["trial"]["id"]
    except SettingsError as error:
        return error.problems


NEW = [(*block, "new") for block in FREE]  # names that the settings do not have yet
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just([]), st.just({})
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*all_keys(WHOLE), *NEW]), leaves)
def test_no_value_at_all_makes_the_loader_stumble(tmp_path_factory, path, value):
    file = tmp_path_factory.mktemp("value") / "config.yaml"
    overlay: dict = {path[-1]: value}
    for part in reversed(path[:-1]):
        overlay = {part: overlay}
    base = file.with_name("base.yaml")
    base.write_text(yaml.safe_dump(WHOLE, sort_keys=False), encoding="utf-8")
    file.write_text(yaml.safe_dump(overlay, allow_unicode=True), encoding="utf-8")

    assert problems_or_id([str(base), str(file)])
