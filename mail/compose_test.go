package mail

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/mail/mailtest"
)

// arrived is the mail as the server got it.
func arrived(t *testing.T, m Rendered) mailtest.Mail {
	t.Helper()
	server := mailtest.NewServer(t, mailtest.Options{})
	send(t, senderTo(t, server, Options{Now: func() time.Time { return time.Unix(1_800_000_000, 0).UTC() }}), m)
	return server.Next()
}

func TestAMailArrivesAsWritten(t *testing.T) {
	m := confirmation(t)
	mail := arrived(t, m)
	if mail.From != "service@shop.example" || !slices.Equal(mail.To, []string{"ada@example.com"}) {
		t.Errorf("the envelope is from %s to %v", mail.From, mail.To)
	}
	if mail.Subject != m.Subject || mail.Text != crlf(m.Text) || mail.HTML != crlf(m.HTML) {
		t.Errorf("subject, text or HTML have changed:\n%s", mail.Raw)
	}
	want := map[string]string{
		"Date":           "Fri, 15 Jan 2027 08:00:00 +0000",
		"Auto-Submitted": "auto-generated",
		"Mime-Version":   "1.0",
	}
	for name, value := range m.Headers {
		want[name] = value
	}
	for name, value := range want {
		if got := mail.Header.Get(name); got != value {
			t.Errorf("%s: got %q, want %q", name, got, value)
		}
	}
	if len(mail.Header) != len(want)+2 { // and Subject, Content-Type
		t.Errorf("other headers, too: %v", mail.Header)
	}
}

// crlf is what line breaks become on their way (RFC 5321, section 2.3.8).
func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

func TestTextThatTroublesSMTPArrivesUnharmed(t *testing.T) {
	for name, text := range map[string]string{
		"a line with a dot":       "before\r\n.\r\nafter\r\n",
		"lines that begin so":     ".\r\n..\r\n.dot\r\n",
		"bare line feeds":         "one\ntwo\n.\nthree",
		"a long line":             "<p>" + strings.Repeat("x", 3000) + "</p>",
		"a long line of umlauts":  strings.Repeat("ü", 3000),
		"white space at the end":  "a \r\nb\t\r\n",
		"the boundary":            "--=_alternative--\r\n\r\n--=_alternative\r\n",
		"no line break at all":    "x",
		"nothing":                 "",
		"a line that begins From": "From here\r\n",
	} {
		m := confirmation(t)
		m.Text, m.HTML = text, text
		mail := arrived(t, m)
		if mail.Text != crlf(text) || mail.HTML != crlf(text) {
			t.Errorf("%s has changed:\n%s", name, mail.Raw)
		}
		checkLines(t, mail.Raw)
	}
}

// checkLines demands what servers may cut or refuse otherwise (RFC 5321, section 4.5.3.1.6).
func checkLines(t *testing.T, raw []byte) {
	t.Helper()
	for line := range bytes.Lines(raw) {
		if len(line) > 1000 || !bytes.HasSuffix(line, []byte("\r\n")) || bytes.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
}

func TestALongUnsubscribeLinkArrivesInOnePiece(t *testing.T) {
	m := sample(Welcome, "en")
	m.Links.OneClick = "https://shop.example/unsubscribe?uuid=" + strings.Repeat("u", 900-len("https://shop.example/unsubscribe?uuid="))
	mail := arrived(t, render(t, m))
	if !bytes.Contains(mail.Raw, []byte("List-Unsubscribe: <"+m.Links.OneClick+">\r\n")) {
		t.Errorf("the header is encoded or folded:\n%s", mail.Raw)
	}
}

func TestLongNamesAndSubjectsBeyondASCIIArriveInLinesOfLegalLength(t *testing.T) {
	for _, name := range []string{"Müller", strings.Repeat("Bücher und Größen ", 14) + "ß", strings.Repeat("書", 100)} {
		m := sample(ConfirmSubscription, "de")
		m.Site.Name, m.Site.SenderName = name, name
		rendered := render(t, m)
		mail := arrived(t, rendered)
		from, err := mail.Header.AddressList("From")
		if err != nil || len(from) != 1 || from[0].Name != name || from[0].Address != "service@shop.example" {
			t.Errorf("From has become %v, %v", from, err)
		}
		if mail.Subject != rendered.Subject {
			t.Errorf("the subject has become %q", mail.Subject)
		}
		checkLines(t, mail.Raw)
		for line := range bytes.Lines(mail.Raw) {
			if bytes.Contains(line, []byte("=?")) && len(line) > 78 {
				t.Errorf("%d bytes: %s", len(line), line)
			}
		}
	}
}

func TestAnInternationalDomainTravelsInASCII(t *testing.T) {
	m := sample(ConfirmSubscription, "de")
	m.To, m.Site.SenderEmail = "ada@bücher.example", "service@müller.example"
	mail := arrived(t, render(t, m))
	if mail.From != "service@xn--mller-kva.example" || mail.To[0] != "ada@xn--bcher-kva.example" || mail.UTF8 {
		t.Errorf("from %s to %s, SMTPUTF8 %v", mail.From, mail.To, mail.UTF8)
	}
	checkLines(t, mail.Raw)
	if got := mail.Header.Get("Message-ID"); got != "<"+m.ID+"@xn--mller-kva.example>" {
		t.Errorf("Message-ID: %s", got)
	}
}

func TestAQuotedAddressKeepsItsQuotes(t *testing.T) {
	m := sample(ConfirmSubscription, "en")
	m.To = `"ada lovelace"@example.com`
	mail := arrived(t, render(t, m))
	if mail.Header.Get("To") != m.To || mail.To[0] != "ada lovelace@example.com" {
		t.Errorf("to %q, header %q", mail.To, mail.Header.Get("To"))
	}
}

func TestAnInternationalAddressNeedsAServerThatTakesIt(t *testing.T) {
	m := sample(ConfirmSubscription, "en")
	m.To = "ädä@bücher.example"
	server := mailtest.NewServer(t, mailtest.Options{UTF8: true})
	s := senderTo(t, server, Options{})
	send(t, s, render(t, m))
	if mail := server.Next(); mail.To[0] != "ädä@xn--bcher-kva.example" || !mail.UTF8 {
		t.Errorf("to %s, SMTPUTF8 %v", mail.To, mail.UTF8)
	}
	send(t, s, confirmation(t))
	if server.Next().UTF8 {
		t.Error("an ordinary mail asks for SMTPUTF8 and would fail at the next server without it")
	}

	s = senderTo(t, mailtest.NewServer(t, mailtest.Options{}), Options{})
	if f := failureOf(t, s, render(t, m)); !f.Permanent() || f.NoSuchRecipient() || !strings.Contains(f.Error(), "SMTPUTF8") {
		t.Errorf("without SMTPUTF8: permanent %v, %v", f.Permanent(), f)
	}
}

func TestAMailThatCannotBeComposedIsPermanent(t *testing.T) {
	for name, spoil := range map[string]func(map[string]string){
		"no sender":                     func(h map[string]string) { delete(h, "From") },
		"no recipient":                  func(h map[string]string) { delete(h, "To") },
		"two recipients":                func(h map[string]string) { h["To"] = "ada@example.com, ada@example.org" },
		"a recipient of no domain":      func(h map[string]string) { h["To"] = "ada@\u2028.example" },
		"no Message-ID":                 func(h map[string]string) { delete(h, "Message-ID") },
		"a line break in a header":      func(h map[string]string) { h["List-Unsubscribe"] = "<x>\r\nBcc: ada@example.com" },
		"a line break in the sender":    func(h map[string]string) { h["From"] = "a@x.example\r\nBcc: ada@example.com" },
		"a line break in the recipient": func(h map[string]string) { h["To"] = "ada@example.com\nX: y" },
	} {
		m := confirmation(t)
		spoil(m.Headers)
		f := failureOf(t, senderAt(t, "smtp://nowhere.invalid", Options{}), m)
		if !f.Permanent() || f.NoSuchRecipient() {
			t.Errorf("%s: permanent %v: %v", name, f.Permanent(), f)
		}
	}
}

func FuzzNoInputAddsAHeaderOrBreaksALine(f *testing.F) {
	f.Add("ada@example.com", `"Shop" <service@shop.example>`, "<1@shop.example>", "Subject", "text", "<p>html</p>")
	f.Add("ada@b\u00fccher.example", "=?utf-8?q?a?= =?utf-8?q?b?= <a@b>", "<@>", "\u00fc\r\nBcc: x@y.example", "\r.\r\n", "\n\x00")
	f.Fuzz(func(t *testing.T, to, from, id, subject, text, html string) {
		l, err := compose(Rendered{Subject: subject, Text: text, HTML: html, Headers: map[string]string{
			"From": from, "To": to, "Message-ID": id,
		}}, time.Unix(1_800_000_000, 0))
		if err != nil {
			return
		}
		if bare := bytes.ReplaceAll(l.content, []byte("\r\n"), nil); bytes.ContainsAny(bare, "\r\n") {
			t.Errorf("a bare line end: %q", l.content)
		}
		header, body, _ := bytes.Cut(l.content, []byte("\r\n\r\n"))
		fields := 0
		for line := range bytes.Lines(header) {
			if line[0] != ' ' {
				fields++
			}
		}
		if fields != 8 || !isASCII(string(body)) || strings.ContainsAny(l.from+l.to, "\r\n") {
			t.Errorf("%d header fields: %q", fields, l.content)
		}
	})
}
