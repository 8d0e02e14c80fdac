package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	small, err := b.install(ctx, "small", b.small)
	if err != nil {
		return err
	}
	defer small.close()
	memory, err := small.db.memory(ctx)
	if err != nil {
		return err
	}
	s.say("A large installation beside a small one on the same server: %s contacts and %s audit records, spread over %d months,\n"+
		"beside %s and %s. The small one is measured right before and right after; the ratio is to the mean of both. %d connections.\n"+
		"After a checkpoint PostgreSQL writes every page that it touches to its log whole, which a large installation feels for as\n"+
		"long as there are pages left: %s later is what it is like until the next checkpoint, in half an hour. Before the reads\n"+
		"both are read from for %s. The server has %s.",
		count(b.large.contacts), count(b.large.records), filledMonths, count(b.small.contacts), count(b.small.records), growthConnections, strings.TrimSuffix(b.later.String(), "0s"), b.each, memory)
	large, err := b.install(ctx, "large", b.large)
	if err != nil {
		return err
	}
	defer large.close()
	s.table("what", "installation", "per second", "p50", "p99", "whole pages each", "× small")
	if err := b.compareSignUps(ctx, s, small, large); err != nil {
		return err
	}
	if err := b.compareReads(ctx, s, small, large); err != nil {
		return err
	}
	return b.sizes(ctx, s, large)
}

func (b *bench) compareSignUps(ctx context.Context, s *section, small, large *installation) error {
	signUps := func(i *installation) (figure, error) {
		return drive(ctx, i.program.address, growthConnections, b.each, i.program.signUps())
	}
	if err := compare(ctx, s, signUpName+", after a checkpoint", small, large, afterCheckpoint(signUps)); err != nil {
		return err
	}
	if _, err := drive(ctx, large.program.address, growthConnections, b.later, large.program.signUps()); err != nil {
		return err
	}
	return compare(ctx, s, signUpName+", later", small, large, signUps)
}

func (b *bench) compareReads(ctx context.Context, s *section, small, large *installation) error {
	reads := func(i *installation) (figure, error) {
		return drive(ctx, i.program.address, growthConnections, b.each, i.program.reads(i.customers))
	}
	for _, i := range []*installation{small, large} {
		if _, err := reads(i); err != nil {
			return err
		}
	}
	return compare(ctx, s, readName, small, large, reads)
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
	if err := db.fill(ctx, extent{e.contacts - len(i.customers), e.records - len(i.customers)}); err != nil {
		return nil, errors.Join(err, i.close())
	}
	if err := i.program.join(ctx, i.customers); err != nil {
		return nil, errors.Join(err, i.close())
	}
	if err := db.vacuum(ctx); err != nil {
		return nil, errors.Join(err, i.close())
	}
	return i, nil
}

func (i *installation) close() error {
	i.program.stop()
	return i.db.close()
}

// afterCheckpoint makes one first, so that all of them begin alike.
func afterCheckpoint(measure func(*installation) (figure, error)) func(*installation) (figure, error) {
	return func(i *installation) (figure, error) {
		if _, err := i.db.server.Exec(`CHECKPOINT`); err != nil {
			return figure{}, fmt.Errorf("making a checkpoint: %w", err)
		}
		return measure(i)
	}
}

// compare measures small, large, small.
func compare(ctx context.Context, s *section, name string, small, large *installation, measure func(*installation) (figure, error)) error {
	order := []*installation{small, large, small}
	var figures []figure
	var pages []float64 // written to the log whole, for each request
	for _, i := range order {
		before, err := i.db.wholePages(ctx)
		if err != nil {
			return err
		}
		f, err := measure(i)
		if err != nil {
			return err
		}
		after, err := i.db.wholePages(ctx)
		if err != nil {
			return err
		}
		figures, pages = append(figures, f), append(pages, float64(after-before)/float64(f.count))
	}
	for n, i := range order {
		f, ratio := figures[n], ""
		if i == large {
			ratio = times(2 * f.perSecond / (figures[0].perSecond + figures[2].perSecond))
		}
		s.row(name, i.name, fmt.Sprintf("%.0f", f.perSecond), short(f.p50), short(f.p99), times(pages[n]), ratio)
	}
	return nil
}

// wholePages is how many pages have been written to the write-ahead log whole.
func (p *postgres) wholePages(ctx context.Context) (pages int64, err error) {
	if err := p.server.GetContext(ctx, &pages, `SELECT wal_fpi FROM pg_stat_wal`); err != nil {
		return 0, fmt.Errorf("looking at the log: %w", err)
	}
	return pages, nil
}

// memory is what the processes of PostgreSQL share.
func (p *postgres) memory(ctx context.Context) (string, error) {
	var size, huge string
	if err := p.server.QueryRowContext(ctx, `SELECT current_setting('shared_buffers'), current_setting('huge_pages')`).Scan(&size, &huge); err != nil {
		return "", fmt.Errorf("asking PostgreSQL for its memory: %w", err)
	}
	if huge == "on" {
		return size + " of shared buffers in huge pages", nil
	}
	return size + " of shared buffers", nil
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
