-- What is told of choices: counted by whoever publishes the log while it makes the leaves, one published checkpoint at a
-- time. Spark's counts (001) are of everything stored; these are of what anybody can read in the log.

-- The checkpoint that the counts below belong to: its batch is in place for readers, and told_counts hold exactly the
-- ballots under it. Complete: these are all the ballots that the closed log has.
CREATE TABLE told (
  election text PRIMARY KEY REFERENCES elections ON DELETE CASCADE,
  batch bigint NOT NULL,
  -- ballots stored, told and held back, by the last batch that told any
  stored bigint NOT NULL,
  complete boolean NOT NULL,
  FOREIGN KEY (election, batch) REFERENCES log_batches ON DELETE CASCADE
);

-- Per district that has any, by its index: ballots, blank ballots, then per contest that its voters have: blank ones and
-- votes per option (core/tally/district-counts.ts). Absolute.
CREATE TABLE told_counts (
  election text NOT NULL REFERENCES elections ON DELETE CASCADE,
  district integer NOT NULL CHECK (district >= 0),
  counts integer[] NOT NULL,
  batch bigint NOT NULL,
  PRIMARY KEY (election, district)
);
CREATE INDEX told_counts_by_batch ON told_counts (election, batch);

-- The same for the whole election at each checkpoint that told something: ballots stored by then, told and held back; those
-- told; per contest ballots, blank ones, votes per option.
CREATE TABLE told_totals (
  election text NOT NULL REFERENCES elections ON DELETE CASCADE,
  batch bigint NOT NULL,
  stored bigint NOT NULL CHECK (stored >= ballots),
  ballots bigint NOT NULL,
  totals bigint[] NOT NULL,
  PRIMARY KEY (election, batch),
  FOREIGN KEY (election, batch) REFERENCES log_batches ON DELETE CASCADE
);

-- What was told stays told, whoever writes. Rows go only together with their election, which an `init` that failed takes back.
CREATE FUNCTION told_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN RAISE EXCEPTION 'what was told stays told' USING ERRCODE = 'check_violation'; END IF;
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM elections WHERE id = OLD.election) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'what was told stays told' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_TABLE_NAME = 'told_totals' OR NEW.election <> OLD.election OR NEW.batch < OLD.batch THEN
    RAISE EXCEPTION 'what was told stays told' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_TABLE_NAME = 'told' THEN
    IF OLD.complete AND NOT NEW.complete THEN
      RAISE EXCEPTION 'what was told stays told' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.district <> OLD.district OR cardinality(NEW.counts) <> cardinality(OLD.counts) OR EXISTS (
    SELECT FROM unnest(OLD.counts, NEW.counts) AS pair (before, after) WHERE (after >= before) IS NOT TRUE
  ) THEN
    RAISE EXCEPTION 'a told count never goes down' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER told_stays BEFORE UPDATE OR DELETE ON told FOR EACH ROW EXECUTE FUNCTION told_is_kept();
CREATE TRIGGER told_counts_stay BEFORE UPDATE OR DELETE ON told_counts FOR EACH ROW EXECUTE FUNCTION told_is_kept();
CREATE TRIGGER told_totals_stay BEFORE UPDATE OR DELETE ON told_totals FOR EACH ROW EXECUTE FUNCTION told_is_kept();
CREATE TRIGGER told_never_goes BEFORE TRUNCATE ON told EXECUTE FUNCTION told_is_kept();
CREATE TRIGGER told_counts_never_go BEFORE TRUNCATE ON told_counts EXECUTE FUNCTION told_is_kept();
CREATE TRIGGER told_totals_never_go BEFORE TRUNCATE ON told_totals EXECUTE FUNCTION told_is_kept();
