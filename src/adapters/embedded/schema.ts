/**
 * The schema of the election database. Organisers may read it with `sqlite3`: the views `results`
 * and `turnout_by_district` answer the common questions.
 *
 * `ballots` is append-only and authoritative; triggers refuse anything but an append. The only
 * trace of a voter in a row is the tag, which cannot be computed without the election secret.
 */
export const APPLICATION_ID = 0x44454c31
export const SCHEMA_VERSION = 1

export const SCHEMA = `
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};

CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE districts (district INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL) STRICT;
CREATE TABLE contests (contest INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
  votes INTEGER NOT NULL) STRICT;
CREATE TABLE options (contest INTEGER NOT NULL, option INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (contest, option)) STRICT, WITHOUT ROWID;

-- one row per issued key: credential = SHA-256 of the key, sorted within chunks so that the roll's
-- order is lost
CREATE TABLE voters (voter INTEGER PRIMARY KEY, credential BLOB NOT NULL, district INTEGER NOT NULL) STRICT;

-- the ballot log: tag = SHA-256(election secret, credential); choices as option numbers per contest, [[2]]
CREATE TABLE ballots (seq INTEGER PRIMARY KEY, tag BLOB NOT NULL, district INTEGER NOT NULL,
  choices TEXT NOT NULL, nonce BLOB NOT NULL, retry BLOB) STRICT;
CREATE TRIGGER ballots_never_change BEFORE UPDATE ON ballots
  BEGIN SELECT raise(ABORT, 'the ballot log is append-only'); END;
CREATE TRIGGER ballots_never_go BEFORE DELETE ON ballots
  BEGIN SELECT raise(ABORT, 'the ballot log is append-only'); END;

-- ballots per span of time, by the Unix second the span ends
CREATE TABLE turnout (until INTEGER PRIMARY KEY, ballots INTEGER NOT NULL) STRICT;
-- what happened to the election: issued, voters-added, polls-closed
CREATE TABLE events (at TEXT NOT NULL, event TEXT NOT NULL, detail TEXT) STRICT;

CREATE VIEW results AS
  SELECT c.id AS contest, d.id AS district, o.id AS option, o.name AS name, count(*) AS votes
  FROM ballots b, json_each(b.choices) marks, json_each(marks.value) mark
  JOIN contests c ON c.contest = marks.key
  JOIN options o ON o.contest = marks.key AND o.option = mark.value
  JOIN districts d ON d.district = b.district
  GROUP BY 1, 2, 3;
CREATE VIEW turnout_by_district AS
  SELECT d.id AS district, d.name AS name,
    (SELECT count(*) FROM voters v WHERE v.district = d.district) AS eligible,
    (SELECT count(*) FROM ballots b WHERE b.district = d.district) AS cast
  FROM districts d;
`
