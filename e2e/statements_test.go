package e2e

import (
	"testing"
	"time"

	"assent/store/storetest"
)

// remembered is for how long the program surely remembers what a site offers.
const remembered = time.Second

// TestStatements counts what a request costs the database once the site is known.
func TestStatements(t *testing.T) {
	t.Parallel()
	database := storetest.Postgres(t)
	p, through := newProxy(t, database)
	s := openProduction(t, database, "DATABASE_URL="+through)
	defer s.close(t)

	email := s.email("ada")
	ada := s.customer(t, claims{"sub": email, "email": email, "phone_number": s.phone(), "address": "1 High Street"})
	ada.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	ada.does(choose(offers, true, email), nil, granted(preference(offers)))
	const everything = `{ customer { email: marketingPreferences(type: EMAIL) sms: marketingPreferences(type: SMS) ` +
		`post: marketingPreferences(type: POST) thirdParty: marketingPreferences(type: THIRD_PARTY) ` +
		`preferences { id text optedIn updatedAt } } site { name features marketingTypes marketingPreferences { id text } } }`
	for _, cost := range []struct {
		promise string
		query   string
		want    int64
	}{
		{"four channels and the preference texts cost one statement", everything, 1},
		{"one channel costs one statement", oneChannel, 1},
		{"what the login says costs none", `{ customer { id dualConsentOneTrustUrl } site { name } }`, 0},
	} {
		t.Run(cost.promise, func(t *testing.T) {
			if got := s.customer(t, claims{"sub": email, "email": email}).cost(p, cost.query); got != cost.want {
				t.Errorf("%d statements, want %d", got, cost.want)
			}
		})
	}
}

const oneChannel = `{ customer { marketingPreferences(type: EMAIL) } }`

// cost is how many statements the query takes, the site being remembered from
// the same query just before.
func (c *client) cost(p *proxy, query string) int64 {
	c.t.Helper()
	for range 20 {
		began := time.Now()
		c.send(query, nil)
		before := p.statements.Load()
		if got := c.send(query, nil); len(got.Errors) > 0 {
			c.t.Fatalf("the query answers %s", got.body)
		}
		if counted := p.statements.Load() - before; time.Since(began) < remembered {
			return counted
		}
	}
	c.t.Fatal("this machine is too slow to tell what the site costs from what the query costs")
	return 0
}
