"""A store of made-up people for `cargo xtask bench statistics`, and its questions answered by DuckDB.

    statistics.py make STORE PEOPLE EVENTS < tables.json    writes Parquet files, table logs and the snapshot `bench`
    statistics.py ask STORE                                 prints {"question": [persons, seconds]}

Everything is drawn from hashes of row numbers: the same numbers give the same store. No real person, no real code list.
"""

import json
import os
import sys
import time

import duckdb

TYPES = {"string": "VARCHAR", "long": "BIGINT", "double": "DOUBLE", "boolean": "BOOLEAN"}
ROWS_A_FILE = 5_000_000


def day(k):
    return f"strftime(DATE '2015-01-01' + (hash(i*{k}+5)%3650)::INTEGER, '%Y-%m-%d')"


def columns(people):
    """What is not empty, by table: how many of all events, and an expression for each column."""
    common = {
        "subject_id": f"1+(hash(i*7+1)%{people})::BIGINT",
        "provider_id": "'hospital-'||(hash(i*3)%40)",
        "delivery_id": "'d'||(i//2000000)",
        "file_no": "(i//50)",
        "record_no": "1",
        "position": "(i%50)",
        "part": "0",
        "source_kind": "'bench'",
        "recorded_at": "'2025-01-01'",
    }
    icd10 = (
        "CASE WHEN hash(i*31)%100<4 THEN 'E11'||(hash(i*37)%10) WHEN hash(i*31)%100<10 THEN 'I10' "
        "ELSE chr((65+hash(i*41)%20)::INTEGER)||lpad((hash(i*43)%60)::VARCHAR,2,'0')||(hash(i*47)%8) END"
    )
    person = {
        "subject_id": "1+i",
        "sex": "['M','F','F','M','U'][1+(hash(i)%5)::INTEGER]",
        "birth_date": "strftime(DATE '1925-01-01' + (hash(i*3+11)%33000)::INTEGER, '%Y-%m-%d')",
        "prefecture": "lpad((1+hash(i*5)%47)::VARCHAR,2,'0')",
    }
    visit = {"class": "['outpatient','inpatient'][1+(hash(i*11)%2)::INTEGER]", "start": day(13)}
    condition = {"icd10": icd10, "start": day(19), "suspected": "hash(i*23)%10=0"}
    medication = {"code": "(1000000+hash(i*53)%900)||'F1'", "code_system": "'YJ'", "start": day(59)}
    observation = {
        "code": "'3D'||lpad((hash(i*61)%400)::VARCHAR,3,'0')||'0000001'",
        "code_system": "'JLAC10'",
        "value_number": "CASE WHEN hash(i*23)%10>0 THEN round((hash(i*29)%3000)/10.0,1) END",
        "flag": "CASE WHEN hash(i*19)%8=0 THEN 'H' ELSE 'N' END",
        "time": day(67) + "||'T09:30'",
    }
    tables = {
        "person": (None, person),
        "visit": (0.14, visit),
        "condition": (0.14, condition),
        "medication": (0.22, medication),
        "observation": (0.5, observation),
        "person_map": (None, {"link_run": "1", "subject_id": "1+i", "person_id": f"1000000+((i*7919)%{people})"}),
    }
    return {name: (share, common | own) for name, (share, own) in tables.items()}


def make(store, people, events):
    con = duckdb.connect()
    con.execute("SET threads=2; SET preserve_insertion_order=false")
    schemas = json.load(sys.stdin)
    for table, (share, expressions) in columns(people).items():
        rows = people if share is None else int(events * share)
        folder = os.path.join(store, table)
        os.makedirs(os.path.join(folder, "_delta_log"))
        fields = [{"name": n, "type": t, "nullable": True, "metadata": {}} for n, t in schemas[table]]
        log = [
            {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
            {
                "metaData": {
                    "id": f"00000000-0000-0000-0000-{len(table):012}",
                    "name": table,
                    "format": {"provider": "parquet", "options": {}},
                    "schemaString": json.dumps({"type": "struct", "fields": fields}),
                    "partitionColumns": [],
                    "configuration": {},
                    "createdTime": 0,
                }
            },
        ]
        for number, start in enumerate(range(0, rows, ROWS_A_FILE)):
            name = f"part-{number:05}.parquet"
            path = os.path.join(folder, name)
            cells = ", ".join(f'({expressions.get(n, "NULL")})::{TYPES[t]} AS "{n}"' for n, t in schemas[table])
            end = min(start + ROWS_A_FILE, rows)
            con.execute(f"COPY (SELECT {cells} FROM range({start},{end}) r(i)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
            size = os.path.getsize(path)
            log.append({"add": {"path": name, "partitionValues": {}, "size": size, "modificationTime": 0, "dataChange": True}})
        with open(os.path.join(folder, "_delta_log", f"{0:020}.json"), "w") as file:
            file.writelines(json.dumps(line) + "\n" for line in log)
    os.makedirs(os.path.join(store, "_snapshots"))
    with open(os.path.join(store, "_snapshots", "bench.json"), "w") as file:
        tables = {table: 0 for table in columns(people)}
        json.dump({"name": "bench", "taken_on": "2025-01-01", "tables": tables, "link_run": 1}, file)


LAB = "SELECT subject_id, substr(time,1,10)::DATE AS lab FROM observation WHERE code='3D0110000001' AND value_number BETWEEN 100 AND 200"
QUESTIONS = {
    "women-2023": "SELECT count(*) FROM person WHERE sex='F' AND subject_id IN (SELECT subject_id FROM visit WHERE start>='2023' AND start<'2024')",
    "lab-then-drug": f"""SELECT count(DISTINCT subject_id) FROM medication JOIN ({LAB}) USING (subject_id)
        WHERE code LIKE '10001%' AND start::DATE - lab BETWEEN 1 AND 365""",
    "any-high": """SELECT count(*) FROM (SELECT subject_id FROM observation WHERE flag='H' AND time>='2020'
        GROUP BY 1 HAVING count(DISTINCT substr(time,1,10))>=2)""",
    "diabetes": """WITH first AS (SELECT subject_id, min(start::DATE) AS day FROM condition
            WHERE icd10 LIKE 'E11%' AND NOT suspected GROUP BY 1 HAVING count(DISTINCT start)>=2),
        aged AS (SELECT first.*, date_diff('year', birth_date::DATE, day)
            - (strftime(day,'%m%d')<strftime(birth_date::DATE,'%m%d'))::INTEGER AS age FROM first JOIN person USING (subject_id))
        SELECT count(*) FROM aged WHERE age BETWEEN 40 AND 74 AND NOT EXISTS (SELECT 1 FROM medication m
            WHERE m.subject_id=aged.subject_id AND code LIKE '10005%' AND day - start::DATE BETWEEN 1 AND 365)""",
}


def ask(store):
    con = duckdb.connect()
    con.execute("SET threads=2")
    for table in ("person", "visit", "condition", "medication", "observation"):
        con.execute(f"CREATE VIEW {table} AS SELECT * FROM '{store}/{table}/*.parquet'")
    answers = {}
    for name, sql in QUESTIONS.items():
        runs = []
        for _ in range(3):
            start = time.perf_counter()
            (persons,) = con.execute(sql).fetchone()
            runs.append(time.perf_counter() - start)
        answers[name] = [persons, sorted(runs)[1]]
    print(json.dumps(answers))


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    ask(sys.argv[2])
