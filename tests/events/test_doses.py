"""COVID-19 vaccine doses (RULES 21)."""

from tables import given, same

from armwise.events.doses import covid_doses


def test_doses_are_numbered_and_one_completes_the_series(engine):
    records = given(
        engine,
        """
        person_id | given_on   | cvx
        two       | 2021-03-01 | 208
        two       | 2021-03-22 | 208
        two       | 2021-10-22 | 208
        one       | 2021-04-01 | 212
        one       | 2021-11-01 | 208
        alone     | 2021-04-01 | 207
    """,
    )
    same(
        engine,
        covid_doses(records.mutate(cvx=records.cvx.cast("string"))),
        """
        person_id | started_on | dose_number | completes_series
        two       | 2021-03-01 | 1           | false
        two       | 2021-03-22 | 2           | true
        two       | 2021-10-22 | 3           | false
        one       | 2021-04-01 | 1           | true
        one       | 2021-11-01 | 2           | false
        alone     | 2021-04-01 | 1           | false
    """,
    )


def test_four_days_of_grace_and_no_more(engine):
    records = given(
        engine,
        """
        person_id | given_on   | cvx
        A         | 2021-03-01 | 208
        A         | 2021-03-18 | 208
        B         | 2021-03-01 | 208
        B         | 2021-03-17 | 208
        C         | 2021-03-01 | 207
        C         | 2021-03-25 | 207
        D         | 2021-03-01 | 207
        D         | 2021-03-24 | 207
    """,
    )
    same(
        engine,
        covid_doses(records.mutate(cvx=records.cvx.cast("string"))).filter(lambda d: d.dose_number == 2),
        """
        person_id | completes_series
        A         | true
        B         | false
        C         | true
        D         | false
    """,
    )


def test_mixed_products_complete_after_24_days_and_unspecified_ones_never(engine):
    records = given(
        engine,
        """
        person_id | given_on   | cvx
        A         | 2021-03-01 | 208
        A         | 2021-03-25 | 207
        B         | 2021-03-01 | 207
        B         | 2021-03-24 | 208
        C         | 2021-03-01 | 208
        C         | 2021-03-29 | 213
        D         | 2021-03-01 | 213
        D         | 2021-03-29 | 208
    """,
    )
    same(
        engine,
        covid_doses(records.mutate(cvx=records.cvx.cast("string"))).filter(lambda d: d.dose_number == 2),
        """
        person_id | completes_series
        A         | true
        B         | false
        C         | false
        D         | false
    """,
    )


def test_a_dose_too_early_leaves_the_series_to_the_next(engine):
    records = given(
        engine,
        """
        person_id | given_on   | cvx
        A         | 2021-03-01 | 208
        A         | 2021-03-08 | 208
        A         | 2021-03-29 | 208
    """,
    )
    same(
        engine,
        covid_doses(records.mutate(cvx=records.cvx.cast("string"))),
        """
        dose_number | completes_series
        1           | false
        2           | false
        3           | true
    """,
    )


def test_records_of_one_day_are_one_dose_of_the_known_product(engine):
    records = given(
        engine,
        """
        person_id | given_on   | cvx
        A         | 2021-03-01 | 213
        A         | 2021-03-01 | 208
        A         | 2021-03-01 | 208
    """,
    )
    same(
        engine,
        covid_doses(records.mutate(cvx=records.cvx.cast("string"))),
        """
        person_id | cvx | dose_number
        A         | 208 | 1
    """,
    )


def test_a_product_counts_from_its_authorization_on(engine):
    records = given(
        engine,
        """
        person_id | given_on   | cvx
        A         | 2020-12-10 | 208
        B         | 2020-12-11 | 208
        C         | 2021-02-26 | 212
        D         | 2021-02-27 | 212
        E         | 2021-03-01 | 510
        F         | 2021-03-01 | 141
    """,
    )
    same(
        engine,
        covid_doses(records.mutate(cvx=records.cvx.cast("string"))),
        """
        person_id
        B
        D
        E
    """,
    )
