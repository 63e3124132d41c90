"""json or orjson on FHIR documents: parse into Python objects. It makes no rows."""

import importlib
import sys

from measure import corpus, measure

loads = importlib.import_module(sys.argv[2]).loads


def work(files):
    for content in files:
        loads(content)
    return len(files)


measure(corpus(), work)
