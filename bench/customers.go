package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"assent/auth"
)

// customers are the logins of those who read. Every other one has an account, with
// a consent for e-mail and one for third parties.
type customers []string

func newCustomers(n int) customers {
	logins := make(customers, n)
	for i := range logins {
		c := auth.Customer{ID: fmt.Sprint(i), Email: fmt.Sprintf("customer-%d@example.com", i), PhoneNumber: fmt.Sprintf("+44740%07d", i)}
		login, _ := auth.Sign([]byte(secret), c, auth.Rules{}, time.Now(), 24*time.Hour)
		logins[i] = login
	}
	return logins
}

func (customers) haveAccount(i int64) bool { return i%2 == 0 }

// join makes the accounts and gives the consents.
func (p *program) join(ctx context.Context, all customers) error {
	const query = `mutation($i: UpdateMarketingPreferencesInput!) { updateMarketingPreferences(input: $i) { error } }`
	input := func(channel string) map[string]any {
		return map[string]any{"i": map[string]any{"type": channel, "newValue": true, "auditData": auditData()}}
	}
	w := workload{
		sent: &atomic.Int64{},
		request: func(into []byte, n int64) []byte {
			channel := []string{"EMAIL", "THIRD_PARTY"}[n%2]
			return append(into, p.post(authorization(all[n/2*2]), query, input(channel))...)
		},
		want: func(int64) string { return `"updateMarketingPreferences":{"error":null}` },
	}
	return driveTo(ctx, p.address, int64(len(all)/2*2), w)
}

func authorization(login string) string { return "Authorization: Bearer " + login + "\r\n" }

// reads asks for the four channels of one customer a request.
func (p *program) reads(all customers) workload {
	const query = `{ customer { a: marketingPreferences(type: EMAIL) b: marketingPreferences(type: SMS) ` +
		`c: marketingPreferences(type: POST) d: marketingPreferences(type: THIRD_PARTY) } }`
	requests := make([][]byte, len(all))
	for i, login := range all {
		requests[i] = p.post(authorization(login), query, nil)
	}
	return workload{
		sent:    &p.sent,
		request: func(into []byte, n int64) []byte { return append(into, requests[scattered(n, len(all))]...) },
		want: func(n int64) string {
			if all.haveAccount(scattered(n, len(all))) {
				return `"a":true,"b":false,"c":false,"d":true`
			}
			return `"a":false,"b":false,"c":false,"d":false`
		},
	}
}

// scattered goes through all customers, neighbours far from each other.
func scattered(n int64, customers int) int64 { return n * 7919 % int64(customers) }
