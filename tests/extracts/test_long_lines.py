"""A line longer than the engine's buffer would be lost without a word: it is found, wherever it lies."""

import gzip

import pytest

from armwise.extracts.errors import ExtractError
from armwise.extracts.formats import long_lines

BUFFER = 4_000_000
ROW = b"7001,2018-01-01\n"


@pytest.fixture(autouse=True)
def small_buffer(monkeypatch):
    monkeypatch.setattr(long_lines, "BUFFER", BUFFER)


def sent(plan, content, name):
    path = plan.folder / name
    path.write_bytes(gzip.compress(content, 1) if name.endswith(".gz") else content)
    return str(path)


@pytest.mark.parametrize("name", ["sent.csv", "sent.csv.gz"])
@pytest.mark.parametrize("before", [1, BUFFER // 2 // 16, int(0.9 * BUFFER / 16)])  # rows
@pytest.mark.parametrize("length", [1.01, 1.6, 2.5, 3.2])  # buffers
def test_a_line_longer_than_the_buffer_stops_the_run_at_its_line(plan, name, before, length):
    long = b"7" * int(length * BUFFER) + b",2018-01-01\n"
    path = sent(plan, b"person_id,died_on\n" + ROW * before + long + ROW * 300_000, name)
    with pytest.raises(ExtractError) as stopped:
        plan.read("deaths", path)
    assert str(stopped.value) == (
        f"{path}: line {before + 2:,} is longer than 4 MB, so that rows cannot be told apart there. Are line "
        "breaks missing, or is the file damaged? Send it again."
    )


@pytest.mark.parametrize("name", ["sent.csv", "sent.csv.gz"])
@pytest.mark.parametrize("before", [1, BUFFER // 2 // 16, int(0.9 * BUFFER / 16)])
def test_a_line_as_long_as_the_buffer_is_set_aside_and_no_other_is_lost(plan, name, before):
    long = b"7" * (BUFFER - 12) + b",2018-01-01\n"
    path = sent(plan, b"person_id,died_on\n" + ROW * before + long + ROW * 300_000, name)
    (tally,) = plan.read("deaths", path)
    assert (tally.kept, tally.set_aside) == (before + 300_000, 1)
    assert [(line, why) for line, _, _, why in plan.aside] == [(before + 2, "longer than 1,000 characters")]


def test_a_line_at_the_end_without_a_line_break(plan):
    path = sent(plan, b"person_id,died_on\n" + ROW * 9 + b"7" * (3 * BUFFER), "sent.csv")
    with pytest.raises(ExtractError, match="line 11 is longer than 4 MB"):
        plan.read("deaths", path)


def test_a_line_of_a_fixed_width_file(plan):
    rows = b"7001 2018-01-01\n"
    path = sent(plan, rows * 9 + b"7" * (3 * BUFFER) + b"\n" + rows, "sent.txt")
    with pytest.raises(ExtractError, match="line 10 is longer than 4 MB"):
        plan.read("deaths", path, fields={"person_id": [1, 4], "died_on": [6, 10]})


def test_a_packed_file_that_is_cut_short_is_told_as_such(plan):
    path = sent(plan, b"person_id,died_on\n" + ROW * 500_000, "sent.csv.gz")
    (plan.folder / "sent.csv.gz").write_bytes((plan.folder / "sent.csv.gz").read_bytes()[:-20_000])
    with pytest.raises(ExtractError, match="it is damaged or cut short behind line"):
        plan.read("deaths", path)
