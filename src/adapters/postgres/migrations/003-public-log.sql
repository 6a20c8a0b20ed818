-- The public log of every election: which it is, of which batches it consists, and who may add one.

-- The log's verifier key: an election has one log, for good.
ALTER TABLE elections ADD COLUMN log_key text;

-- One row per batch: the entry's text where it is no ballot, the offsets of `votes` decided by then, the tree with it.
CREATE TABLE log_batches (
  election text NOT NULL REFERENCES elections ON DELETE CASCADE,
  batch bigint NOT NULL CHECK (batch >= 0),
  record text,
  up_to text NOT NULL,
  everything boolean NOT NULL,
  size bigint NOT NULL CHECK (size > batch),
  root bytea NOT NULL CHECK (length(root) = 32),
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (election, batch),
  UNIQUE (election, size)
);
-- A row goes only together with its election, which an `init` that failed takes back.
CREATE FUNCTION log_batches_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM elections WHERE id = OLD.election) THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'the log is append-only';
END $$;
CREATE TRIGGER log_batches_never_change BEFORE UPDATE OR DELETE ON log_batches
  FOR EACH ROW EXECUTE FUNCTION log_batches_are_kept();
CREATE TRIGGER log_batches_never_go BEFORE TRUNCATE ON log_batches EXECUTE FUNCTION log_batches_are_kept();

-- Who publishes counts one up when it begins; a batch is taken from whoever holds the newest term, and from nobody else.
CREATE TABLE log_terms (
  election text PRIMARY KEY REFERENCES elections ON DELETE CASCADE,
  term bigint NOT NULL
);
