package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os"

	"assent/config"
	"assent/consent"
	"assent/graph"
	"assent/httpx"
	"assent/ratelimit"

	"github.com/redis/go-redis/v9"
)

// parsed are the settings that the packages they are for have to read.
type parsed struct {
	limits     ratelimit.Limits
	proxies    []netip.Prefix
	redis      redis.UniversalClient // nil: none is configured
	operations graph.Operations      // nil: all are allowed
}

// loadSettings completes and checks the settings, and tells all that is wrong with
// them at once.
func loadSettings(s *config.Settings) error {
	err := errors.Join(append(checkRetention(s), s.Load())...)
	if err != nil {
		_, more := parse(s)
		err = errors.Join(err, more)
	}
	return settingsError(err)
}

// parse reads what the packages have to read; it connects to nothing.
func parse(s *config.Settings) (p parsed, err error) {
	var errs [4]error
	p.limits, errs[0] = ratelimit.ParseLimits(s.RateLimits)
	p.proxies, errs[1] = httpx.ParseProxies(s.TrustedProxies)
	p.redis, errs[2] = openRedis(s)
	p.operations, errs[3] = readOperations(s)
	return p, errors.Join(named("RATE_LIMITS", errs[0]), named("TRUSTED_PROXIES", errs[1]), named("REDIS_URL", errs[2]),
		named("PERSISTED_OPERATIONS", errs[3]))
}

// checkRetention refuses to delete what the rules still look at.
func checkRetention(s *config.Settings) (problems []error) {
	if s.OutboxKept < consent.MessageWindow {
		problems = append(problems, fmt.Errorf("OUTBOX_RETENTION must be at least %v: so far back do the bounds on messages to one address look", consent.MessageWindow))
	}
	if s.EvidenceKept != 0 && s.EvidenceKept < s.ConfirmWithin {
		problems = append(problems, errors.New("EVIDENCE_RETENTION must be 0, for ever, or at least CONFIRM_LIFETIME: a request may still be confirmed"))
	}
	return problems
}

// openRedis returns no client when none is configured.
func openRedis(s *config.Settings) (redis.UniversalClient, error) {
	if s.RedisURL == "" {
		return nil, nil
	}
	return ratelimit.OpenRedis(string(s.RedisURL), s.RedisMode)
}

// readOperations returns none when no file is named.
func readOperations(s *config.Settings) (graph.Operations, error) {
	if s.OperationsFile == "" {
		return nil, nil
	}
	text, err := os.ReadFile(s.OperationsFile)
	if err != nil {
		return nil, fmt.Errorf("reading the file: %w", err)
	}
	return graph.ParseOperations(text)
}

// named says which setting an error is about.
func named(setting string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", setting, err)
}

// settingsError heads a list of what is wrong.
func settingsError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("settings:\n%w", err)
}
