"""Scores anybody's clusters against the truth: pairs that the clusters imply, against pairs of one person.

usage: clusters.py TRUTH.parquet RECORD_ID PERSON CLUSTERS.parquet [WITHIN]
CLUSTERS has the record id and `cluster_id`. With WITHIN, a column of TRUTH such as a source, only pairs across its values
count, which is what linking two lists without duplicates is judged by. Prints one line of JSON.
"""

import json
import sys

import duckdb


def pairs(con, keys, across):
    """How many pairs of records share `keys`; only pairs of different `side`s if `across`."""
    everything = f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*) n FROM j WHERE c IS NOT NULL OR '{keys}' = 'p' GROUP BY {keys})"
    total = con.execute(everything).fetchall()[0][0]
    if across:
        total -= con.execute(everything.replace(f"GROUP BY {keys}", f"GROUP BY {keys}, side")).fetchall()[0][0]
    return int(total)


def main():
    truth, record, person, clusters = sys.argv[1:5]
    across = len(sys.argv) > 5
    side = sys.argv[5] if across else "NULL"
    con = duckdb.connect()
    con.execute(
        f"""CREATE TABLE j AS SELECT t.{person} p, k.cluster_id c, {side} side FROM '{truth}' t
            LEFT JOIN '{clusters}' k ON CAST(t.{record} AS VARCHAR) = CAST(k.{record} AS VARCHAR)"""
    )
    records, missing, persons = con.execute("SELECT count(*), count(*) - count(c), count(DISTINCT p) FROM j").fetchall()[0]
    joined, true, right = (pairs(con, keys, across) for keys in ("c", "p", "p, c"))
    exact, largest = con.execute(
        """WITH k AS (SELECT c, count(*) n, count(DISTINCT p) ps, any_value(p) p FROM j WHERE c IS NOT NULL GROUP BY c),
                w AS (SELECT p, count(*) n FROM j GROUP BY p)
           SELECT (SELECT count(*) FROM k JOIN w USING (p) WHERE k.ps = 1 AND k.n = w.n), (SELECT max(n) FROM k)"""
    ).fetchall()[0]
    precision, recall = right / max(joined, 1), right / max(true, 1)
    result = {
        "records": records,
        "missing": missing,
        "precision": round(precision, 5),
        "recall": round(recall, 5),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-12), 5),
        "exact_persons": exact,
        "persons": persons,
        "largest": largest,
    }
    print(json.dumps(result))


main()
