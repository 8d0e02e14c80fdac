package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// deed is something that people ask of the program all the time.
type deed struct {
	name string
	do   func() (reply, error)
	// stored: it cannot be done without the database. What a site offers is remembered for a while.
	stored bool
}

// asked is how a request went.
type asked struct {
	deed
	reply
	err         error
	began, took time.Duration // began: since the crowd came
}

// failed reports whether the answer says that it is our fault. Metrics have the words as labels.
func (a asked) failed() bool {
	return a.status >= http.StatusInternalServerError ||
		strings.Contains(a.body, `:"UNKNOWN_ERROR"`) || strings.Contains(a.body, `"code":"INTERNAL"`)
}

// deeds are of all kinds, and can be done at any time, again and again.
func (s *shop) deeds(t *testing.T, told *signUps) []deed {
	t.Helper()
	visitor, office := s.visitor(t), s.visitor(t).with("Authorization", "Bearer "+bootstrapKey)
	email := s.email("ada")
	ada := s.customer(t, claims{"sub": email, "email": email})
	letter := s.waiting(t, "grace")
	confirming, leaving := letter.link(t, confirmPage), letter.link(t, unsubscribePage)
	oneClick, err := url.Parse(leaving.page)
	must(t, err)
	page := func(path, body string) func() (reply, error) {
		browser := visitor.at("").with("Content-Type", "application/x-www-form-urlencoded")
		method := http.MethodGet
		if body != "" {
			method = http.MethodPost
		}
		return func() (reply, error) { return browser.try(method, path, body) }
	}
	gql := func(c *client, op func() operation) func() (reply, error) {
		return func() (reply, error) { return c.try(http.MethodPost, "/graphql", body(t, op())) }
	}
	query := func(document string) func() operation {
		return func() operation { return operation{document: document} }
	}
	return []deed{
		{"a sign-up", func() (reply, error) { return told.add(visitor, s.email("new")) }, true},
		{"a sign-up with words of its own", gql(visitor, func() operation { return signUp("EMAIL", s.email("new")) }), true},
		{"a sign-up by text message", gql(visitor, func() operation { return signUp("SMS", s.phone()) }), true},
		{"a campaign", gql(visitor, func() operation { return enterCampaign("42", s.email("new")) }), true},
		{"a confirmation", gql(visitor.at(double), func() operation { return confirm(confirming) }), true},
		{"a withdrawal", gql(visitor.at(double), func() operation { return unsubscribe(leaving) }), true},
		{"a customer's look", gql(ada, query(emailAndSMS)), true},
		{"a customer's choice", gql(ada, func() operation { return update("EMAIL", true, email) }), true},
		{"a question about an address", gql(visitor, query(fmt.Sprintf(membershipFor, email))), true},
		{"the page of a link", page(confirming.path(t), ""), true},
		{"one-click", page(oneClick.RequestURI(), "List-Unsubscribe=One-Click"), true},
		{"the sign-up page", page("/sign-up?site="+single, ""), false},
		{"a list", func() (reply, error) { return office.try(http.MethodGet, "/sites", "") }, true},
		{"a change of the back office", func() (reply, error) {
			return office.try(http.MethodPost, "/organisations", `{"name":"Another"}`)
		}, true},
		{"the public list", page("/customers/show-marketing-preferences?organisation_id="+demoOrganisation, ""), false},
		{"readiness", page("/readyz", ""), false},
		{"metrics", page("/metrics", ""), false},
	}
}

// signUps are what visitors with new addresses were told.
type signUps struct {
	mu sync.Mutex
	answers
}

func (u *signUps) add(c *client, email string) (reply, error) {
	got, err := c.try(http.MethodPost, "/graphql", body(c.t, signUp("EMAIL", email).with("auditData.messageShown", "Tell me")))
	if err != nil {
		return got, err
	}
	answer, err := got.answer("signUpForMarketing")
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.answers[email] = fmt.Sprint(answer); err != nil {
		u.answers[email] = "UNKNOWN_ERROR" // which INTERNAL stands for where there is no site yet
	}
	return got, nil
}

// eachKind is how many of a crowd do the same thing.
const eachKind = 4

// crowd does all of the deeds at once, again and again until ctx ends, and tells how
// that went.
func crowd(ctx context.Context, deeds []deed) []asked {
	var mu sync.Mutex
	var all []asked
	var people sync.WaitGroup
	came := time.Now()
	for _, d := range deeds {
		for range eachKind {
			people.Go(func() {
				for ctx.Err() == nil {
					a := d.ask(came)
					mu.Lock()
					all = append(all, a)
					mu.Unlock()
				}
			})
		}
	}
	people.Wait()
	return all
}

func (d deed) ask(came time.Time) asked {
	began := time.Now()
	got, err := d.do()
	return asked{d, got, err, began.Sub(came), time.Since(began)}
}
