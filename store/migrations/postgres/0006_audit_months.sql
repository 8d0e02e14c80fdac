-- The audit log divided by month, so that old months can be moved.

ALTER TABLE audit_record VALIDATE CONSTRAINT audit_record_bound; -- reads all of it while others write

ALTER TABLE audit_record RENAME TO audit_record_before;
ALTER INDEX audit_record_pkey RENAME TO audit_record_before_pkey;
CREATE TABLE audit_record (LIKE audit_record_before, PRIMARY KEY (contact_id, id)) PARTITION BY RANGE (id);
CREATE TABLE audit_record_default PARTITION OF audit_record DEFAULT; -- so that no id is ever refused

-- Triggers for statements do not pass from the log to its parts, nor back.
CREATE TRIGGER audit_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record_default
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The promise of 0005 saves attaching from reading everything once more. Rights are those of before.
DO $$
DECLARE
    granted record;
BEGIN
    EXECUTE format('ALTER TABLE audit_record ATTACH PARTITION audit_record_before FOR VALUES FROM (MINVALUE) TO (%L)',
        first_id(first_audit_month()));
    FOR granted IN
        SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS role, privilege_type AS privilege
        FROM pg_class, aclexplode(relacl) WHERE oid = 'audit_record_before'::regclass AND grantee <> relowner
    LOOP
        EXECUTE format('GRANT %s ON audit_record TO %s', granted.privilege, granted.role);
    END LOOP;
END
$$;
ALTER TABLE audit_record_before DROP CONSTRAINT audit_record_bound;
DROP FUNCTION first_audit_month();

-- Where the last month there is ends.
CREATE FUNCTION audit_months_end() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT max(substring(pg_get_expr(relpartbound, oid) FROM 'TO \(''(.*)''\)') COLLATE "C")::uuid
    FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'audit_record'::regclass
$$;

-- Adds the months up to so many from now, for the owner of the log and for nobody
-- else. A month that the default has records of already stays there. Attaching waits
-- for whoever reads the default, as a backup does for hours, while others wait for us:
-- then it is left to the next time.
CREATE FUNCTION make_audit_months(ahead integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    this CONSTANT timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    month timestamp;
    part text;
    first uuid;
    next uuid;
BEGIN
    IF NOT (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'audit_record'::regclass) THEN
        RETURN;
    END IF;
    PERFORM set_config('lock_timeout', '1s', true);
    FOR month IN SELECT generate_series(this, this + make_interval(months => ahead), interval '1 month') LOOP
        part := to_char(month, '"audit_record_"YYYY_MM');
        first := first_id(month);
        next := first_id(month + interval '1 month');
        CONTINUE WHEN first < audit_months_end()
            OR EXISTS (SELECT FROM audit_record_default WHERE id >= first AND id < next);
        EXECUTE format('CREATE TABLE %I (LIKE audit_record INCLUDING INDEXES)', part);
        EXECUTE format('CREATE TRIGGER audit_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
        EXECUTE format('ALTER TABLE audit_record ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, first, next);
    END LOOP;
EXCEPTION
    WHEN lock_not_available THEN
        RETURN;
END
$$;
