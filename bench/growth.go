package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// growthConnections are as many as make the database work hard.
const growthConnections = 64

// installation is a service on a database that has been filled.
type installation struct {
	name      string
	db        *postgres
	program   *program
	customers customers
}

// growth measures a small installation, a large one, and the small one again: the
// ratio is to the mean of both.
func (b *bench) growth(ctx context.Context, s *section) error {
	s.say("A large installation beside a small one on the same server: %s contacts and %s audit records, spread over %d months,\n"+
		"beside %s and %s. The small one is measured right before and right after; the ratio is to the mean of both. Each figure\n"+
		"begins at a checkpoint, when every page that is touched is written to the log whole. %d connections.",
		count(b.large.contacts), count(b.large.records), filledMonths, count(b.small.contacts), count(b.small.records), growthConnections)
	small, err := b.install(ctx, "small", b.small)
	if err != nil {
		return err
	}
	defer small.close()
	large, err := b.install(ctx, "large", b.large)
	if err != nil {
		return err
	}
	defer large.close()
	s.table("what", "installation", "per second", "p50", "p99", "log bytes each", "whole pages each", "× small")
	for _, m := range []struct {
		name    string
		measure func(*installation) (figure, error)
	}{
		{signUpName, func(i *installation) (figure, error) {
			return drive(ctx, i.program.address, growthConnections, b.each, i.program.signUps())
		}},
		{readName, func(i *installation) (figure, error) {
			return drive(ctx, i.program.address, growthConnections, b.each, i.program.reads(i.customers))
		}},
	} {
		if err := b.compare(ctx, s, m.name, small, large, m.measure); err != nil {
			return err
		}
	}
	return b.sizes(ctx, s, large)
}

// install fills a database and starts a service on it. The customers who read are as
// many as a small installation has contacts: those with an account are two each.
func (b *bench) install(ctx context.Context, name string, e extent) (*installation, error) {
	db, err := newPostgres(ctx, b.folder, "assent_bench_"+name)
	if err != nil {
		return nil, err
	}
	i := &installation{name: name, db: db}
	if i.program, err = start(ctx, b.binary, "PostgreSQL", db.url); err != nil {
		return nil, errors.Join(err, db.close())
	}
	i.customers = newCustomers(b.small.contacts)
	if err := db.fill(ctx, e.contacts-len(i.customers), e.records-len(i.customers)); err != nil {
		return nil, errors.Join(err, i.close())
	}
	if err := i.program.join(ctx, i.customers); err != nil {
		return nil, errors.Join(err, i.close())
	}
	if err := db.analyze(ctx); err != nil {
		return nil, errors.Join(err, i.close())
	}
	return i, nil
}

func (i *installation) close() error {
	i.program.stop()
	return i.db.close()
}

// compare measures small, large, small.
func (b *bench) compare(ctx context.Context, s *section, name string, small, large *installation,
	measure func(*installation) (figure, error)) error {
	order := []*installation{small, large, small}
	var figures []figure
	var logs []walUse
	for _, i := range order {
		f, use, err := i.db.measured(ctx, func() (figure, error) { return measure(i) })
		if err != nil {
			return err
		}
		figures, logs = append(figures, f), append(logs, use)
	}
	ratio := 2 * figures[1].perSecond / (figures[0].perSecond + figures[2].perSecond)
	for n, i := range order {
		f, requests, shown := figures[n], figures[n].perSecond*b.each.Seconds(), ""
		if i == large {
			shown = times(ratio)
		}
		s.row(name, i.name, fmt.Sprintf("%.0f", f.perSecond), short(f.p50), short(f.p99),
			fmt.Sprintf("%.0f", float64(logs[n].Bytes)/requests), fmt.Sprintf("%.2f", float64(logs[n].Pages)/requests), shown)
	}
	return nil
}

// walUse is what was written to the write-ahead log.
type walUse struct {
	Bytes int64 `db:"wal_bytes"`
	Pages int64 `db:"wal_fpi"`
}

// measured measures from a checkpoint on.
func (p *postgres) measured(ctx context.Context, measure func() (figure, error)) (f figure, use walUse, err error) {
	if _, err := p.server.ExecContext(ctx, `CHECKPOINT`); err != nil {
		return f, use, fmt.Errorf("making a checkpoint: %w", err)
	}
	const log = `SELECT CAST(wal_bytes AS bigint) AS wal_bytes, wal_fpi FROM pg_stat_wal`
	var before walUse
	if err := p.server.GetContext(ctx, &before, log); err != nil {
		return f, use, fmt.Errorf("looking at the log: %w", err)
	}
	if f, err = measure(); err != nil {
		return f, use, err
	}
	if err := p.server.GetContext(ctx, &use, log); err != nil {
		return f, use, fmt.Errorf("looking at the log: %w", err)
	}
	return f, walUse{use.Bytes - before.Bytes, use.Pages - before.Pages}, nil
}

// count writes a number with commas.
func count(n int) string {
	digits := fmt.Sprint(n)
	var groups []string
	for len(digits) > 3 {
		groups = append(groups, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	text := groups[0]
	for _, g := range groups[1:] {
		text += "," + g
	}
	return text
}
