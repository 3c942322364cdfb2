"""What plans really send: each slip is said with file, line, column and fix, and without a person's value."""

import gzip

import pytest

from armwise.extracts.errors import ExtractError

SPANS = "person_id,coverage_start,coverage_end,note\n7001,2018-01-01,,\n7002,2018-02-01,,{}\n"


def sent(plan, content: bytes, name: str = "sent.csv") -> str:
    path = plan.folder / name
    path.write_bytes(content)
    return str(path)


def stopped(plan, source: str, content: bytes | str, name: str = "sent.csv", **settings) -> str:
    """Send a file that stops the run, and return what is said, without the folder."""
    path = sent(plan, content.encode() if isinstance(content, str) else content, name)
    with pytest.raises(ExtractError) as error:
        plan.read(source, path, **settings)
    return str(error.value).replace(f"{plan.folder}/", "")


@pytest.mark.parametrize(("delimiter", "named"), [(";", "';'"), ("\t", "tab"), ("|", "'|'")])
def test_another_delimiter(plan, delimiter, named):
    said = stopped(plan, "deaths", f"person_id{delimiter}died_on\n7001{delimiter}2018-01-01\n")
    assert said == (
        f"sent.csv: line 1 has one column when split at ','. Set `delimiter: {named}` of this source."
    )


def test_a_missing_column(plan):
    assert stopped(plan, "deaths", "person_id,died\n7001,2018-01-01\n") == (
        "sent.csv: columns are missing from the header:\n"
        "  died_on: map it under `columns` of this source, as {died_on: died}"
    )


def test_a_duplicated_column(plan):
    said = stopped(plan, "deaths", "person_id,died_on,died_on\n7001,2018-01-01,2018-01-02\n")
    assert said == "sent.csv: line 1 names the column died_on twice. Rename or remove one of them."


def test_an_unknown_code(plan):
    said = stopped(
        plan, "vaccinations", "person_id,given_on,cvx\n7001,2021-03-01,PFR\n", max_rejected_share=0
    )
    assert "column cvx: not a CVX code of up to three digits: 1 rows, the first on line 2" in said
    assert "PFR" not in said


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("03/31/2018", " (all of them could be %m/%d/%Y: set `date_format`)"),
        ("03/01/2018 10:00", " (all of them could be %m/%d/%Y or %d/%m/%Y: set `date_format`)"),
        ("20180301", " (all of them could be %Y%m%d: set `date_format`)"),
        ("2018-02-29", ""),
        ("spring", ""),
    ],
)
def test_a_date_in_another_format_or_one_that_does_not_exist(plan, written, meant):
    said = stopped(plan, "deaths", f"person_id,died_on\n7001,{written}\n", max_rejected_share=0)
    assert f"column died_on: not a date written as %Y-%m-%d: 1 rows, the first on line 2{meant}\n" in said
    assert "data.deaths" in said
    assert written not in said


def test_mixed_types(plan):
    header = "enrollment_id,person_id,randomized_on,arm,stratum,assignment_probability"
    rows = "E1,7001,2018-01-01,control,S,0.5\nE2,7002,2018-01-01,control,S,half\n"
    said = stopped(plan, "enrollment", f"{header}\n{rows}", max_rejected_share=0)
    assert "column assignment_probability: not a number: 1 rows, the first on line 3" in said


def test_a_gzip_file_cut_short_says_how_far_it_can_be_read(plan):
    rows = "".join(f"{n},2018-01-01\n" for n in range(20_000))
    whole = gzip.compress(f"person_id,died_on\n{rows}".encode())
    said = stopped(plan, "deaths", whole[: len(whole) // 2], "sent.csv.gz")
    line = int(said.partition("behind line ")[2].partition(".")[0].replace(",", ""))
    assert said.startswith("sent.csv.gz: cannot be read to its end: it is damaged or cut short behind line ")
    assert 5_000 < line < 15_000


@pytest.mark.parametrize("name", ["sent.csv", "sent.csv.gz"])
def test_an_empty_file(plan, name):
    said = stopped(plan, "deaths", gzip.compress(b"") if name.endswith(".gz") else b"", name)
    assert "empty" in said


def test_a_header_alone_stops_where_nobody_was_randomized_and_counts_as_none_elsewhere(plan):
    header = "enrollment_id,person_id,randomized_on,arm,stratum,assignment_probability\n"
    said = stopped(plan, "enrollment", header)
    assert said == "sent.csv: no row follows the names of the columns in line 1. Send it again."
    (tally,) = plan.read("deaths", sent(plan, b"person_id,died_on\n"))
    assert tally.read == 0


def test_a_line_that_is_not_utf_8(plan):
    said = stopped(
        plan, "contacts", "person_id,contacted_on,kind\n7001,2018-01-01,ni\xf1o\n".encode("latin-1")
    )
    assert said.startswith(
        "sent.csv: line 2, column kind, is not UTF-8. Set `encoding: latin-1` of this source"
    )
    assert "7001" not in said


def test_a_header_that_is_not_utf_8(plan):
    said = stopped(plan, "deaths", "person_id,died_on,a\xf1o\n7001,2018-01-01,\n".encode("latin-1"))
    assert said.startswith("sent.csv: line 1 is not UTF-8. Set `encoding: latin-1`")


def test_characters_that_the_declared_encoding_does_not_have(plan):
    content = b"person_id,died_on\n7001,2018-01-01\n\x81,2018-01-01\n"
    said = stopped(plan, "deaths", content, encoding="cp1252")
    assert said == (
        "sent.csv: line 3 is not cp1252. Set `encoding` of this source to what it is written in, such as "
        "utf-8, latin-1, utf-16."
    )


def test_utf_16_is_known_by_its_mark(plan):
    said = stopped(plan, "deaths", "person_id,died_on\n".encode("utf-16"))
    assert said == "sent.csv: this is UTF-16. Set `encoding: utf-16` of this source."


def test_a_quoted_line_break_is_part_of_a_note_and_of_no_identifier(plan):
    (tally,) = plan.read("coverage", sent(plan, SPANS.format('"two\nlines"').encode()))
    assert (tally.read, tally.kept) == (2, 2)
    said = stopped(plan, "coverage", SPANS.replace("7002", '"70\n02"').format(""), max_rejected_share=0)
    assert "column person_id: a line break in the value (is a quote not closed?): 1 rows" in said
    assert "the first on line 3" in said


def test_line_ends_of_two_kinds(plan):
    said = stopped(
        plan, "deaths", "person_id,died_on\r\n7001,2018-01-01\r\n7002,2018-01-01\n7003,2018-01-01\r\n"
    )
    assert said.startswith(
        "sent.csv: its lines end in two ways, as on Windows (CR LF) and on Unix (LF); line 3"
    )


def test_blanks_around_an_identifier_are_not_part_of_it(plan):
    plan.read("deaths", sent(plan, b"person_id,died_on\n7001   ,2018-01-01\n  7002,2018-01-01 \n"))
    assert [row["person_id"] for row in plan.kept] == ["7001", "7002"]


LONG = 50_000_000


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_of_50_mb_is_set_aside_and_no_other_is_lost(plan, packed):
    content = b"person_id,died_on\n7001,2018-01-01\n" + b"7" * LONG + b",2018-01-01\n7003,2018-01-01\n"
    name = "sent.csv.gz" if packed else "sent.csv"
    path = sent(plan, gzip.compress(content, 1) if packed else content, name)
    (tally,) = plan.read("deaths", path)
    assert (tally.read, tally.kept, tally.set_aside) == (3, 2, 1)
    assert [(line, column, why) for line, column, _, why in plan.aside] == [
        (3, "person_id", "longer than 1,000 characters")
    ]


def test_a_long_note_that_nobody_reads_is_no_reason_to_lose_its_row(plan):
    (tally,) = plan.read("coverage", sent(plan, SPANS.format("x" * LONG).encode()))
    assert (tally.read, tally.kept) == (2, 2)


def test_a_file_without_line_breaks(plan):
    said = stopped(plan, "deaths", b'"' + b"x" * 200_000)
    assert said.startswith("sent.csv: line 1 is too long to hold the names of columns.")


def test_reversals_with_negative_amounts_are_no_error(plan):
    header = "claim_id,person_id,from_date,through_date,paid_amount"
    rows = "C1,7001,2018-01-01,2018-01-01,250.00\nC2,7001,2018-01-01,2018-01-01,-250.00\n"
    plan.read("utilization", sent(plan, f"{header}\n{rows}".encode()))
    assert [row["paid_amount"] for row in plan.kept] == [250.0, -250.0]
