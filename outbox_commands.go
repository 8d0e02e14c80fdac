package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"assent/config"
	"assent/store"

	"github.com/google/uuid"
)

// mostListed is how many parked messages are listed at once.
const mostListed = 1000

type outboxCommand struct {
	Parked  parkedCommand  `cmd:"" help:"List the messages that were given up, oldest first, and why."`
	Requeue requeueCommand `cmd:"" help:"Have parked messages sent after all."`
	Cancel  cancelCommand  `cmd:"" help:"Have messages that wait or were given up never sent."`
}

type parkedCommand struct{}

// Run lists parked messages without the addresses they go to.
func (parkedCommand) Run(ctx context.Context, out io.Writer, s *config.Settings) error {
	return withData(ctx, s, func(st *store.Store) error {
		parked, err := st.Parked(ctx, mostListed)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "MESSAGE\tQUEUED\tKIND\tCONTACT\tREASON")
		for _, m := range parked {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", m.ID, m.QueuedAt.Format(time.RFC3339), m.Kind, m.Contact, m.Reason)
		}
		return table.Flush()
	})
}

type cancelCommand struct {
	Messages     []uuid.UUID `arg:"" optional:"" name:"message" help:"ids, as listed by parked"`
	QueuedBefore time.Time   `format:"2006-01-02T15:04:05Z07:00" help:"all that wait or were given up and were queued before this moment (RFC 3339)"`
}

// Run ends messages that were not sent: those that nobody wants any more, or that
// went out before a backup was restored.
func (c cancelCommand) Run(ctx context.Context, out io.Writer, s *config.Settings) error {
	if c.QueuedBefore.IsZero() == (len(c.Messages) == 0) {
		return errors.New("name the messages, or say --queued-before")
	}
	return withData(ctx, s, func(st *store.Store) error {
		n, err := st.Cancel(ctx, c.QueuedBefore, c.Messages...)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, "cancelled:", n)
		return err
	})
}

type requeueCommand struct {
	Messages []uuid.UUID `arg:"" optional:"" name:"message" help:"ids, as listed by parked"`
	All      bool        `help:"every parked message"`
}

// Run makes parked messages due again. A running service sends them.
func (c requeueCommand) Run(ctx context.Context, out io.Writer, s *config.Settings) error {
	if c.All == (len(c.Messages) > 0) {
		return errors.New("name the messages, or say --all")
	}
	return withData(ctx, s, func(st *store.Store) error {
		n, err := st.Requeue(ctx, c.Messages...)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, "queued again:", n)
		return err
	})
}

// withData opens a database that is there and up to date.
func withData(ctx context.Context, s *config.Settings, do func(*store.Store) error) error {
	return withDatabase(ctx, s, func(st *store.Store) error {
		switch migrated, err := st.Migrated(ctx); {
		case err != nil:
			return err
		case !migrated:
			return errors.New("the database schema is not up to date: run `assent migrate` first")
		}
		return do(st)
	})
}

// withDatabase opens a database that is there. Opening a file that is not there, or
// holds nothing, would make a database of it, perhaps in a folder named by mistake.
func withDatabase(ctx context.Context, s *config.Settings, do func(*store.Store) error) error {
	if path, isFile := strings.CutPrefix(s.Database(), "sqlite://"); isFile {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
			return errors.New("there is no database yet: run `assent migrate` first")
		}
	}
	return withStore(ctx, s, do)
}

// withStore opens the database for a command.
func withStore(ctx context.Context, s *config.Settings, do func(*store.Store) error) error {
	st, err := store.Open(ctx, s.Database(), store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(do(st), st.Close())
}
