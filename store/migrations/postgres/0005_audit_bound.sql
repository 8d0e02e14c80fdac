-- The audit log is going to be divided by month (0006). Ids are UUIDv7, which begin
-- with the time, so a month is a range of ids. That what is there belongs before
-- the first month is promised here and checked there, while others write.

CREATE FUNCTION first_id(month timestamp) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT rpad(lpad(to_hex((extract(epoch FROM month) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- Of the month that follows the next day: clocks differ, and months end.
CREATE FUNCTION first_audit_month() RETURNS timestamp LANGUAGE sql STABLE AS $$
    SELECT date_trunc('month', now() AT TIME ZONE 'UTC' + interval '1 day') + interval '1 month'
$$;

DO $$
BEGIN
    EXECUTE format('ALTER TABLE audit_record ADD CONSTRAINT audit_record_bound CHECK (id < %L) NOT VALID',
        first_id(first_audit_month()));
END
$$;
