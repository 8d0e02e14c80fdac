package store_test

import (
	"strings"
	"testing"
	"time"

	"assent/store"
)

// lastMicrosecond is that of the year 9999, the last that RFC 3339 can write.
var lastMicrosecond = time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC).UnixMicro()

func FuzzTimesComeBackAndKeepTheirOrderAsText(f *testing.F) {
	f.Add(int64(1), int64(999), int32(0))
	f.Add(int64(1_700_000_000_000_000), int64(1_700_000_000_000_001), int32(5*3600+1800))
	f.Add(lastMicrosecond, int64(1), int32(-12*3600))
	f.Fuzz(func(t *testing.T, a, b int64, offset int32) {
		if a < 0 || b < 0 || a > lastMicrosecond || b > lastMicrosecond {
			return // before 1970 or after 9999
		}
		zone := time.FixedZone("", int(offset%86_400))
		at, other := time.UnixMicro(a).In(zone), time.UnixMicro(b)
		text, otherText := textOf(t, at), textOf(t, other)
		if strings.Compare(text, otherText) != at.Compare(other) {
			t.Errorf("%s and %s are in another order than their times", text, otherText)
		}
		var back store.Time
		if err := back.Scan(text); err != nil || back.Time != at.UTC() {
			t.Errorf("%v came back as %v with %v", at, back.Time, err)
		}
	})
}

func textOf(t *testing.T, at time.Time) string {
	t.Helper()
	v, err := store.Time{Time: at}.Value()
	text, ok := v.(string)
	if err != nil || !ok {
		t.Fatalf("%v is stored as %T with %v, want a string", at, v, err)
	}
	return text
}

func FuzzATimeReadIsWrittenSoThatItReadsTheSame(f *testing.F) {
	for _, seed := range []string{
		"", "2026-03-01T12:00:00.000000Z", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000000+01:00", "2026-02-30T00:00:00.000000Z", "now",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var at, again store.Time
		if at.Scan(text) != nil || at.IsZero() {
			return
		}
		if err := again.Scan(textOf(t, at.Time)); err != nil || again != at {
			t.Errorf("%q was read as %v, then as %v with %v", text, at, again, err)
		}
	})
}

func TestTheZeroTimeIsNull(t *testing.T) {
	if v, err := (store.Time{}).Value(); v != nil || err != nil {
		t.Errorf("stored as %v with %v, want NULL", v, err)
	}
	at := store.Time{Time: time.Now()}
	if err := at.Scan(nil); err != nil || !at.IsZero() {
		t.Errorf("NULL came back as %v with %v, want the zero time", at, err)
	}
}

func TestATimeIsReadFromWhatDriversReturnAndNothingElse(t *testing.T) {
	want := time.Date(2026, 3, 1, 12, 0, 0, 5_000, time.UTC)
	for _, src := range []any{
		"2026-03-01T12:00:00.000005Z", []byte("2026-03-01T12:00:00.000005Z"), want.In(time.FixedZone("", 3600)),
	} {
		var at store.Time
		if err := at.Scan(src); err != nil || at.Time != want {
			t.Errorf("%T was read as %v with %v, want %v", src, at.Time, err, want)
		}
	}
	var at store.Time
	if err := at.Scan(int64(5)); err == nil {
		t.Error("a number was read as a time")
	}
}
