package main

import (
	"context"
	"errors"
)

// writes measures sign-ups. On PostgreSQL pgbench runs right before and right after
// each, and the ratio is to the mean of both: disks are uneven.
func (b *bench) writes(ctx context.Context, s *section) error {
	s.say("Every sign-up is a new address. pgbench writes the same rows, a transaction of three statements each, right before and right\n" +
		"after the sign-ups; the ratio is to the mean of both.")
	s.figures("× pgbench")
	return errors.Join(b.postgresWrites(ctx, s), b.sqliteWrites(ctx, s))
}

func (b *bench) postgresWrites(ctx context.Context, s *section) error {
	db, err := newPostgres(ctx, b.folder, "assent_bench")
	if err != nil {
		return err
	}
	defer db.close()
	plain, err := start(ctx, b.binary, "PostgreSQL", db.url)
	if err != nil {
		return err
	}
	defer plain.stop()
	limited, err := start(ctx, b.binary, "PostgreSQL", db.url, wideLimits()...)
	if err != nil {
		return err
	}
	defer limited.stop()
	limited.sent.Store(500_000_000_000) // other addresses in the same database
	for _, n := range b.connections {
		before, err := db.pgbenchRows(ctx, n, b.each)
		if err != nil {
			return err
		}
		s.figure(pgbenchName, plain.database, n, before, "")
		for _, kind := range []struct {
			name string
			p    *program
		}{{signUpName, plain}, {signUpName + ", limits in Redis", limited}} {
			f, err := drive(ctx, kind.p.address, n, b.each, kind.p.signUps())
			if err != nil {
				return err
			}
			after, err := db.pgbenchRows(ctx, n, b.each)
			if err != nil {
				return err
			}
			s.figure(kind.name, kind.p.database, n, f, times(2*f.perSecond/(before.perSecond+after.perSecond)))
			s.figure(pgbenchName, kind.p.database, n, after, "")
			before = after
		}
	}
	return nil
}

const (
	pgbenchName = "the same rows by pgbench"
	signUpName  = "signUpForMarketing"
)

func (b *bench) sqliteWrites(ctx context.Context, s *section) error {
	p, err := start(ctx, b.binary, "SQLite", b.sqliteURL("writes"))
	if err != nil {
		return err
	}
	defer p.stop()
	for _, n := range b.connections {
		f, err := drive(ctx, p.address, n, b.each, p.signUps())
		if err != nil {
			return err
		}
		s.figure(signUpName, p.database, n, f, "")
	}
	return nil
}
