package mail

import (
	netmail "net/mail"
	"strings"
	"testing"
)

func TestHeadersLetAMailClientUnsubscribeInOneClick(t *testing.T) {
	m := sample(Welcome, "en")
	got := render(t, m).Headers
	for name, want := range map[string]string{
		"From":                  `"Demo Shop Service" <service@shop.example>`,
		"To":                    "ada@example.com",
		"Message-ID":            "<0199a1b2-0000-7000-8000-000000000001@shop.example>",
		"List-Unsubscribe":      "<https://shop.example/unsubscribe?uuid=U&email=H>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	} {
		if got[name] != want {
			t.Errorf("%s: got %q, want %q", name, got[name], want)
		}
	}
}

func TestTheSenderIsTheSiteUnlessNamedOtherwise(t *testing.T) {
	for name, test := range map[string]struct{ site, sender, want string }{
		"a sender name":              {"Demo Shop", "Service", `"Service" <service@shop.example>`},
		"no sender name":             {"Demo Shop", "", `"Demo Shop" <service@shop.example>`},
		"a name beyond ASCII":        {"Café", "", `=?utf-8?q?Caf=C3=A9?= <service@shop.example>`},
		"a name with header symbols": {`A "B" <c>`, "", `"A \"B\" <c>" <service@shop.example>`},
	} {
		m := sample(Welcome, "en")
		m.Site.Name, m.Site.SenderName = test.site, test.sender
		if got := render(t, m).Headers["From"]; got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestABrokenMessageIsRefusedWithoutRepeatingItsContent(t *testing.T) {
	const secret = "ada"
	tests := map[string]struct {
		spoil func(*Message)
		field string
	}{
		"an unknown kind":                    {func(m *Message) { m.Kind = "birthday" }, "kind"},
		"no id":                              {func(m *Message) { m.ID = "" }, "id"},
		"a line break in the id":             {func(m *Message) { m.ID = "ada\r\nBcc: x@y.example" }, "id"},
		"an id that ends the angle brackets": {func(m *Message) { m.ID = "ada>" }, "id"},
		"no recipient":                       {func(m *Message) { m.To = "" }, "recipient"},
		"a line break in the recipient":      {func(m *Message) { m.To = "ada@example.com\r\nBcc: x@y.example" }, "recipient"},
		"two recipients":                     {func(m *Message) { m.To = "ada@example.com, bob@example.com" }, "recipient"},
		"a named recipient":                  {func(m *Message) { m.To = "ada <ada@example.com>" }, "recipient"},
		"a recipient without a domain":       {func(m *Message) { m.To = "ada" }, "recipient"},
		"no site name":                       {func(m *Message) { m.Site.Name = "" }, "site name"},
		"a line break in the site name":      {func(m *Message) { m.Site.Name = "ada\nBcc: x@y.example" }, "site name"},
		"a line separator in the site name":  {func(m *Message) { m.Site.Name = "ada\u2028x" }, "site name"},
		"invalid UTF-8 in the site name":     {func(m *Message) { m.Site.Name = "ada\xff" }, "site name"},
		"a line break in the sender name":    {func(m *Message) { m.Site.SenderName = "ada\rx" }, "sender name"},
		"no sender e-mail":                   {func(m *Message) { m.Site.SenderEmail = "" }, "sender e-mail"},
		"a line break in the sender e-mail":  {func(m *Message) { m.Site.SenderEmail = "ada@shop.example\n" }, "sender e-mail"},
		"no confirm link":                    {func(m *Message) { m.Links.Confirm = "" }, "confirm link"},
		"a script as confirm link":           {func(m *Message) { m.Links.Confirm = "javascript:ada" }, "confirm link"},
		"a relative reject link":             {func(m *Message) { m.Links.Reject = "/reject?ada" }, "reject link"},
		"no unsubscribe link":                {func(m *Message) { m.Links.Unsubscribe = "" }, "unsubscribe link"},
		"no one-click link":                  {func(m *Message) { m.Links.OneClick = "" }, "one-click link"},
		"a line break in the link":           {func(m *Message) { m.Links.OneClick = "https://ada.example/\r\nX: y" }, "one-click link"},
		"a link that ends the angle brackets": {
			func(m *Message) { m.Links.OneClick = "https://ada.example/>,<mailto:x@y.example" }, "one-click link"},
		"a link longer than a header line": {
			func(m *Message) { m.Links.OneClick = "https://ada.example/" + strings.Repeat("x", 900) }, "one-click link"},
	}
	r := renderer(t)
	for name, test := range tests {
		m := sample(ConfirmSubscription, "en")
		test.spoil(&m)
		_, err := r.Render(m)
		if err == nil || !strings.Contains(err.Error(), test.field) {
			t.Errorf("%s: the error must name the %s: %v", name, test.field, err)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error repeats the content: %v", name, err)
		}
	}
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	_, err := renderer(t).Render(Message{Kind: ConfirmSubscription})
	for _, field := range []string{"id", "recipient", "site name", "sender e-mail", "unsubscribe", "confirm", "reject"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("no word about the %s: %v", field, err)
		}
	}
}

func FuzzHeadersStayOnOneLine(f *testing.F) {
	f.Add("ada@example.com", "Demo Shop", "Service", "service@shop.example", "id-1", "https://shop.example/u")
	f.Add("ada@example.com\r\nBcc: x@y.example", "Demo\nShop", "\u2028", "a@b\r", "id>", "https://x/>\n")
	f.Add(`"a\ b"@example.com`, "=?utf-8?q?=0D=0A?=", "é\x00", `"x y"@[127.0.0.1]`, "..", "http://[::1]/%0d%0a")
	r := renderer(f)
	f.Fuzz(func(t *testing.T, to, site, sender, email, id, link string) {
		mail, err := r.Render(Message{
			Kind: Welcome, ID: id, To: to,
			Site:  Site{Name: site, SenderName: sender, SenderEmail: email},
			Links: Links{Unsubscribe: link, OneClick: link},
		})
		if err != nil {
			return
		}
		mail.Headers["Subject"] = mail.Subject
		for name, value := range mail.Headers {
			if strings.ContainsAny(value, "\r\n\x00") {
				t.Errorf("%s: %q", name, value)
			}
		}
		if _, err := netmail.ParseAddress(mail.Headers["From"]); err != nil {
			t.Errorf("From: %q: %v", mail.Headers["From"], err)
		}
	})
}
