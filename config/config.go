package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"
)

// MinSecret is the least length of ASSENT_SECRET and JWT_SECRET, in bytes.
const MinSecret = 32

const embeddedPublicURL = "http://localhost:8080"

// redacted stands for what is not printed.
const redacted = "[redacted]"

// Secret is a setting that is never printed.
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// Format hides the value from every verb, wrong ones included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText hides the value from JSON, and so from structured logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Settings are the settings of the contract. ReadEnvironment, the parser of the command
// line, Check and Generate make them, in this order.
type Settings struct {
	DatabaseURL    Secret        `env:"DATABASE_URL" help:"postgres://… or sqlite://path; none: embedded mode, with a SQLite file in DATA_DIR"`
	RedisURL       Secret        `env:"REDIS_URL" help:"redis://… or rediss://…; none: limits are counted in this process"`
	RedisMode      string        `env:"REDIS_MODE" default:"single" help:"single, sentinel or cluster"`
	SMTPURL        Secret        `name:"smtp-url" env:"SMTP_URL" help:"smtp://user:pass@host:587 or smtps://…; none: messages stay in the outbox"`
	DKIMDomain     string        `name:"dkim-domain" env:"DKIM_DOMAIN" help:"domain in whose name mail is signed; with DKIM_SELECTOR and DKIM_PRIVATE_KEY"`
	DKIMSelector   string        `name:"dkim-selector" env:"DKIM_SELECTOR" help:"name of the key in the domain's DNS"`
	DKIMPrivateKey Secret        `name:"dkim-private-key" env:"DKIM_PRIVATE_KEY" help:"RSA or Ed25519 key in PEM form"`
	SMSURL         Secret        `name:"sms-url" env:"SMS_URL" help:"https://account:token@provider?from=…, a provider that speaks Twilio's API; none: text messages stay in the outbox"`
	SendMessages   bool          `env:"SEND_MESSAGES" default:"true" negatable:"" help:"false: this process only answers, others send"`
	HourlyMessages int           `name:"messages-per-hour" env:"MESSAGES_PER_HOUR" default:"20000" help:"more than this wait in the outbox; 0: no bound"`
	PublicURL      string        `env:"PUBLIC_URL" help:"where shoppers reach this service; required unless embedded"`
	ListenAddr     string        `env:"LISTEN_ADDR" default:":8080" help:"address to listen on"`
	DataDir        string        `env:"DATA_DIR" default:"./data" help:"folder of the embedded mode"`
	AssentSecret   Secret        `env:"ASSENT_SECRET" help:"32 bytes or more; all links and address hashes depend on it; required unless embedded"`
	JWTSecret      Secret        `env:"JWT_SECRET" help:"HS256 secret of customer logins"`
	JWTJWKSURL     string        `name:"jwt-jwks-url" env:"JWT_JWKS_URL" help:"key set of customer logins, instead of JWT_SECRET"`
	JWTIssuer      string        `env:"JWT_ISSUER" help:"required issuer of customer logins"`
	JWTAudience    string        `env:"JWT_AUDIENCE" help:"required audience of customer logins"`
	AdminAPIKey    Secret        `name:"admin-api-key" env:"ADMIN_API_KEY" help:"bootstrap key for all organisations"`
	TrustedProxies string        `env:"TRUSTED_PROXIES" help:"networks whose X-Forwarded-For is believed"`
	MaxConnections int           `env:"MAX_CONNECTIONS" default:"10000" help:"more than this wait to be answered"`
	MaxRequests    int           `env:"MAX_REQUESTS" default:"2000" help:"more than this at once are answered 503"`
	Introspection  *bool         `env:"INTROSPECTION" help:"whether the GraphQL schema can be asked for; none: in embedded mode only"`
	GraphiQL       *bool         `name:"graphiql" env:"GRAPHIQL" help:"whether / is a query editor; none: in embedded mode only"`
	RateLimits     string        `env:"RATE_LIMITS" help:"BUCKET.key=count/period+count/period,… or off"`
	CaptchaURL     string        `name:"captcha-verify-url" env:"CAPTCHA_VERIFY_URL" help:"where CAPTCHA tokens are checked, in place of every provider's own address"`
	ConfirmWithin  time.Duration `name:"confirm-lifetime" env:"CONFIRM_LIFETIME" default:"168h" help:"how long a confirmation link can be used"`
	OperationsFile string        `name:"persisted-operations" env:"PERSISTED_OPERATIONS" help:"file with the only GraphQL operations that are executed"`
	OutboxKept     time.Duration `name:"outbox-retention" env:"OUTBOX_RETENTION" default:"720h" help:"how long messages that were sent or cancelled are kept"`
	EvidenceKept   time.Duration `name:"evidence-retention" env:"EVIDENCE_RETENTION" default:"0s" help:"how long evidence is kept that no consent in force needs; 0: for ever"`
	RejectSilence  time.Duration `env:"REJECT_SILENCE" default:"2160h" help:"how long an address is not written to after \"that wasn't me\""`

	DrainTime *time.Duration `env:"DRAIN_TIME" help:"how long /readyz says 503 before a stop goes on; none: 5s, 0 in embedded mode"`
}

// drainTime is longer than load balancers that ask every second take to notice.
const drainTime = 5 * time.Second

// Drain is how long requests are still taken after the program was told to stop.
func (s Settings) Drain() time.Duration {
	switch {
	case s.DrainTime != nil:
		return *s.DrainTime
	case s.Embedded():
		return 0
	}
	return drainTime
}

// HasIntrospection reports whether the GraphQL schema can be asked for.
func (s Settings) HasIntrospection() bool { return either(s.Introspection, s.Embedded()) }

// HasGraphiQL reports whether there is a query editor, which asks for the schema.
func (s Settings) HasGraphiQL() bool {
	return either(s.GraphiQL, s.Embedded() && s.HasIntrospection())
}

func either(set *bool, otherwise bool) bool {
	if set == nil {
		return otherwise
	}
	return *set
}

// Embedded reports whether the program is to bring everything it needs itself.
func (s Settings) Embedded() bool { return s.DatabaseURL == "" }

// Database is the URL of the database.
func (s Settings) Database() string {
	if s.Embedded() {
		return "sqlite://" + filepath.Join(s.DataDir, "assent.db")
	}
	return string(s.DatabaseURL)
}

// localURL is where a browser on this machine finds what listens on the address.
func localURL(listenAddr string) string {
	_, port, err := net.SplitHostPort(listenAddr)
	if err != nil || port == "" || port == "0" {
		return embeddedPublicURL
	}
	return "http://localhost:" + port
}

// Check fills in what follows from other settings and tells all that is wrong, each
// problem with the name of its setting. It opens and generates nothing.
func (s *Settings) Check() []error {
	if s.Embedded() && s.PublicURL == "" {
		s.PublicURL = localURL(s.ListenAddr)
	}
	s.PublicURL = asciiHost(strings.TrimRight(s.PublicURL, "/"))
	return s.problems()
}

func (s *Settings) problems() []error {
	problems := []error{s.checkDatabase(), s.checkPublicURL(), s.checkListenAddr(), s.checkSecret(), s.checkLogins(), s.checkRedis(), s.checkDKIM(), s.checkCaptcha()}
	problems = append(problems, s.checkEmbeddedSecrets()...)
	for name, positive := range map[string]bool{
		"CONFIRM_LIFETIME": s.ConfirmWithin > 0, "REJECT_SILENCE": s.RejectSilence > 0,
	} {
		if !positive {
			problems = append(problems, fmt.Errorf("%s must be positive", name))
		}
	}
	if s.Drain() < 0 {
		problems = append(problems, errors.New("DRAIN_TIME must not be negative"))
	}
	if s.MaxConnections < 1 {
		problems = append(problems, errors.New("MAX_CONNECTIONS must be positive"))
	}
	if s.MaxRequests < 1 {
		problems = append(problems, errors.New("MAX_REQUESTS must be positive"))
	}
	if s.HasGraphiQL() && !s.HasIntrospection() {
		problems = append(problems, errors.New("GRAPHIQL needs INTROSPECTION"))
	}
	if s.HourlyMessages < 0 {
		problems = append(problems, errors.New("MESSAGES_PER_HOUR must not be negative"))
	}
	return problems
}

func (s Settings) checkDatabase() error {
	scheme, _, _ := strings.Cut(string(s.DatabaseURL), "://")
	if s.Embedded() || slices.Contains([]string{"postgres", "postgresql", "sqlite"}, scheme) {
		return nil
	}
	return errors.New("DATABASE_URL must start with postgres:// or sqlite://")
}

func (s Settings) checkPublicURL() error {
	if s.PublicURL == "" {
		return errors.New("PUBLIC_URL is required outside embedded mode")
	}
	if !isHTTP(s.PublicURL) || strings.ContainsAny(s.PublicURL, "?#@") {
		return errors.New("PUBLIC_URL must be an http or https URL without a query or a login")
	}
	return nil
}

func (s Settings) checkListenAddr() error {
	_, port, err := net.SplitHostPort(s.ListenAddr)
	if err == nil {
		_, err = net.DefaultResolver.LookupPort(context.Background(), "tcp", port) // asks nobody
	}
	if err != nil {
		return errors.New("LISTEN_ADDR must be host:port or :port, such as :8080")
	}
	return nil
}

// asciiHost writes an international host as links in mail have to carry it.
func asciiHost(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	if host, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && host != u.Hostname() {
		u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
	}
	return u.String()
}

func isHTTP(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func (s Settings) checkDKIM() error {
	set := 0
	for _, given := range []bool{s.DKIMDomain != "", s.DKIMSelector != "", s.DKIMPrivateKey != ""} {
		if given {
			set++
		}
	}
	if set == 0 || set == 3 {
		return nil
	}
	return errors.New("DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY belong together")
}

func (s Settings) checkCaptcha() error {
	if s.CaptchaURL == "" || isHTTP(s.CaptchaURL) {
		return nil
	}
	return errors.New("CAPTCHA_VERIFY_URL must be an http or https URL")
}

func (s Settings) checkRedis() error {
	if slices.Contains([]string{"single", "sentinel", "cluster"}, s.RedisMode) {
		return nil
	}
	return errors.New("REDIS_MODE must be single, sentinel or cluster")
}

func (s Settings) checkSecret() error {
	switch {
	case s.AssentSecret == "" && s.Embedded(): // Generate sees to it
		return nil
	case s.AssentSecret == "":
		return errors.New("ASSENT_SECRET is required outside embedded mode")
	case len(s.AssentSecret) < MinSecret:
		return fmt.Errorf("ASSENT_SECRET must have at least %d bytes", MinSecret)
	}
	return nil
}

func (s Settings) checkLogins() error {
	switch {
	case s.JWTSecret != "" && s.JWTJWKSURL != "":
		return errors.New("JWT_SECRET and JWT_JWKS_URL exclude each other")
	case s.JWTSecret == "" && s.JWTJWKSURL == "" && s.Embedded(): // the same
		return nil
	case s.JWTSecret == "" && s.JWTJWKSURL == "":
		return errors.New("JWT_SECRET or JWT_JWKS_URL is required outside embedded mode")
	case s.JWTJWKSURL != "" && !isHTTP(s.JWTJWKSURL):
		return errors.New("JWT_JWKS_URL must be an http or https URL")
	case s.JWTSecret != "" && len(s.JWTSecret) < MinSecret:
		return fmt.Errorf("JWT_SECRET must have at least %d bytes (RFC 7518, section 3.2)", MinSecret)
	}
	return nil
}
