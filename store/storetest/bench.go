package storetest

import (
	"testing"

	"assent/store"
)

// Bench measures how many changes are made durable when many callers, each with a
// contact of their own, sign up at once.
func Bench(b *testing.B) {
	for name, database := range map[string]func(testing.TB) string{"SQLite": SQLite, "PostgreSQL": Postgres} {
		b.Run(name, func(b *testing.B) {
			s := newShop(b, database(b), store.Options{})
			b.SetParallelism(64) // callers wait for the disk, not for a processor
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					c := s.anyone()
					if err := s.store.Update(b.Context(), c.ID, s.signUp(c, 0)); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
