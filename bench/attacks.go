package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"assent/e2e/attacks"
)

// What one attack may cost: processor time of the service, the mean of so many
// repetitions. Of the attacks, so many are shown.
const (
	maxAttackCPU  = 50 * time.Millisecond
	attackRepeats = 20
	attacksShown  = 15
)

type cost struct {
	name   string
	cpu    time.Duration
	answer int // bytes
}

// attacks measures what each hostile request costs the service, one at a time, and
// fails when one costs too much.
func (b *bench) attacks(ctx context.Context, s *section) error {
	s.say("Each of the %d requests of package [attacks](../e2e/attacks) is sent %d times, one at a time; CPU is the mean of what all threads\n"+
		"of the service used for it, collecting garbage included. More than %s fails the run. The dearest %d:",
		len(attacks.All()), attackRepeats, maxAttackCPU, attacksShown)
	s.table("attack", "database", "CPU", "bytes of answer")
	db, err := newPostgres(ctx, b.folder, "assent_bench")
	if err != nil {
		return err
	}
	defer db.close()
	return errors.Join(b.attacksOn(ctx, s, "SQLite", b.sqliteURL("attacks")), b.attacksOn(ctx, s, "PostgreSQL", db.url))
}

func (b *bench) attacksOn(ctx context.Context, s *section, database, databaseURL string) error {
	p, err := start(ctx, b.binary, database, databaseURL)
	if err != nil {
		return err
	}
	defer p.stop()
	var costs []cost
	var total time.Duration
	for _, attack := range attacks.All() {
		c, err := p.cost(ctx, attack)
		if err != nil {
			return fmt.Errorf("%s: %w", attack.Name, err)
		}
		costs = append(costs, c)
		total += c.cpu
	}
	slices.SortFunc(costs, func(a, b cost) int { return int(b.cpu - a.cpu) })
	var dear []error
	for i, c := range costs {
		if i < attacksShown {
			s.row(c.name, database, short(c.cpu), fmt.Sprint(c.answer))
		}
		if c.cpu > maxAttackCPU {
			dear = append(dear, fmt.Errorf("%s costs %s on %s, more than %s", c.name, c.cpu, database, maxAttackCPU))
		}
	}
	s.row(fmt.Sprintf("the mean of all %d", len(costs)), database, short(total/time.Duration(len(costs))), "")
	return errors.Join(dear...)
}

func (p *program) cost(ctx context.Context, attack attacks.Request) (cost, error) {
	c := cost{name: attack.Name}
	before, err := p.cpu()
	if err != nil {
		return c, err
	}
	for range attackRepeats {
		answer, err := attack.Send(ctx, p.address, secret)
		if err != nil {
			return c, err
		}
		c.answer = answer.Length
	}
	after, err := p.cpu()
	c.cpu = (after - before) / attackRepeats
	return c, err
}

// cpu is the processor time that the threads of the service have used, collecting
// garbage included. Linux counts it in nanoseconds.
func (p *program) cpu() (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.command.Process.Pid))
	if err != nil || len(files) == 0 {
		return 0, errors.Join(errors.New("the processor time of the service is not known: this needs Linux"), err)
	}
	var total int64
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // of the service it started itself
		if err != nil {
			continue // the thread has ended
		}
		used, _, _ := strings.Cut(string(text), " ")
		ns, err := strconv.ParseInt(used, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("reading the processor time of the service: %w", err)
		}
		total += ns
	}
	return time.Duration(total), nil
}
