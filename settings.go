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
	"assent/mail"
	"assent/ratelimit"
	"assent/sms"
	"assent/store"
	"assent/tracing"

	"github.com/redis/go-redis/v9"
)

// parsed are the settings that the packages they are for have to read.
type parsed struct {
	limits     ratelimit.Limits
	proxies    []netip.Prefix
	redis      redis.UniversalClient // nil: none is configured
	operations graph.Operations      // nil: all are allowed
	mail       *mail.Server          // nil: nothing says how to send mail
	signer     *mail.Signer          // nil: we do not sign
	texts      *sms.Sender           // nil: nothing says how to send text messages
	traces     tracing.Settings
}

// loadSettings completes and checks the settings, and tells all that is wrong with
// them at once, before anything is opened or written.
func loadSettings(s *config.Settings, unread config.Unread) (parsed, error) {
	p, problems := check(s)
	if err := unread.Join(problems...); err != nil {
		return p, settingsError(err)
	}
	return p, settingsError(s.Generate())
}

// check completes the settings and tells all that is wrong with them; it opens and
// makes nothing.
func check(s *config.Settings) (parsed, []error) {
	problems := append(s.Check(), checkRetention(s)...)
	p, more := parse(s)
	return p, append(problems, more...)
}

// parse reads what the packages have to read, and tells all that it cannot; it
// connects to nothing.
func parse(s *config.Settings) (p parsed, problems []error) {
	read := func(setting string, err error) { problems = append(problems, named(setting, err)) }
	var err error
	read("DATABASE_URL", store.CheckURL(s.Database()))
	p.limits, err = ratelimit.ParseLimits(s.RateLimits)
	read("RATE_LIMITS", err)
	p.proxies, err = httpx.ParseProxies(s.TrustedProxies)
	read("TRUSTED_PROXIES", err)
	p.redis, err = openRedis(s)
	read("REDIS_URL", err)
	p.operations, err = readOperations(s)
	read("PERSISTED_OPERATIONS", err)
	p.signer, err = parseSigner(s)
	read("DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY", err)
	p.mail, err = parseMail(s)
	read("SMTP_URL", err)
	p.texts, err = parseTexts(s)
	read("SMS_URL", err)
	p.traces, err = tracing.Read(os.Getenv)
	return p, append(problems, err) // which names its variables
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

// parseMail returns no server when none is configured.
func parseMail(s *config.Settings) (*mail.Server, error) {
	if s.SMTPURL == "" {
		return nil, nil
	}
	server, err := mail.ParseServer(string(s.SMTPURL))
	return &server, err
}

// parseSigner returns none when not all that it takes is set, which config tells of.
func parseSigner(s *config.Settings) (*mail.Signer, error) {
	if s.DKIMDomain == "" || s.DKIMSelector == "" || s.DKIMPrivateKey == "" {
		return nil, nil
	}
	return mail.NewSigner(s.DKIMDomain, s.DKIMSelector, string(s.DKIMPrivateKey))
}

// parseTexts returns no sender when none is configured.
func parseTexts(s *config.Settings) (*sms.Sender, error) {
	if s.SMSURL == "" {
		return nil, nil
	}
	return sms.NewSender(string(s.SMSURL))
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
