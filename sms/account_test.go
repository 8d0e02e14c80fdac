package sms

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAnSMSURLSaysWhereToPostAsWhomAndFromWhichSender(t *testing.T) {
	const service = "MG0123456789abcdef0123456789ABCDEF"
	tests := map[string]struct {
		smsURL string
		want   account
	}{
		"Twilio itself": {"https://AC12:t0ken@api.twilio.com?from=%2B447400000000",
			account{"https://api.twilio.com/2010-04-01/Accounts/AC12/Messages.json", "AC12", "t0ken", "From", "+447400000000"}},
		"a bare slash is no path": {"https://AC12:t0ken@api.twilio.com/?from=%2B447400000000",
			account{"https://api.twilio.com/2010-04-01/Accounts/AC12/Messages.json", "AC12", "t0ken", "From", "+447400000000"}},
		"a messaging service": {"https://AC12:t0ken@api.twilio.com?from=" + service,
			account{"https://api.twilio.com/2010-04-01/Accounts/AC12/Messages.json", "AC12", "t0ken", "MessagingServiceSid", service}},
		"a path of its own": {"https://user:pass@gateway.example:8443/sms/v%2F2?from=Shop",
			account{"https://gateway.example:8443/sms/v%2F2", "user", "pass", "From", "Shop"}},
		"credentials percent-encoded": {"https://a%40b:p%3A%2F%3F%23%40@gateway.example/sms?from=Shop",
			account{"https://gateway.example/sms", "a@b", "p:/?#@", "From", "Shop"}},
		"a name with digits and a blank": {"https://user:pass@gateway.example/sms?from=24+Shop",
			account{"https://gateway.example/sms", "user", "pass", "From", "24 Shop"}},
		"http to this machine by name":    {"http://u:p@localhost:8025/sms?from=Shop", account{"http://localhost:8025/sms", "u", "p", "From", "Shop"}},
		"http to this machine by address": {"http://u:p@127.0.0.2:8025/sms?from=Shop", account{"http://127.0.0.2:8025/sms", "u", "p", "From", "Shop"}},
		"http to this machine by IPv6":    {"http://u:p@[::1]:8025/sms?from=Shop", account{"http://[::1]:8025/sms", "u", "p", "From", "Shop"}},
	}
	for name, test := range tests {
		got, err := parseAccount(test.smsURL)
		if err != nil || got != test.want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

func TestABrokenSMSURLIsRefusedAndNeverQuoted(t *testing.T) {
	tests := map[string]struct{ smsURL, names string }{
		"empty":                            {"", "scheme"},
		"another scheme":                   {"ftp://sekret:sekret@sekret.example/sms?from=Shop", "scheme"},
		"credentials in clear":             {"http://sekret:sekret@sekret.example/sms?from=Shop", "clear"},
		"a host that looks like this one":  {"http://sekret:sekret@localhost.sekret.example/sms?from=Shop", "clear"},
		"no host":                          {"https://sekret:sekret@:443/sms?from=Shop", "host"},
		"a port that is none":              {"https://sekret:sekret@sekret.example:70000/sms?from=Shop", "port"},
		"a slash in the password":          {"https://sekret:sek/ret@sekret.example/sms?from=Shop", "percent-encoded"},
		"a question mark in the password":  {"https://sekret.example/?sekret@sekret.example/sms?from=Shop", "user"},
		"a hash in the password":           {"https://sekret.example/sms?from=Shop#sekret", "%23"},
		"a control character":              {"https://sekret:sek\x00ret@sekret.example/sms?from=Shop", "percent-encoded"},
		"no user":                          {"https://sekret.example/sms?from=Shop", "user"},
		"no password":                      {"https://sekret@sekret.example/sms?from=Shop", "password"},
		"an empty password":                {"https://sekret:@sekret.example/sms?from=Shop", "password"},
		"a user with a colon":              {"https://sek%3Aret:sekret@sekret.example/sms?from=Shop", "colon"},
		"an account that changes the path": {"https://..%2Fsekret:sekret@sekret.example?from=Shop", "account SID"},
		"no sender":                        {"https://sekret:sekret@sekret.example/sms", "from"},
		"an empty sender":                  {"https://sekret:sekret@sekret.example/sms?from=", "from"},
		"two senders":                      {"https://sekret:sekret@sekret.example/sms?from=Shop&from=Sekret", "from"},
		"an unknown key":                   {"https://sekret:sekret@sekret.example/sms?from=Shop&sekret=1", "nothing but from"},
		"a query that is none":             {"https://sekret:sekret@sekret.example/sms?from=%zz", "query"},
		"a plus sign not encoded":          {"https://sekret:sekret@sekret.example/sms?from=+447700900123", "%2B"},
		"a national number":                {"https://sekret:sekret@sekret.example/sms?from=07700900123", "E.164"},
		"a number of 16 digits":            {"https://sekret:sekret@sekret.example/sms?from=%2B4477009001234567", "E.164"},
		"a name of 12 letters":             {"https://sekret:sekret@sekret.example/sms?from=Sekretsekret", "1 to 11"},
		"a name with an accent":            {"https://sekret:sekret@sekret.example/sms?from=Sekr%C3%A9t", "letters"},
		"a name with a line break":         {"https://sekret:sekret@sekret.example/sms?from=Sekret%0A", "letters"},
		"half a messaging service":         {"https://sekret:sekret@sekret.example/sms?from=MG0123456789abcdef", "messaging service"},
	}
	for name, test := range tests {
		sender, err := NewSender(test.smsURL)
		if err == nil {
			t.Errorf("%s: accepted as %+v", name, sender.account)
			continue
		}
		text := strings.ToLower(err.Error())
		if !strings.Contains(err.Error(), test.names) || strings.Contains(text, "sekr") || strings.Contains(text, "770090") {
			t.Errorf("%s: got %q", name, err)
		}
	}
}

func FuzzASMSURLThatIsAcceptedCanBeSafelyPostedTo(f *testing.F) {
	for _, seed := range []string{
		"https://AC12:t0ken@api.twilio.com?from=%2B447400000000", "https://u:p@gateway.example/sms?from=Shop", "http://u:p@[::1]:1/a?from=a",
		"http://u:p@localhost?from=MG0123456789abcdef0123456789abcdef", "https://u:p@h/%2f%zz?from=a", "https:u:p@h?from=a#", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, smsURL string) {
		got, err := parseAccount(smsURL)
		if err == nil {
			checkEndpoint(t, got)
			checkSender(t, got)
		} else if len(smsURL) > 30 && strings.Contains(err.Error(), smsURL) {
			t.Errorf("the error quotes the URL: %v", err)
		}
	})
}

func checkEndpoint(t *testing.T, got account) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, got.endpoint, nil)
	if err != nil {
		t.Fatalf("cannot be posted to: %v", err)
	}
	u := request.URL
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(u.Path) < 2 || u.Hostname() == "" {
		t.Errorf("%q holds more or less than a host and a path", got.endpoint)
	}
	if u.Scheme != "https" && !isLoopback(u.Hostname()) {
		t.Errorf("credentials would travel in clear to %q", got.endpoint)
	}
}

func checkSender(t *testing.T, got account) {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/", nil)
	request.SetBasicAuth(got.user, got.password)
	if user, password, _ := request.BasicAuth(); user != got.user || password != got.password || user == "" || password == "" {
		t.Errorf("user %q and password %q arrive as %q and %q", got.user, got.password, user, password)
	}
	if field := senderField(got.sender); field == "" || field != got.senderField {
		t.Errorf("sender %q in field %q", got.sender, got.senderField)
	}
}
