-- The certification of an election: one, for good. The PDF says the same for people; it may be drawn again.
CREATE TABLE certifications (
  election text PRIMARY KEY REFERENCES elections ON DELETE CASCADE,
  document bytea NOT NULL,
  pdf bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION certifications_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.document <> OLD.document THEN RAISE EXCEPTION 'what is certified stays certified'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER certifications_never_change BEFORE UPDATE OR DELETE ON certifications
  FOR EACH ROW EXECUTE FUNCTION certifications_are_kept();
