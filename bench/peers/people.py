"""Any number of generated people in one Parquet file, in bounded memory.

The generator holds everybody it makes, so more than a million are made a million at a time, each with a seed of its own,
and written one after another; numbers of records, persons, households and providers are moved apart.

usage: people.py GENERATOR PEOPLE SEED OUT.parquet
"""

import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

AT_ONCE = 1_000_000
APART = ("rec_id", "person_id", "household_id", "inst_id")


def main():
    generator, people, seed, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    if people <= AT_ONCE:
        subprocess.run([sys.executable, generator, str(people), str(seed), out], check=True)
        return
    offsets, writer, part = dict.fromkeys(APART, 0), None, out + ".part"
    for number, start in enumerate(range(0, people, AT_ONCE)):
        count = min(AT_ONCE, people - start)
        subprocess.run([sys.executable, generator, str(count), str(seed + number), part], check=True)
        table = pq.read_table(part)
        os.remove(part)
        for name in APART:
            at = table.schema.get_field_index(name)
            column = table.column(name)
            moved = pc.cast(pc.add(pc.cast(column, pa.int64()), offsets[name]), column.type)
            offsets[name] += pc.max(column).as_py() + 1
            table = table.set_column(at, name, moved)
        if writer is None:
            writer = pq.ParquetWriter(out, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=1 << 20)
    writer.close()


main()
