"""YAML's syntax errors in plain words."""

import re

import yaml

ADVICE = [  # what PyYAML says, what it means, what puts it right
    (r"character '\\t'", "a tab stands here", "YAML is indented with spaces"),
    (r"character '(.)' that cannot start", "text cannot begin with `{0}`", "put the text in quotes"),
    (
        r"mapping values are not allowed",
        "this colon is one too many in its line",
        "put text that holds a colon in quotes (or does the line above lack its colon?)",
    ),
    (
        r"found unexpected end of stream|unexpected end of stream",
        "a quote is opened here and never closed",
        "",
    ),
    (
        r"expected ',' or '(.)', but got",
        "`{0}` or a comma is missing",
        "or text that holds a colon or comma has no quotes",
    ),
    (r"could not find expected ':'", "this line has no colon after its key", "write `key: value`"),
    (
        r"expected <block end>",
        "this does not line up with the lines above",
        "give keys of one block the same indentation",
    ),
    (r"did not find expected|expected the node content", "a value is missing here", ""),
    (r"found undefined alias '?([^']*)'?", "`*{0}` is used and nowhere set with `&{0}`", ""),
    (r"duplicate anchor", "this anchor is set twice", ""),
    (
        r"another document|expected a single document",
        "a second document begins here",
        "one file holds one trial: remove the `---`",
    ),
    (r"unknown escape character '(.)'", "`\\{0}` means nothing inside double quotes", "use single quotes"),
]


def in_plain_words(error: yaml.YAMLError, text: str) -> tuple[tuple[int, int], str, str]:
    """Return where a syntax error is (line and column from 1), what it is, and a fix."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return _of_character(error, text)
    said = f"{error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    if "end of stream" in said and "scanning a quoted" in (error.context or ""):
        mark = error.context_mark
    where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    for pattern, meaning, fix in ADVICE:
        if found := re.search(pattern, said):
            return where, meaning.format(*found.groups()), fix
    return where, f"this is not YAML: {said}", ""


def _of_character(error: yaml.YAMLError, text: str) -> tuple[tuple[int, int], str, str]:
    """Place a character that YAML does not allow; the error knows only how far into the text it is."""
    position = getattr(error, "position", 0)
    before = text[:position]
    where = (before.count("\n") + 1, position - before.rfind("\n"))
    return where, "a character stands here that YAML does not allow", "delete it and type it again"
