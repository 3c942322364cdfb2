"""The check of a source in two layouts."""

from pathlib import Path

PROFESSIONAL = """\
ICN|MEMBER|DOS|POS
r1|p2|12/03/2018|11
r2|p3|2018-12-04|23
"""
ALSO = """utilization: {path: claims.csv, complete_through: "2020-03-31", max_rejected_share: 1, also: [
    {path: PATH, delimiter: "|", date_format: "%m/%d/%Y", columns:
        {claim_id: ICN, person_id: MEMBER, from_date: DOS, through_date: DOS, place_of_service: POS}}]}"""


def declared(change, path):
    Path("professional.txt").write_text(PROFESSIONAL, encoding="utf-8")
    own = 'utilization: {path: claims.csv, complete_through: "2020-03-31"}'
    change("config.yaml", own, ALSO.replace("PATH", path))


def test_the_files_of_both_are_counted_and_a_reason_names_its_file(change, check):
    declared(change, "professional.txt")
    said = check().stdout
    assert f"{'utilization':14}{3:>12}{2:>12}{1:>12}{0:>14}\n" in said
    assert "    1 set aside: professional.txt: from_date: not a date written as %m/%d/%Y\n" in said


def test_a_file_that_two_layouts_match_is_refused(change, check):
    declared(change, "c*.csv")
    assert "claims.csv: two layouts of this source hold this file." in check().stderr
