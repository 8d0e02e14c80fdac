package mail

import (
	"fmt"
	"strings"
	"testing"
)

func TestASMTPURLSaysWhereAndHowMailIsHandedIn(t *testing.T) {
	for name, test := range map[string]struct {
		url            string
		address        string
		encryption     encryption
		user, password string
	}{
		"STARTTLS is a must with a user":        {"smtp://u:p@mx.example:2525", "mx.example:2525", mandatory, "u", "p"},
		"587 is the port of smtp":               {"smtp://u:p@mx.example", "mx.example:587", mandatory, "u", "p"},
		"465 is the port of smtps":              {"smtps://u:p@mx.example", "mx.example:465", implicit, "u", "p"},
		"smtps needs no user":                   {"smtps://mx.example:4650", "mx.example:4650", implicit, "", ""},
		"STARTTLS is taken without a user":      {"smtp://mx.example", "mx.example:587", opportunistic, "", ""},
		"this machine may be trusted":           {"smtp://u:p@localhost:1025", "localhost:1025", opportunistic, "u", "p"},
		"this machine by IPv4":                  {"smtp://u:p@127.0.0.2", "127.0.0.2:587", opportunistic, "u", "p"},
		"this machine by IPv6":                  {"smtp://u:p@[::1]:25", "[::1]:25", opportunistic, "u", "p"},
		"an address that begins like localhost": {"smtp://u:p@127.0.0.1.example", "127.0.0.1.example:587", mandatory, "u", "p"},
		"TLS as a must for this machine":        {"smtp://u:p@localhost?tls=mandatory", "localhost:587", mandatory, "u", "p"},
		"TLS as a must without a user":          {"smtp://mx.example?tls=mandatory", "mx.example:587", mandatory, "", ""},
		"a login in clear, as asked for":        {"smtp://u:p@mx.example?tls=none", "mx.example:587", unencrypted, "u", "p"},
		"a login in clear when need be":         {"smtp://u:p@mx.example?tls=opportunistic", "mx.example:587", opportunistic, "u", "p"},
		"special characters in the login": {"smtps://u%40shop.example:%3A%2F%3F%23%25@mx.example", "mx.example:465", implicit,
			"u@shop.example", ":/?#%"},
		"a name of a container":   {"smtp://mail_catcher:1025", "mail_catcher:1025", opportunistic, "", ""},
		"an international domain": {"smtp://müller.example", "xn--mller-kva.example:587", opportunistic, "", ""},
	} {
		s, err := ParseServer(test.url)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.String() != test.address || s.encryption != test.encryption {
			t.Errorf("%s: got %s with %s, want %s with %s", name, s, s.encryption, test.address, test.encryption)
		}
		if (s.login == nil) != (test.user == "") {
			t.Errorf("%s: there is a login or there is none", name)
		} else if s.login != nil {
			if user, password := s.login(); user != test.user || password != test.password {
				t.Errorf("%s: got %s, %s", name, user, password)
			}
		}
	}
}

func TestAWrongSMTPURLIsExplainedWithoutRepeatingIt(t *testing.T) {
	for name, test := range map[string]struct{ url, about string }{
		"nothing":                         {"", "scheme"},
		"another scheme":                  {"http://tabu:tabu@tabu.example", "scheme"},
		"only a host":                     {"tabu.example", "scheme"},
		"a host and a port":               {"tabu.example:587", "scheme"},
		"no slashes":                      {"smtp:tabu.example", "slashes"},
		"no host":                         {"smtp://", "host"},
		"no host but a port":              {"smtp://:587", "host"},
		"no host but a user":              {"smtp://tabu:tabu@", "host"},
		"a host that is none":             {"smtp://tabu!tabu", "host"},
		"a path":                          {"smtp://tabu.example/tabu", "path"},
		"a fragment":                      {"smtp://tabu.example#tabu", "fragment"},
		"port zero":                       {"smtp://tabu.example:0", "port"},
		"a port too high":                 {"smtp://tabu.example:65536", "port"},
		"a colon without a port":          {"smtp://tabu.example:", "port"},
		"a port in letters":               {"smtp://tabu.example:tabu", "URL"},
		"a user without password":         {"smtp://tabu@tabu.example", "password"},
		"an empty password":               {"smtp://tabu:@tabu.example", "password"},
		"a password without user":         {"smtp://:tabu@tabu.example", "user"},
		"an empty user":                   {"smtp://@tabu.example", "user"},
		"a line break in the password":    {"smtp://tabu:tabu%0D%0A@tabu.example", "control"},
		"a NUL in the user":               {"smtp://tabu%00:tabu@tabu.example", "control"},
		"an unescaped percent":            {"smtp://tabu:tabu%@tabu.example", "percent-encoded"},
		"an unescaped slash in the login": {"smtp://tabu:ta/bu@tabu.example", "percent-encoded"},
		"an unknown key":                  {"smtp://tabu.example?tabu=1", "query"},
		"a known and an unknown key":      {"smtp://tabu.example?tls=none&tabu=1", "query"},
		"a key twice":                     {"smtp://tabu.example?tls=none&tls=mandatory", "query"},
		"a broken query":                  {"smtp://tabu.example?tls=%zz", "query"},
		"an unknown encryption":           {"smtp://tabu.example?tls=tabu", "tls"},
		"an encryption that smtps is not": {"smtps://tabu.example?tls=none", "tls"},
	} {
		_, err := ParseServer(test.url)
		if err == nil || !strings.Contains(err.Error(), test.about) {
			t.Errorf("%s: the error must tell about the %s: %v", name, test.about, err)
		} else if strings.Contains(err.Error(), "tabu") {
			t.Errorf("%s: the error repeats the URL: %v", name, err)
		}
	}
}

func TestAServerNeverPrintsItsPassword(t *testing.T) {
	s, err := ParseServer("smtp://tabu:tabu@mx.example")
	if err != nil {
		t.Fatal(err)
	}
	sender := NewSender(Options{Server: s})
	for _, value := range []any{s, &s, Options{Server: s}, sender, *sender} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, "tabu") {
				t.Errorf("%s: %s", verb, text)
			}
		}
	}
}

func FuzzParseServer(f *testing.F) {
	f.Add("smtp://u:p@mx.example:587?tls=none")
	f.Add("smtps://u%40x:p@[::1%25eth0]:465")
	f.Add("smtp://:@:")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseServer(text)
		if err != nil {
			return
		}
		if s.host == "" || s.port == "" || s.encryption == "" || strings.ContainsAny(s.String(), "\r\n @/") {
			t.Errorf("%q was read as %s, %s", text, s, s.encryption)
		}
		if s.login != nil && s.encryption != implicit && s.encryption != mandatory && !isLoopback(s.host) &&
			!strings.Contains(text, "tls") {
			t.Errorf("%q sends a password in clear", text)
		}
	})
}
