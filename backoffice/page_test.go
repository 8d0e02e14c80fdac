package backoffice_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"assent/backoffice"
	"assent/consent"
)

func TestACursorLeadsBackToItsPlace(t *testing.T) {
	for name, c := range map[string]backoffice.Cursor{
		"by time":       {At: noon.Add(123_456 * time.Microsecond), ID: numbered(1)},
		"by id":         {ID: numbered(0xff)},
		"by name":       {ID: numbered(1), Name: "summer-draw_2.0~b"},
		"another zone":  {At: noon.In(time.FixedZone("", 3600)), ID: numbered(1)},
		"the beginning": {},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := backoffice.ParseCursor(c.String())
			if err != nil || !got.At.Equal(c.At) || got.ID != c.ID || got.Name != c.Name {
				t.Errorf("got %+v, %v; want %+v", got, err, c)
			}
		})
	}
}

func TestNoCursorIsTheBeginning(t *testing.T) {
	if got, err := backoffice.ParseCursor(""); err != nil || got != (backoffice.Cursor{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestWhatIsNoCursorIsRefused(t *testing.T) {
	encoded := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	id := numbered(1).String()
	for name, s := range map[string]string{
		"not base64":           "?",
		"padded base64":        base64.URLEncoding.EncodeToString([]byte(backoffice.Cursor{}.String())),
		"two parts":            encoded("2026-03-01T12:00:00Z " + id),
		"not a time":           encoded("yesterday " + id + " "),
		"not an id":            encoded("2026-03-01T12:00:00Z one "),
		"an id in capitals":    encoded("2026-03-01T12:00:00Z " + strings.ToUpper(numbered(0xff).String()) + " "),
		"a time elsewhere":     encoded("2026-03-01T13:00:00+01:00 " + id + " "),
		"not a campaign's id":  encoded("2026-03-01T12:00:00Z " + id + " a b"),
		"NUL in the name":      encoded("2026-03-01T12:00:00Z " + id + " a\x00"),
		"longer than any ours": encoded("2026-03-01T12:00:00Z " + id + " " + strings.Repeat("a", 400)),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := backoffice.ParseCursor(s)
			if got != (backoffice.Cursor{}) {
				t.Errorf("it leads to %+v", got)
			}
			wantFaults(t, err, "cursor")
		})
	}
}

func FuzzOnlyCursorsOfOursAreRead(f *testing.F) {
	for _, c := range []backoffice.Cursor{{}, {At: noon, ID: numbered(1)}, {ID: numbered(2), Name: "summer"}} {
		f.Add(c.String())
	}
	f.Add("")
	f.Add("MDAwMC0wMS0wMVQwMDowMDowMCswMTowMCA")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := backoffice.ParseCursor(s)
		switch {
		case err != nil:
			wantFaults(t, err, "cursor")
		case s != "" && c.String() != s:
			t.Errorf("%q is read as %+v", s, c)
		}
	})
}

func TestAListIsReadOneItemFurtherThanItIsLong(t *testing.T) {
	m := stocked()
	for i := range m.sites {
		m.sites[i].CreatedAt = noon.Add(time.Duration(i) * time.Microsecond)
	}
	for _, tt := range []struct {
		name  string
		limit int
		more  bool
	}{
		{"a part of it tells where to go on", 2, true},
		{"all of it does not", 3, false},
		{"more than there is does not", 4, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			after := backoffice.Cursor{At: noon, ID: numbered(9)}
			got, err := m.service().Sites(t.Context(), global, nil, backoffice.Page{Limit: tt.limit, After: after})
			if err != nil || len(got.Items) != min(tt.limit, 3) || (got.Next != "") != tt.more {
				t.Fatalf("got %d items, next %q, %v", len(got.Items), got.Next, err)
			}
			if want := (backoffice.Page{Limit: tt.limit + 1, After: after}); m.page != want {
				t.Errorf("the store was asked for %+v, want %+v", m.page, want)
			}
			if !tt.more {
				return
			}
			last := got.Items[len(got.Items)-1]
			next, err := backoffice.ParseCursor(got.Next)
			if err != nil || !next.At.Equal(last.CreatedAt) || next.ID != last.ID.UUID {
				t.Errorf("it goes on at %+v, %v; want after %+v", next, err, last)
			}
		})
	}
}

func TestThePublicListTellsTextsOnly(t *testing.T) {
	m := stocked()
	got, err := m.service().PublicPreferences(t.Context(), tea, backoffice.Page{Limit: backoffice.MaxPage})
	if err != nil || len(got.Items) != 1 || got.Items[0] != (backoffice.PreferenceText{ID: offers, Text: "Tell me about offers"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if m.page.Limit != backoffice.MaxPage+1 {
		t.Errorf("it asks the store for %d", m.page.Limit)
	}
	nobody := consent.OrganisationID{UUID: numbered(0x77)}
	if _, err := m.service().PublicPreferences(t.Context(), nobody, backoffice.Page{Limit: backoffice.MaxPage}); err == nil {
		t.Error("an unknown organisation has a list")
	}
}
