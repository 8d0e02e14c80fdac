package config_test

import (
	"slices"
	"strings"
	"testing"

	"assent/config"
)

// line is the setting as it is printed.
func line(t *testing.T, s config.Settings, name string) config.Effective {
	t.Helper()
	list := s.Effective(nil)
	i := slices.IndexFunc(list, func(e config.Effective) bool { return e.Name == name })
	if i < 0 {
		t.Fatalf("%s is not listed", name)
	}
	return list[i]
}

func TestTheEffectiveSettingsTellWhereTheyComeFrom(t *testing.T) {
	s := mustLoad(t, embedded(t, map[string]string{"MAX_REQUESTS": "7", "SMTP_URL_FILE": file(t, "smtp://mail:25\n"), "INTROSPECTION": "false"}))
	for name, want := range map[string]config.Effective{
		"MAX_REQUESTS":     {Value: "7", Source: config.FromEnvironment},
		"SMTP_URL":         {Value: "smtp://mail:25", Source: config.FromFile},
		"INTROSPECTION":    {Value: "false", Source: config.FromEnvironment},
		"GRAPHIQL":         {Value: "false", Source: config.FromDefault},
		"LISTEN_ADDR":      {Value: ":8080", Source: config.FromDefault},
		"DRAIN_TIME":       {Value: "0s", Source: config.FromDefault},
		"CONFIRM_LIFETIME": {Value: "168h0m0s", Source: config.FromDefault},
		"DATABASE_URL":     {Source: config.FromDefault},
		"ASSENT_SECRET":    {Value: "[redacted]", Source: config.FromGenerator},
		"JWT_SECRET":       {Value: "[redacted]", Source: config.FromGenerator},
	} {
		want.Name = name
		if got := line(t, s, name); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if list := s.Effective(nil); list[0].Name != "DATABASE_URL" || list[1].Name != "REDIS_URL" {
		t.Errorf("they begin with %+v", list[:2])
	}
}

func TestTheEffectiveSettingsHoldNoSecret(t *testing.T) {
	for name, tests := range map[string]map[string]string{
		"DATABASE_URL": {
			"postgres://assent:hunter2@db:5432/assent?sslmode=verify-full&password=hunter2": "postgres://db:5432/assent?password=[redacted]&sslmode=verify-full",
			"postgres:///assent?host=/run/postgresql&user=hunter2":                          "postgres:///assent?host=/run/postgresql&user=[redacted]",
			"postgres://assent:hun#ter2@db/assent":                                          "[redacted]",
			"postgres://assent:1/hunter2@db/assent":                                         "[redacted]",
			"postgres://assent:1?hunter2@db/assent":                                         "[redacted]",
			"postgres://assent:a@1/hunter2@db/assent":                                       "[redacted]",
			"postgres://assent:hunter2%zz@db/assent":                                        "[redacted]",
			"sqlite:///srv/assent.db":                                                       "sqlite:///srv/assent.db",
			"sqlite:///srv/50%?#x=1&y.db":                                                   "sqlite:///srv/50%?#x=1&y.db",
		},
		"REDIS_URL":     {"rediss://:hunter2@redis:6379/2?addr=second:6379": "rediss://redis:6379/2?addr=second:6379", "hunter2": "[redacted]"},
		"SMTP_URL":      {"smtps://hunter2:hunter2@mail?tls=mandatory": "smtps://mail?tls=mandatory"},
		"SMS_URL":       {"https://a:hunter2@sms.example/hook/hunter2?from=hunter2": "https://sms.example/[redacted]?from=[redacted]", "https://a:hunter2@sms.example": "https://sms.example"},
		"JWT_JWKS_URL":  {"https://a:hunter2@login.example/keys?key=hunter2": "https://login.example/keys?key=[redacted]"},
		"ASSENT_SECRET": {"hunter2": "[redacted]", "": ""},
		"ADMIN_API_KEY": {"hunter2://hunter2": "[redacted]"},
	} {
		for value, want := range tests {
			s := config.Settings{DatabaseURL: "sqlite://x"}
			switch name {
			case "DATABASE_URL":
				s.DatabaseURL = config.Secret(value)
			case "REDIS_URL":
				s.RedisURL = config.Secret(value)
			case "SMTP_URL":
				s.SMTPURL = config.Secret(value)
			case "SMS_URL":
				s.SMSURL = config.Secret(value)
			case "JWT_JWKS_URL":
				s.JWTJWKSURL = value
			case "ASSENT_SECRET":
				s.AssentSecret = config.Secret(value)
			case "ADMIN_API_KEY":
				s.AdminAPIKey = config.Secret(value)
			}
			got := line(t, s, name).Value
			if got != want || strings.Contains(got, "hunter2") {
				t.Errorf("%s: %q is printed as %q, want %q", name, value, got, want)
			}
		}
	}
}
