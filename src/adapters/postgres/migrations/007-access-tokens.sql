-- Access tokens of machines, for every election of the cluster: the id and the hash of each, never its secret.
CREATE TABLE access_tokens (
  id text PRIMARY KEY CHECK (id ~ '^[a-z0-9]{10}$'),
  name text NOT NULL CHECK (length(name) <= 100),
  scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
  -- of the secret's text, hexadecimal
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  per_second double precision NOT NULL CHECK (per_second > 0),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);

-- A token is made once and may be revoked once: whoever writes here can make new ones, and change none.
CREATE FUNCTION access_token_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR
     (NEW.id, NEW.name, NEW.scopes, NEW.sha256, NEW.per_second, NEW.created_at, NEW.expires_at) IS DISTINCT FROM
     (OLD.id, OLD.name, OLD.scopes, OLD.sha256, OLD.per_second, OLD.created_at, OLD.expires_at) THEN
    RAISE EXCEPTION 'an access token can only be revoked' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER access_token_stays BEFORE UPDATE ON access_tokens FOR EACH ROW EXECUTE FUNCTION access_token_stays();

-- What the servers of the cluster share and Redis is not to know.
CREATE TABLE shared_secrets (name text PRIMARY KEY, value text NOT NULL);
-- By this they name addresses to each other when they tell of wrong keys.
INSERT INTO shared_secrets (name, value) VALUES ('counting', gen_random_uuid()::text || gen_random_uuid()::text);
