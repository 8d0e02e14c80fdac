package auth

import (
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// silent is an issuer that takes the request and never answers. It stands in for
// the network because only then can the test run on a synthetic clock.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestASilentIssuerIsGivenUpAfterFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := NewKeySet("https://issuer.test/keys", slog.New(slog.DiscardHandler), time.Now)
		keys.client.Transport = silent{}
		start := time.Now()
		_, err := keys.find(t.Context(), "a", "ES256")
		if waited := time.Since(start); !errors.Is(err, ErrKeysUnavailable) || waited != 5*time.Second {
			t.Errorf("got %v after %v; want %v after 5s", err, waited, ErrKeysUnavailable)
		}
	})
}
