package ratelimit

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseLimitsOverridesOnlyWhatIsNamed(t *testing.T) {
	tests := []struct {
		name, setting string
		bucket        Bucket
		key           string
		want          []Window
	}{
		{"one window", "MARKETING_TOKEN.ip=7/1h", Token, KeyIP, []Window{{7, time.Hour}}},
		{"stacked windows", "MARKETING_MATERIAL_SIGN_UP.ip=10/1m+100/24h", SignUp, KeyIP,
			[]Window{{10, time.Minute}, {100, 24 * time.Hour}}},
		{"blanks and a trailing comma", " MARKETING_TOKEN.contact = 3 / 90s ,\n", Token, KeyContact,
			[]Window{{3, 90 * time.Second}}},
		{"a limit where there is no default", "MARKETING_TOKEN.site=5/1s", Token, KeySite, []Window{{5, time.Second}}},
		{"one limit off", "MARKETING_PREFERENCES.network=off", Preferences, KeyNetwork, nil},
		{"the last of several", "MARKETING_TOKEN.ip=1/1m,MARKETING_PREFERENCES.site=2/1m", Preferences, KeySite,
			[]Window{{2, time.Minute}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseLimits(tt.setting)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got[tt.bucket][tt.key], tt.want) {
				t.Errorf("got %v, want %v", got[tt.bucket][tt.key], tt.want)
			}
			if !reflect.DeepEqual(got[SignUp][KeySite], DefaultLimits()[SignUp][KeySite]) {
				t.Error("a limit that is not named has changed")
			}
		})
	}
}

func TestParseLimitsWithoutEntriesGivesTheDefaults(t *testing.T) {
	for _, setting := range []string{"", "  ", ","} {
		got, err := ParseLimits(setting)
		if err != nil || !reflect.DeepEqual(got, DefaultLimits()) {
			t.Errorf("%q: got %v, %v", setting, got, err)
		}
	}
}

func TestParseLimitsNamesWhatIsWrong(t *testing.T) {
	tests := []struct{ name, setting, want string }{
		{"no equals sign", "MARKETING_TOKEN.ip", "want BUCKET.key=count/period"},
		{"no key", "MARKETING_TOKEN=1/1m", "want BUCKET.key=count/period"},
		{"unknown bucket", "MARKETING.ip=1/1m", `no bucket is named "MARKETING"`},
		{"unknown key", "MARKETING_TOKEN.host=1/1m", `no key is named "host"`},
		{"no windows", "MARKETING_TOKEN.ip=", `window "": want count/period`},
		{"no period", "MARKETING_TOKEN.ip=10", `window "10": want count/period`},
		{"count of zero", "MARKETING_TOKEN.ip=0/1m", `window "0/1m": want a count from 1`},
		{"negative count", "MARKETING_TOKEN.ip=-1/1m", `window "-1/1m": want a count`},
		{"count too great", "MARKETING_TOKEN.ip=9999999999/1m", "want a count"},
		{"period without unit", "MARKETING_TOKEN.ip=1/60", `window "1/60": want a period`},
		{"period too short", "MARKETING_TOKEN.ip=1/10ms", "want a period"},
		{"period with a fraction of a second", "MARKETING_TOKEN.ip=1/1500ms", "want a period"},
		{"period too long", "MARKETING_TOKEN.ip=1/745h", "want a period"},
		{"same period twice", "MARKETING_TOKEN.ip=1/60s+2/1m", "two windows last 1m0s"},
		{"same limit twice", "MARKETING_TOKEN.ip=1/1m,MARKETING_TOKEN.ip=2/1m", "is given twice"},
		{"off among others", "off,MARKETING_TOKEN.ip=1/1m", `rate limit "off": want BUCKET.key`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			limits, err := ParseLimits(tt.setting)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
			if limits != nil {
				t.Error("limits are returned beside the error")
			}
		})
	}
}

func TestParseLimitsReportsAllProblemsAtOnce(t *testing.T) {
	_, err := ParseLimits("A.ip=1/1m,MARKETING_TOKEN.ip=x/1m+1/y,MARKETING_TOKEN.z=1/1m")
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`"A"`, `"x/1m"`, `"1/y"`, `"z"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not mention %s", err, want)
		}
	}
}

func FuzzParseLimits(f *testing.F) {
	for _, seed := range []string{
		"", "off", "MARKETING_MATERIAL_SIGN_UP.ip=10/1m+100/24h", "MARKETING_TOKEN.site=off,MARKETING_TOKEN.ip=1/1s",
		"MARKETING_TOKEN.ip=1/1s+1/1s", ".=/", "a.b=c/d+e/f", "MARKETING_TOKEN.ip=1/1m\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, setting string) {
		limits, err := ParseLimits(setting)
		if err != nil {
			return
		}
		for bucket, keys := range limits {
			if _, known := DefaultLimits()[bucket]; !known {
				t.Errorf("unknown bucket %q", bucket)
			}
			for kind, windows := range keys {
				for _, w := range windows {
					if w.Count < 1 || w.Period < time.Second || w.Period > maxPeriod || w.Period%time.Second != 0 {
						t.Errorf("%s.%s: bad window %+v", bucket, kind, w)
					}
				}
			}
		}
	})
}
