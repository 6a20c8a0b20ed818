-- What PostgreSQL keeps of every election: its definition, its roll, its results, what happened to it.

CREATE TABLE elections (
  id text PRIMARY KEY,
  definition text NOT NULL,
  definition_sha256 text NOT NULL,
  keys_issued bigint NOT NULL,
  -- keys issued per district, in definition order
  eligible integer[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  polls_closed_at timestamptz
);

-- The roll in stretches: the tags of many voters end to end, 32 bytes each, and their districts, 2 bytes each, big-endian.
-- No credential and no personal_id: tags cannot be made without the election secret, which lies with the gateways.
CREATE TABLE roll (
  election text NOT NULL REFERENCES elections ON DELETE CASCADE,
  stretch integer NOT NULL,
  tags bytea NOT NULL,
  districts bytea NOT NULL,
  PRIMARY KEY (election, stretch),
  CHECK (length(tags) = 16 * length(districts)) -- 32 bytes beside 2
);

-- Spark's counts, as the projector read them: ballots of a district whose marks in a contest are exactly these.
-- Contest -1 is the whole ballot: '[]' marks nothing anywhere, '[1]' the others. A count never goes down.
CREATE TABLE counts (
  election text NOT NULL REFERENCES elections ON DELETE CASCADE,
  district text NOT NULL,
  contest integer NOT NULL,
  marks text NOT NULL,
  ballots bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (election, district, contest, marks)
);
CREATE INDEX counts_by_version ON counts (election, version);
CREATE SEQUENCE counts_version;

-- The same counts at the end of past spans, for those that changed in them.
CREATE TABLE past_counts (
  election text NOT NULL REFERENCES elections ON DELETE CASCADE,
  until_s bigint NOT NULL,
  district text NOT NULL,
  contest integer NOT NULL,
  marks text NOT NULL,
  ballots bigint NOT NULL,
  PRIMARY KEY (election, until_s, district, contest, marks)
);

-- Ballots counted by the end of each span of ten seconds.
CREATE TABLE turnout (
  election text NOT NULL REFERENCES elections ON DELETE CASCADE,
  until_s bigint NOT NULL,
  ballots bigint NOT NULL,
  PRIMARY KEY (election, until_s)
);

-- How far the projector has read, in the same transaction as what it read.
CREATE TABLE projected_offsets (
  topic text NOT NULL,
  partition integer NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- The audit trail: appended to, never changed.
CREATE TABLE events (
  event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  election text,
  event text NOT NULL,
  detail jsonb
);
CREATE FUNCTION events_are_kept() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;
CREATE TRIGGER events_never_change BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_are_kept();

-- For people: votes per option number.
CREATE VIEW votes_by_option AS
  SELECT election, contest, district, mark::integer AS option, sum(ballots) AS votes
  FROM counts, jsonb_array_elements_text(marks::jsonb) AS mark
  WHERE contest >= 0
  GROUP BY 1, 2, 3, 4;
