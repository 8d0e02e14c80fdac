package main

import (
	"context"
	"errors"
)

// readers are the customers who read, of whom half have an account and consents.
const readers = 2000

func (b *bench) reads(ctx context.Context, s *section) error {
	s.say("A read asks for the four channels of one of %d customers, half of whom have an account and consents. An empty query has\n"+
		"nothing looked up.", readers)
	s.figures("× empty")
	db, err := newPostgres(ctx, b.folder, "assent_bench")
	if err != nil {
		return err
	}
	defer db.close()
	return errors.Join(b.readsOf(ctx, s, "PostgreSQL", db.url), b.readsOf(ctx, s, "SQLite", b.sqliteURL("reads")))
}

func (b *bench) readsOf(ctx context.Context, s *section, database, databaseURL string) error {
	p, err := start(ctx, b.binary, database, databaseURL)
	if err != nil {
		return err
	}
	defer p.stop()
	customers := newCustomers(readers)
	if err := p.join(ctx, customers); err != nil {
		return err
	}
	for _, n := range b.connections {
		empty, err := drive(ctx, p.address, n, b.each, p.empty())
		if err != nil {
			return err
		}
		s.figure(emptyName, database, n, empty, "")
		f, err := drive(ctx, p.address, n, b.each, p.reads(customers))
		if err != nil {
			return err
		}
		s.figure(readName, database, n, f, times(f.perSecond/empty.perSecond))
	}
	return nil
}

const (
	emptyName = "an empty query"
	readName  = "four-channel read"
)
