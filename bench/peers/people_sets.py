"""The peers' public sets of persons as plain tables: the records, and the truth apart from them.

usage: people_sets.py SHARED_DATA OUT_FOLDER
Writes NAME.parquet and NAME_truth.parquet for febrl4 (both files in one table, with `source`) and historical_50k, and lays
the originals out where the Splink baseline looks for them.
"""

import os
import shutil
import sys

import duckdb

data, out = os.path.join(sys.argv[1], "linkage"), sys.argv[2]
con = duckdb.connect()


def write(query, name):
    con.execute(f"COPY ({query}) TO '{os.path.join(out, name)}.parquet' (FORMAT parquet, COMPRESSION zstd)")


def febrl4():
    folder = os.path.join(out, "data", "febrl")
    os.makedirs(folder, exist_ok=True)
    for part in "ab":
        packed = os.path.join(data, f"febrl_dataset4{part}.csv.zst")
        con.execute(
            f"CREATE TABLE {part} AS FROM read_csv('{packed}', all_varchar=true, normalize_names=true)"
        )
        columns = [row[0] for row in con.execute(f"DESCRIBE {part}").fetchall()]
        con.execute(f"COPY {part} TO '{folder}/dataset4{part}.csv' (HEADER)")
    trimmed = ", ".join(f"nullif(trim({name}), '') {name}" for name in columns)
    con.execute(
        f"CREATE TABLE febrl AS SELECT 'a' source, {trimmed} FROM a UNION ALL SELECT 'b', {trimmed} FROM b"
    )
    write("FROM febrl", "febrl4")
    write("SELECT rec_id, source, regexp_extract(rec_id, '^(rec-[0-9]+)', 1) person_id FROM febrl", "febrl4_truth")


def historical():
    name = "historical_figures_with_errors_50k.parquet"
    original = os.path.join(data, name)
    shutil.copyfile(original, os.path.join(out, "data", name))
    # The original is sorted by person; a table that is not gives no hint.
    write(f"SELECT * EXCLUDE (cluster) FROM '{original}' ORDER BY hash(unique_id)", "historical_50k")
    write(f"SELECT unique_id, cluster person_id FROM '{original}'", "historical_50k_truth")


febrl4()
historical()
