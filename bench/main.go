package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options are what the command line says.
type options struct {
	parts       string
	connections string
	each        time.Duration
	later       time.Duration
	results     string
	small       extent
	large       extent
	crowd       int
}

// extent is how much an installation holds.
type extent struct{ contacts, records int }

func main() {
	o := options{later: 2 * time.Minute, small: extent{10_000, 50_000}, crowd: 100_000}
	flag.StringVar(&o.parts, "part", "writes,reads,lists,attacks", "what is measured; growth only when it is named")
	flag.StringVar(&o.connections, "connections", "1,8,64", "the concurrencies measured")
	seconds := flag.Int("seconds", 8, "how long each figure is measured")
	flag.StringVar(&o.results, "results", "bench/RESULTS.md", "the file that is brought up to date; none: only print")
	flag.IntVar(&o.large.contacts, "contacts", 10_000_000, "how many contacts a large installation has")
	flag.IntVar(&o.large.records, "records", 50_000_000, "how many audit records it has")
	flag.Parse()
	runtime.GOMAXPROCS(1) // a client needs a tenth of a processor, and on more of them is only in the way
	o.each = time.Duration(*seconds) * time.Second
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// part is what can be measured by itself, and the section it fills.
type part struct {
	name, title string
	measure     func(*bench, context.Context, *section) error
}

func parts() []part {
	return []part{
		{"writes", "Sign-ups", (*bench).writes},
		{"reads", "Reads", (*bench).reads},
		{"lists", "Lists of the back office", (*bench).lists},
		{"growth", "Growth", (*bench).growth},
		{"attacks", "Attacks", (*bench).attacks},
	}
}

// bench is one run.
type bench struct {
	folder      string // for what is left over when it ends
	binary      string
	each        time.Duration
	later       time.Duration // after a checkpoint, in use
	connections []int
	small       extent
	large       extent
	crowd       int // how many texts the lists do not show
}

// run measures the parts asked for, in the order of the file, and keeps each section
// as soon as it is there.
func run(ctx context.Context, o options, out io.Writer) error {
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	machine, err := describeMachine(ctx)
	if err != nil {
		return err
	}
	asked := strings.Split(o.parts, ",")
	for _, p := range parts() {
		if !slices.Contains(asked, p.name) {
			continue
		}
		s := newSection(p.title, out)
		s.say("%s, %s a figure: %s.", time.Now().UTC().Format(time.DateOnly), o.each, machine)
		err := p.measure(b, ctx, s)
		if err = errors.Join(err, s.keep(o.results)); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

func newBench(ctx context.Context, o options) (*bench, error) {
	b := &bench{each: o.each, later: o.later, small: o.small, large: o.large, crowd: o.crowd}
	for text := range strings.SplitSeq(o.connections, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("reading the connections: %w", err)
		}
		b.connections = append(b.connections, n)
	}
	for name := range strings.SplitSeq(o.parts, ",") {
		if !slices.ContainsFunc(parts(), func(p part) bool { return p.name == name }) {
			return nil, fmt.Errorf("there is no part %q", name)
		}
	}
	var err error
	if b.folder, err = os.MkdirTemp("", "assent-bench-"); err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	if b.binary, err = build(ctx, b.folder); err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.folder))
	}
	return b, nil
}

// sqliteURL names a new database.
func (b *bench) sqliteURL(name string) string {
	return "sqlite://" + filepath.Join(b.folder, name+".db")
}
