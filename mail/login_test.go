package mail

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"

	"assent/mail/mailtest"
)

func TestMailIsHandedInOverTLSAndWithALogin(t *testing.T) {
	for name, options := range map[string]mailtest.Options{
		"STARTTLS":              {Encryption: mailtest.STARTTLS},
		"implicit TLS":          {Encryption: mailtest.Implicit},
		"a login":               {User: "shop", Password: "p@ss/ %"},
		"STARTTLS and a login":  {Encryption: mailtest.STARTTLS, User: "shop", Password: "p@ss/ %"},
		"TLS, too, and a login": {Encryption: mailtest.Implicit, User: "shop", Password: "p@ss/ %"},
	} {
		server := mailtest.NewServer(t, options)
		tlsConfig := &tls.Config{}
		if options.Encryption != mailtest.None {
			tlsConfig.RootCAs = server.Pool()
		}
		s := senderTo(t, server, Options{TLS: tlsConfig})
		send(t, s, confirmation(t))
		send(t, s, confirmation(t))
		if n, mails := server.Connections(), len(server.Mails()); n != 1 || mails != 2 {
			t.Errorf("%s: %d mails over %d connections", name, mails, n)
		}
	}
}

func TestWhatTheOperatorMustRepairIsTemporaryAndSaysSo(t *testing.T) {
	secured := mailtest.Options{Encryption: mailtest.STARTTLS, User: "shop", Password: "tabu"}
	for name, test := range map[string]struct {
		options mailtest.Options
		url     func(url string) string
		trusted bool
		about   string
	}{
		"a wrong password": {secured, func(u string) string { return strings.Replace(u, "tabu", "tabu2", 1) }, true, "AUTH answered 535 5.7.8"},
		"no login":         {secured, func(u string) string { return strings.Replace(u, "shop:tabu@", "", 1) }, true, "MAIL answered 502"},
		"a login the server does not know": {mailtest.Options{}, func(u string) string { return strings.Replace(u, "//", "//shop:tabu@", 1) },
			true, "AUTH: the server offers"},
		"no STARTTLS where it is a must": {mailtest.Options{User: "shop", Password: "tabu"},
			func(u string) string { return u + "?tls=mandatory" }, true, "STARTTLS: the server does not offer"},
		"a certificate nobody knows": {secured, func(u string) string { return u }, false, "unknown authority"},
		"a certificate nobody knows, smtps": {mailtest.Options{Encryption: mailtest.Implicit},
			func(u string) string { return u }, false, "TLS: the certificate is signed by an unknown authority"},
		"smtps where smtp is spoken": {mailtest.Options{},
			func(u string) string { return strings.Replace(u, "smtp:", "smtps:", 1) }, true, "does not speak TLS"},
	} {
		server := mailtest.NewServer(t, test.options)
		tlsConfig := &tls.Config{RootCAs: x509.NewCertPool()}
		if test.trusted && test.options.Encryption != mailtest.None {
			tlsConfig.RootCAs = server.Pool()
		}
		f := failureOf(t, senderAt(t, test.url(server.URL()), Options{TLS: tlsConfig}), confirmation(t))
		if f.Permanent() || !strings.Contains(f.Error(), test.about) || strings.Contains(f.Error(), "tabu") {
			t.Errorf("%s: permanent %v, %v", name, f.Permanent(), f)
		}
	}
}

func TestAPasswordNeverTravelsInClearWhereTLSIsAMust(t *testing.T) {
	server := mailtest.NewServer(t, mailtest.Options{User: "shop", Password: "tabu"})
	server.On(mailtest.Auth, func(string) error {
		t.Error("the server has seen the password")
		return nil
	})
	_ = failureOf(t, senderAt(t, server.URL()+"?tls=mandatory", Options{}), confirmation(t))
}
