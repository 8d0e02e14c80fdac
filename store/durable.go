package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// forgetfulSettings are those that let PostgreSQL lose what it has committed when it
// or its machine crashes. The last is as it is for us: a role, a database and the URL
// can set it too. Without full_page_writes torn pages may be lost as well, but not on
// storage that writes pages whole, as that of some hosted databases does.
const forgetfulSettings = `SELECT name FROM pg_settings
WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off' ORDER BY name`

// CheckDurable refuses a server that may lose what it has committed: an answer says
// that a consent is kept. SQLite is told by us to keep it.
func (s *Store) CheckDurable(ctx context.Context) error {
	if s.dialect.forgetful == "" {
		return nil
	}
	var off []string
	if err := s.reader.SelectContext(ctx, &off, s.dialect.forgetful); err != nil {
		return fmt.Errorf("asking whether commits are durable: %w", redacted(err))
	}
	if len(off) == 0 {
		return nil
	}
	return errors.New("PostgreSQL may forget in a crash what it has committed: turn on " + strings.Join(off, ", "))
}
