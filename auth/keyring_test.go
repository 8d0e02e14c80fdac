package auth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"assent/auth"

	"github.com/google/uuid"
)

// keyCabinet keeps keys in memory. That the databases do the same is shown by the
// store's conformance suite.
type keyCabinet struct {
	mu   sync.Mutex
	keys map[auth.KeyHash]auth.APIKey
	uses []time.Time
	fail error // when set, every look-up ends with it
	full error // when set, no use can be noted
}

func (c *keyCabinet) KeyByHash(_ context.Context, hash auth.KeyHash) (auth.APIKey, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key, ok := c.keys[hash]
	switch {
	case c.fail != nil:
		return auth.APIKey{}, c.fail
	case !ok:
		return auth.APIKey{}, auth.ErrUnknownKey
	}
	return key, nil
}

func (c *keyCabinet) KeyUsed(_ context.Context, id uuid.UUID, at time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.full != nil {
		return c.full
	}
	c.uses = append(c.uses, at)
	for hash, key := range c.keys {
		if key.ID == id {
			key.LastUsedAt = at
			c.keys[hash] = key
		}
	}
	return nil
}

func (c *keyCabinet) revoke(secret string) { delete(c.keys, auth.HashSecret(secret)) }

func cabinetWith(secrets ...string) *keyCabinet {
	c := &keyCabinet{keys: map[auth.KeyHash]auth.APIKey{}}
	for _, secret := range secrets {
		c.keys[auth.HashSecret(secret)] = auth.APIKey{ID: uuid.New(), Role: auth.Read, Name: secret}
	}
	return c
}

func keyring(c *keyCabinet, bootstrap string) *auth.Keyring {
	return auth.NewKeyring(c, bootstrap, slog.New(slog.DiscardHandler), noon)
}

// wantUnknown asks for the fixed words too, which hold nothing of the header.
func wantUnknown(t *testing.T, k *auth.Keyring, authorization string) {
	t.Helper()
	got, err := k.Authenticate(t.Context(), authorization)
	if got != (auth.APIKey{}) || !errors.Is(err, auth.ErrUnknownKey) || err.Error() != auth.ErrUnknownKey.Error() {
		t.Errorf("got %+v, %v; want %v", got, err, auth.ErrUnknownKey)
	}
}

func wantKey(t *testing.T, k *auth.Keyring, authorization, name string) {
	t.Helper()
	if got, err := k.Authenticate(t.Context(), authorization); err != nil || got.Name != name {
		t.Errorf("got %+v, %v; want %s", got, err, name)
	}
}

func TestAKeyIsRecognisedByItsSecret(t *testing.T) {
	for name, header := range map[string]string{
		"as documented":        "Bearer one",
		"scheme in lower case": "bearer one",
		"scheme in upper case": "BEARER one",
		"several spaces":       "Bearer   one",
	} {
		t.Run(name, func(t *testing.T) { wantKey(t, keyring(cabinetWith("one", "two"), ""), header, "one") })
	}
}

func TestWhatIsNoKeyInUseIsRefused(t *testing.T) {
	long := strings.Repeat("k", 1025)
	for name, header := range map[string]string{
		"no header":              "",
		"scheme only":            "Bearer",
		"no key":                 "Bearer ",
		"key without scheme":     "one",
		"another scheme":         "Basic one",
		"unknown key":            "Bearer three",
		"key in another case":    "Bearer ONE",
		"key with a tail":        "Bearer one, Bearer one",
		"key longer than 1 KB":   "Bearer " + long,
		"hash in place of a key": "Bearer 7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed", // of "one"
	} {
		t.Run(name, func(t *testing.T) { wantUnknown(t, keyring(cabinetWith("one", "two", long), "start"), header) })
	}
}

func TestTheBootstrapKeyNeedsNoDatabase(t *testing.T) {
	c := cabinetWith()
	c.fail = errors.New("no database")
	k := keyring(c, "start here")
	got, err := k.Authenticate(t.Context(), "Bearer start here")
	if err != nil || got != auth.Bootstrap() {
		t.Errorf("got %+v, %v; want the bootstrap key", got, err)
	}
	if len(c.uses) != 0 {
		t.Errorf("its use was noted %d times; there is nothing to note it on", len(c.uses))
	}
}

func TestWithoutABootstrapKeyNobodyIsIt(t *testing.T) {
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer    "} {
		wantUnknown(t, keyring(cabinetWith(), ""), header)
	}
}

func TestARevokedKeyEndsWithTheNextRequest(t *testing.T) {
	c := cabinetWith("one", "two")
	k := keyring(c, "")
	wantKey(t, k, "Bearer one", "one")
	c.revoke("one")
	wantUnknown(t, k, "Bearer one")
	wantKey(t, k, "Bearer two", "two")
}

func TestAFailingDatabaseIsNotAWrongKey(t *testing.T) {
	c := cabinetWith("one")
	c.fail = errors.New("no database")
	_, err := keyring(c, "").Authenticate(t.Context(), "Bearer one")
	if !errors.Is(err, c.fail) || errors.Is(err, auth.ErrUnknownKey) {
		t.Errorf("got %v; want %v alone", err, c.fail)
	}
}

func TestTheUseOfAKeyIsNotedToTheMinuteAndOnceAMinute(t *testing.T) {
	c, at := cabinetWith("one"), &clock{at: noon().Add(20 * time.Second)}
	k := auth.NewKeyring(c, "", slog.New(slog.DiscardHandler), at.now)
	for _, wait := range []time.Duration{0, 10 * time.Second, 29 * time.Second, 2 * time.Second, time.Hour} {
		at.advance(wait) // 12:00:20, 12:00:30, 12:00:59, 12:01:01, 13:01:01
		wantKey(t, k, "Bearer one", "one")
	}
	want := []time.Time{noon(), noon().Add(time.Minute), noon().Add(61 * time.Minute)}
	if len(c.uses) != len(want) {
		t.Fatalf("noted at %v, want %v", c.uses, want)
	}
	for i := range want {
		if !c.uses[i].Equal(want[i]) {
			t.Errorf("noted at %v, want %v", c.uses[i], want[i])
		}
	}
}

func TestAUseThatCanNotBeNotedRefusesNobodyAndIsLogged(t *testing.T) {
	c, log := cabinetWith("one"), &bytes.Buffer{}
	c.full = errors.New("disk full")
	wantKey(t, auth.NewKeyring(c, "", slog.New(slog.NewTextHandler(log, nil)), noon), "Bearer one", "one")
	id := c.keys[auth.HashSecret("one")].ID.String()
	if got := log.String(); !strings.Contains(got, "disk full") || !strings.Contains(got, id) || strings.Contains(got, "one") {
		t.Errorf("log %q must name the cause and the key's id, not the key", got)
	}
}

func FuzzAKeyringKnowsOnlyItsKeys(f *testing.F) {
	for _, header := range []string{"", "Bearer", "Bearer one", "bearer  one", "Bearer start", "Basic one", "Bearer one ", "Bearer\tone"} {
		f.Add(header)
	}
	k := keyring(cabinetWith("one"), "start")
	f.Fuzz(func(t *testing.T, header string) {
		key, err := k.Authenticate(t.Context(), header)
		shown := strings.TrimLeft(header[min(len(header), len("Bearer ")):], " ")
		switch {
		case err == nil && shown != "one" && shown != "start":
			t.Errorf("%q is taken for %s", header, key.Name)
		case err != nil && (!errors.Is(err, auth.ErrUnknownKey) || key != auth.APIKey{}):
			t.Errorf("%q: got %+v, %v; want %v", header, key, err, auth.ErrUnknownKey)
		}
	})
}
