-- What the back office needs: its keys, an audit log of its own, and lists that
-- cost no more than what they show.

CREATE TABLE api_key (
    id              uuid PRIMARY KEY,
    hash            bytea NOT NULL UNIQUE, -- SHA-256 of the secret
    organisation_id uuid REFERENCES organisation (id), -- null: opens every organisation's data
    role            text NOT NULL,
    name            text NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    last_used_at    timestamptz, -- to the minute
    revoked_at      timestamptz
);
CREATE INDEX api_key_live ON api_key (created_at, id) WHERE revoked_at IS NULL;
CREATE INDEX api_key_live_of ON api_key (organisation_id, created_at, id) WHERE revoked_at IS NULL;

-- No personal data is in admin_record, as in audit_record.

CREATE TABLE admin_record (
    id              uuid PRIMARY KEY, -- UUIDv7
    at              timestamptz NOT NULL,
    editor          text NOT NULL, -- id of an API key, or the name of a caller without one
    organisation_id uuid, -- null: concerns all
    action          text NOT NULL,
    subject         text NOT NULL, -- what sort of thing
    subject_id      text NOT NULL,
    before_state    text NOT NULL, -- JSON; empty: there was nothing
    after_state     text NOT NULL  -- JSON; empty: there is nothing
);
CREATE INDEX admin_record_organisation ON admin_record (organisation_id, id);
CREATE INDEX admin_record_subject ON admin_record (subject_id, id);

CREATE TRIGGER admin_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_record
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE account ADD COLUMN customer_id text NOT NULL DEFAULT ''; -- the shop's own; empty: not seen since it is kept
CREATE INDEX account_site ON account (site_id, contact_id) WHERE customer_id <> '';

ALTER TABLE site_domain ADD COLUMN position integer NOT NULL DEFAULT 0; -- in the list of its site
CREATE INDEX site_domain_site ON site_domain (site_id, position, domain);

CREATE INDEX organisation_created ON organisation (created_at, id);
CREATE INDEX site_created ON site (created_at, id);
CREATE INDEX site_of ON site (organisation_id, created_at, id);
CREATE INDEX campaign_id ON campaign (id);

DROP INDEX preference_organisation;
CREATE INDEX preference_created ON preference (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX preference_of ON preference (organisation_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX preference_everywhere ON preference (organisation_id, created_at, id) WHERE deleted_at IS NULL AND everywhere;
CREATE INDEX site_preference_preference ON site_preference (preference_id);
