-- Times are RFC 3339 in UTC with microseconds, identifiers are UUIDs in text form.

-- What the back office defines.

CREATE TABLE organisation (
    id         text PRIMARY KEY,
    name       text NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL
);

CREATE TABLE site (
    id                text PRIMARY KEY,
    organisation_id   text NOT NULL REFERENCES organisation (id),
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
    created_at        text NOT NULL,
    updated_at        text NOT NULL
);

CREATE TABLE site_domain (
    domain  text PRIMARY KEY, -- lower case, without a port
    site_id text NOT NULL REFERENCES site (id)
);

CREATE TABLE preference (
    id              text PRIMARY KEY,
    organisation_id text NOT NULL REFERENCES organisation (id),
    everywhere      boolean NOT NULL, -- on offer at every site that does not say otherwise
    version         integer NOT NULL,
    created_at      text NOT NULL,
    updated_at      text NOT NULL,
    deleted_at      text
);
CREATE INDEX preference_organisation ON preference (organisation_id);

CREATE TABLE preference_version (
    preference_id text NOT NULL REFERENCES preference (id),
    version       integer NOT NULL,
    text          text NOT NULL,
    created_at    text NOT NULL,
    PRIMARY KEY (preference_id, version)
) WITHOUT ROWID;

CREATE TABLE site_preference (
    site_id       text NOT NULL REFERENCES site (id),
    preference_id text NOT NULL REFERENCES preference (id),
    enabled       boolean NOT NULL,
    PRIMARY KEY (site_id, preference_id)
) WITHOUT ROWID;

CREATE TABLE campaign (
    site_id         text NOT NULL REFERENCES site (id),
    id              text NOT NULL,
    name            text NOT NULL,
    opens_at        text,
    closes_at       text,
    metadata_schema text NOT NULL, -- JSON Schema; empty: no metadata
    created_at      text NOT NULL,
    updated_at      text NOT NULL,
    PRIMARY KEY (site_id, id)
) WITHOUT ROWID;

-- What belongs to one contact. Every key leads with the contact's id and nothing
-- is unique across contacts, so these tables can be spread over nodes.

CREATE TABLE contact (
    id               text PRIMARY KEY,
    organisation_id  text NOT NULL,
    kind             text NOT NULL,
    address          text NOT NULL, -- empty once erased, and for customer accounts
    linked_to        text,
    suppression      text NOT NULL, -- reason; empty: not suppressed
    suppressed_at    text,
    suppressed_until text,
    version          integer NOT NULL,
    created_at       text NOT NULL,
    updated_at       text NOT NULL
);

CREATE TABLE consent (
    contact_id text NOT NULL,
    site_id    text NOT NULL,
    purpose    text NOT NULL,
    status     text NOT NULL,
    changed_at text NOT NULL,
    record_id  text NOT NULL, -- the audit record that proves it
    PRIMARY KEY (contact_id, site_id, purpose)
) WITHOUT ROWID;

CREATE TABLE verification (
    contact_id text NOT NULL,
    id         text NOT NULL,
    site_id    text NOT NULL,
    purposes   text NOT NULL, -- separated by spaces
    opened_at  text NOT NULL,
    outcome    text NOT NULL, -- empty: open
    PRIMARY KEY (contact_id, id)
) WITHOUT ROWID;

CREATE TABLE campaign_entry (
    contact_id  text NOT NULL,
    site_id     text NOT NULL,
    campaign_id text NOT NULL,
    name        text NOT NULL,
    metadata    text NOT NULL, -- JSON object, or empty
    entered_at  text NOT NULL,
    PRIMARY KEY (contact_id, site_id, campaign_id)
) WITHOUT ROWID;

CREATE TABLE account (
    contact_id       text PRIMARY KEY,
    site_id          text NOT NULL,
    email_contact_id text,
    phone_contact_id text,
    has_address      boolean NOT NULL,
    name             text NOT NULL,
    updated_at       text NOT NULL
);

CREATE TABLE account_link (
    contact_id         text NOT NULL, -- the address
    site_id            text NOT NULL,
    account_contact_id text NOT NULL,
    PRIMARY KEY (contact_id, site_id, account_contact_id)
) WITHOUT ROWID;

CREATE TABLE outbox (
    contact_id      text NOT NULL,
    id              text NOT NULL,
    site_id         text NOT NULL,
    kind            text NOT NULL,
    verification_id text,
    counts          boolean NOT NULL, -- towards the caps
    queued_at       text NOT NULL,
    PRIMARY KEY (contact_id, id)
) WITHOUT ROWID;

-- The proof. No personal data is in audit_record or message_text: erasing a
-- person touches contact, campaign_entry and evidence only.

CREATE TABLE message_text (
    hash       blob PRIMARY KEY, -- SHA-256
    body       text NOT NULL,
    first_seen text NOT NULL
);

CREATE TABLE audit_record (
    contact_id         text NOT NULL,
    id                 text NOT NULL, -- UUIDv7
    event_id           text NOT NULL, -- one command; finds its evidence
    site_id            text NOT NULL,
    purpose            text NOT NULL,
    action             text NOT NULL,
    at                 text NOT NULL,
    actor_kind         text NOT NULL,
    actor_id           text NOT NULL,
    form_identifier    text NOT NULL,
    text_hash          blob,
    preference_version integer NOT NULL,
    PRIMARY KEY (contact_id, id)
) WITHOUT ROWID;

CREATE TABLE evidence (
    contact_id    text NOT NULL,
    event_id      text NOT NULL,
    form_location text NOT NULL,
    landing_url   text NOT NULL,
    ip            text NOT NULL, -- shortened
    user_agent    text NOT NULL,
    at            text NOT NULL,
    PRIMARY KEY (contact_id, event_id)
) WITHOUT ROWID;

CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record
BEGIN
    SELECT RAISE(ABORT, 'audit_record is append-only');
END;

CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record
BEGIN
    SELECT RAISE(ABORT, 'audit_record is append-only');
END;

CREATE TRIGGER message_text_no_update BEFORE UPDATE ON message_text
BEGIN
    SELECT RAISE(ABORT, 'message_text is append-only');
END;

CREATE TRIGGER message_text_no_delete BEFORE DELETE ON message_text
BEGIN
    SELECT RAISE(ABORT, 'message_text is append-only');
END;

-- REPLACE deletes without firing the triggers above, unless a connection asks for
-- recursive_triggers. Ours do; others may not.

CREATE TRIGGER audit_record_no_replace BEFORE INSERT ON audit_record
WHEN EXISTS (SELECT 1 FROM audit_record WHERE contact_id = NEW.contact_id AND id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'audit_record is append-only');
END;

CREATE TRIGGER message_text_no_replace BEFORE INSERT ON message_text
WHEN EXISTS (SELECT 1 FROM message_text WHERE hash = NEW.hash AND body <> NEW.body)
BEGIN
    SELECT RAISE(ABORT, 'message_text is append-only');
END;
