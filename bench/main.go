package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func main() {
	seconds := flag.Int("seconds", 8, "how long each figure is measured")
	connections := flag.String("connections", "1,8,64", "the concurrencies measured; none: the lists only")
	attacks := flag.Bool("attacks", false, "measure what hostile requests cost, and nothing else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, time.Duration(*seconds)*time.Second, *connections, *attacks)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	folder      string
	binary      string
	each        time.Duration
	connections []int
}

func run(ctx context.Context, each time.Duration, connections string, attacks bool) error {
	folder, err := os.MkdirTemp("", "assent-bench-")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(folder)
	b := &bench{folder: folder, each: each}
	for text := range strings.FieldsFuncSeq(connections, func(r rune) bool { return r == ',' }) {
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("reading the connections: %w", err)
		}
		b.connections = append(b.connections, n)
	}
	if b.binary, err = build(ctx, folder); err != nil {
		return err
	}
	if attacks {
		return b.runAttacks(ctx)
	}
	fmt.Printf("%d CPUs shared by client, service and database; %s a figure; rate limits off unless said\n\n", runtime.NumCPU(), each)
	fmt.Println("| what | database | connections | per second | p50 | p99 | × pgbench |")
	fmt.Println("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
	if err := b.postgres(ctx); err != nil {
		return err
	}
	return b.sqlite(ctx)
}

// postgres measures pgbench and the program in turn, so that both meet the machine
// in the same state.
func (b *bench) postgres(ctx context.Context) error {
	db, err := newPostgres(ctx, b.folder)
	if err != nil {
		return err
	}
	defer db.close()
	p, err := start(ctx, b.binary, "PostgreSQL", db.url)
	if err != nil {
		return err
	}
	defer p.stop()
	limited, err := start(ctx, b.binary, "PostgreSQL", db.url, wideLimits()...)
	if err != nil {
		return err
	}
	defer limited.stop()
	limited.sent.Store(500_000_000_000) // other addresses in the same database
	for _, n := range b.connections {
		base, err := db.pgbenchRows(ctx, n, b.each)
		if err != nil {
			return err
		}
		printRow("the same rows by pgbench", p.database, n, base, "1.00")
		for _, kind := range []struct {
			name string
			p    *program
		}{{"signUpForMarketing", p}, {"signUpForMarketing, limits in Redis", limited}} {
			f, err := drive(ctx, kind.p.address, n, b.each, kind.p.signUps())
			if err != nil {
				return err
			}
			printRow(kind.name, p.database, n, f, fmt.Sprintf("%.2f", f.perSecond/base.perSecond))
		}
	}
	if err := b.reads(ctx, p); err != nil {
		return err
	}
	return b.lists(ctx, p, db.url)
}

func (b *bench) sqlite(ctx context.Context) error {
	databaseURL := "sqlite://" + filepath.Join(b.folder, "bench.db")
	p, err := start(ctx, b.binary, "SQLite", databaseURL)
	if err != nil {
		return err
	}
	defer p.stop()
	for _, n := range b.connections {
		f, err := drive(ctx, p.address, n, b.each, p.signUps())
		if err != nil {
			return err
		}
		printRow("signUpForMarketing", p.database, n, f, "")
	}
	if err := b.reads(ctx, p); err != nil {
		return err
	}
	return b.lists(ctx, p, databaseURL)
}

func (b *bench) reads(ctx context.Context, p *program) error {
	for _, n := range b.connections {
		empty, err := drive(ctx, p.address, n, b.each, p.empty())
		if err != nil {
			return err
		}
		printRow("an empty query", p.database, n, empty, "")
		f, err := drive(ctx, p.address, n, b.each, p.reads())
		if err != nil {
			return err
		}
		printRow("four-channel read", p.database, n, f, fmt.Sprintf("(%.2f × empty)", f.perSecond/empty.perSecond))
	}
	return nil
}

func printRow(name, database string, n int, f figure, ratio string) {
	fmt.Printf("| %s | %s | %d | %.0f | %s | %s | %s |\n", name, database, n, f.perSecond, short(f.p50), short(f.p99), ratio)
}

func short(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.Round(10 * time.Microsecond).String()
}
