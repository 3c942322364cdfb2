-- Claim lines of a health plan in the typed columns of the source `utilization`, in the order of the days of service.
--
-- {claims} claims before replacements, a quarter of them of the {persons} people who were randomized (P0000000 and on), the
-- rest of {strangers} others. By a hash of the number of the claim, so that the same size is the same rows. Shares of claims:
-- pharmacy 30%, office 38%, outpatient facility 20%, emergency facility 4% and professional 4%, inpatient facility 1.2% and
-- professional 2.8%. Of all claims 3% are replaced and 1% voided under a new number, 2% sent again as a second version; 4%
-- of all that is sent is denied. Emergency and room revenue stand on one line in twenty-five.
-- A number that looks random, the same at every run: of a claim `c`, for a purpose, and for one of its lines.
CREATE MACRO drawn(c, purpose, line := 0) AS hash((c * 32 + purpose) * 32 + line);

CREATE MACRO below(n, drawn) AS (drawn % n)::INTEGER;

CREATE MACRO pick(list, drawn) AS list[1 + (drawn % len(list))::INTEGER];

CREATE TEMP VIEW claim_lines AS
WITH claims AS (
    SELECT
        c,
        below(1000, drawn(c, 1)) AS kind,
        below(100, drawn(c, 2)) AS fate,
        CASE
            WHEN below(4, drawn(c, 3)) = 0
                THEN 'P' || lpad(below({persons}, drawn(c, 4))::VARCHAR, 7, '0')
            ELSE 'X' || lpad(below({strangers}, drawn(c, 4))::VARCHAR, 7, '0')
        END AS person_id,
        DATE '2016-08-01' + (c * 1338 // {claims})::INTEGER AS from_date
    FROM range({claims}) AS numbers (c)
),

kinds AS (
    SELECT
        *,
        CASE
            WHEN kind < 300 THEN 'pharmacy'
            WHEN kind < 680 THEN 'office'
            WHEN kind < 880 THEN 'outpatient'
            WHEN kind < 920 THEN 'emergency'
            WHEN kind < 960 THEN 'emergency_professional'
            WHEN kind < 972 THEN 'inpatient'
            ELSE 'inpatient_professional'
        END AS sort,
        CASE WHEN kind BETWEEN 960 AND 971 THEN below(9, drawn(c, 5)) ELSE 0 END AS days
    FROM claims
),

-- Each element is one time that the claim was sent: [version, how often under a new number].
sent AS (
    SELECT
        *,
        unnest(CASE
            WHEN fate < 3 AND sort <> 'pharmacy' THEN [[1, 0], [1, 1]]
            WHEN fate = 3 AND sort IN ('outpatient', 'emergency', 'inpatient') THEN [[1, 0], [1, 2]]
            WHEN fate < 6 AND fate > 3 THEN [[1, 0], [2, 0]]
            ELSE [[1, 0]]
        END) AS sending
    FROM kinds
),

lines AS (
    SELECT
        *,
        sending[1] AS claim_version,
        sending[2] AS anew,
        unnest(range(1, 1 + CASE sort
            WHEN 'office' THEN 1 + below(3, drawn(c, 6))
            WHEN 'outpatient' THEN 3 + below(3, drawn(c, 6))
            WHEN 'emergency' THEN 5
            WHEN 'inpatient' THEN 12 + below(7, drawn(c, 6))
            WHEN 'inpatient_professional' THEN 2
            ELSE 1
        END::BIGINT)) AS line_number
    FROM sent
)

SELECT
    'C' || lpad(c::VARCHAR, 9, '0') || CASE anew WHEN 0 THEN '' WHEN 1 THEN 'R' ELSE 'V' END AS claim_id,
    claim_version::BIGINT AS claim_version,
    line_number,
    person_id,
    from_date,
    from_date + days AS through_date,
    CASE WHEN sort = 'inpatient' THEN from_date END AS admission_date,
    CASE WHEN sort = 'inpatient' THEN from_date + days END AS discharge_date,
    CASE
        WHEN sort NOT IN ('inpatient', 'emergency') THEN NULL
        WHEN below(20, drawn(c, 7)) = 0 THEN '02'
        WHEN below(20, drawn(c, 7)) = 1 THEN '30'
        ELSE '01'
    END AS discharge_status,
    CASE sort
        WHEN 'inpatient' THEN '011'
        WHEN 'emergency' THEN '013'
        WHEN 'outpatient' THEN CASE below(10, drawn(c, 8)) WHEN 0 THEN '077' ELSE '013' END
    END || CASE anew WHEN 0 THEN '1' WHEN 1 THEN '7' ELSE '8' END AS bill_type,
    CASE
        WHEN sort NOT IN ('inpatient', 'emergency', 'outpatient') THEN NULL
        WHEN sort = 'emergency' AND line_number = 1 THEN '0450'
        WHEN sort = 'inpatient' AND line_number = 1 THEN pick(['0120', '0110', '0200', '0124'], drawn(c, 9))
        WHEN sort = 'inpatient' AND line_number = 2 AND below(2, drawn(c, 9)) = 0 THEN '0450'
        ELSE pick(['0250', '0300', '0301', '0320', '0636', '0710'], drawn(c, 21, line := line_number))
    END AS revenue_code,
    CASE
        WHEN sort = 'office' THEN pick(['99213', '99214', '99203', '90834', '36415', '83036'], drawn(c, 22, line := line_number))
        WHEN sort = 'outpatient' THEN (80000 + below(9000, drawn(c, 23, line := line_number)))::VARCHAR
        WHEN sort = 'emergency_professional' THEN (99281 + below(5, drawn(c, 10)))::VARCHAR
        WHEN sort = 'inpatient_professional' THEN '99232'
        WHEN sort = 'emergency' AND line_number > 1 THEN (80000 + below(9000, drawn(c, 23, line := line_number)))::VARCHAR
    END AS procedure_code,
    CASE sort
        WHEN 'office' THEN CASE below(8, drawn(c, 11)) WHEN 0 THEN '02' WHEN 1 THEN '50' ELSE '11' END
        WHEN 'emergency_professional' THEN '23'
        WHEN 'inpatient_professional' THEN '21'
        WHEN 'pharmacy' THEN '01'
    END AS place_of_service,
    CASE
        WHEN sort = 'pharmacy' THEN NULL
        ELSE pick(['J029', 'I509', 'E1165', 'J441', 'N390', 'R079', 'M545', 'R51', 'K0889', 'F329', 'I10', 'J189', 'O80', 'S93401A',
              'L03115', 'J069', 'H6690', 'R109', 'G43909', 'Z0000'], drawn(c, 12))
    END AS principal_diagnosis,
    CASE
        WHEN sort = 'pharmacy' THEN NULL
        ELSE pick(['I10', 'E119', 'F1720', 'E785'], drawn(c, 13)) || ';' || pick(['Z794', 'N183', 'J45909'], drawn(c, 14))
    END AS other_diagnoses,
    'F' || lpad(below(300, drawn(c, 15))::VARCHAR, 4, '0') AS facility_id,
    'D' || lpad(below(20000, drawn(c, 16))::VARCHAR, 6, '0') AS provider_id,
    CASE WHEN anew > 0 THEN 'C' || lpad(c::VARCHAR, 9, '0') END AS original_claim_id,
    from_date + days + 20 + below(60, drawn(c, 17)) + 30 * (anew + claim_version - 1)::INTEGER AS adjudicated_on,
    CASE WHEN below(25, drawn(c, 18, line := 3 * anew + claim_version)) = 0 THEN 'denied' ELSE 'paid' END AS claim_status,
    below(40000, drawn(c, 24, line := line_number))::DOUBLE / 100 * CASE anew WHEN 2 THEN -1 ELSE 1 END AS paid_amount,
    CASE WHEN sort = 'inpatient' THEN pick(['1', '1', '1', '2', '4', '5'], drawn(c, 20)) END AS point_of_origin,
    CASE WHEN sort = 'inpatient' THEN pick(['1', '1', '2', '3', '3', '5'], drawn(c, 25)) END AS admission_type,
    CASE WHEN sort = 'inpatient' THEN pick(['0DTJ4ZZ', '02703DZ', '5A1955Z;0BH17EZ', NULL], drawn(c, 26)) END AS procedures,
    CASE WHEN sort = 'office' AND below(8, drawn(c, 11)) = 0 THEN '95' END AS procedure_modifiers,
    CASE
        WHEN sort <> 'pharmacy'
            THEN pick(['207Q00000X', '207R00000X', '2084P0800X', '363L00000X', '282N00000X'], drawn(c, 16))
    END AS provider_specialty,
    row_number() OVER () AS received
FROM lines;
