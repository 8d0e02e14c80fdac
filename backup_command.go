package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"assent/config"
	"assent/store"
)

type backupCommand struct {
	Path string `arg:"" help:"file to write; it must not be there yet"`
}

// Run copies a SQLite database, beside a running service too.
func (c backupCommand) Run(ctx context.Context, out io.Writer, s *config.Settings) error {
	return withDatabase(ctx, s, func(st *store.Store) error {
		err := st.Backup(ctx, c.Path)
		if errors.Is(err, store.ErrNoBackup) {
			return errors.New("this database is a PostgreSQL server: use pg_dump (docs/operations.md, Backup and restore)")
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "backed up to %s, and checked. Its links need ASSENT_SECRET, which is not in it\n", c.Path)
		return err
	})
}
