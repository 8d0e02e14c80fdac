-- What the back office defines.

CREATE TABLE organisation (
    id         uuid PRIMARY KEY,
    name       text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE site (
    id                uuid PRIMARY KEY,
    organisation_id   uuid NOT NULL REFERENCES organisation (id),
    slug              text NOT NULL UNIQUE,
    name              text NOT NULL,
    features          text NOT NULL, -- names, separated by spaces
    default_region    text NOT NULL,
    locale            text NOT NULL,
    confirm_url       text NOT NULL,
    unsubscribe_url   text NOT NULL,
    sender_name       text NOT NULL,
    sender_email      text NOT NULL,
    one_trust_url     text NOT NULL,
    neutral_responses boolean NOT NULL,
    brand_colour      text NOT NULL,
    brand_logo_url    text NOT NULL,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL
);

CREATE TABLE site_domain (
    domain  text PRIMARY KEY, -- lower case, without a port
    site_id uuid NOT NULL REFERENCES site (id)
);

CREATE TABLE preference (
    id              uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    everywhere      boolean NOT NULL, -- on offer at every site that does not say otherwise
    version         integer NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    deleted_at      timestamptz
);
CREATE INDEX preference_organisation ON preference (organisation_id);

CREATE TABLE preference_version (
    preference_id uuid NOT NULL REFERENCES preference (id),
    version       integer NOT NULL,
    text          text NOT NULL,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (preference_id, version)
);

CREATE TABLE site_preference (
    site_id       uuid NOT NULL REFERENCES site (id),
    preference_id uuid NOT NULL REFERENCES preference (id),
    enabled       boolean NOT NULL,
    PRIMARY KEY (site_id, preference_id)
);

CREATE TABLE campaign (
    site_id         uuid NOT NULL REFERENCES site (id),
    id              text NOT NULL,
    name            text NOT NULL,
    opens_at        timestamptz,
    closes_at       timestamptz,
    metadata_schema text NOT NULL, -- JSON Schema; empty: no metadata
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (site_id, id)
);

-- What belongs to one contact. Every key leads with the contact's id and nothing
-- is unique across contacts, so these tables can be spread over nodes.

CREATE TABLE contact (
    id               uuid PRIMARY KEY,
    organisation_id  uuid NOT NULL,
    kind             text NOT NULL,
    address          text NOT NULL, -- empty once erased, and for customer accounts
    linked_to        uuid,
    suppression      text NOT NULL, -- reason; empty: not suppressed
    suppressed_at    timestamptz,
    suppressed_until timestamptz,
    version          bigint NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
);

CREATE TABLE consent (
    contact_id uuid NOT NULL,
    site_id    uuid NOT NULL,
    purpose    text NOT NULL,
    status     text NOT NULL,
    changed_at timestamptz NOT NULL,
    record_id  uuid NOT NULL, -- the audit record that proves it
    PRIMARY KEY (contact_id, site_id, purpose)
);

CREATE TABLE verification (
    contact_id uuid NOT NULL,
    id         uuid NOT NULL,
    site_id    uuid NOT NULL,
    purposes   text NOT NULL, -- separated by spaces
    opened_at  timestamptz NOT NULL,
    outcome    text NOT NULL, -- empty: open
    PRIMARY KEY (contact_id, id)
);

CREATE TABLE campaign_entry (
    contact_id  uuid NOT NULL,
    site_id     uuid NOT NULL,
    campaign_id text NOT NULL,
    name        text NOT NULL,
    metadata    text NOT NULL, -- JSON object, or empty
    entered_at  timestamptz NOT NULL,
    PRIMARY KEY (contact_id, site_id, campaign_id)
);

CREATE TABLE account (
    contact_id       uuid PRIMARY KEY,
    site_id          uuid NOT NULL,
    email_contact_id uuid,
    phone_contact_id uuid,
    has_address      boolean NOT NULL,
    name             text NOT NULL,
    updated_at       timestamptz NOT NULL
);

CREATE TABLE account_link (
    contact_id         uuid NOT NULL, -- the address
    site_id            uuid NOT NULL,
    account_contact_id uuid NOT NULL,
    PRIMARY KEY (contact_id, site_id, account_contact_id)
);

CREATE TABLE outbox (
    contact_id      uuid NOT NULL,
    id              uuid NOT NULL,
    site_id         uuid NOT NULL,
    kind            text NOT NULL,
    verification_id uuid,
    counts          boolean NOT NULL, -- towards the caps
    queued_at       timestamptz NOT NULL,
    PRIMARY KEY (contact_id, id)
);

-- The proof. No personal data is in audit_record or message_text: erasing a
-- person touches contact, campaign_entry and evidence only.

CREATE TABLE message_text (
    hash       bytea PRIMARY KEY, -- SHA-256
    body       text NOT NULL,
    first_seen timestamptz NOT NULL
);

CREATE TABLE audit_record (
    contact_id         uuid NOT NULL,
    id                 uuid NOT NULL, -- UUIDv7
    event_id           uuid NOT NULL, -- one command; finds its evidence
    site_id            uuid NOT NULL,
    purpose            text NOT NULL,
    action             text NOT NULL,
    at                 timestamptz NOT NULL,
    actor_kind         text NOT NULL,
    actor_id           text NOT NULL,
    form_identifier    text NOT NULL,
    text_hash          bytea,
    preference_version integer NOT NULL,
    PRIMARY KEY (contact_id, id)
);

CREATE TABLE evidence (
    contact_id    uuid NOT NULL,
    event_id      uuid NOT NULL,
    form_location text NOT NULL,
    landing_url   text NOT NULL,
    ip            text NOT NULL, -- shortened
    user_agent    text NOT NULL,
    at            timestamptz NOT NULL,
    PRIMARY KEY (contact_id, event_id)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER audit_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER message_text_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON message_text
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
