"""Events after a death or without coverage are counted and warned of, not dropped (RULES 23)."""

import logging

from tables import given, same

from armwise.events.doubts import after_death, doubts, without_coverage


def test_events_after_a_death_or_without_coverage_are_counted(engine, caplog):
    events = given(
        engine,
        """
        person_id | event    | event_id | started_on
        P1        | ed_visit | a        | 2018-01-01
        P1        | ed_visit | b        | 2018-01-31
        P1        | ed_visit | c        | 2018-02-01
        P2        | ed_visit | d        | 2018-03-05
        P2        | ed_visit | e        | 2018-03-06
    """,
    )
    coverage = given(
        engine,
        """
        person_id | coverage_start | coverage_end
        P1        | 2018-01-01     | 2018-01-31
        P1        | 2018-01-15     | 2018-01-31
        P2        | 2018-01-01     | 9999-12-31
    """,
    )
    deaths = given(
        engine,
        """
        person_id | died_on
        P2        | 2018-03-05
        P2        | 2018-03-09
    """,
    )
    same(
        engine,
        after_death(events, deaths),
        """
        event_id
        e
    """,
    )
    same(
        engine,
        without_coverage(events, coverage),
        """
        event_id
        c
    """,
    )
    with caplog.at_level(logging.WARNING):
        assert doubts(engine, events, coverage, deaths) == [
            ("stays and ED visits after a death", 1),
            ("stays and ED visits on days without coverage", 1),
        ]
    assert "after a death: 1" in caplog.text
    assert doubts(engine, events, None, None) == []
