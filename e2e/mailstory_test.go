package e2e

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assent/mail/mailtest"
	"assent/store/storetest"
)

// TestMailStory is a shopper's whole story, with a mail server between the shop
// and the mailbox.
func TestMailStory(t *testing.T) {
	onBothWithMail(t, func(t *testing.T, s *shop, server *mailtest.Server) {
		visitor, email := s.visitor(t).at(double), s.email("ada")
		visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
		confirmation := server.Next()
		wantFit(t, confirmation, email)
		confirming := asLetter(confirmation).link(t, confirmPage)

		visitor.opens(confirming).shows(t, http.StatusOK, "<button")
		visitor.opens(asLetter(confirmation).link(t, rejectPage)).shows(t, http.StatusOK, "<button")
		visitor.opens(asLetter(confirmation).link(t, unsubscribePage)).shows(t, http.StatusOK, "<button")
		visitor.knows(email, isNotAMember)

		visitor.presses(confirming).shows(t, http.StatusOK, "Sign-up confirmed")
		visitor.knows(email, isSubscribed)
		before := s.tables(t)
		visitor.presses(confirming).shows(t, http.StatusOK, "already")
		visitor.opens(confirming).shows(t, http.StatusOK, "already")
		s.wantUnchanged(t, before)

		welcome := server.Next()
		wantFit(t, welcome, email)
		visitor.clicksOnce(welcome, urlencoded)
		visitor.knows(email, isNotAMember)
		before = s.tables(t)
		visitor.clicksOnce(welcome, multiparted)
		visitor.clicksOnce(welcome, urlencoded)
		visitor.presses(confirming).shows(t, http.StatusGone, "<h1")
		visitor.opens(confirming).shows(t, http.StatusGone, "<h1")
		s.wantUnchanged(t, before)
		visitor.knows(email, isNotAMember)
		if mails := server.Mails(); len(mails) != 2 {
			t.Errorf("%d mails were sent, want 2", len(mails))
		}
	})
}

// wantFit wants a mail that mail programs can make something of (RFC 8058, RFC 3834).
func wantFit(t *testing.T, m mailtest.Mail, to string) {
	t.Helper()
	if m.Header.Get("To") != to || len(m.To) != 1 || m.To[0] != to {
		t.Errorf("it goes to %q, %q", m.To, m.Header.Get("To"))
	}
	for name, want := range map[string]string{
		"List-Unsubscribe": "/unsubscribe?", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Message-ID": "@", "Date": ":",
		"Auto-Submitted": "auto-generated",
	} {
		if !strings.Contains(m.Header.Get(name), want) {
			t.Errorf("%s is %q", name, m.Header.Get(name))
		}
	}
	if !strings.Contains(m.Text, unsubscribePage) || !strings.Contains(m.HTML, unsubscribePage) {
		t.Error("text or HTML is missing, or has no link to unsubscribe")
	}
}

func urlencoded(t *testing.T) (contentType, body string) {
	t.Helper()
	return "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"
}

func multiparted(t *testing.T) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	must(t, form.WriteField("List-Unsubscribe", "One-Click"))
	must(t, form.Close())
	return form.FormDataContentType(), b.String()
}

// clicksOnce does what a mail program does when its own button is pressed.
func (c *client) clicksOnce(m mailtest.Mail, encode func(*testing.T) (string, string)) {
	c.t.Helper()
	u, err := url.Parse(strings.Trim(m.Header.Get("List-Unsubscribe"), "<>"))
	must(c.t, err)
	contentType, body := encode(c.t)
	got := c.at("").with("Content-Type", contentType).with("Accept", "").do(http.MethodPost, u.RequestURI(), body)
	if got.status != http.StatusOK || got.body != "" || got.header.Get("Location")+got.header.Get("Set-Cookie") != "" {
		c.t.Errorf("%s is answered %d %q %v", contentType, got.status, got.body, got.header)
	}
}

func TestThatWasntMe(t *testing.T) {
	onBothWithMail(t, func(t *testing.T, s *shop, server *mailtest.Server) {
		visitor, email := s.visitor(t).at(double), s.email("ada")
		visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
		l := asLetter(server.Next())
		visitor.presses(l.link(t, rejectPage)).shows(t, http.StatusOK, "<h1")
		before := s.tables(t)
		visitor.presses(l.link(t, rejectPage)).shows(t, http.StatusOK, "<h1")
		visitor.presses(l.link(t, confirmPage)).shows(t, http.StatusGone, "<h1")
		s.wantUnchanged(t, before)
		visitor.knows(email, isNotAMember)

		rows := s.tables(t)["outbox"]
		visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
		visitor.at(single).does(signUp("EMAIL", email), "OK", granted("EMAIL"))
		if s.tables(t)["outbox"] != rows {
			t.Error("the address is written to again")
		}
		if page := visitor.do(http.MethodGet, "/metrics", ""); !strings.Contains(page.body, `assent_messages_held_back_total{reason="suppressed"} 2`) {
			t.Error("the messages held back cannot be seen in the metrics")
		}
	})
}

// TestListBombing signs a victim up at every site, over and over, from anywhere.
func TestListBombing(t *testing.T) {
	onBothWithMail(t, func(t *testing.T, s *shop, server *mailtest.Server) {
		victim, bystander := s.email("victim"), s.email("bystander")
		for range 5 {
			for _, site := range []string{single, double, plain, ownPages, discreet} {
				s.visitor(t).at(site).send(signUp("EMAIL", victim).document, signUp("EMAIL", victim).variables)
				s.visitor(t).at(site).send(enterCampaign("42", victim).document, enterCampaign("42", victim).variables)
			}
		}
		s.visitor(t).at(double).does(signUp("EMAIL", bystander), "REQUIRES_VERIFICATION", requested("EMAIL"))
		sent := 0
		for server.Next().To[0] != bystander { // queued last
			sent++
		}
		if waiting := len(s.lettersTo(t, victim)); sent > 3 || waiting > 3 {
			t.Errorf("%d mails were sent, %d are in the outbox", sent, waiting)
		}
	})
}

// TestSignedMail goes to a server that wants TLS and a login, and is signed.
func TestSignedMail(t *testing.T) {
	t.Parallel()
	server := mailtest.NewServer(t, mailtest.Options{Encryption: mailtest.STARTTLS, User: "assent", Password: "p@ss/word"})
	certificate := filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(certificate, server.PEM(), 0o600))
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	file := filepath.Join(t.TempDir(), "dkim.pem")
	must(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	s := openProduction(t, storetest.SQLite(t), "SMTP_URL="+server.URL()+"?tls=mandatory", "SSL_CERT_FILE="+certificate,
		"DKIM_DOMAIN=shop.example", "DKIM_SELECTOR=s1", "DKIM_PRIVATE_KEY_FILE="+file)
	defer s.close(t)
	s.visitor(t).at(double).does(signUp("EMAIL", s.email("ada")), "REQUIRES_VERIFICATION", requested("EMAIL"))
	signature := strings.ToLower(server.Next().Header.Get("DKIM-Signature"))
	for _, part := range []string{"d=shop.example", "s=s1", "list-unsubscribe:", "list-unsubscribe-post"} {
		if !strings.Contains(strings.Join(strings.Fields(signature), ""), part) {
			t.Errorf("the signature lacks %s: %s", part, signature)
		}
	}
}
