package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keptSecret returns the secret in a file, which it makes when there is none. The
// file is linked into place whole, so that of two programs starting at once both
// end up with the same secret.
func keptSecret(path string) (Secret, error) {
	secret, err := os.ReadFile(path)
	if err == nil {
		return Secret(strings.TrimSpace(string(secret))), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading a generated secret: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("creating the data folder: %w", err)
	}
	if err := writeSecret(path); err != nil {
		return "", fmt.Errorf("keeping a generated secret: %w", err)
	}
	return keptSecret(path)
}

func writeSecret(path string) error {
	raw := make([]byte, MinSecret)
	_, _ = rand.Read(raw) // never fails
	draft, err := os.CreateTemp(filepath.Dir(path), ".secret-*")
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	if _, err := draft.WriteString(hex.EncodeToString(raw) + "\n"); err != nil {
		return errors.Join(err, draft.Close())
	}
	if err := errors.Join(draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
