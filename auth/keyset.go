package auth

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	minFetchGap  = 10 * time.Second // between the starts of two fetches
	maxKeyAge    = 15 * time.Minute // then keys are used and fetched anew
	fetchTimeout = 5 * time.Second
	maxKeySet    = 1 << 20 // bytes
)

// KeySet caches the public keys an issuer serves at one URL (RFC 7517).
//
// The first token fetches them, so the issuer need not be up when we start. A
// key that is not in the cache fetches again, at most once in 10 seconds, so
// made-up key ids can not be turned against the issuer. Keys older than 15
// minutes are fetched again while requests go on using them, and they stay in
// use, without limit, while the issuer can not be reached.
type KeySet struct {
	url    string
	client *http.Client
	log    *slog.Logger
	now    func() time.Time

	mu      sync.Mutex // never held over a fetch
	keys    []jose.JSONWebKey
	fetched time.Time     // when keys were had
	tried   time.Time     // when the last fetch began
	err     error         // what the last fetch ended with
	flight  chan struct{} // closed when the last fetch has ended
}

// NewKeySet does no I/O. Redirects are not followed: give the final URL.
func NewKeySet(url string, log *slog.Logger, now func() time.Time) *KeySet {
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &KeySet{url: url, client: &http.Client{CheckRedirect: stay}, log: log, now: now}
}

// find returns the key for a token, errNoFittingKey, or ErrKeysUnavailable when
// the key is not known and the issuer can not be asked.
func (s *KeySet) find(ctx context.Context, kid, alg string) (any, error) {
	if key, _ := s.cached(kid, alg); key != nil {
		s.renew(ctx)
		return key, nil
	}
	select {
	case <-s.fetch(ctx):
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: waiting for keys: %w", ErrKeysUnavailable, ctx.Err())
	}
	key, failure := s.cached(kid, alg)
	switch {
	case key != nil:
		return key, nil
	case failure != nil:
		return nil, fmt.Errorf("%w: %w", ErrKeysUnavailable, failure)
	default:
		return nil, errNoFittingKey
	}
}

func (s *KeySet) cached(kid, alg string) (key any, failure error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return findKey(s.keys, kid, alg), s.err
}

func (s *KeySet) renew(ctx context.Context) {
	s.mu.Lock()
	old := s.now().Sub(s.fetched) > maxKeyAge
	s.mu.Unlock()
	if old {
		s.fetch(ctx)
	}
}

// fetch starts a fetch unless one is running or ran just now; the channel closes
// when it has ended. The end of the caller's context does not end it,
// because others wait for it too.
func (s *KeySet) fetch(ctx context.Context) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); s.flight == nil || now.Sub(s.tried) >= minFetchGap && ended(s.flight) {
		s.tried, s.flight = now, make(chan struct{})
		go s.run(context.WithoutCancel(ctx), s.flight)
	}
	return s.flight
}

func ended(flight <-chan struct{}) bool {
	select {
	case <-flight:
		return true
	default:
		return false
	}
}

func (s *KeySet) run(ctx context.Context, flight chan<- struct{}) {
	defer close(flight)
	keys, err := s.download(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "customer key set not fetched", "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err = err; err == nil {
		s.keys, s.fetched = keys, s.now()
	}
}

func (s *KeySet) download(ctx context.Context) ([]jose.JSONWebKey, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return nil, errors.New("fetching key set: the URL cannot be requested")
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetching key set: %w", reason(err))
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetching key set: status %d", response.StatusCode)
	}
	document, err := io.ReadAll(http.MaxBytesReader(nil, response.Body, maxKeySet))
	if err != nil {
		return nil, fmt.Errorf("reading key set: %w", reason(err))
	}
	return parseKeys(document)
}

// reason holds neither the URL, which may hold a key, nor any part of an answer, which
// may quote it.
func reason(err error) error {
	var network *net.OpError
	var certificate *tls.CertificateVerificationError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("no answer in time")
	case errors.As(err, &network):
		return network
	case errors.As(err, &certificate):
		return certificate
	case errors.As(err, &tooLarge):
		return tooLarge
	default:
		return errors.New("an answer that cannot be read")
	}
}
