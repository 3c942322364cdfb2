-- The yardstick: what one would write by hand for stays, ED visits, their counts in two windows and the days at risk.
--
-- Of the typed extracts in {extracts}: acute claims joined by gaps and islands on the running maximum, ED visits as days of
-- a person, follow-up until the end of the coverage that holds the lottery or until death. Denied lines are left out; claims
-- that were sent again are not resolved, so it does less than the steps do.
CREATE TEMP TABLE care AS
SELECT
    person_id,
    claim_id,
    from_date,
    through_date,
    admission_date,
    discharge_date,
    discharge_status,
    bill_type LIKE '011%' AND (revenue_code BETWEEN '0100' AND '0169' OR revenue_code BETWEEN '0200' AND '0219') AS acute,
    coalesce(revenue_code LIKE '045%' OR revenue_code = '0981', FALSE)
    OR coalesce(procedure_code BETWEEN '99281' AND '99285', FALSE)
    OR coalesce(place_of_service = '23', FALSE) AS emergency
FROM '{extracts}/utilization.parquet'
WHERE
    (
        revenue_code BETWEEN '0100' AND '0169'
        OR revenue_code BETWEEN '0200' AND '0219'
        OR revenue_code LIKE '045%'
        OR revenue_code = '0981'
        OR procedure_code BETWEEN '99281' AND '99285'
        OR place_of_service = '23'
    )
    AND claim_status = 'paid'
    AND person_id IN (SELECT person_id FROM '{extracts}/enrollment.parquet');

COPY (
    WITH claims AS (
        SELECT
            person_id,
            claim_id,
            min(coalesce(admission_date, from_date)) AS starts_on,
            max(coalesce(discharge_date, through_date)) AS stops_on,
            max(discharge_status) IN ('02', '05', '30', '43', '66', '82', '85', '88', '94') AS goes_on
        FROM care
        WHERE acute
        GROUP BY person_id, claim_id
    ),

    marked AS (
        SELECT
            *,
            starts_on > max(stops_on + goes_on::INTEGER) OVER (
                PARTITION BY person_id
                ORDER BY starts_on, stops_on, claim_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS opens
        FROM claims
    ),

    islands AS (
        SELECT
            *,
            sum(opens::INTEGER) OVER (PARTITION BY person_id ORDER BY starts_on, stops_on, claim_id) AS island
        FROM marked
    ),

    events AS (
        SELECT 'admissions' AS outcome, person_id, min(starts_on) AS started_on FROM islands GROUP BY person_id, island
        UNION ALL
        SELECT DISTINCT 'ed_visits', person_id, from_date FROM care WHERE emergency
    ),

    spans AS (
        SELECT
            person_id,
            coverage_start AS starts_on,
            CASE WHEN coverage_end = DATE '9999-12-31' THEN coverage_end ELSE coverage_end + 1 END AS stops_on
        FROM '{extracts}/coverage.parquet'
    ),

    span_islands AS (
        SELECT
            *,
            sum(opens::INTEGER) OVER (PARTITION BY person_id ORDER BY starts_on, stops_on) AS island
        FROM (
            SELECT
                *,
                starts_on > max(stops_on) OVER (
                    PARTITION BY person_id ORDER BY starts_on, stops_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS opens
            FROM spans
        ) AS opened
    ),

    covered AS (
        SELECT person_id, min(starts_on) AS starts_on, max(stops_on) AS stops_on
        FROM span_islands
        GROUP BY person_id, island
    ),

    followed AS (
        SELECT
            e.enrollment_id,
            e.person_id,
            e.randomized_on,
            coalesce(max(c.stops_on), e.randomized_on) AS covered_until,
            coalesce(min(d.died_on) + 1, DATE '9999-12-31') AS died_before
        FROM '{extracts}/enrollment.parquet' AS e
        LEFT JOIN covered AS c
            ON c.person_id = e.person_id AND e.randomized_on >= c.starts_on AND e.randomized_on < c.stops_on
        LEFT JOIN '{extracts}/deaths.parquet' AS d ON d.person_id = e.person_id
        GROUP BY e.enrollment_id, e.person_id, e.randomized_on
    ),

    at_risk AS (
        SELECT
            enrollment_id,
            person_id,
            randomized_on,
            months,
            least((randomized_on + to_months(months))::DATE, covered_until, died_before) AS stops_on
        FROM followed
        CROSS JOIN (VALUES (6), (12)) AS windows (months)
    )

    SELECT
        a.enrollment_id,
        a.months,
        a.stops_on - a.randomized_on AS days_observed,
        count(*) FILTER (e.outcome = 'admissions') AS admissions,
        count(*) FILTER (e.outcome = 'ed_visits') AS ed_visits
    FROM at_risk AS a
    LEFT JOIN events AS e
        ON e.person_id = a.person_id AND e.started_on >= a.randomized_on AND e.started_on < a.stops_on
    GROUP BY a.enrollment_id, a.months, a.randomized_on, a.stops_on
    ORDER BY ALL
) TO '{counted}' (FORMAT parquet);
