package auth_test

import (
	"strings"
	"testing"
	"time"

	"assent/auth"

	"github.com/golang-jwt/jwt/v5"
)

func TestATokenThatProvedGoodIsNotGoodBeyondItsExpiry(t *testing.T) {
	c := &clock{at: noon()}
	r := rules()
	r.Now = c.now
	customers := auth.CustomersBySecret(secret(), r)
	token := bySecret(t, claims(jwt.MapClaims{"exp": noon().Add(10 * time.Second).Unix()}))
	wantCustomer(t, customers, token)
	c.advance(39 * time.Second)
	wantCustomer(t, customers, token) // within the leeway
	c.advance(time.Second)
	wantError(t, customers, token, auth.ErrInvalidToken)
}

func TestATokenThatProvedGoodIsCheckedAgainAfterAMinute(t *testing.T) {
	before, after := ecKey(t), ecKey(t)
	i, c := newIssuer(t, published("a", before)), &clock{at: noon()}
	customers := i.customers(c.now)
	wantCustomer(t, customers, byKey(t, "a", before))
	i.publish(t, published("b", after))
	c.advance(16 * time.Minute)
	paused := i.pause()
	token := byKey(t, "a", before)
	wantCustomer(t, customers, token) // starts the fetch and does not wait
	close(paused)
	wantCustomer(t, customers, byKey(t, "b", after)) // waits for it
	c.advance(59 * time.Second)
	wantCustomer(t, customers, token)
	c.advance(time.Second)
	wantError(t, customers, token, auth.ErrInvalidToken)
}

func TestWhatIsNotTheWholeTokenIsNotTrusted(t *testing.T) {
	customers := auth.CustomersBySecret(secret(), rules())
	good := bySecret(t, claims(nil))
	wantCustomer(t, customers, good)
	body, _, _ := strings.Cut(good[len("Bearer "):], ".")
	for name, header := range map[string]string{
		"another signature": good[:len(good)-4] + "AAAA", "no signature": good[:strings.LastIndex(good, ".")+1], "the beginning": "Bearer " + body,
	} {
		t.Run(name, func(t *testing.T) { wantError(t, customers, header, auth.ErrInvalidToken) })
	}
}
