package storetest

import (
	"testing"

	"assent/store"
)

// BatchLimits returns a function that writes a batch to the PostgreSQL database by way of
// another URL and tells what the server kept to as it committed.
func BatchLimits(t testing.TB, databaseURL, way string) func() (lock, durable string) {
	t.Helper()
	s := newShop(t, databaseURL, store.Options{})
	s.db.MustExecContext(t.Context(), `CREATE TABLE seen (contact_id uuid, lock text, durable text);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO seen VALUES (new.id, current_setting('lock_timeout'), current_setting('synchronous_commit')); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER see AFTER INSERT ON contact DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION see()`)
	through := openStore(t, way, store.Options{})
	return func() (lock, durable string) {
		c := s.anyone()
		must(t, through.Update(t.Context(), c.ID, s.everything(c)))
		must(t, s.db.QueryRowContext(t.Context(), `SELECT lock, durable FROM seen WHERE contact_id = $1`, c.ID).Scan(&lock, &durable))
		return lock, durable
	}
}
