-- What the worker that sends messages needs to know.

ALTER TABLE contact ADD COLUMN unanswered integer NOT NULL DEFAULT 0; -- messages since somebody followed a link
UPDATE contact SET unanswered = (SELECT count(*) FROM outbox WHERE outbox.contact_id = contact.id AND counts);

ALTER TABLE outbox ADD COLUMN channel text NOT NULL DEFAULT 'EMAIL';
ALTER TABLE outbox ADD COLUMN status text NOT NULL DEFAULT 'WAITING'; -- or SENT, CANCELLED, PARKED
ALTER TABLE outbox ADD COLUMN due_at text; -- next attempt, or the end of the claim; null once it is over
ALTER TABLE outbox ADD COLUMN claims bigint NOT NULL DEFAULT 0; -- how often it was claimed; only the last claim may finish it
ALTER TABLE outbox ADD COLUMN attempts integer NOT NULL DEFAULT 0; -- how often sending it failed
ALTER TABLE outbox ADD COLUMN reason text NOT NULL DEFAULT ''; -- of the last failure, or for the end; no address
ALTER TABLE outbox ADD COLUMN finished_at text;
UPDATE outbox SET due_at = queued_at;
UPDATE outbox SET channel = 'SMS' WHERE contact_id IN (SELECT id FROM contact WHERE kind = 'PHONE');

CREATE INDEX outbox_due ON outbox (channel, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_unsent ON outbox (status, channel, queued_at) WHERE status IN ('WAITING', 'PARKED');
CREATE INDEX outbox_sent ON outbox (finished_at) WHERE status = 'SENT';
