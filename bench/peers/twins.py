"""Twins and households: who was joined that must not be, and who was kept.

Twins are pairs of persons of one household with one date of birth, the date most of a person's records state. The rest
of a household is counted beside them.

usage: twins.py TRUTH.parquet CLUSTERS.parquet [PAIRS.parquet]
TRUTH has rec_id, person_id, household_id, birth_date; CLUSTERS rec_id and cluster_id; PAIRS, as `kiban link table --pairs`
writes them, a, b and `review`. Prints one line of JSON.
"""

import json
import sys

import duckdb

SETUP = """
CREATE TABLE j AS SELECT t.rec_id r, t.person_id p, t.household_id h, t.birth_date b, k.cluster_id c
    FROM '{truth}' t JOIN '{clusters}' k USING (rec_id);
CREATE TABLE people AS SELECT p, any_value(h) h, mode(b) b, count(*) n FROM j GROUP BY p;
CREATE TABLE couples AS SELECT x.p p, y.p q, x.n * y.n records, coalesce(x.b = y.b, false) twins
    FROM people x JOIN people y ON x.h = y.h AND x.p < y.p;
CREATE TABLE false_pairs AS SELECT s.p, s.q, s.twins, x.r a, y.r b, x.c = y.c joined
    FROM couples s JOIN j x ON x.p = s.p JOIN j y ON y.p = s.q;
CREATE TABLE members AS SELECT p, bool_or(twins) twins FROM (
    SELECT p, twins FROM couples UNION ALL SELECT q, twins FROM couples) GROUP BY p;
CREATE TABLE true_pairs AS SELECT m.twins, x.r a, y.r b, x.c = y.c joined
    FROM members m JOIN j x USING (p) JOIN j y ON y.p = m.p AND x.r < y.r;
"""


def main():
    con = duckdb.connect()
    con.execute(SETUP.format(truth=sys.argv[1], clusters=sys.argv[2]))
    if len(sys.argv) > 3:
        con.execute(
            f"""CREATE TABLE queue AS SELECT DISTINCT least(a, b) a, greatest(a, b) b
                FROM '{sys.argv[3]}' WHERE review"""
        )
    else:
        con.execute("CREATE TABLE queue (a BIGINT, b BIGINT)")
    result = {}
    for name, twins in (("twins", "twins"), ("household", "NOT twins")):
        couples, merged = con.execute(
            f"""SELECT count(*), coalesce(sum(CAST(touched AS INT)), 0) FROM
                (SELECT bool_or(joined) touched FROM false_pairs WHERE {twins} GROUP BY p, q)"""
        ).fetchall()[0]
        cross, cross_joined = con.execute(
            f"SELECT count(*), count(*) FILTER (joined) FROM false_pairs WHERE {twins}"
        ).fetchall()[0]
        own, kept, queued = con.execute(
            f"""SELECT count(*), count(*) FILTER (joined), count(*) FILTER (NOT joined AND queue.a IS NOT NULL)
                FROM true_pairs t LEFT JOIN queue ON queue.a = least(t.a, t.b) AND queue.b = greatest(t.a, t.b)
                WHERE {twins}"""
        ).fetchall()[0]
        result[name] = {
            "couples": couples,
            "couples_merged": int(merged),
            "false_merges": round(int(merged) / max(couples, 1), 5),
            "record_pairs": cross,
            "record_pairs_joined": round(cross_joined / max(cross, 1), 5),
            "true_pairs": own,
            "kept": round(kept / max(own, 1), 5),
            "missed_in_review": round(queued / max(own - kept, 1), 5),
        }
    print(json.dumps(result))


main()
