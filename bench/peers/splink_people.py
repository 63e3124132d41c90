"""Splink beside Kiban: runs the shared baseline script as it is, then writes its clusters so that one scorer judges both.

The baseline chooses its threshold by the truth, the best there is for it; what is timed is what it calls its core:
training, prediction and one clustering, on columns normalised beforehand.

usage: splink_people.py BASELINE.py DATASET IN.parquet|- RECORD_ID CLUSTERS.parquet
Prints one line of JSON.
"""

import contextlib
import json
import os
import resource
import runpy
import sys


def main():
    script, dataset, source, record, out = sys.argv[1:6]
    sys.argv = [script, dataset] + ([] if source == "-" else [source])
    os.environ.setdefault("TQDM_DISABLE", "1")
    with contextlib.redirect_stdout(sys.stderr):
        done = runpy.run_path(script, run_name="__main__")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        threshold = min(float(done["bestp"]), 0.9999999)
        clusters = done["lk"].clustering.cluster_pairwise_predictions_at_threshold(
            done["pr"], threshold_match_probability=threshold
        )
    done["con"].execute(
        f"COPY (SELECT {record}, cluster_id FROM {clusters.physical_name}) TO '{out}' (FORMAT parquet)"
    )
    print(json.dumps({"seconds": done["core"], "peak": peak, "stages": done["T"]}))


main()
