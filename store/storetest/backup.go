package storetest

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assent/store"
)

func backupScenarios() []scenario {
	return []scenario{
		{"a backup is the database of one moment, and only its owner can read it", onSQLite(copies)},
		{"a backup overwrites nothing", onSQLite(overwritesNothing)},
		{"a backup that fails leaves nothing", onSQLite(leavesNothing)},
		{"a damaged database makes no backup", onSQLite(copiesNoDamage)},
		{"a server is backed up by its own tools", onPostgres(leavesServersAlone)},
	}
}

func copies(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	s.update(t, c.ID, s.choose(c, true))
	path := filepath.Join(t.TempDir(), "50% of it?.db") // as names may be
	must(t, s.store.Backup(t.Context(), path))
	s.update(t, c.ID, s.choose(c, false))
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v", info.Mode())
	}
	plain := filepath.Join(t.TempDir(), "assent.db")
	must(t, os.Rename(path, plain))
	restored := openStore(t, sqliteScheme+plain, store.Options{})
	if st, err := restored.State(t.Context(), c.ID); err != nil || !st.Has(s.site.ID, "EMAIL") {
		t.Errorf("the copy knows %+v %v", st, err)
	}
	CheckFold(t, Raw(t, sqliteScheme+plain))
}

func overwritesNothing(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	for name, precious := range map[string]string{"a file": "yesterday's backup", "an empty file": ""} {
		path := filepath.Join(t.TempDir(), "assent.db")
		must(t, os.WriteFile(path, []byte(precious), 0o600))
		err := s.store.Backup(t.Context(), path)
		if kept, _ := os.ReadFile(path); err == nil || !bytes.Equal(kept, []byte(precious)) {
			t.Errorf("%s is overwritten: %v", name, err)
		}
	}
	path := filepath.Join(t.TempDir(), "assent.db")
	must(t, os.WriteFile(path+".part", []byte("somebody else's"), 0o600))
	if err := s.store.Backup(t.Context(), path); err == nil {
		t.Error("it is made over a part of another")
	}
	if kept, err := os.ReadFile(path + ".part"); string(kept) != "somebody else's" {
		t.Errorf("the part of another is gone: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it leaves a file that is no backup: %v", err)
	}
}

func leavesNothing(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	folder := t.TempDir()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range map[string]error{
		"of a caller who left":    s.store.Backup(ended, filepath.Join(folder, "assent.db")),
		"in a folder that is not": s.store.Backup(t.Context(), filepath.Join(folder, "nowhere", "assent.db")),
	} {
		if err == nil {
			t.Errorf("a backup %s succeeds", name)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v %v", left, err)
	}
}

func copiesNoDamage(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	s.db.MustExecContext(t.Context(), `CREATE TABLE filler (body text); INSERT INTO filler
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100) SELECT hex(zeroblob(1000)) || 'filler' FROM numbers`)
	s.db.MustExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`)
	wipePage(t, strings.TrimPrefix(databaseURL, sqliteScheme), "filler")
	path := filepath.Join(t.TempDir(), "assent.db")
	err := s.store.Backup(t.Context(), path)
	if _, there := os.Stat(path); err == nil || !strings.Contains(err.Error(), "SQLITE_CORRUPT") || !errors.Is(there, fs.ErrNotExist) {
		t.Errorf("got %v, and the file: %v", err, there)
	}
}

// wipePage does what a bad disk does to the last page of a file that holds a text.
func wipePage(t *testing.T, file, text string) {
	t.Helper()
	const page = 4096
	content, err := os.ReadFile(file)
	must(t, err)
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteAt(make([]byte, page), int64(bytes.LastIndex(content, []byte(text))/page*page))
	must(t, err)
	must(t, f.Close())
}

func leavesServersAlone(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	path := filepath.Join(t.TempDir(), "assent.db")
	if err := s.store.Backup(t.Context(), path); !errors.Is(err, store.ErrNoBackup) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it leaves a file: %v", err)
	}
}
