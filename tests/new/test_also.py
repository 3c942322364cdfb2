"""Files of one source with different columns: `armwise new` writes the others under `also`."""

from pathlib import Path

import pytest
import yaml

PERSONS = [f"A{n:04}" for n in range(40)]


def lines(header, row, persons=PERSONS):
    return header + "\n" + "".join(row(n, person) + "\n" for n, person in enumerate(persons))


def facility(n, person):
    return f"F{n:04},{person},2018-0{n % 9 + 1}-01,2018-0{n % 9 + 1}-03,0111,0120"


def professional(n, person):
    return f"P{n:04}|{person}|0{n % 9 + 1}/15/2018|11|99213"


@pytest.fixture
def claims(folder):
    """Return a folder with enrollments, spans, and claims of facilities and of professionals."""
    arms = lines("MBR_NBR,RAND_DT,ARM", lambda n, person: f"{person},2018-01-{n % 28 + 1:02},{'CT'[n % 2]}")
    spans = lines("MBR_NBR,EFF_DT,TERM_DT", lambda n, person: f"{person},2017-0{n % 9 + 1}-01,2019-12-31")
    (folder / "lottery.csv").write_text(arms, encoding="utf-8")
    (folder / "elig_spans.csv").write_text(spans, encoding="utf-8")
    header = "CLM_NBR,MBR_NBR,SVC_FROM_DT,SVC_THRU_DT,BILL_TYPE_CD,REV_CD"
    (folder / "claims_ub.csv").write_text(lines(header, facility), encoding="utf-8")
    header = "CLAIM_NO|MEMBER_NBR|SVC_DT|POS_CD|PROC_CD"
    (folder / "claims_prof.txt").write_text(lines(header, professional), encoding="utf-8")
    return folder


def written():
    return yaml.safe_load(Path("config.yaml").read_text(encoding="utf-8"))["data"]


def test_claims_in_two_layouts_are_one_source(claims, new):
    result = new(claims)
    source = written()["utilization"]
    assert source["path"] == "extracts/claims_ub.csv"
    assert source["also"] == [
        {
            "path": "extracts/claims_prof.txt",
            "delimiter": "|",
            "date_format": "%m/%d/%Y",
            "columns": {
                "claim_id": "CLAIM_NO",
                "person_id": "MEMBER_NBR",
                "from_date": "SVC_DT",
                "through_date": "SVC_DT",
                "procedure_code": "PROC_CD",
                "place_of_service": "POS_CD",
            },
        }
    ]
    seen = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("utilization ")]
    assert seen == ["extracts/claims_ub.csv", "extracts/claims_prof.txt"]
    assert "not used" not in result.stdout


def test_what_is_to_be_looked_at_in_a_layout_is_said_at_its_line(claims, new):
    said = new(claims).stdout
    assert "data.utilization.also: further files of the source by their columns" in said
    place = next(line for line in said.splitlines() if "also.0.columns.through_date" in line)
    number = int(place.split(":")[1])
    text = Path("config.yaml").read_text(encoding="utf-8").splitlines()
    assert text[number - 1].strip().startswith("through_date: SVC_DT #")


def test_the_source_is_taken_as_whole_through_the_day_of_the_layout_that_ends_first(claims, new):
    days = lines("CLM|MEMBER_NBR|SVC_DT|POS_CD|PROC_CD", lambda n, person: professional(n % 3, person))
    (claims / "claims_prof.txt").write_text(days.replace("P000", "P1"), encoding="utf-8")
    new(claims)
    assert written()["utilization"]["complete_through"] == "2018-03-31"


def test_claims_of_the_same_numbers_are_pointed_at_and_not_read_twice(claims, new):
    again = lines("CLAIM_NO|MEMBER_NBR|SVC_DT|POS_CD|PROC_CD", professional).replace("\nP", "\nF")
    (claims / "claims_prof.txt").write_text(again, encoding="utf-8")
    result = new(claims)
    assert "claims_prof.txt (has claims of the numbers that claims_ub.csv has" in result.stdout
    assert "also" not in written()["utilization"]


def test_a_file_without_what_a_layout_needs_is_pointed_at(claims, new):
    rows = lines("MEMBER_NBR|SVC_DT|POS_CD|PROC_CD", lambda n, person: professional(n, person)[6:])
    (claims / "claims_prof.txt").write_text(rows, encoding="utf-8")
    assert "claims_prof.txt (looks like utilization too, without claim_id)" in new(claims).stdout
    assert "also" not in written()["utilization"]
