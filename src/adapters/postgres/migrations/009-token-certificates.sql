-- The client certificate that a token is good with alone, as JSON: {"sha256": …} or {"subject": …}; null for none.
ALTER TABLE access_tokens ADD COLUMN certificate jsonb CHECK (jsonb_typeof(certificate) = 'object');

CREATE OR REPLACE FUNCTION access_token_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR
     (NEW.id, NEW.name, NEW.scopes, NEW.sha256, NEW.per_second, NEW.created_at, NEW.expires_at, NEW.certificate)
       IS DISTINCT FROM
     (OLD.id, OLD.name, OLD.scopes, OLD.sha256, OLD.per_second, OLD.created_at, OLD.expires_at, OLD.certificate) THEN
    RAISE EXCEPTION 'an access token can only be revoked' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
