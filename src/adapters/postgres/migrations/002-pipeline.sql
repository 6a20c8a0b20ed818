-- What the processes of a cluster last said of their work on an election.
CREATE TABLE pipeline (
  election text NOT NULL REFERENCES elections ON DELETE CASCADE,
  work text NOT NULL,
  state jsonb NOT NULL,
  at_ms bigint NOT NULL,
  PRIMARY KEY (election, work)
);
