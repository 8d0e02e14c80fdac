package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"assent/admin"
	"assent/auth"
	"assent/backoffice"
	"assent/captcha"
	"assent/config"
	"assent/consent"
	"assent/demo"
	"assent/graph"
	"assent/housekeeping"
	"assent/httpx"
	"assent/metrics"
	"assent/outbox"
	"assent/ratelimit"
	"assent/store"
	"assent/token"
	"assent/web"
)

// loginLeeway is how far the clocks of this service and a login's issuer may
// differ.
const loginLeeway = 30 * time.Second

// maxBody is more than any route takes, in bytes.
const maxBody = 128 << 10

// requestTimeout is how long a request is carried out: everything it asks of the
// database together. Its answer comes within three seconds.
const requestTimeout = 2500 * time.Millisecond

// captchaTimeout leaves a request time for the database.
const captchaTimeout = 1500 * time.Millisecond

// readyTimeout is how long the database may take to say that it is there.
const readyTimeout = time.Second

// program is everything that runs.
type program struct {
	settings *config.Settings
	proxies  []netip.Prefix // trusted
	store    *store.Store
	limits   *ratelimit.Limiter
	composer *outbox.Composer
	channels []channel
	brake    *outbox.Brake
	workers  []*outbox.Worker
	keeper   *housekeeping.Keeper
	metrics  *metrics.Metrics
	admin    *admin.API

	stopSending func() // once, whoever asks first
	admission   *httpx.Admission
	handler     http.Handler
	log         *slog.Logger
}

// wire opens what the program needs and connects the packages. What it opened is
// closed again when it fails.
func wire(ctx context.Context, s *config.Settings, log *slog.Logger) (_ *program, err error) {
	p := &program{settings: s, log: log}
	p.stopSending = sync.OnceFunc(p.finishSending)
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	parsed, err := parse(s)
	if err != nil {
		return nil, settingsError(err)
	}
	keys, err := token.NewKeys([]byte(s.AssentSecret))
	if err != nil {
		return nil, named("ASSENT_SECRET", err)
	}
	p.proxies = parsed.proxies
	p.limits = newLimiter(parsed, keys, log)
	if p.store, err = openStore(ctx, s); err != nil {
		return nil, err
	}
	if p.composer, err = outbox.NewComposer(p.store, keys, s.PublicURL, s.ConfirmWithin); err != nil {
		return nil, err
	}
	if p.channels, err = channels(s, log); err != nil {
		return nil, err
	}
	p.brake = outbox.NewBrake(p.store.Sent, s.HourlyMessages)
	p.metrics = metrics.New(metrics.Outbox{Backlog: p.store.Backlog, Braking: p.brake.Braking}, log)
	p.limits.Observe(p.metrics.Limited)
	if parsed.redis != nil {
		p.metrics.WatchRedis(p.limits.Healthy)
	}
	service := consent.NewService(p.store, keys, consent.Settings{
		ConfirmLifetime: s.ConfirmWithin, RejectSilence: s.RejectSilence, Committed: p.committed,
	})
	p.workers = p.newWorkers(service)
	p.keeper = p.newKeeper()
	p.admin = admin.New(backoffice.NewService(p.store, service, keys, p.ownHosts()...), p.keyring(), p.limits, log)
	verifier := captcha.NewVerifier(keys, captcha.Options{VerifyURL: s.CaptchaURL, Timeout: captchaTimeout}, log)
	resolver := graph.NewResolver(service, keys, p.limits, verifier, log)
	options := graph.Options{
		Introspection: s.HasIntrospection(), Operations: parsed.operations, LocalOrigins: s.Embedded(), FallbackSite: p.fallbackSite(),
	}
	landing, err := web.NewLanding(service, keys, p.limits, s.PublicURL, log)
	if err != nil {
		return nil, named("PUBLIC_URL", err)
	}
	p.admission = httpx.NewAdmission(httpx.AdmissionOptions{
		Requests: s.MaxRequests, Within: requestTimeout, MaxBody: maxBody, Refused: p.metrics.Shed,
	})
	mux := p.routes(graph.NewHandler(resolver, customers(s, log), options), landing)
	p.handler = httpx.Chain(mux, httpx.RequestID, httpx.ClientAddress(p.proxies), httpx.AccessLog(log),
		httpx.Recover(log), httpx.SecurityHeaders(strings.HasPrefix(s.PublicURL, "https:")), httpx.LimitBody(maxBody))
	return p, nil
}

// openStore opens the database with its schema up to date and, in embedded mode,
// with the demo shop in it.
func openStore(ctx context.Context, s *config.Settings) (*store.Store, error) {
	st, err := store.Open(ctx, s.Database(), store.Options{})
	if err != nil {
		return nil, err
	}
	if _, err := st.Migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("migrating: %w", err), st.Close())
	}
	if s.Embedded() {
		if _, err := demo.Seed(ctx, st); err != nil {
			return nil, errors.Join(err, st.Close())
		}
	}
	return st, nil
}

// fallbackSite is the slug of the site for requests that name none; empty outside
// embedded mode.
func (p *program) fallbackSite() string {
	if p.settings.Embedded() {
		return demo.Site
	}
	return ""
}

// shortKey is how long a key should be that nobody is to guess, in characters.
const shortKey = 16

func (p *program) keyring() *auth.Keyring {
	bootstrap := string(p.settings.AdminAPIKey)
	if bootstrap != "" && len(bootstrap) < shortKey {
		p.log.Warn("ADMIN_API_KEY opens everything and is short", "recommended_characters", shortKey)
	}
	return auth.NewKeyring(p.store, bootstrap, p.log, time.Now)
}

// ownHosts are the names that lead to this program, as far as it knows.
func (p *program) ownHosts() []string {
	var names []string
	if public, err := url.Parse(p.settings.PublicURL); err == nil {
		names = append(names, strings.ToLower(public.Hostname()))
	}
	if p.settings.Embedded() {
		names = append(names, "localhost", "127.0.0.1", "::1")
	}
	return names
}

func newLimiter(p parsed, keys *token.Keys, log *slog.Logger) *ratelimit.Limiter {
	if p.redis == nil {
		return ratelimit.NewMemory(p.limits, keys.Limits())
	}
	return ratelimit.NewRedis(p.redis, p.limits, keys.Limits(), log)
}

func customers(s *config.Settings, log *slog.Logger) *auth.Customers {
	rules := loginRules(s)
	if s.JWTJWKSURL != "" {
		return auth.CustomersByKeySet(auth.NewKeySet(s.JWTJWKSURL, log, time.Now), rules)
	}
	return auth.CustomersBySecret([]byte(s.JWTSecret), rules)
}

func loginRules(s *config.Settings) auth.Rules {
	return auth.Rules{Issuer: s.JWTIssuer, Audience: s.JWTAudience, Leeway: loginLeeway, Now: time.Now}
}

// close ends what wire began, in the opposite order.
func (p *program) close() {
	p.stopSending()
	if p.keeper != nil {
		p.keeper.Stop()
	}
	if p.store != nil {
		if err := p.store.Close(); err != nil {
			p.log.Error("closing the database", "error", err)
		}
	}
	if p.limits != nil {
		if err := p.limits.Close(); err != nil {
			p.log.Error("closing the rate limits", "error", err)
		}
	}
}
