package e2e

import (
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"assent/store/storetest"
)

// TestRedisLost cuts the connection to Redis: visitors notice nothing, operators do, and limits go on, half as wide.
func TestRedisLost(t *testing.T) {
	t.Parallel()
	p, through := newPlainProxy(t, os.Getenv("TEST_REDIS_URL"))
	s := openProduction(t, storetest.Postgres(t), "REDIS_URL="+through, "RATE_LIMITS=MARKETING_MATERIAL_SIGN_UP.contact=4/1h")
	defer s.close(t)
	signsUp := func(name string, times int) {
		t.Helper()
		visitor, email := s.visitor(t), s.email(name)
		visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
		for range times - 1 {
			visitor.does(signUp("EMAIL", email), "DUPLICATE", requested("EMAIL"))
		}
		visitor.isLimited(signUp("EMAIL", email), "MARKETING_MATERIAL_SIGN_UP")
	}
	s.reports(t, "ok", "1")
	signsUp("before", 4)
	p.setCut(true)
	signsUp("during", 2)
	s.reports(t, "unavailable", "0")
	if n := s.series(t)[`assent_rate_limit_fallbacks_total{bucket="MARKETING_MATERIAL_SIGN_UP"}`]; n != 3 {
		t.Errorf("%v attempts were counted without Redis, want 3", n)
	}
	p.setCut(false)
	if s.log.waitFor(regexp.MustCompile(`(?s)Redis fails.*counted in Redis`)) == "" {
		t.Error("the log does not tell that Redis went and came back")
	}
	signsUp("after", 4)
	s.reports(t, "ok", "1")
	if n := strings.Count(s.log.String(), "Redis fails"); n != 1 {
		t.Errorf("one outage is logged %d times", n)
	}
}

func TestRedisAbsentAtStart(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	s := openProduction(t, storetest.Postgres(t), "REDIS_URL=redis://"+l.Addr().String())
	defer s.close(t)
	s.visitor(t).does(signUp("EMAIL", s.email("ada")), "OK", granted("EMAIL"))
	s.reports(t, "unavailable", "0")
}

// reports wants /readyz and /metrics to tell how Redis is, and the service to be ready either way.
func (s *shop) reports(t *testing.T, redis, up string) {
	t.Helper()
	ready := s.visitor(t).do(http.MethodGet, "/readyz", "")
	if ready.status != http.StatusOK || !strings.Contains(ready.body, `"redis":"`+redis+`"`) {
		t.Errorf("/readyz answers %d %s, want 200 and redis %s", ready.status, ready.body, redis)
	}
	if metrics := s.visitor(t).do(http.MethodGet, "/metrics", ""); !strings.Contains(metrics.body, "\nassent_redis_up "+up+"\n") {
		t.Errorf("/metrics does not say assent_redis_up %s", up)
	}
}
