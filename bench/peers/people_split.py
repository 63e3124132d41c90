"""A table in two: what stands, and what arrives later. The rows are shuffled already, so the last are as good as any.

usage: people_split.py IN.parquet ARRIVING STANDING.parquet NEW.parquet
"""

import sys

import pyarrow.parquet as pq

source, arriving, standing, new = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
table = pq.read_table(source)
pq.write_table(table.slice(0, len(table) - arriving), standing, compression="zstd")
pq.write_table(table.slice(len(table) - arriving), new, compression="zstd")
