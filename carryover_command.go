package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"assent/config"
	"assent/consent"
	"assent/store"
)

type carryOverCommand struct {
	From  config.Secret `required:"" env:"FROM_DATABASE_URL" help:"the database that was replaced, postgres://… or sqlite://path; it is only read"`
	Since time.Time     `required:"" format:"2006-01-02T15:04:05Z07:00" help:"when the backup was made, or earlier (RFC 3339)"`
}

// Run repeats, in a database restored from a backup, the withdrawals and suppressions
// that the one before took after the backup.
func (c carryOverCommand) Run(ctx context.Context, out io.Writer, s *config.Settings) error {
	old := *s
	old.DatabaseURL = c.From
	if old.Database() == s.Database() {
		return errors.New("FROM_DATABASE_URL is the database that DATABASE_URL names: nothing could be carried over")
	}
	return withData(ctx, s, func(restored *store.Store) error {
		opened := false
		err := withData(ctx, &old, func(replaced *store.Store) error {
			opened = true
			// Contacts have their ids: no address is hashed.
			service := consent.NewService(restored, nil, consent.Settings{})
			n, err := c.carry(ctx, service, replaced)
			fmt.Fprintln(out, "contacts that had ended something:", n)
			return err
		})
		if !opened {
			return fmt.Errorf("the database that was replaced: %w", err)
		}
		return err
	})
}

func (c carryOverCommand) carry(ctx context.Context, service *consent.Service, replaced *store.Store) (n int, err error) {
	for st, err := range replaced.States(ctx) {
		if err != nil {
			return n, fmt.Errorf("the database that was replaced: %w", err)
		}
		if !st.MayHaveEnded(c.Since) {
			continue
		}
		changed, err := service.CarryOver(ctx, st, c.Since)
		if err != nil {
			return n, fmt.Errorf("carrying over contact %s: %w", st.Contact.ID, err)
		}
		if changed {
			n++
		}
	}
	return n, nil
}
