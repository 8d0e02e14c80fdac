package e2e

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"assent/store/storetest"
)

// series are the values of /metrics by name and labels, as they are written there.
type series map[string]float64

var sample = regexp.MustCompile(`(?m)^([a-z][^ {]*(?:\{.*\})?) (\S+)$`)

func (s *shop) series(t *testing.T) series {
	t.Helper()
	page := s.visitor(t).do(http.MethodGet, "/metrics", "")
	if page.status != http.StatusOK {
		t.Fatalf("/metrics answers %d", page.status)
	}
	all := series{}
	for _, found := range sample.FindAllStringSubmatch(page.body, -1) {
		value, err := strconv.ParseFloat(found[2], 64)
		must(t, err)
		all[found[1]] = value
	}
	return all
}

// since is what has grown.
func (s series) since(before series) series {
	grown := maps.Clone(s)
	for name, value := range before {
		grown[name] -= value
	}
	maps.DeleteFunc(grown, func(_ string, by float64) bool { return by == 0 })
	return grown
}

// wantGrown waits for what was done to be counted: the end of a long answer can come before
// that.
func (s *shop) wantGrown(t *testing.T, before, want series) {
	t.Helper()
	lacks := func(grown series) []string {
		return slices.DeleteFunc(slices.Sorted(maps.Keys(want)), func(name string) bool { return grown[name] == want[name] })
	}
	grown := s.series(t).since(before)
	for range 50 {
		if len(lacks(grown)) == 0 {
			return
		}
		grown = s.series(t).since(before)
	}
	for _, name := range lacks(grown) {
		t.Errorf("%s has grown by %v, want %v", name, grown[name], want[name])
	}
}

// TestMetrics does what is to be counted, and looks at /metrics before and after.
func TestMetrics(t *testing.T) {
	t.Parallel()
	onBothWithKey(t, func(t *testing.T, s *shop) {
		for _, tt := range []struct {
			deed string
			do   func(t *testing.T, s *shop)
			want series
		}{
			{"a sign-up", signsUpOnce, series{
				`assent_graphql_answers_total{operation="signUpForMarketing",result="OK"}`:      1,
				`assent_graphql_duration_seconds_count{operation="signUpForMarketing"}`:         1,
				`assent_http_requests_total{door="graphql",route="POST /graphql",status="200"}`: 1,
				`assent_http_request_duration_seconds_count{door="graphql"}`:                    1,
				`assent_audit_records_total{action="granted",purpose="email"}`:                  1,
				`assent_store_change_wait_seconds_count`:                                        1,
				`assent_store_transaction_changes_sum`:                                          1,
				`assent_store_transaction_duration_seconds_count`:                               1,
				`assent_store_write_duration_seconds_count`:                                     1,
				`assent_rate_limit_attempts_total{bucket="MARKETING_MATERIAL_SIGN_UP"}`:         1,
			}},
			{"a sign-up for what one has signed up for", signsUpTwice, series{
				`assent_graphql_answers_total{operation="signUpForMarketing",result="OK"}`:        1,
				`assent_graphql_answers_total{operation="signUpForMarketing",result="DUPLICATE"}`: 1,
				`assent_audit_records_total{action="requested",purpose="email"}`:                  1,
			}},
			{"choices of a customer", chooses, series{
				`assent_graphql_answers_total{operation="updateMarketingPreferences",result="OK"}`:                2,
				`assent_graphql_answers_total{operation="updateMarketingPreferences",result="INSUFFICIENT_DATA"}`: 1,
				`assent_graphql_answers_total{operation="updateCustomerPreference",result="OK"}`:                  1,
				`assent_graphql_answers_total{operation="customer",result="OK"}`:                                  1,
				`assent_audit_records_total{action="granted",purpose="third_party"}`:                              1,
				`assent_audit_records_total{action="withdrawn",purpose="third_party"}`:                            1,
				`assent_audit_records_total{action="granted",purpose="preference"}`:                               1,
				`assent_store_query_callers_sum`:                                                                  5,
			}},
			{"an entry to a campaign", enters, series{
				`assent_graphql_answers_total{operation="signUpForEmailMarketingCampaign",result="OK"}`: 1,
				`assent_audit_records_total{action="entered",purpose="campaign"}`:                       1,
			}},
			{"what cannot be executed", sendsNonsense, series{
				`assent_graphql_answers_total{operation="document",result="GRAPHQL_PARSE_FAILED"}`:      1,
				`assent_graphql_answers_total{operation="document",result="GRAPHQL_VALIDATION_FAILED"}`: 1,
				`assent_graphql_answers_total{operation="signUpForMarketing",result="BAD_USER_INPUT"}`:  1,
				`assent_http_requests_total{door="graphql",route="POST /graphql",status="400"}`:         2,
				`assent_http_requests_total{door="graphql",route="POST /graphql",status="200"}`:         1,
			}},
			{"the back office", worksInTheOffice, series{
				`assent_http_requests_total{door="rest",route="listSites",status="200"}`:                 1,
				`assent_http_requests_total{door="rest",route="listSites",status="401"}`:                 1,
				`assent_http_requests_total{door="rest",route="createMarketingPreference",status="422"}`: 1,
				`assent_http_requests_total{door="rest",route="getSite",status="404"}`:                   1,
				`assent_http_requests_total{door="rest",route="GET /openapi.json",status="200"}`:         1,
				`assent_http_request_duration_seconds_count{door="rest"}`:                                5,
			}},
			{"pages", looksAtPages, series{
				`assent_http_requests_total{door="page",route="GET /unsubscribe",status="404"}`:        2,
				`assent_http_requests_total{door="page",route="POST /marketing/confirm",status="404"}`: 1,
				`assent_http_request_duration_seconds_count{door="page"}`:                              3,
			}},
			{"paths that lead nowhere, and methods that are none", getsLost, series{
				`assent_http_requests_total{door="other",route="other",status="404"}`:           2,
				`assent_http_requests_total{door="other",route="other",status="405"}`:           1,
				`assent_http_requests_total{door="graphql",route="POST /graphql",status="405"}`: 0,
			}},
		} {
			t.Run(tt.deed, func(t *testing.T) {
				before := s.series(t)
				tt.do(t, s)
				s.wantGrown(t, before, tt.want)
			})
		}
		s.namesNobody(t)
	})
}

func signsUpOnce(t *testing.T, s *shop) {
	s.visitor(t).does(signUp("EMAIL", s.email("ada")), "OK", granted("EMAIL"))
}

func signsUpTwice(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("ada")
	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	visitor.does(signUp("EMAIL", email), "DUPLICATE", requested("EMAIL"))
}

func chooses(t *testing.T, s *shop) {
	c := s.customer(t, claims{"sub": s.email("customer"), "email": s.email("ada")})
	for _, op := range []operation{
		update("THIRD_PARTY", true, ""), update("THIRD_PARTY", false, ""), update("SMS", true, ""), choose(offers, true, ""),
	} {
		c.send(op.document, op.variables)
	}
	c.send(`{ customer { marketingPreferences(type: EMAIL) preferences { id } } }`, nil)
}

func enters(t *testing.T, s *shop) {
	op := enterCampaign("42", s.email("ada"))
	s.visitor(t).send(op.document, op.variables)
}

func sendsNonsense(t *testing.T, s *shop) {
	s.visitor(t).send("{", nil)
	s.visitor(t).send("{ ada_mail_example }", nil)
	op := signUp("EMAIL", "ada at mail")
	s.visitor(t).send(op.document, op.variables)
}

func worksInTheOffice(t *testing.T, s *shop) {
	s.staff(t, bootstrapKey).do(http.MethodGet, "/sites", nil)
	s.staff(t, "").do(http.MethodGet, "/sites", nil)
	s.staff(t, bootstrapKey).do(http.MethodPost, "/customers/marketing-preferences", object{})
	s.staff(t, bootstrapKey).do(http.MethodGet, "/sites/"+demoOrganisation, nil)
	s.visitor(t).do(http.MethodGet, "/openapi.json", "")
}

func looksAtPages(t *testing.T, s *shop) {
	visitor := s.visitor(t).with("Content-Type", "application/x-www-form-urlencoded")
	visitor.do(http.MethodGet, "/unsubscribe?uuid=ada&email=ada", "")
	visitor.do(http.MethodHead, "/unsubscribe/?uuid=ada&email=ada", "")
	visitor.do(http.MethodPost, "/marketing/confirm", "uuid=ada&email=ada")
}

func getsLost(t *testing.T, s *shop) {
	s.visitor(t).do(http.MethodGet, "/ada@"+mailDomain, "")
	s.visitor(t).do(http.MethodGet, "/sites/ada@"+mailDomain+"/nowhere", "")
	s.visitor(t).do("ADA", "/graphql", "")
}

// namesNobody wants no label to hold what somebody sent.
func (s *shop) namesNobody(t *testing.T) {
	t.Helper()
	for name := range s.series(t) {
		for _, personal := range []string{mailDomain, "ada", "ADA", clientNetwork, phonePrefix, demoSite, offers} {
			if strings.Contains(name, personal) {
				t.Errorf("%s holds %q", name, personal)
			}
		}
	}
}

// TestMetricsOfServers looks at what is only there with PostgreSQL and Redis.
func TestMetricsOfServers(t *testing.T) {
	t.Parallel()
	s := openProduction(t, storetest.Postgres(t), "REDIS_URL="+os.Getenv("TEST_REDIS_URL"), "RATE_LIMITS=MARKETING_TOKEN.ip=1000/1h")
	defer s.close(t)
	before := s.series(t)
	s.visitor(t).do(http.MethodPost, "/unsubscribe?uuid=ada&email=ada", "List-Unsubscribe=One-Click")
	signsUpOnce(t, s)
	after := s.series(t)
	if by := after.since(before)["assent_redis_duration_seconds_count"]; by < 1 {
		t.Errorf("Redis was asked, and that took no time: %v", by)
	}
	for name, want := range map[string]float64{`go_sql_max_open_connections{db_name="all"}`: maxConnections, "assent_redis_up": 1} {
		if after[name] != want {
			t.Errorf("%s is %v, want %v", name, after[name], want)
		}
	}
	for _, name := range []string{`go_sql_open_connections{db_name="all"}`, `assent_redis_connections{state="idle"}`} {
		if after[name] < 1 {
			t.Errorf("%s is %v, and there are some", name, after[name])
		}
	}
	builds := slices.DeleteFunc(slices.Collect(maps.Keys(after)), func(name string) bool { return !strings.HasPrefix(name, "assent_build_info{") })
	if len(builds) != 1 || !strings.Contains(builds[0], `schema="0`) || strings.Contains(builds[0], `version=""`) {
		t.Errorf("the release is told as %v", builds)
	}
}
