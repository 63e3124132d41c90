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

-- What happened to statements since linkage last took them in, in order. Written by the database itself, so that no way in
-- or out is forgotten; a number is never given twice.
CREATE TABLE IF NOT EXISTS identity_change (
    change_no  INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_id INTEGER NOT NULL,
    digest     TEXT NOT NULL,
    -- 1 it came; 0 it was changed or taken away: what was linked with it must be linked anew.
    came       INTEGER NOT NULL
);
CREATE TRIGGER IF NOT EXISTS identity_came AFTER INSERT ON identity BEGIN
    INSERT INTO identity_change (subject_id, digest, came) VALUES (new.subject_id, new.digest, 1);
END;
CREATE TRIGGER IF NOT EXISTS identity_went AFTER DELETE ON identity BEGIN
    INSERT INTO identity_change (subject_id, digest, came) VALUES (old.subject_id, old.digest, 0);
END;
-- The day it was recorded says nothing of who it is about.
CREATE TRIGGER IF NOT EXISTS identity_changed AFTER UPDATE OF subject_id, digest, name, kana, roman, birth_date, sex,
    postal_code, address, phones, insurer, symbol, number, branch, other_numbers ON identity BEGIN
    INSERT INTO identity_change (subject_id, digest, came) VALUES (old.subject_id, old.digest, 0);
END;
CREATE TRIGGER IF NOT EXISTS subject_changed AFTER UPDATE OF subject_id, provider_id ON subject BEGIN
    INSERT INTO identity_change (subject_id, digest, came) VALUES (old.subject_id, '', 0);
END;

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

-- Who became or ceased to be whom, run by run; a subject's first person has no from_person. Never changed, never deleted.
CREATE TABLE IF NOT EXISTS person_change (
    run         INTEGER NOT NULL,
    subject_id  INTEGER NOT NULL REFERENCES subject,
    from_person INTEGER,
    to_person   INTEGER NOT NULL,
    PRIMARY KEY (run, subject_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS person_change_by_from ON person_change (from_person);
CREATE INDEX IF NOT EXISTS person_change_by_to ON person_change (to_person);

-- Human decisions about pairs. Never changed, never deleted; undoing one is a fact of its own.
CREATE TABLE IF NOT EXISTS link_decision (
    decision_no INTEGER PRIMARY KEY,
    low         INTEGER NOT NULL,
    high        INTEGER NOT NULL,
    -- 1 one person, 0 two persons, 2 cannot be told.
    answer      INTEGER NOT NULL,
    decided_on  TEXT NOT NULL,
    decided_by  TEXT NOT NULL,
    -- In a human's own words: may identify, so it stays here.
    reason      TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS link_decision_by_pair ON link_decision (low, high);
CREATE TABLE IF NOT EXISTS link_undo (
    undo_no     INTEGER PRIMARY KEY,
    decision_no INTEGER NOT NULL UNIQUE REFERENCES link_decision,
    undone_on   TEXT NOT NULL,
    undone_by   TEXT NOT NULL,
    reason      TEXT NOT NULL DEFAULT ''
);
-- Of each pair the latest decision that was not undone.
CREATE VIEW IF NOT EXISTS standing_decision AS
    SELECT max(decision_no) AS decision_no, low, high, answer FROM link_decision
    WHERE decision_no NOT IN (SELECT decision_no FROM link_undo) GROUP BY low, high;

-- The pairs kept, with what speaks for and against each, since the run that last changed anything of it.
CREATE TABLE IF NOT EXISTS link_pair (
    low         INTEGER NOT NULL,
    high        INTEGER NOT NULL,
    run         INTEGER NOT NULL,
    probability REAL NOT NULL,
    joined      INTEGER NOT NULL,
    -- Why a human should look, and what an answer is worth; '' where nobody is asked.
    why         TEXT NOT NULL,
    value       REAL NOT NULL,
    evidence    TEXT NOT NULL,
    PRIMARY KEY (low, high)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_pair_queue ON link_pair (value DESC, low, high) WHERE why <> '';
-- Those nobody has answered. One that cannot be told waits no more.
CREATE VIEW IF NOT EXISTS waiting_pair AS
    SELECT * FROM link_pair p WHERE why <> ''
    AND NOT EXISTS (SELECT 1 FROM standing_decision s WHERE s.low = p.low AND s.high = p.high);
-- What it replaced: made anew by every run.
DROP TABLE IF EXISTS link_review;

CREATE TABLE IF NOT EXISTS link_run (
    run           INTEGER PRIMARY KEY,
    run_on        TEXT NOT NULL,
    input         TEXT NOT NULL,
    persons       INTEGER NOT NULL,
    subjects      INTEGER NOT NULL,
    -- The last decision and the last undoing it knew of.
    last_decision INTEGER NOT NULL DEFAULT 0,
    last_undo     INTEGER NOT NULL DEFAULT 0,
    -- Statistics, weights, providers: JSON without identities.
    report        TEXT NOT NULL DEFAULT '',
    -- The last change of identities it took in.
    mark          INTEGER NOT NULL DEFAULT 0,
    -- Whether the store has its persons and the ledger the fact.
    finished      INTEGER NOT NULL DEFAULT 0
);

-- Pairs drawn at random for judging, so that quality can be estimated without bias.
CREATE TABLE IF NOT EXISTS link_sample (
    sample_no INTEGER PRIMARY KEY,
    run       INTEGER NOT NULL,
    drawn_on  TEXT NOT NULL,
    seed      INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS link_sample_stratum (
    sample_no INTEGER NOT NULL REFERENCES link_sample,
    joined    INTEGER NOT NULL,
    bin       INTEGER NOT NULL,
    -- How many pairs the stratum had when the sample was drawn.
    pairs     INTEGER NOT NULL,
    PRIMARY KEY (sample_no, joined, bin)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link_sample_pair (
    sample_no INTEGER NOT NULL REFERENCES link_sample,
    position  INTEGER NOT NULL,
    low       INTEGER NOT NULL,
    high      INTEGER NOT NULL,
    joined    INTEGER NOT NULL,
    bin       INTEGER NOT NULL,
    PRIMARY KEY (sample_no, position)
) WITHOUT ROWID;

-- Which people a release showed alike, for policies that look back at earlier releases of a project (ANO-05).
CREATE TABLE IF NOT EXISTS release_classes (
    project   TEXT NOT NULL,
    release   TEXT NOT NULL,
    -- A line a person: pseudonym, class.
    classes   TEXT NOT NULL,
    PRIMARY KEY (project, release)
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
