-- Voting that ends later than its definition says.

-- When it ends where an amendment of the public log says so; and since when nobody may move its end any more, because
-- gateways are about to close by it.
ALTER TABLE elections ADD COLUMN closes_at timestamptz, ADD COLUMN end_fixed_at timestamptz;

-- What whoever publishes the log was asked for. The outcome is null until it is answered, then 'extended', 'withdrawn', or
-- why it was refused. One whose asker does not wait any more is never granted.
CREATE TABLE extensions (
  extension_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  election text NOT NULL REFERENCES elections ON DELETE CASCADE,
  closes_at timestamptz NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  outcome text
);
CREATE INDEX extensions_asked ON extensions (election, extension_id) WHERE outcome IS NULL;
