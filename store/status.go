package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Status is how a database stands to what this release needs.
type Status struct {
	Migrations []MigrationStatus // in the order in which they run
	Functions  *bool             // those of this release are there; nil: it has none for this database
	MonthsEnd  *time.Time        // the audit log has a part for each month until then; nil: it is not divided, or not yet
}

// MigrationStatus is one file of this release.
type MigrationStatus struct {
	Name      string
	Applied   bool
	AppliedAt string // RFC 3339
}

// Pending reports whether Migrate has something to do that cannot wait: to apply
// files, to define functions, or to make the month that is at hand.
func (s Status) Pending(now time.Time) bool {
	for _, m := range s.Migrations {
		if !m.Applied {
			return true
		}
	}
	return (s.Functions != nil && !*s.Functions) || (s.MonthsEnd != nil && !now.Before(*s.MonthsEnd))
}

// Status looks and changes nothing; it needs no more rights than reading. It refuses
// the databases that Migrate refuses.
func (s *Store) Status(ctx context.Context) (Status, error) {
	files, err := readMigrations(s.dialect.name)
	if err != nil {
		return Status{}, err
	}
	applied, err := s.applied(ctx, s.reader)
	if err != nil {
		return Status{}, err
	}
	if err := sameHistory(applied, files); err != nil {
		return Status{}, err
	}
	var status Status
	for i, file := range files {
		m := MigrationStatus{Name: file.Version}
		if i < len(applied) {
			m.Applied, m.AppliedAt = true, applied[i].AppliedAt
		}
		status.Migrations = append(status.Migrations, m)
	}
	if len(s.dialect.functions) > 0 {
		defined, err := s.areDefined(ctx, s.reader)
		if err != nil {
			return Status{}, err
		}
		status.Functions = &defined
	}
	if s.dialect.monthsEnd != "" && len(applied) == len(files) {
		status.MonthsEnd, err = s.endOfMonths(ctx)
	}
	return status, err
}

// endOfMonths reads the time in the id that the last month ends before. It is long ago
// when no month was ever made.
func (s *Store) endOfMonths(ctx context.Context) (*time.Time, error) {
	var end uuid.NullUUID
	if err := s.reader.GetContext(ctx, &end, s.dialect.monthsEnd); err != nil {
		return nil, fmt.Errorf("looking for the months of the audit log: %w", redacted(err))
	}
	var ms int64
	for _, b := range end.UUID[:6] { // a UUIDv7 begins with the milliseconds since 1970 (RFC 9562, 5.7)
		ms = ms<<8 | int64(b)
	}
	t := time.UnixMilli(ms).UTC()
	return &t, nil
}
