package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"time"
)

func main() {
	seconds := flag.Int("seconds", 8, "how long each figure is measured")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, time.Duration(*seconds)*time.Second)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// connections are the concurrencies measured.
func connections() []int { return []int{1, 8, 64} }

func run(ctx context.Context, each time.Duration) error {
	folder, err := os.MkdirTemp("", "assent-bench-")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(folder)
	binary, err := build(ctx, folder)
	if err != nil {
		return err
	}
	fmt.Printf("%d CPUs shared by client, service and database; %s a figure; rate limits off\n\n", runtime.NumCPU(), each)
	fmt.Println("| what | database | connections | per second | p50 | p99 | × pgbench |")
	fmt.Println("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
	postgres, err := newPostgres(ctx, folder)
	if err != nil {
		return err
	}
	defer postgres.close()
	baselines, err := postgres.measure(ctx, each)
	if err != nil {
		return err
	}
	for _, database := range []string{postgres.url, "sqlite://" + folder + "/bench.db"} {
		if err := measureProgram(ctx, binary, database, each, baselines); err != nil {
			return err
		}
	}
	return nil
}

// measureProgram prints the rows of one database.
func measureProgram(ctx context.Context, binary, database string, each time.Duration, baselines map[int]figure) error {
	p, err := start(ctx, binary, database)
	if err != nil {
		return err
	}
	defer p.stop()
	for _, w := range []workload{p.signUps(), p.reads()} {
		for _, n := range connections() {
			f, err := drive(ctx, p.address, n, each, w)
			if err != nil {
				return fmt.Errorf("%s on %s: %w", w.name, p.databaseName, err)
			}
			ratio := ""
			if w.writes && p.databaseName == "PostgreSQL" {
				ratio = fmt.Sprintf("%.2f", f.perSecond/baselines[n].perSecond)
			}
			printRow(w.name, p.databaseName, n, f, ratio)
		}
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
