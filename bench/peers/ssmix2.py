"""python-hl7 on SS-MIX2 files: decode ISO-2022-JP, parse. It makes no rows."""

import hl7

from measure import corpus, measure


def work(files):
    for content in files:
        text = content.decode("iso2022_jp", errors="replace")
        hl7.parse(text.replace("\r\n", "\r").replace("\n", "\r"))
    return len(files)


measure(corpus(), work)
