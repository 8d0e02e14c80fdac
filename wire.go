package main

import (
	"context"
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
	"assent/tracing"
	"assent/web"
)

// loginLeeway is how far the clocks of this service and a login's issuer may
// differ.
const loginLeeway = 30 * time.Second

// maxBody is more than any route takes, in bytes.
const maxBody = 128 << 10

// requestTimeout is how long a request is carried out: everything it asks of the
// database together. Its answer comes within three seconds.
const requestTimeout = 2250 * time.Millisecond

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
	tracing  *tracing.Tracing
	admin    *admin.API

	stopSending func() // once, whoever asks first
	drain       *drain
	admission   *httpx.Admission
	handler     http.Handler
	log         *slog.Logger
}

// wire opens what the program needs and connects the packages. What it opened is
// closed again when it fails.
func wire(ctx context.Context, s *config.Settings, parsed parsed, log *slog.Logger) (_ *program, err error) {
	p := &program{settings: s, drain: &drain{lasts: s.Drain(), again: untilStopped}, log: log}
	p.stopSending = sync.OnceFunc(p.finishSending)
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	keys, err := token.NewKeys([]byte(s.AssentSecret))
	if err != nil {
		return nil, named("ASSENT_SECRET", err)
	}
	if err := p.open(ctx, parsed, keys); err != nil {
		return nil, err
	}
	service := consent.NewService(p.store, keys, consent.Settings{
		ConfirmLifetime: s.ConfirmWithin, RejectSilence: s.RejectSilence, Committed: p.committed,
	})
	p.workers = p.newWorkers(service)
	p.keeper = p.newKeeper()
	if err := p.openDoors(service, keys, parsed.operations); err != nil {
		return nil, err
	}
	return p, nil
}

// open opens what the doors and the workers need.
func (p *program) open(ctx context.Context, parsed parsed, keys *token.Keys) (err error) {
	s := p.settings
	p.proxies = parsed.proxies
	p.limits = newLimiter(parsed, keys, p.log)
	p.metrics = metrics.New()
	if p.tracing, err = tracing.Start(parsed.traces, p.log); err != nil {
		return err
	}
	if p.store, err = openStore(ctx, s, store.Options{Observer: p.metrics.Store(), Tracer: p.tracing.Tracer()}); err != nil {
		return err
	}
	if p.composer, err = outbox.NewComposer(p.store, keys, s.PublicURL, s.ConfirmWithin); err != nil {
		return err
	}
	p.channels = channels(s, parsed, p.log)
	p.brake = outbox.NewBrake(p.store.Sent, s.HourlyMessages)
	p.watch()
	return nil
}

// openDoors makes the handler of all requests.
func (p *program) openDoors(service *consent.Service, keys *token.Keys, operations graph.Operations) error {
	s := p.settings
	p.admin = admin.New(backoffice.NewService(p.store, service, keys, p.ownHosts()...), p.keyring(), p.limits, p.log)
	landing, err := web.NewLanding(service, keys, p.limits, s.PublicURL, p.log)
	if err != nil {
		return named("PUBLIC_URL", err)
	}
	verifier := captcha.NewVerifier(keys, captcha.Options{VerifyURL: s.CaptchaURL, Timeout: captchaTimeout}, p.log)
	resolver := graph.NewResolver(service, keys, p.limits, verifier, p.log)
	graphQL := graph.NewHandler(resolver, customers(s, p.log), graph.Options{
		Introspection: s.HasIntrospection(), Operations: operations, LocalOrigins: s.Embedded(), FallbackSite: p.fallbackSite(),
		Observer: p.observer(),
	})
	p.admission = httpx.NewAdmission(httpx.AdmissionOptions{
		Requests: s.MaxRequests, Within: requestTimeout, MaxBody: maxBody, Refused: p.metrics.Shed,
	})
	p.watchRoutes()
	p.handler = httpx.Chain(p.routes(graphQL, landing), httpx.RequestID, httpx.ClientAddress(p.proxies), httpx.Trace(p.traceOptions()),
		httpx.AccessLog(p.log), httpx.Observe(p.metrics.Answered), httpx.Recover(p.log),
		httpx.SecurityHeaders(strings.HasPrefix(s.PublicURL, "https:")), httpx.LimitBody(maxBody))
	return nil
}

// traceOptions leaves out what asks how the process is, every few seconds.
func (p *program) traceOptions() httpx.TraceOptions {
	return httpx.TraceOptions{
		Tracer: p.tracing.Tracer(), Parent: p.tracing.Parent, Except: []string{"/healthz", "/readyz", "/metrics"},
	}
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
	p.tracing.Stop()
}
