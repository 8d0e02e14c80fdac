package config_test

import (
	"slices"
	"strings"
	"testing"

	"assent/config"
)

// FuzzNoPasswordIsShown writes passwords into URLs as people do: as they are.
func FuzzNoPasswordIsShown(f *testing.F) {
	for _, password := range []string{"hunter2", "p@ss/word", "a#b?c@d", "1/2@3", "%41%zz", "12?x=1", "[::1]", "a:b:c", "//x@y", "é\x00"} {
		f.Add(password)
	}
	schemes := []string{"postgres", "rediss", "smtp", "https"}
	f.Fuzz(func(t *testing.T, password string) {
		mayBeShown := strings.Join(append(slices.Clone(schemes), "db.example:5432/assent?sslmode=require", "/[redacted]?sslmode=[redacted]"), "://")
		if len(password) < 4 || strings.Contains(mayBeShown, password) {
			return
		}
		for _, scheme := range schemes {
			secret := config.Secret(scheme + "://assent:" + password + "@db.example:5432/assent?sslmode=require")
			s := config.Settings{DatabaseURL: secret, RedisURL: secret, SMTPURL: secret, SMSURL: secret, JWTJWKSURL: string(secret)}
			for _, e := range s.Effective(nil) {
				if strings.HasSuffix(e.Name, "_URL") && strings.Contains(e.Value, password) {
					t.Errorf("%q is shown: %s", password, e.Value)
				}
			}
		}
	})
}
