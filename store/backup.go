package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jmoiron/sqlx"
)

// ErrNoBackup is returned by Backup on a server, which has tools of its own.
var ErrNoBackup = errors.New("only a SQLite file is copied")

// Backup copies a SQLite database to a file that is not there yet, readable by its
// owner only, while the service runs. The copy is as of one moment; it has its name
// only once it is complete, checked and on disk.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	if s.dialect.copier == nil {
		return ErrNoBackup
	}
	if path, err = filepath.Abs(path); err != nil {
		return fmt.Errorf("naming the backup: %w", err)
	}
	if err := reserve(path); err != nil {
		return err
	}
	part := path + ".part"
	if err := reserve(part); err != nil {
		return errors.Join(err, remove(path))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, remove(part), remove(path))
		}
	}()
	if err := s.copyInto(ctx, part); err != nil {
		return err
	}
	if err := checkCopy(ctx, part); err != nil {
		return err
	}
	if err := syncPath(part); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("naming the backup: %w", err)
	}
	return syncPath(filepath.Dir(path))
}

// copyInto reads the database as of one moment, and keeps nobody from writing.
func (s *Store) copyInto(ctx context.Context, path string) error {
	db, err := s.dialect.copier()
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
		return fmt.Errorf("copying the database: %w", redacted(err))
	}
	return nil
}

// reserve makes an empty file that only its owner can read. Whoever comes second
// gets an error.
func reserve(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and is not overwritten", path)
	}
	if err != nil {
		return fmt.Errorf("creating the backup: %w", err)
	}
	return f.Close()
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing what is no backup: %w", err)
	}
	return nil
}

// checkCopy reads all of a copy and wants it to be sound.
func checkCopy(ctx context.Context, path string) error {
	db, err := sqlx.Open("sqlite", "file:"+escapePath(path)+"?mode=ro")
	if err != nil {
		return fmt.Errorf("opening the backup: %w", err)
	}
	defer db.Close()
	var verdict string
	if err := db.GetContext(ctx, &verdict, `PRAGMA integrity_check(1)`); err != nil {
		return fmt.Errorf("checking the backup: %w", redacted(err))
	}
	if verdict != "ok" {
		return errors.New("the backup is damaged, and perhaps the database is: PRAGMA integrity_check tells")
	}
	return nil
}

// syncPath makes a file, or the names in a folder, survive a power failure.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening the backup: %w", err)
	}
	if err := f.Sync(); err != nil {
		return errors.Join(fmt.Errorf("writing the backup to disk: %w", err), f.Close())
	}
	return f.Close()
}
