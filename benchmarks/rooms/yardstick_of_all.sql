-- The yardstick of everything: stays, ED visits, outpatient visits, a declared event (tests of hemoglobin A1c), their counts
-- in two windows and the days at risk, of claims whose versions are resolved.
--
-- As yardstick.sql, with one scan for all events. Versions as one would resolve them by hand, and no closer than that: of a
-- claim and what names it as its original, the latest adjudication stands, unless it is a void; lines that are denied
-- do not count.
CREATE TEMP TABLE wanted AS
SELECT
    person_id,
    claim_id,
    claim_version,
    from_date,
    through_date,
    admission_date,
    discharge_date,
    discharge_status,
    coalesce(provider_id, facility_id) AS provider,
    claim_status,
    bill_type LIKE '%8' AS void,
    bill_type LIKE '011%' AND (revenue_code BETWEEN '0100' AND '0169' OR revenue_code BETWEEN '0200' AND '0219') AS acute,
    coalesce(revenue_code LIKE '045%' OR revenue_code = '0981', FALSE)
    OR coalesce(procedure_code BETWEEN '99281' AND '99285', FALSE)
    OR coalesce(place_of_service = '23', FALSE) AS emergency,
    procedure_code = '83036' AS tested,
    (
        procedure_code BETWEEN '99201' AND '99215'
        OR procedure_code BETWEEN '99241' AND '99245'
        OR procedure_code BETWEEN '99341' AND '99350'
        OR procedure_code BETWEEN '99381' AND '99397'
        OR procedure_code BETWEEN '90791' AND '90853'
        OR procedure_code BETWEEN '99421' AND '99443'
        OR revenue_code BETWEEN '0510' AND '0529'
    )
    AND CASE
        WHEN bill_type IS NULL THEN coalesce(place_of_service NOT IN ('21', '23', '31', '32', '51', '81'), TRUE)
        ELSE substr(bill_type, 2, 2) IN ('13', '71', '73', '76', '77', '85')
    END AS visit
FROM '{extracts}/utilization.parquet'
WHERE
    (
        revenue_code BETWEEN '0100' AND '0169'
        OR revenue_code BETWEEN '0200' AND '0219'
        OR revenue_code LIKE '045%'
        OR revenue_code = '0981'
        OR revenue_code BETWEEN '0510' AND '0529'
        OR procedure_code BETWEEN '99281' AND '99285'
        OR place_of_service = '23'
        OR procedure_code = '83036'
        OR procedure_code BETWEEN '99201' AND '99215'
        OR procedure_code BETWEEN '99241' AND '99245'
        OR procedure_code BETWEEN '99341' AND '99350'
        OR procedure_code BETWEEN '99381' AND '99397'
        OR procedure_code BETWEEN '90791' AND '90853'
        OR procedure_code BETWEEN '99421' AND '99443'
    )
    AND person_id IN (SELECT person_id FROM '{extracts}/enrollment.parquet');

CREATE TEMP TABLE anew AS
SELECT DISTINCT claim_id, coalesce(original_claim_id, claim_id) AS chain
FROM '{extracts}/utilization.parquet'
WHERE original_claim_id IS NOT NULL OR claim_version > 1;

CREATE TEMP TABLE chains AS
SELECT claim_id, chain FROM anew
UNION
SELECT chain, chain FROM anew;

CREATE TEMP TABLE fallen AS
WITH concerned AS (
    SELECT claim_id, chain
    FROM chains
    WHERE chain IN (SELECT chain FROM chains WHERE claim_id IN (SELECT claim_id FROM wanted))
),

sent AS (
    SELECT
        c.chain,
        u.claim_id,
        u.claim_version,
        max(u.adjudicated_on) AS adjudicated_on,
        bool_and(u.claim_status = 'denied' AND u.original_claim_id IS NOT NULL) AS refused
    FROM '{extracts}/utilization.parquet' AS u
    INNER JOIN concerned AS c ON c.claim_id = u.claim_id
    GROUP BY c.chain, u.claim_id, u.claim_version
)

SELECT claim_id, claim_version
FROM sent
QUALIFY refused OR row_number() OVER (PARTITION BY chain ORDER BY refused, adjudicated_on DESC, claim_version DESC) > 1;

CREATE TEMP TABLE care AS
SELECT * EXCLUDE (void, claim_status)
FROM wanted
WHERE
    claim_status = 'paid'
    AND NOT coalesce(void, FALSE)
    AND NOT EXISTS (
        SELECT 1 FROM fallen AS f WHERE f.claim_id = wanted.claim_id AND f.claim_version = wanted.claim_version
    );

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
        UNION ALL
        SELECT 'outpatient_visits', person_id, from_date FROM care WHERE visit GROUP BY person_id, from_date, provider
        UNION ALL
        SELECT DISTINCT 'hba1c_tests', person_id, from_date FROM care WHERE tested
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
        count(*) FILTER (e.outcome = 'ed_visits') AS ed_visits,
        count(*) FILTER (e.outcome = 'outpatient_visits') AS outpatient_visits,
        count(*) FILTER (e.outcome = 'hba1c_tests') AS hba1c_tests
    FROM at_risk AS a
    LEFT JOIN events AS e
        ON e.person_id = a.person_id AND e.started_on >= a.randomized_on AND e.started_on < a.stops_on
    GROUP BY a.enrollment_id, a.months, a.randomized_on, a.stops_on
    ORDER BY ALL
) TO '{counted}' (FORMAT parquet);
