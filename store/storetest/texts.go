package storetest

import (
	"errors"
	"strings"
	"testing"

	"assent/consent"
	"assent/store"
)

func textScenarios() []scenario {
	return []scenario{
		{"a wording is kept word for word", each(textKept)},
		{"a wording that was never shown is not found", each(textUnknown)},
		{"many processes may keep the same wordings at once", each(textAtOnce)},
		{"a wording is kept also when its COMMIT never arrived or its answer was lost", onPostgres(textLost)},
	}
}

func textKept(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	for _, want := range []string{
		"Yes", "  <b>Yes</b>,\r\n\tplease &amp; thank you  ", "Ja, gerne – für 5 €! 🛍", strings.Repeat("long ", 2_000),
	} {
		for range 2 {
			must(t, s.store.KeepText(t.Context(), want))
		}
		got, err := s.store.Text(t.Context(), consent.HashText(want))
		must(t, err)
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func textUnknown(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	got, err := s.store.Text(t.Context(), consent.HashText("something else"))
	if !errors.Is(err, consent.ErrNotFound) {
		t.Errorf("got %q and %v, want %v", got, err, consent.ErrNotFound)
	}
}

func textAtOnce(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	processes := []*store.Store{s.store, openStore(t, databaseURL, store.Options{})}
	texts := strings.Fields("eat drink and be merry for tomorrow")
	together(t, 100, func(i int) error {
		return processes[i%2].KeepText(t.Context(), texts[i%len(texts)])
	})
	if n := number(t, s.db, `SELECT count(*) FROM message_text`); n != len(texts)+1 {
		t.Errorf("%d wordings, want %d", n, len(texts)+1)
	}
}

func textLost(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	for text, then := range map[string]Verdict{"never arrived": Drop, "answer lost": PassLast} {
		f := newFault(then)
		through := openStore(t, Interpose(t, databaseURL, f.watch), store.Options{})
		f.arm()
		must(t, through.KeepText(t.Context(), text))
		f.wantStruck(t, text)
		if got, err := s.store.Text(t.Context(), consent.HashText(text)); got != text {
			t.Errorf("%s: it is kept as %q, %v", text, got, err)
		}
	}
}
