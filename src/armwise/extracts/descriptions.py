"""What the sources and columns of the contracts mean, in words for the reference page."""

from typing import NamedTuple


class Source(NamedTuple):
    """One source: what one row is, what is worth knowing, and the meaning of each column."""

    row: str
    notes: tuple[str, ...]
    columns: dict[str, str]


SOURCES = {
    "enrollment": Source(
        "one randomization of one person; a control who returns in a later lottery has a row for each",
        (
            "Baseline characteristics are further columns, one per entry of `baseline` in the settings "
            "(`number`, `category` or `binary`). A characteristic that the file does not carry is empty for "
            "everyone, and `armwise check` says so. `age` may be left out: it is computed from `birth_date`.",
            "In a stratum with all arms, the mean probabilities of the arms must sum to 1, or the run stops.",
        ),
        {
            "enrollment_id": "Identifies the row.",
            "person_id": "Identifies the person, written alike in all extracts.",
            "randomized_on": "Day of the lottery. Follow-up begins on it.",
            "arm": "Arm that was drawn.",
            "stratum": "Stratum within which the lottery drew, as cohort and tier.",
            "assignment_probability": "Probability, within the stratum, of the arm that was drawn: that of "
            "control for a control. Its inverse is the weight.",
            "birth_date": "For age, and for avoidable admissions, which go by age.",
            "birth_date_source": "Where the birth date comes from, as plan or registry; kept, not used.",
            "snapshot_on": "Day of the eligibility snapshot from which the lottery drew; kept, not used.",
            "cluster": "What standard errors are clustered by; the person where it is missing.",
        },
    ),
    "coverage": Source(
        "one span of eligibility of one person",
        (
            "Spans may overlap, touch, repeat and come in any order; they are joined. People who never were "
            "randomized may be in it.",
        ),
        {
            "person_id": "As in `enrollment`.",
            "coverage_start": "First covered day.",
            "coverage_end": "Last covered day, inclusive. Missing or 9999-12-31: still open.",
            "partial_benefits": "1 where the benefits are partial, so that the plan does not see all care.",
            "other_payer": "1 where another payer comes first, so that the plan does not see all care.",
        },
    ),
    "utilization": Source(
        "one service line of one version of one claim, facility and professional claims together",
        (
            "Send all versions, voids and denials: what is in force is worked out from them. A claim and "
            "those that name it in `original_claim_id` are one chain; of a chain the latest adjudication "
            "stands, then the higher version, then what arrived later. A type of bill that ends in 8 voids "
            "its chain, and so do lines that are `reversed`: a reversal names the claim that it takes back, "
            "or has its number and a later adjudication. Negative amounts alone take nothing back.",
            "`line_number` is unique within a claim of a person: of lines that agree in all three, only the "
            "last that arrived is kept. In a file without line numbers every line is kept.",
            "Claims of people who never were randomized may be in it.",
        ),
        {
            "claim_id": "Identifies the claim, across all people and files.",
            "claim_version": "Version of the claim, if versions share its number.",
            "line_number": "Number of the line within its claim.",
            "person_id": "As in `enrollment`.",
            "from_date": "First day of service.",
            "through_date": "Last day of service, inclusive.",
            "admission_date": "Day of admission; `from_date` where it is missing.",
            "discharge_date": "Day of discharge; `through_date` where it is missing.",
            "discharge_status": "Discharge status (NUBC): transfers and patients who stay join claims.",
            "bill_type": "Type of bill (NUBC), its leading zero optional; missing on professional claims.",
            "revenue_code": "Revenue code (NUBC): rooms 010x to 016x, 020x, 021x; emergency 045x, 0981; "
            "observation 0762.",
            "procedure_code": "CPT or HCPCS: 99281 to 99285 are emergency visits; outpatient visits "
            "go by it.",
            "procedure_modifiers": "Modifiers of the procedure, separated by semicolons: 93, 95, FQ, GQ and "
            "GT are telehealth.",
            "place_of_service": "Place of service (CMS): 23 is an emergency department, 02 and 10 are "
            "telehealth.",
            "principal_diagnosis": "ICD-10-CM.",
            "other_diagnoses": "ICD-10-CM, separated by semicolons.",
            "procedures": "ICD-10-PCS, separated by semicolons: for amputations and exclusions of avoidable "
            "admissions.",
            "facility_id": "The facility: tells transfers, and visits apart where a definition asks.",
            "provider_id": "The provider of the service: outpatient visits are one per provider and day.",
            "provider_specialty": "NUCC taxonomy (ten characters) or CMS specialty code (two): tells primary "
            "care, behavioral health and specialty visits apart.",
            "original_claim_id": "The claim that this one replaces or voids.",
            "adjudicated_on": "Day of adjudication: decides which version stands.",
            "claim_status": "Denied lines are left out; reversed ones take back what was sent before.",
            "paid_amount": "Amount paid, negative for reversals; kept, used where an event asks for it. "
            "Read as 1200, $1,200.00, -20.00, 20.00- or (20.00); anything else is empty, and warned about.",
            "point_of_origin": "Point of origin (NUBC): admissions from another facility (4, 5, 6) are not "
            "avoidable.",
            "admission_type": "Type of admission (NUBC): 1 and 5 are emergencies, for definitions that ask.",
        },
    ),
    "vaccinations": Source(
        "one dose given to one person",
        (
            "Doses of several on one day count once. COVID-19 products count from the day of their own "
            "authorization on; other vaccines may be in it.",
        ),
        {
            "person_id": "As in `enrollment`.",
            "given_on": "Day of the dose.",
            "cvx": "Product, as CDC's CVX code.",
        },
    ),
    "contacts": Source(
        "one contact of the program with one person",
        (),
        {
            "person_id": "As in `enrollment`.",
            "enrollment_id": "Enrollment that was served. Missing: the latest that had begun by then.",
            "contacted_on": "Day of the contact.",
            "kind": "What it was, in the words of the program. `attempt` is an outreach attempt: it reached "
            "nobody and is no contact unless it is asked for.",
        },
    ),
    "deaths": Source(
        "one death",
        ("If a person has several rows, the earliest day counts.",),
        {
            "person_id": "As in `enrollment`.",
            "died_on": "Day of death; events on that day count.",
            "death_date_source": "Where the date comes from, as vital records or the plan; kept, not used.",
        },
    ),
    "eligible": Source(
        "one person who was assessed for the trial on one day, whether randomized or not",
        (
            "The flow diagram begins with these persons. Who among them is in `enrollment` was randomized; "
            "the others are counted by `reason`.",
        ),
        {
            "person_id": "As in `enrollment`.",
            "eligible_on": "Day of the eligibility snapshot or of the assessment.",
            "reason": "Why the person was not randomized; for those who were, it does not matter.",
        },
    ),
    "crosswalk": Source(
        "one identifier of a person in one source",
        (
            "For sources that know persons by another number than `enrollment` does: name them in "
            "`data.crosswalk.translates`. While they are read, their `person_id` is replaced. A row whose "
            "identifier has no match is set aside and counted; an identifier with two persons stops the run. "
            "An identifier that is some row's `person_id` stands for itself, as a source may hold both.",
        ),
        {
            "source": "Name of the source, as under `data`. Missing: the row is of every translated source.",
            "source_person_id": "Identifier as that source writes it.",
            "person_id": "As in `enrollment`.",
        },
    ),
    "records": Source(
        "something that happened to one person on a day, as a jail booking: what a source of your own under "
        "`data.records` must look like",
        (
            "Columns that an event under `events.declared` chooses by, keeps as an attribute or takes its "
            "days from are further columns, which the file must then have. Records of people who never were "
            "randomized may be in it.",
        ),
        {
            "person_id": "As in `enrollment`.",
            "occurred_on": "Day on which it happened or began.",
            "ended_on": "Day on which it ended, as of a release. Missing: not known, or not ended.",
            "record_id": "Rows of one person that share it are one record, as the charges of one booking.",
        },
    ),
    "participants": Source(
        "one participant with everything in columns: for trials that come as one table",
        (
            "Baseline characteristics, outcomes, years at risk, weights and uptake are further columns, as "
            "the settings name them. A missing outcome stays missing and is counted.",
        ),
        {
            "participant_id": "Identifies the row. Missing: the number of the row in its file.",
            "arm": "Arm that was drawn.",
            "stratum": "Stratum of the randomization. Missing: all in one.",
            "cluster": "What standard errors are clustered by. Missing: the participant.",
            "assignment_probability": "Probability, within the stratum, of the arm that was drawn. Missing: "
            "the weight is 1, so give it for all rows or for none.",
            "people": "How many participants the row stands for, all alike, as a cell of a printed table. "
            "Missing: one.",
        },
    ),
}
