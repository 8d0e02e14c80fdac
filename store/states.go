package store

import (
	"context"
	"fmt"
	"iter"

	"assent/consent"
)

// statesAtOnce is how many contacts are read at a time: as many as a batch writes.
const statesAtOnce = maxBatch

// States reads all contacts, in the order of their ids, each with what the rules may
// know of it. It ends with the first error.
func (s *Store) States(ctx context.Context) iter.Seq2[consent.State, error] {
	return func(yield func(consent.State, error) bool) {
		for from, more := (consent.ContactID{}), true; more; {
			ids, states, err := s.statesAfter(ctx, from)
			if err != nil {
				yield(consent.State{}, fmt.Errorf("reading all contacts: %w", redacted(err)))
				return
			}
			for _, id := range ids {
				if !yield(*states[id], nil) {
					return
				}
				from = id
			}
			more = len(ids) == statesAtOnce
		}
	}
}

func (s *Store) statesAfter(ctx context.Context, from consent.ContactID) (ids []consent.ContactID, states map[consent.ContactID]*consent.State, err error) {
	err = s.reader.SelectContext(ctx, &ids, `SELECT id FROM contact WHERE id > $1 ORDER BY id LIMIT $2`, from, statesAtOnce)
	if err != nil || len(ids) == 0 {
		return nil, nil, err
	}
	states, err = s.load(ctx, s.reader, ids, s.now())
	return ids, states, err
}
