"""The kinds of value a setting can have, each read from the text that stands in the file.

PyYAML would turn `no` into False, `12:30` into 750, `0450` into 296 and a date into an object. Here a value
is read as the kind that its setting expects: `0450` is the code 0450 where text is expected, and refused
where a number is.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][-+]?[0-9]+)?")
YES_NO = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
YAML_1_1 = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


class Scalar(str):
    """The text of one value as it stands in a file; `plain` is False when it stands in quotes."""

    plain: bool

    def __new__(cls, text: str, plain: bool = True) -> "Scalar":
        self = super().__new__(cls, text)
        self.plain = plain
        return self


def wrong(message: str, fix: str = "") -> PydanticCustomError:
    """Return an error that says `message` and `fix` as they are."""
    return PydanticCustomError("plain", "{wrong}", {"wrong": message, "fix": fix})


def shown(value: Any) -> str:
    """Return a value of a settings file in words, for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a block of keys"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, float):
        return f"`{value:g}`"
    quoted = isinstance(value, Scalar) and not value.plain
    return f'`"{value}"`' if quoted else f"`{value}`"


def as_text(value: Any) -> str:
    """Return the text as it stands, whatever YAML would make of it."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    raise wrong(f"text is expected here, not {shown(value)}")


def _filled(text: str) -> str:
    if not text.strip():
        raise wrong("this text is empty")
    return text


def _is_quoted(value: Any) -> bool:
    return isinstance(value, Scalar) and not value.plain


def _quotes(kind: str, value: Any) -> PydanticCustomError:
    return wrong(f"{kind} is expected here, and quotes make {shown(value)} text", f"write {value}")


def as_whole(value: Any) -> int:
    """Return a whole number written in decimal digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else ""
    if not WHOLE.fullmatch(text):
        raise wrong(f"a whole number is expected here, not {shown(value)}", _number_fix(text))
    if _is_quoted(value):
        raise _quotes("a whole number", value)
    return int(text)


def as_number(value: Any) -> float:
    """Return a number in decimal digits; 1e-3 counts, 12:30 and 012 do not."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = value if isinstance(value, str) else ""
    if not (DECIMAL.fullmatch(text) and re.search(r"[0-9]", text.lower().split("e")[0])):
        raise wrong(f"a number is expected here, not {shown(value)}", _number_fix(text))
    if _is_quoted(value):
        raise _quotes("a number", value)
    return float(text)


def _number_fix(text: str) -> str:
    digits = re.sub(r"[,_']", "", text).lstrip("0")
    return f"did you mean `{digits}`?" if digits != text and DECIMAL.fullmatch(digits) and digits else ""


def as_yes_no(value: Any) -> bool:
    """Return true or false; yes, no, on and off are refused with the word that is meant."""
    if isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else ""
    if text not in YES_NO:
        meant = YAML_1_1.get(text.lower(), "")
        fix = f"write {meant}" if meant else ""
        raise wrong(f"true or false is expected here, not {shown(value)}", fix)
    if _is_quoted(value):
        raise _quotes("true or false", value)
    return YES_NO[text]


def as_day(value: Any) -> str:
    """Return a calendar day as YYYY-MM-DD, with or without quotes in the file."""
    text = value if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise wrong(f"a day is expected here, not {shown(value)}", 'write it as year-month-day: "2020-03-31"')
    try:
        date.fromisoformat(text)
    except ValueError:
        raise wrong(f"there is no such day as {text}") from None
    return str(text)


def as_cell(value: Any) -> str:
    """Return a value as it would stand in an extract: always text."""
    return "" if value is None else as_text(value)


def as_path(value: Any) -> str:
    """Return where an extract lies; what a shell would expand is written as ${NAME}."""
    text = _filled(as_text(value))
    if text.startswith("~"):
        raise wrong(f"{shown(value)} is not expanded here", f"write ${{HOME}}{text[1:]}")
    if bare := re.search(r"\$(?!\{[A-Za-z_][A-Za-z0-9_]*\})(\w*)", text):
        meant = f"did you mean `${{{bare[1]}}}`?" if bare[1] else ""
        raise wrong(
            f"an environment variable is written ${{NAME}}, and {shown(value)} has another `$`", meant
        )
    return text


def as_variable(value: Any) -> str:
    """Return the name of one environment variable as ${NAME}: what it holds may be secret."""
    text = as_text(value)
    if not re.fullmatch(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}", text):
        raise wrong(
            "a connection string may hold a password: it stays out of the settings",
            "put it into an environment variable and name that one, as ${PLAN_DATABASE}",
        )
    return text


def as_delimiter(value: Any) -> str:
    """Return the one character between columns; `tab` is the word for a tab."""
    text = as_text(value)
    return "\t" if text == "tab" else _one_character(text)


def as_quote(value: Any) -> str:
    """Return the one character around values, or `none`."""
    text = as_text(value)
    return text if text == "none" else _one_character(text)


def _one_character(text: str) -> str:
    if len(text.encode()) != 1 or text in "\r\n":
        raise wrong(f"one plain character is expected here, not {shown(text)}")
    return text


def as_encoding(value: Any) -> str:
    """Return the name of an encoding that Python knows, as utf-8, latin-1, cp1252 or utf-16."""
    text = as_text(value)
    try:
        "".encode(text)
    except LookupError:
        fix = "as utf-8, latin-1, cp1252 (Windows) or utf-16"
        raise wrong(f"there is no encoding {shown(value)}", fix) from None
    return text


def as_date_format(value: Any) -> str:
    """Return a format in the letters of strptime that tells year, month and day."""
    text, day = _filled(as_text(value)), datetime(2018, 11, 23)
    try:
        told = datetime.strptime(day.strftime(text), text) == day
    except ValueError:
        told = False
    if not told:
        fix = "as %Y-%m-%d for 2018-11-23, %m/%d/%Y for 11/23/2018, %Y%m%d for 20181123"
        raise wrong(f"{shown(value)} does not tell year, month and day", fix)
    return text


def as_plain(value: Any) -> Any:
    """Return true or false, a number or text, as YAML 1.2 reads it."""
    if value is None or isinstance(value, dict | list):
        raise wrong(f"true or false, a whole number or text is expected here, not {shown(value)}")
    if not isinstance(value, Scalar):
        return value
    if value.plain and value in YES_NO:
        return YES_NO[value]
    if value.plain and WHOLE.fullmatch(value):
        return int(value)
    return str(value)


def as_name(value: Any) -> str:
    """Return a name that can stand in a file name and in the key of a result."""
    text = as_text(value)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", text):
        raise wrong(
            f"{shown(value)} cannot be a name: names go into file names and into the keys of results",
            "use letters, digits, _ and -; a `label` can hold any text",
        )
    return text


def as_identifier(value: Any) -> str:
    """Return a name for a trial: small letters, digits, _ and -."""
    text = as_name(value)
    if text != text.lower():
        raise wrong(
            f"{shown(value)} has capital letters: it names folders", f"did you mean `{text.lower()}`?"
        )
    return text


Text = Annotated[str, BeforeValidator(lambda value: _filled(as_text(value)))]
Cell = Annotated[str, BeforeValidator(as_cell), WithJsonSchema({"type": ["string", "number", "boolean"]})]
Name = Annotated[str, BeforeValidator(as_name)]
Identifier = Annotated[str, BeforeValidator(as_identifier), Field(pattern="^[a-z0-9][a-z0-9_-]*$")]
FilePath = Annotated[str, BeforeValidator(as_path)]
DateFormat = Annotated[str, BeforeValidator(as_date_format)]
Delimiter = Annotated[str, BeforeValidator(as_delimiter)]
Quote = Annotated[str, BeforeValidator(as_quote)]
Encoding = Annotated[str, BeforeValidator(as_encoding)]
Variable = Annotated[str, BeforeValidator(as_variable), Field(examples=["${PLAN_DATABASE}"])]
YesNo = Annotated[bool, BeforeValidator(as_yes_no)]
Day = Annotated[str, BeforeValidator(as_day), WithJsonSchema({"type": "string", "format": "date"})]
Plain = Annotated[bool | int | str, BeforeValidator(as_plain)]

# Put last in an Annotated, behind choices or limits.
TEXT = BeforeValidator(as_text)
WHOLE_NUMBER = BeforeValidator(as_whole)
NUMBER = BeforeValidator(as_number)


def shape(value: Any) -> Literal["text", "list", "block"]:
    """Say which of the shapes that a setting accepts a value has."""
    return "block" if isinstance(value, dict) else "list" if isinstance(value, list) else "text"


OneOrMore = Annotated[
    Annotated[Plain, Tag("text")] | Annotated[list[Plain], Tag("list"), Field(min_length=1)],
    Discriminator(lambda value: "list" if shape(value) == "list" else "text"),
]


class Block(BaseModel):
    """A block of keys: each key is declared, any other is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, value: Any) -> Any:
        """Read a block whose keys are all left out, as `report:` with nothing below, as defaults."""
        return {} if value is None else value
