"""The schema and the reference page are written from the model; here they must not drift from it."""

import json

import jsonschema
import pytest
from resolved import as_written

from armwise.settings.document import PAGE, SCHEMA, page, schema
from armwise.settings.explain import all_keys

WRITE_AGAIN = "run python -m armwise.settings.document"


def test_the_schema_is_as_the_model(repository):
    assert (repository / SCHEMA).read_text(encoding="utf-8") == schema(), WRITE_AGAIN


def test_the_page_is_as_the_model(repository):
    assert (repository / PAGE).read_text(encoding="utf-8") == page(), WRITE_AGAIN


def test_every_key_says_what_it_means():
    silent = [".".join(map(str, path)) for path, schema in all_keys() if not schema.get("description")]

    assert silent == []


@pytest.mark.parametrize("trial", ["whole_trial", "persons"])
def test_resolved_settings_fit_the_schema(loaded, request, trial):
    settings = loaded(request.getfixturevalue(trial))

    jsonschema.validate(as_written(settings), json.loads(schema()))


def test_an_unknown_key_breaks_the_schema(loaded, whole_trial):
    settings = as_written(loaded(whole_trial))
    settings["outcomes"]["admissions"]["mesure"] = "count"

    with pytest.raises(jsonschema.ValidationError, match="mesure"):
        jsonschema.validate(settings, json.loads(schema()))
