package store

import (
	"context"
	"fmt"

	"assent/consent"

	"github.com/jmoiron/sqlx"
)

// KeepText stores a wording under its hash, in a transaction of its own so that
// writers of one popular wording never wait for each other's batches.
func (s *Store) KeepText(ctx context.Context, text string) error {
	hash := consent.HashText(text)
	_, err := s.texts.through(hash, func() (struct{}, error) {
		return struct{}{}, s.insertText(ctx, hash, text)
	})
	return err
}

func (s *Store) insertText(ctx context.Context, hash consent.TextHash, text string) error {
	err := repeat(ctx, isPassing, func(ctx context.Context) error { // a second time it is there already
		return transact(ctx, s.begin, func(tx *sqlx.Tx) error {
			_, err := tx.ExecContext(ctx,
				`INSERT INTO message_text (hash, body, first_seen) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`,
				hash[:], text, Time{s.now()})
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("keeping a text: %w", redacted(err))
	}
	return nil
}

// Text returns a wording that was shown; consent.ErrNotFound when it never was.
func (s *Store) Text(ctx context.Context, hash consent.TextHash) (string, error) {
	var body string
	err := s.reader.GetContext(ctx, &body, `SELECT body FROM message_text WHERE hash = $1`, hash[:])
	if err != nil {
		return "", noRows(err, consent.ErrNotFound)
	}
	return body, nil
}
