package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func restKeyStories() []scenario {
	return []scenario{
		{"a key shows its secret once, works until it is revoked, and is nowhere kept in clear", livesAndEnds},
		{"a key whose role changes may do what the role says at once", changesRole},
		{"a key of an organisation makes none for all or for another, and sees none", staysInItsOrganisation},
		{"keys are made, listed and revoked on the command line while the service runs", usesKeysCommand},
		{"every change names the key in the audit log of the back office", namesEditor},
	}
}

func livesAndEnds(t *testing.T, s *shop) {
	c := s.company(t)
	created := c.creates("/api-keys", object{"organisation_id": c.id, "role": "read", "name": "Sync"})
	secret, path := created["key"].(string), "/api-keys/"+created["id"].(string)
	if !strings.HasPrefix(secret, keyPrefix) || len(secret) < 50 {
		t.Errorf("the secret has %d characters", len(secret))
	}
	delete(created, "key")
	wantSame(t, c.gets(path), created)
	if created["last_used_at"] != nil {
		t.Errorf("it was used at %v, want never", created["last_used_at"])
	}

	began := time.Now().Truncate(time.Minute)
	s.staff(t, secret).lists("/sites")
	used, err := time.Parse(time.RFC3339, c.gets(path)["last_used_at"].(string))
	if err != nil || used.Before(began) || used.After(time.Now()) {
		t.Errorf("it was used at %v, want this minute", used)
	}
	if s.holds(t, secret) || s.holds(t, secret[len(keyPrefix):]) {
		t.Error("the secret is in the database")
	}
	if body := c.do(http.MethodGet, "/api-keys", nil).body; strings.Contains(body, keyPrefix) || strings.Contains(body, "hash") {
		t.Errorf("the list shows more than it may: %s", body)
	}

	c.wants(http.StatusNoContent, http.MethodDelete, path, nil)
	s.staff(t, secret).wants(http.StatusUnauthorized, http.MethodGet, "/sites", nil)
	c.wants(http.StatusNotFound, http.MethodGet, path, nil)
	if slices.Contains(ids(c.lists("/api-keys")), created["id"].(string)) {
		t.Error("a revoked key is listed")
	}
}

// holds reports whether a text is anywhere in the database.
func (s *shop) holds(t *testing.T, text string) bool {
	t.Helper()
	if path, ok := strings.CutPrefix(s.database, "sqlite://"); ok {
		files, err := filepath.Glob(path + "*")
		must(t, err)
		return slices.ContainsFunc(files, func(file string) bool {
			content, err := os.ReadFile(file)
			return err == nil && strings.Contains(string(content), text) // a file may go as we look
		})
	}
	found := 0
	for name := range s.tables(t) {
		if name == "changes" { // that is no table
			continue
		}
		var n int
		must(t, s.db.GetContext(t.Context(), &n, `SELECT count(*) FROM `+name+` x WHERE strpos(CAST(x AS text), $1) > 0`, text))
		found += n
	}
	return found > 0
}

func changesRole(t *testing.T, s *shop) {
	c := s.company(t)
	created := c.creates("/api-keys", object{"organisation_id": c.id, "role": "read", "name": "Sync"})
	path, hired := "/api-keys/"+created["id"].(string), s.staff(t, created["key"].(string))
	text := object{"organisation_id": c.id, "text": "I want offers"}
	hired.wants(http.StatusForbidden, http.MethodPost, textsPath, text)
	if got := c.patches(path, object{"role": "admin", "name": "Checkout"}); got["role"] != "admin" || got["name"] != "Checkout" {
		t.Errorf("changing it answers %v", got)
	}
	hired.creates(textsPath, text)
	c.patches(path, object{"role": "read"})
	hired.wants(http.StatusForbidden, http.MethodPost, textsPath, text)
	hired.lists(textsPath)
}

func staysInItsOrganisation(t *testing.T, s *shop) {
	c, others, boss := s.company(t), s.company(t), s.staff(t, bootstrapKey)
	global := boss.creates("/api-keys", object{"role": "read", "name": "Global"})
	if organisation, ok := global["organisation_id"]; !ok || organisation != nil {
		t.Errorf("a key for all is of %v, want null", organisation)
	}
	for _, organisation := range []any{nil, others.id, demoOrganisation} {
		c.wants(http.StatusForbidden, http.MethodPost, "/api-keys", object{"role": "read", "name": "Key", "organisation_id": organisation})
	}
	c.wants(http.StatusForbidden, http.MethodPost, "/api-keys", object{"role": "read", "name": "Key"})
	path := "/api-keys/" + global["id"].(string)
	c.wants(http.StatusNotFound, http.MethodGet, path, nil)
	c.wants(http.StatusNotFound, http.MethodPatch, path, object{"name": "Mine"})
	c.wants(http.StatusNotFound, http.MethodDelete, path, nil)
	for _, key := range c.lists("/api-keys") {
		if key["organisation_id"] != c.id {
			t.Errorf("it sees %v", key)
		}
	}
	reader := s.staff(t, global["key"].(string))
	if organisations := ids(reader.lists("/organisations?limit=500")); !slices.Contains(organisations, c.id) || !slices.Contains(organisations, others.id) {
		t.Errorf("a key for all sees %v", organisations)
	}
	if organisations := ids(c.lists("/organisations")); !slices.Equal(organisations, []string{c.id}) {
		t.Errorf("a key of one organisation sees %v", organisations)
	}
}

func usesKeysCommand(t *testing.T, s *shop) {
	c := s.company(t)
	printed, failure := run(t, s.settings, "keys", "create", "--name", "Script", "--role", "admin", "--organisation", c.id)
	secret := strings.TrimSpace(printed)
	if failure != "" || printed != secret+"\n" || strings.ContainsAny(secret, " \n") {
		t.Fatalf("creating one prints %d characters %s, want the secret alone", len(printed), failure)
	}
	scripted := s.staff(t, secret)
	scripted.creates(textsPath, object{"organisation_id": c.id, "text": "I want offers"})
	id := ""
	for _, key := range scripted.lists("/api-keys") {
		if key["name"] == "Script" {
			id = key["id"].(string)
		}
	}
	printed, failure = run(t, s.settings, "keys", "list")
	if failure != "" || !strings.Contains(printed, id) || !strings.Contains(printed, c.id) || strings.Contains(printed, secret) {
		t.Errorf("listing them prints %s %s", printed, failure)
	}
	if printed, failure = run(t, s.settings, "keys", "revoke", id); failure != "" {
		t.Errorf("revoking it prints %s %s", printed, failure)
	}
	scripted.wants(http.StatusUnauthorized, http.MethodGet, "/sites", nil)
	if _, failure = run(t, s.settings, "keys", "revoke", id); failure == "" {
		t.Error("it is revoked a second time")
	}
	for _, wrong := range [][]string{{"--name", " "}, {"--name", "x", "--role", "owner"}, {"--name", "x", "--organisation", demoSite}, {"--name", "x", "--organisation", "7"}, {}} {
		if printed, failure := run(t, s.settings, append([]string{"keys", "create"}, wrong...)...); failure == "" || printed != "" {
			t.Errorf("%v makes a key: %s", wrong, printed)
		}
	}
}

func namesEditor(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	key := ids(c.lists("/api-keys"))[0]
	id := c.defines(oldWording, "")
	c.wants(http.StatusOK, http.MethodPut, textsPath+"/"+id, object{"text": newWording})
	c.wants(http.StatusOK, http.MethodPut, textsPath+"/"+id, object{"text": newWording}) // which changes nothing
	c.wants(http.StatusNoContent, http.MethodDelete, textsPath+"/"+id, nil)
	wording := func(state any) any {
		if state == nil {
			return nil
		}
		return state.(object)["text"]
	}
	var got [][]any
	for _, r := range c.lists("/admin-records?subject_id=" + id) {
		got = append(got, []any{r["editor"], r["organisation_id"], r["action"], wording(r["before"]), wording(r["after"])})
	}
	wantSame(t, object{"records": got}, object{"records": [][]any{
		{key, c.id, "CREATED", nil, oldWording}, {key, c.id, "UPDATED", oldWording, newWording}, {key, c.id, "DELETED", newWording, nil},
	}})
	if created := s.staff(t, bootstrapKey).lists("/admin-records?subject_id=" + c.id); len(created) != 1 || created[0]["editor"] != "bootstrap" {
		t.Errorf("the organisation was made by %v", created)
	}
	if got := s.company(t).lists("/admin-records?subject_id=" + id); len(got) > 0 {
		t.Errorf("another organisation sees %v", got)
	}
}

// TestRESTGeneratedKey is the key that embedded mode makes for itself.
func TestRESTGeneratedKey(t *testing.T) {
	t.Parallel()
	s := openEmbedded(t)
	defer s.close(t)
	key := strings.TrimSpace(readFile(t, filepath.Join(filepath.Dir(strings.TrimPrefix(s.database, "sqlite://")), "admin_api_key")))
	s.staff(t, key).hire("read", demoOrganisation).gets("/organisations/" + demoOrganisation)
}
