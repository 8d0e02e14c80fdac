package store

import (
	"errors"
	"testing"
	"time"
)

func TestACachedValueIsReadAgainOnlyWhenItIsTooOld(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := newCache[string, int](time.Minute, func() time.Time { return now })
	reads := 0
	read := func() (int, error) {
		reads++
		return reads, nil
	}
	for _, step := range []struct {
		later time.Duration
		want  int
	}{{0, 1}, {0, 1}, {time.Minute - 1, 1}, {1, 2}, {0, 2}} {
		now = now.Add(step.later)
		if got, err := c.through("key", read); got != step.want || err != nil {
			t.Errorf("got %d and %v, want %d", got, err, step.want)
		}
	}
}

func TestAnErrorIsNotCached(t *testing.T) {
	c := newCache[string, int](time.Minute, time.Now)
	broken := errors.New("broken")
	if _, err := c.through("key", func() (int, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	if got, err := c.through("key", func() (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Errorf("got %d and %v, want 7", got, err)
	}
}

func TestACacheStaysBounded(t *testing.T) {
	c := newCache[int, int](time.Minute, time.Now)
	for i := range 3 * maxCached {
		c.put(i, i, 0)
		if len(c.entries) > maxCached {
			t.Fatalf("%d entries, want at most %d", len(c.entries), maxCached)
		}
	}
	if got, _, ok := c.get(3*maxCached - 1); !ok || got != 3*maxCached-1 {
		t.Error("the latest value is not remembered")
	}
}

func TestAValueReadBeforeEverythingWasForgottenIsNotCached(t *testing.T) {
	c := newCache[string, string](time.Minute, time.Now)
	old, err := c.through("key", func() (string, error) {
		c.forget() // what is being read changes
		return "old", nil
	})
	if old != "old" || err != nil {
		t.Errorf("got %q and %v, want what was read", old, err)
	}
	for range 2 {
		if got, err := c.through("key", func() (string, error) { return "new", nil }); got != "new" || err != nil {
			t.Errorf("got %q and %v, want it read again", got, err)
		}
	}
}
