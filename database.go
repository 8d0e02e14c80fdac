package main

import (
	"context"
	"errors"
	"fmt"

	"assent/config"
	"assent/demo"
	"assent/store"
)

// openStore opens the database with its schema up to date and, in embedded mode,
// with the demo shop in it. Elsewhere that shop is refused.
func openStore(ctx context.Context, s *config.Settings, o store.Options) (*store.Store, error) {
	st, err := store.Open(ctx, s.Database(), o)
	if err != nil {
		return nil, err
	}
	if !s.Embedded() {
		if err := checkProduction(ctx, st); err != nil {
			return nil, errors.Join(named("DATABASE_URL", err), st.Close())
		}
	}
	if _, err := st.Migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("migrating: %w", err), st.Close())
	}
	if s.Embedded() {
		if _, err := demo.Seed(ctx, st); err != nil {
			return nil, errors.Join(err, st.Close())
		}
	}
	return st, nil
}

// checkProduction refuses a database that nobody's consents are safe in, before
// anything of it is changed.
func checkProduction(ctx context.Context, st *store.Store) error {
	if err := st.CheckDurable(ctx); err != nil {
		return err
	}
	switch found, err := demo.Seeded(ctx, st); {
	case err != nil:
		return err
	case found:
		return errors.New("the database is one of the embedded mode, with the demo shop in it: use an empty one")
	}
	return nil
}
