package storetest

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func apiKeyScenarios() []scenario {
	return []scenario{
		{"a key is found by its secret, with what it opens", each(keyFound)},
		{"a revoked key is unknown at once, to every process", each(keyRevoked)},
		{"a key is seen by its organisation, and one for all by those who see all", each(keyScope)},
		{"a key is changed as it was left", each(keyChanged)},
		{"when a key was used is noted, never put back and not logged", each(keyUsed)},
		{"the hash of a secret is shown nowhere", each(keyHashHidden)},
	}
}

// newKey is a key that is not kept yet; of all organisations if that is zero.
func newKey(org consent.OrganisationID) backoffice.APIKey {
	k := backoffice.APIKey{ID: backoffice.APIKeyID{UUID: uuid.New()}, Role: auth.Read, Name: "Reports"}
	if org != (consent.OrganisationID{}) {
		k.OrganisationID = &org
	}
	return k
}

func newHash() auth.KeyHash { return auth.HashSecret(auth.NewSecret()) }

func (s *shop) key(t testing.TB, k backoffice.APIKey, hash auth.KeyHash) backoffice.APIKey {
	t.Helper()
	kept, err := s.store.CreateAPIKey(t.Context(), editor, k, hash)
	must(t, err)
	return kept
}

func keyFound(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	for _, org := range []consent.OrganisationID{{}, s.site.OrganisationID} {
		k, hash := newKey(org), newHash()
		kept := s.key(t, k, hash)
		k.CreatedAt, k.UpdatedAt = noon(), noon()
		same(t, "the key created", kept, k, nil)
		found, err := s.store.FindAPIKey(t.Context(), k.ID)
		same(t, "the key found", found, k, err)
		caller, err := s.store.KeyByHash(t.Context(), hash)
		same(t, "the caller", caller, auth.APIKey{
			ID: k.ID.UUID, Organisation: org.UUID, Role: k.Role, Name: k.Name,
		}, err)
	}
	if caller, err := s.store.KeyByHash(t.Context(), newHash()); !errors.Is(err, auth.ErrUnknownKey) {
		t.Errorf("a secret of nobody's is %+v, %v, want %v", caller, err, auth.ErrUnknownKey)
	}
}

func keyRevoked(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	other := openStore(t, databaseURL, store.Options{CacheFor: time.Hour})
	hash := newHash()
	k := s.key(t, newKey(s.site.OrganisationID), hash)
	for _, process := range []*store.Store{s.store, other} {
		_, err := process.KeyByHash(t.Context(), hash)
		must(t, err)
	}
	must(t, s.store.RevokeAPIKey(t.Context(), editor, k.ID))
	for _, process := range []*store.Store{s.store, other} {
		if _, err := process.KeyByHash(t.Context(), hash); !errors.Is(err, auth.ErrUnknownKey) {
			t.Errorf("its secret got %v, want %v", err, auth.ErrUnknownKey)
		}
		if _, err := process.FindAPIKey(t.Context(), k.ID); !errors.Is(err, backoffice.ErrNotFound) {
			t.Errorf("its id got %v, want %v", err, backoffice.ErrNotFound)
		}
		listed, err := process.ListAPIKeys(t.Context(), consent.OrganisationID{}, backoffice.Page{Limit: 10})
		if err != nil || len(listed) > 0 {
			t.Errorf("it is listed: %+v, %v", listed, err)
		}
	}
	if err := s.store.RevokeAPIKey(t.Context(), editor, k.ID); !errors.Is(err, backoffice.ErrNotFound) {
		t.Errorf("revoking it again got %v, want %v", err, backoffice.ErrNotFound)
	}
}

func keyScope(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	theirs := define(t, s.store.CreateOrganisation, newOrganisation("Theirs")).ID
	var keys []backoffice.APIKey
	for _, org := range []consent.OrganisationID{s.site.OrganisationID, theirs, {}} {
		keys = append(keys, s.key(t, newKey(org), newHash()))
	}
	for _, test := range []struct {
		org  consent.OrganisationID
		want []backoffice.APIKey
	}{{s.site.OrganisationID, keys[:1]}, {theirs, keys[1:2]}, {consent.OrganisationID{}, keys}} {
		got, err := s.store.ListAPIKeys(t.Context(), test.org, backoffice.Page{Limit: 10})
		same(t, "the keys", got, test.want, err)
	}
}

func keyChanged(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	hash := newHash()
	want := s.key(t, newKey(s.site.OrganisationID), hash)
	clock.advance(time.Hour)
	want.Role, want.Name, want.UpdatedAt = auth.Admin, "Import", noon().Add(time.Hour)
	got, err := s.store.UpdateAPIKey(t.Context(), editor, want.ID, func(k *backoffice.APIKey) error {
		k.Role, k.Name = auth.Admin, "Import"
		return nil
	})
	same(t, "the key returned", got, want, err)
	got, err = s.store.FindAPIKey(t.Context(), want.ID)
	same(t, "the key found", got, want, err)
	caller, err := s.store.KeyByHash(t.Context(), hash)
	if err != nil || caller.Role != auth.Admin || caller.Name != "Import" {
		t.Errorf("the caller is %+v, %v", caller, err)
	}
}

func keyUsed(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	hash := newHash()
	k := s.key(t, newKey(s.site.OrganisationID), hash)
	lines := len(s.adminRecords(t))
	for _, step := range []struct{ at, want time.Time }{
		{noon(), noon()}, {noon().Add(time.Minute), noon().Add(time.Minute)}, {noon(), noon().Add(time.Minute)},
	} {
		must(t, s.store.KeyUsed(t.Context(), k.ID.UUID, step.at))
		caller, err := s.store.KeyByHash(t.Context(), hash)
		same(t, "last used", caller.LastUsedAt, step.want, err)
		found, err := s.store.FindAPIKey(t.Context(), k.ID)
		same(t, "last used", found.LastUsedAt, &step.want, err)
	}
	if n := len(s.adminRecords(t)); n != lines {
		t.Errorf("%d lines were logged, want none", n-lines)
	}
}

func keyHashHidden(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	hash := newHash()
	k := s.key(t, newKey(s.site.OrganisationID), hash)
	_, err := s.store.CreateAPIKey(t.Context(), editor, newKey(s.site.OrganisationID), hash)
	if err == nil {
		t.Fatal("a second key got the same hash")
	}
	_, unknown := s.store.KeyByHash(t.Context(), newHash())
	must(t, s.store.RevokeAPIKey(t.Context(), editor, k.ID))
	shown := asJSON(t, []any{k, s.adminRecords(t), err.Error(), unknown.Error()})
	for _, secret := range []string{hex.EncodeToString(hash[:]), base64.StdEncoding.EncodeToString(hash[:])} {
		if strings.Contains(strings.ToLower(shown), strings.ToLower(secret)) {
			t.Errorf("%s shows the hash", shown)
		}
	}
	if !slices.ContainsFunc(s.adminRecords(t), func(r adminRecord) bool { return r.SubjectID == k.ID.String() }) {
		t.Error("the key is not in the log at all")
	}
}
