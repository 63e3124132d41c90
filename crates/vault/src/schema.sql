-- The identity vault: who people are, under which numbers, and what was decided about their records.
-- No clinical value is ever stored here.

CREATE TABLE IF NOT EXISTS provider (
    provider_id  TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    filed_on     TEXT,
    published_on TEXT
);

-- A notice to everyone has no local id.
CREATE TABLE IF NOT EXISTS notice (
    provider_id TEXT NOT NULL REFERENCES provider,
    local_id    TEXT NOT NULL DEFAULT '',
    given_on    TEXT NOT NULL,
    recipient   TEXT NOT NULL CHECK (recipient IN ('person', 'guardian')),
    PRIMARY KEY (provider_id, local_id, given_on, recipient)
);

CREATE TABLE IF NOT EXISTS objection (
    objection_no INTEGER PRIMARY KEY,
    provider_id  TEXT NOT NULL REFERENCES provider,
    local_id     TEXT NOT NULL DEFAULT '',
    name         TEXT NOT NULL DEFAULT '',
    kana         TEXT NOT NULL DEFAULT '',
    birth_date   TEXT NOT NULL DEFAULT '',
    symbol       TEXT NOT NULL DEFAULT '',
    number       TEXT NOT NULL DEFAULT '',
    branch       TEXT NOT NULL DEFAULT '',
    received_on  TEXT NOT NULL,
    withdrawn_on TEXT NOT NULL DEFAULT '',
    UNIQUE (provider_id, local_id, name, kana, birth_date, symbol, number, branch, received_on)
);

CREATE TABLE IF NOT EXISTS delivery (
    delivery_id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL REFERENCES provider,
    provided_on TEXT NOT NULL,
    received_on TEXT NOT NULL,
    runs        INTEGER NOT NULL DEFAULT 0,
    -- A run that was planned and not finished: it is finished, as planned, before anything else happens.
    pending_run INTEGER,
    pending_day TEXT
);

-- Paths hold patient numbers (SS-MIX2), so they live here; elsewhere files have numbers.
CREATE TABLE IF NOT EXISTS delivery_file (
    delivery_id TEXT NOT NULL REFERENCES delivery,
    file_no     INTEGER NOT NULL,
    path        TEXT NOT NULL,
    bytes       INTEGER NOT NULL,
    sha256      TEXT NOT NULL,
    -- Reason code where the file was refused before it was read.
    refused     TEXT NOT NULL DEFAULT '',
    format      TEXT NOT NULL DEFAULT '',
    units       INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (delivery_id, file_no)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS subject (
    subject_id  INTEGER PRIMARY KEY,
    provider_id TEXT NOT NULL,
    local_id    TEXT NOT NULL,
    UNIQUE (provider_id, local_id)
);

-- Distinct statements of identity about a subject.
CREATE TABLE IF NOT EXISTS identity (
    subject_id  INTEGER NOT NULL REFERENCES subject,
    digest      TEXT NOT NULL,
    recorded_at TEXT NOT NULL DEFAULT '',
    name TEXT, kana TEXT, roman TEXT, birth_date TEXT, sex TEXT,
    postal_code TEXT, address TEXT, phones TEXT,
    insurer TEXT, symbol TEXT, number TEXT, branch TEXT, other_numbers TEXT,
    PRIMARY KEY (subject_id, digest)
) WITHOUT ROWID;

-- What else identifies, record by record, as the source wrote it; also records about no person (subject 0).
CREATE TABLE IF NOT EXISTS identity_extra (
    delivery_id TEXT NOT NULL,
    file_no     INTEGER NOT NULL,
    record_no   INTEGER NOT NULL,
    part        INTEGER NOT NULL,
    subject_id  INTEGER NOT NULL,
    extra       TEXT NOT NULL,
    PRIMARY KEY (delivery_id, file_no, record_no, part)
) WITHOUT ROWID;

-- Every record ever read and what became of it.
CREATE TABLE IF NOT EXISTS record (
    delivery_id TEXT NOT NULL REFERENCES delivery,
    file_no     INTEGER NOT NULL,
    record_no   INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    first_byte  INTEGER NOT NULL,
    last_byte   INTEGER NOT NULL,
    units       INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    subject_id  INTEGER NOT NULL DEFAULT 0,
    -- Keyed digests: the natural key holds patient numbers.
    key         TEXT NOT NULL,
    version     TEXT NOT NULL,
    standing    INTEGER NOT NULL,
    content     TEXT NOT NULL,
    -- surveyed (not yet decided), stored, history, cancellation, held, reference, objected, not_yet, quarantined.
    -- A stored record that a later one replaced has retired_by = 'delivery#run'.
    outcome     TEXT NOT NULL,
    run         INTEGER NOT NULL,
    retired_by  TEXT NOT NULL DEFAULT '',
    reason      TEXT NOT NULL DEFAULT '',
    place       TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (delivery_id, file_no, seq)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_by_key ON record (provider_id, key);
CREATE INDEX IF NOT EXISTS record_by_subject ON record (subject_id);

-- What reason codes mean, as the program that used them said.
CREATE TABLE IF NOT EXISTS reason (
    code            TEXT PRIMARY KEY,
    japanese        TEXT NOT NULL,
    english         TEXT NOT NULL,
    advice_japanese TEXT NOT NULL,
    advice_english  TEXT NOT NULL
) WITHOUT ROWID;

-- Which person each subject is, as the latest linkage run left it.
CREATE TABLE IF NOT EXISTS person_link (
    subject_id INTEGER PRIMARY KEY REFERENCES subject,
    person_id  INTEGER NOT NULL,
    run        INTEGER NOT NULL,
    confidence REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS person_link_by_person ON person_link (person_id);

-- Human decisions about pairs; the latest stands.
CREATE TABLE IF NOT EXISTS link_decision (
    decision_no INTEGER PRIMARY KEY,
    low         INTEGER NOT NULL,
    high        INTEGER NOT NULL,
    same        INTEGER NOT NULL,
    decided_on  TEXT NOT NULL,
    decided_by  TEXT NOT NULL
);

-- Pairs a human should look at, with the evidence.
CREATE TABLE IF NOT EXISTS link_review (
    low         INTEGER NOT NULL,
    high        INTEGER NOT NULL,
    probability REAL NOT NULL,
    evidence    TEXT NOT NULL,
    run         INTEGER NOT NULL,
    PRIMARY KEY (low, high)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS link_run (
    run       INTEGER PRIMARY KEY,
    run_on    TEXT NOT NULL,
    input     TEXT NOT NULL,
    persons   INTEGER NOT NULL,
    subjects  INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS pseudonym (
    project   TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    pseudonym TEXT NOT NULL,
    -- Key of the person's date shift: two shifts of one date would give the date away.
    shift_key INTEGER NOT NULL,
    PRIMARY KEY (project, person_id),
    UNIQUE (project, pseudonym)
) WITHOUT ROWID;
