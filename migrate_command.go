package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"assent/config"
	"assent/store"
)

type migrateCommand struct {
	Status bool `help:"only say what was applied and what is pending, and fail if anything is"`
}

// Run brings the schema up to date and says what it did.
func (c migrateCommand) Run(ctx context.Context, out io.Writer, s *config.Settings) error {
	if c.Status {
		return printStatus(ctx, out, s)
	}
	return withStore(ctx, s, func(st *store.Store) error {
		ran, err := st.Migrate(ctx)
		if err != nil {
			return fmt.Errorf("migrating: %w", err)
		}
		for _, name := range ran {
			fmt.Fprintln(out, "applied", name)
		}
		if len(ran) == 0 {
			fmt.Fprintln(out, "the schema is up to date")
		}
		return nil
	})
}

// printStatus fails when something is pending, for scripts.
func printStatus(ctx context.Context, out io.Writer, s *config.Settings) error {
	return withDatabase(ctx, s, func(st *store.Store) error {
		status, err := st.Status(ctx)
		if err != nil {
			return err
		}
		if err := writeStatus(out, status); err != nil {
			return err
		}
		if status.Pending(time.Now()) {
			return errors.New("the database schema is not up to date: run `assent migrate`")
		}
		return nil
	})
}

func writeStatus(out io.Writer, status store.Status) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, m := range status.Migrations {
		if m.Applied {
			fmt.Fprintf(table, "%s\tapplied %s\n", m.Name, m.AppliedAt)
		} else {
			fmt.Fprintf(table, "%s\tpending\n", m.Name)
		}
	}
	if status.Functions != nil {
		fmt.Fprintf(table, "functions\t%s\n", map[bool]string{true: "up to date", false: "pending"}[*status.Functions])
	}
	if status.MonthsEnd != nil {
		fmt.Fprintf(table, "months of the audit log\tmade until %s\n", status.MonthsEnd.Format(time.DateOnly))
	}
	return table.Flush()
}
