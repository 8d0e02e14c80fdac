package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func siteScenarios() []scenario {
	return []scenario{
		{"the demo sites offer what the contract says", offersDemo},
		{"a request names its site by id, by slug or by the host it came by", namesSite},
		{"a site that nobody has is an error, in every operation", findsNoSite},
		{"a query may be sent with GET, and the client chooses the media type", asksWithGet},
	}
}

const siteName = `{ site { name } }`

func offersDemo(t *testing.T, s *shop) {
	const offer = `{ site { id features marketingTypes } }`
	want := `{"site":{"id":"` + demoSite + `","features":["MARKETING_PREFERENCES_ENABLED","POSTAL_MARKETING",` +
		`"THIRD_PARTY_MARKETING_SETTINGS","DUAL_CONSENT"],"marketingTypes":["EMAIL","SMS","POST","THIRD_PARTY"]}}`
	s.visitor(t).sees(offer, want)
	want = strings.Replace(want, `"DUAL_CONSENT"`, `"DOUBLE_OPT_IN","DUAL_CONSENT"`, 1)
	want = strings.Replace(want, demoSite, "0de30000-0000-4000-8000-000000000012", 1)
	s.visitor(t).at(double).sees(offer, want)
	s.visitor(t).at(closed).sees(`{ site { features marketingTypes } }`, `{"site":{"features":[],"marketingTypes":[]}}`)
}

func namesSite(t *testing.T, s *shop) {
	visitor := s.visitor(t)
	demo, other := `{"site":{"name":"Tamblewick Tea"}}`, `{"site":{"name":"Shop plain"}}`
	visitor.at(demoSite).sees(siteName, demo)
	visitor.at(strings.ToUpper(demoSite)).sees(siteName, demo)
	visitor.at(single).sees(siteName, demo)
	visitor.atHost(plainHost).sees(siteName, other)
	visitor.atHost(strings.ToUpper(plainHost)+":8443").sees(siteName, other)
	visitor.atHost(plainHost).at(single).sees(siteName, demo)
	if s.composer == nil {
		visitor.at("").sees(siteName, demo)
	}
}

func findsNoSite(t *testing.T, s *shop) {
	email := s.email("ada")
	ada := s.customer(t, claims{"sub": email, "email": email})
	letter := s.waiting(t, "ada")
	for _, name := range []string{"nobody", "0de30000-0000-4000-8000-0000000000ff", strings.Repeat("x", 2000), "\xff\xfe", "demo'--"} {
		lost := ada.at(name)
		for _, op := range []operation{
			signUp("EMAIL", email), update("EMAIL", true, email), choose(offers, true, email), enterCampaign("42", email),
			unsubscribeSMS(s.phone()), confirm(letter.link(t, confirmPage)), unsubscribe(letter.link(t, unsubscribePage)),
		} {
			lost.refused(op, "SITE_NOT_FOUND", "")
		}
		for _, query := range []string{siteName, fourChannels, fmt.Sprintf(membershipFor, email)} {
			lost.refused(operation{document: query}, "SITE_NOT_FOUND", "")
		}
	}
	if s.composer != nil { // one of several sites, and no demo to fall back to
		ada.at("").refused(signUp("EMAIL", email), "SITE_NOT_FOUND", "")
		ada.atHost("nobody.example").refused(signUp("EMAIL", email), "SITE_NOT_FOUND", "")
	}
}

func asksWithGet(t *testing.T, s *shop) {
	for accept, invalid := range map[string]int{
		responseType:                     http.StatusBadRequest,
		"application/json":               http.StatusOK, // its clients take any other status for a failure of the network
		responseType + ", text/html":     http.StatusBadRequest,
		"application/json;charset=utf-8": http.StatusOK,
	} {
		visitor := s.visitor(t).with("Accept", accept).with("Content-Type", "")
		got := visitor.do(http.MethodGet, "/graphql?query=%7Bsite%7Bname%7D%7D", "")
		got.wants(t, `{"data":{"site":{"name":"Tamblewick Tea"}}}`)
		mediaType, _, _ := strings.Cut(strings.ReplaceAll(accept, ",", ";"), ";")
		if contentType := got.header.Get("Content-Type"); contentType != mediaType+"; charset=utf-8" {
			t.Errorf("Accept %q is answered with %q", accept, contentType)
		}
		if got := visitor.do(http.MethodGet, "/graphql?query=%7Bnothing%7D", ""); got.status != invalid || !got.isError(validationFailed, "") {
			t.Errorf("Accept %q: a document that is not valid is answered with %d %s, want %d", accept, got.status, got.body, invalid)
		}
	}
}
