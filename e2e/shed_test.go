package e2e

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"assent/store/storetest"
)

// TestTooManyRequests: who finds no place is told so at once, in the words of the
// door, and who has one is answered.
func TestTooManyRequests(t *testing.T) {
	database := storetest.Postgres(t)
	between, through := newSwamp(t, database)
	s := openProduction(t, database, "DATABASE_URL="+through, "ADMIN_API_KEY="+bootstrapKey, "MAX_REQUESTS=4")
	defer s.close(t)
	told := &signUps{answers: answers{}}
	deeds := s.deeds(t, told)
	before := s.tables(t)
	between.flood()
	var admitted sync.WaitGroup
	for range 4 {
		admitted.Go(func() { s.holdsAPlace(t, told) })
	}
	s.isFull(t)

	var refused sync.WaitGroup
	for _, d := range deeds {
		if d.guarded() {
			refused.Go(func() { isRefused(t, d.ask(time.Now())) })
		}
	}
	refused.Wait()
	if got := s.visitor(t).do(http.MethodGet, "/healthz", ""); got.status != http.StatusOK {
		t.Errorf("/healthz answers %d %s", got.status, got.body)
	}
	s.wantUnchanged(t, before)
	admitted.Wait()
	between.dry()
	s.recovers(t, deeds)
	if metrics := s.visitor(t).do(http.MethodGet, "/metrics", "").body; strings.Contains(metrics, "\nassent_requests_shed_total 0\n") {
		t.Error("the metrics count no request that found no place")
	}
}

// guarded reports whether the deed needs a place.
func (d deed) guarded() bool { return d.name != "readiness" && d.name != "metrics" }

// holdsAPlace comes until it finds one, and wants an answer.
func (s *shop) holdsAPlace(t *testing.T, told *signUps) {
	for {
		began := time.Now()
		got, err := told.add(s.visitor(t), s.email("early"))
		if err == nil && got.status == http.StatusServiceUnavailable {
			continue
		}
		if took := time.Since(began); err != nil || got.status != http.StatusOK || took >= answeredWithin {
			t.Errorf("after %v it is told %d %s, %v", took, got.status, got.body, err)
		}
		return
	}
}

// isFull waits until nobody finds a place any more.
func (s *shop) isFull(t *testing.T) {
	t.Helper()
	eventually(t, func() int { return s.visitor(t).do(http.MethodGet, "/organisations", "").status }, http.StatusServiceUnavailable)
}

func isRefused(t *testing.T, a asked) {
	t.Helper()
	kind := a.header.Get("Content-Type")
	var asItShould bool
	switch {
	case strings.HasPrefix(kind, responseType):
		asItShould = len(a.Errors) == 1 && a.Errors[0].Extensions["code"] == "INTERNAL" && a.Data == nil &&
			a.Errors[0].Extensions["errorId"] == a.header.Get("X-Request-Id")
	case strings.HasPrefix(kind, "application/problem+json"):
		asItShould = strings.Contains(a.body, `"status":503`)
	default:
		asItShould = strings.HasPrefix(kind, "text/plain") && strings.Contains(a.body, "try again")
	}
	if a.err != nil || a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || !asItShould || a.took >= time.Second {
		t.Errorf("%s: after %v it is told %d %v %s, %v; want 503 at once, with Retry-After", a.name, a.took, a.status, a.header, a.body, a.err)
	}
}
