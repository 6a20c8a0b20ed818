-- The pictures and the map that a definition names, so that a server needs no folder of its own to show them.
CREATE TABLE election_pictures (
  election text NOT NULL REFERENCES elections ON DELETE CASCADE,
  -- of the bytes, hexadecimal
  sha256 text NOT NULL CHECK (sha256 = encode(sha256(bytes), 'hex')),
  bytes bytea NOT NULL,
  PRIMARY KEY (election, sha256)
);
