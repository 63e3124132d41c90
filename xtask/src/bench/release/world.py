"""A store of many people and events, for the bench of releases, and the peer: DuckDB copying the same rows to Parquet.

    world.py make DIR PEOPLE ROWS     writes a store's tables, a person map and a snapshot `bench` into an operator's folder
    world.py copy DIR OUT             copies the columns that the bench's policy keeps, in DuckDB, and prints its seconds
    world.py run COMMAND…             runs a command and prints its seconds and peak memory
    world.py check DIR PACKAGE        whether a package holds the same results of as many people, each at intervals as before

What is made here is noise with the shape of laboratory results: thirteen columns filled, panels of ten items at one moment,
subjects known by numbers that mean nothing, deliveries of five million rows.
"""

import glob
import json
import os
import resource
import subprocess
import sys
import time

import duckdb

KEPT = "category, code, code_system, text, value, value_number, comparator, unit, flag, specimen, time, status"
A_DELIVERY = 5_000_000


def connect(threads=2):
    connection = duckdb.connect()
    connection.execute(f"set threads={threads}; set preserve_insertion_order=true")
    return connection


def subject(expression):
    return f"(hash({expression}) >> 1)::BIGINT"


def write(connection, folder, table, select, part):
    os.makedirs(f"{folder}/store/{table}", exist_ok=True)
    path = f"{folder}/store/{table}/part-{part:05}.zstd.parquet"
    connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 262144)")


def log(connection, folder, table):
    """One version of a table's log: its columns and its files."""
    files = sorted(glob.glob(f"{folder}/store/{table}/*.parquet"))
    kinds = {"BIGINT": "long", "DOUBLE": "double", "VARCHAR": "string", "BOOLEAN": "boolean"}
    described = connection.execute(f"describe select * from '{files[0]}'").fetchall()
    fields = [{"name": name, "type": kinds[kind], "nullable": True, "metadata": {}} for name, kind, *_ in described]
    schema = json.dumps({"type": "struct", "fields": fields})
    lines = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {"metaData": {"id": table, "name": table, "format": {"provider": "parquet", "options": {}},
                      "schemaString": schema, "partitionColumns": [], "configuration": {}, "createdTime": 0}},
    ]
    for path in files:
        lines.append({"add": {"path": os.path.basename(path), "partitionValues": {}, "size": os.path.getsize(path),
                              "modificationTime": 0, "dataChange": True}})
    os.makedirs(f"{folder}/store/{table}/_delta_log", exist_ok=True)
    with open(f"{folder}/store/{table}/_delta_log/{0:020}.json", "w") as file:
        file.write("\n".join(json.dumps(line) for line in lines) + "\n")


def make(folder, people, rows):
    connection = connect()
    none = "NULL::VARCHAR"
    lineage = ("'hospital-a' provider_id, 'd00' delivery_id, 1::BIGINT file_no, i::BIGINT record_no, 0::BIGINT AS position,"
               " 0::BIGINT part, 'ADT-00' source_kind, '2024-01-01T00:00:00' recorded_at")
    write(connection, folder, "person", f"""
        SELECT {subject('i')} subject_id, {lineage}, CASE WHEN hash(i*3)%2=0 THEN 'M' ELSE 'F' END sex,
          strftime(DATE '1930-01-01' + (hash(i*5) % 33000)::INTEGER, '%Y-%m-%d') birth_date,
          '13' || lpad((hash(i*7) % 60)::VARCHAR, 3, '0') municipality, '13' prefecture, {none} extra
        FROM range({people}) r(i)""", 0)
    write(connection, folder, "person_map",
          f"SELECT 1::BIGINT link_run, {subject('i')} subject_id, (i + 1)::BIGINT person_id FROM range({people}) r(i)", 0)
    for part, first in enumerate(range(0, rows, A_DELIVERY)):
        last = min(rows, first + A_DELIVERY)
        day = f"strftime(DATE '2015-01-01' + ((i // 10 * 36500) // {rows})::INTEGER, '%Y-%m-%d')"
        clock = "lpad((8 + hash(i // 10 * 13)%10)::VARCHAR,2,'0') || ':' || lpad((hash(i // 10 * 17)%60)::VARCHAR,2,'0')"
        write(connection, folder, "observation", f"""
            SELECT {subject(f'hash(i // 10 * 7 + 1) % {people}')} subject_id, 'hospital-' || (hash(i // 10 * 3) % 40) provider_id,
              'd{part:02}' delivery_id, (i // 50)::BIGINT file_no, 1::BIGINT record_no, (i % 50)::BIGINT AS position, 0::BIGINT part,
              'OML-11' source_kind, {day} || 'T' || {clock} recorded_at, 'laboratory' category,
              '3' || lpad((hash(i*11) % 400)::VARCHAR,4,'0') || '000001' code, 'JLAC10' code_system,
              '検査項目' || (hash(i*11) % 400) AS text, {none} other_codes,
              CASE WHEN v IS NULL THEN '陰性' ELSE printf('%.1f', v) END AS value, v::DOUBLE value_number, {none} comparator,
              {none} value_code, {none} value_system, CASE WHEN v IS NULL THEN NULL ELSE 'mg/dL' END unit,
              CASE WHEN hash(i*11)%3=0 THEN '0.0-10.0' END reference_range, CASE WHEN hash(i*19)%8=0 THEN 'H' ELSE 'N' END flag,
              '023' specimen, '血清' specimen_text, {day} || 'T' || {clock} AS time, 'final' status, {none} extra
            FROM (SELECT i, CASE WHEN hash(i*23)%10=0 THEN NULL ELSE round((hash(i*29)%3000)/10.0,1) END v
                  FROM range({first}, {last}) r(i))""", part)
    for table in ("person", "person_map", "observation"):
        log(connection, folder, table)
    os.makedirs(f"{folder}/store/_snapshots", exist_ok=True)
    os.makedirs(f"{folder}/receipts", exist_ok=True)
    tables = {"observation": 0, "person": 0, "person_map": 0}
    with open(f"{folder}/store/_snapshots/bench.json", "w") as file:
        json.dump({"name": "bench", "taken_on": "2024-05-15", "tables": tables, "link_run": 1}, file)
    with open(f"{folder}/receipts/of-snapshot-bench.json", "w") as file:
        file.write("[]")


def copy(folder, out):
    """Into one file, in DuckDB's own order and in the order of people, which is a package's."""
    files = f"'{folder}/store/observation/*.parquet'"
    select = f"SELECT subject_id id, {KEPT} FROM {files}"
    answer = {}
    for name, order, keep in (("copy", "", "false"), ("copy_ordered", "ORDER BY subject_id", "true")):
        connection = connect()
        connection.execute(f"set preserve_insertion_order={keep}")
        start = time.time()
        connection.execute(f"COPY ({select} {order}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")
        answer[name] = time.time() - start
    print(json.dumps(answer))


def run(command):
    start = time.time()
    status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
    seconds = time.time() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "status": status}))


def check(folder, package):
    """Sums over what no treatment of the policy changes, and of every person the days between first and last result."""
    connection = connect()
    sums = "count(*), count(DISTINCT {0}), sum(value_number)::DECIMAL(20, 1), count(flag), sum(hash(code || text || value) % 1000003)"
    moment = "strptime(time, ['%Y-%m-%dT%H:%M', '%Y/%m/%d %H:%M'])"
    span = "SELECT max({2}) - min({2}) AS span, count(*) AS n FROM '{1}' GROUP BY {0}"
    answers = []
    for person, files in (("subject_id", f"{folder}/store/observation/*.parquet"), ("id", f"{package}/data/observation.parquet")):
        total = connection.execute(f"SELECT {sums.format(person)} FROM '{files}'").fetchone()
        spans = connection.execute(f"SELECT sum(hash(span, n) % 1000003) FROM ({span.format(person, files, moment)})").fetchone()
        answers.append((total, spans))
    print(json.dumps({"same": answers[0] == answers[1]}))


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "make":
        make(rest[0], int(rest[1]), int(rest[2]))
    else:
        {"copy": copy, "check": check, "run": lambda *command: run(command)}[what](*rest)
