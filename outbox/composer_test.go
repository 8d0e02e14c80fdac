package outbox_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/outbox"
)

func TestEveryMessageIsWrittenInTheNameOfItsSite(t *testing.T) {
	subjects := map[string]bool{}
	for _, kind := range []consent.MessageKind{
		consent.ConfirmMessage, consent.WelcomeMessage, consent.AlreadySubscribedMessage, consent.AlreadyEnteredMessage,
	} {
		t.Run(string(kind), func(t *testing.T) {
			letter := compose(t, shop(), outgoing(kind))
			if letter.Channel != consent.Email || letter.To != "Anna@Example.com" {
				t.Errorf("it goes to %s by %s", letter.To, letter.Channel)
			}
			if subjects[letter.Subject] || letter.Subject == "" {
				t.Errorf("another message has the subject %q too", letter.Subject)
			}
			subjects[letter.Subject] = true
			for form, text := range map[string]string{"text": letter.Text, "HTML": letter.HTML} {
				if !strings.Contains(text, "The Shop") {
					t.Errorf("the %s does not name the site", form)
				}
			}
			if !strings.Contains(letter.HTML, "#2f5d50") && kind == consent.ConfirmMessage {
				t.Error("its button does not have the colour of the site")
			}
		})
	}
}

func TestTheHeadersOfAMail(t *testing.T) {
	letter := compose(t, shop(), outgoing(consent.WelcomeMessage))
	want := map[string]string{
		"From": `"Shop News" <news@shop.example>`, "To": "Anna@Example.com",
		"Message-ID":            "<" + numbered(0x60).String() + "@shop.example>",
		"List-Unsubscribe":      "<" + unsubscribeLink(t, letter) + ">",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	}
	if !maps.Equal(letter.Headers, want) {
		t.Errorf("got %q\nwant %q", letter.Headers, want)
	}
}

func TestAnInstallationWithoutANameHasASenderAllTheSame(t *testing.T) {
	site := shop()
	site.SenderName, site.SenderEmail = "", ""
	for _, public := range []string{"http://127.0.0.1:8080", "http://[::1]:8080"} {
		if _, err := composer(t, site, public).Compose(t.Context(), outgoing(consent.WelcomeMessage)); err != nil {
			t.Errorf("%s: %v", public, err)
		}
	}
}

func TestASiteWithoutASenderHasOneAtThePublicURL(t *testing.T) {
	site := shop()
	site.SenderName, site.SenderEmail = "", ""
	letter, err := composer(t, site, "http://localhost:8080").Compose(t.Context(), outgoing(consent.WelcomeMessage))
	if err != nil {
		t.Fatal(err)
	}
	if got := letter.Headers["From"]; got != `"The Shop" <no-reply@localhost>` {
		t.Errorf("it comes from %s", got)
	}
}

func TestAConfirmationTellsHowLongItsLinkWorks(t *testing.T) {
	for lifetime, want := range map[time.Duration]bool{week: true, 90 * time.Minute: false, 25 * time.Hour: false} {
		c, err := outbox.NewComposer(sites{shop()}, keys(t), "https://consent.example", lifetime)
		if err != nil {
			t.Fatal(err)
		}
		letter, err := c.Compose(t.Context(), outgoing(consent.ConfirmMessage))
		if err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(letter.Text, "The link works for 7 days."); told != want {
			t.Errorf("after %v it is told: %t", lifetime, told)
		}
	}
}

func TestTheLocaleOfTheSiteIsUsed(t *testing.T) {
	german := shop()
	german.Locale = "de-AT"
	if compose(t, german, outgoing(consent.ConfirmMessage)).Subject == compose(t, shop(), outgoing(consent.ConfirmMessage)).Subject {
		t.Error("a German site writes in English")
	}
}

func TestATelephoneGetsATextMessage(t *testing.T) {
	letter := compose(t, shop(), texted())
	if letter.Channel != consent.SMS || letter.To != "+447400123456" {
		t.Errorf("it goes to %s by %s", letter.To, letter.Channel)
	}
	if letter.Subject != "" || letter.HTML != "" || letter.Headers == nil || len(letter.Headers) > 0 {
		t.Errorf("it is a mail too: %+v", letter)
	}
	if !strings.Contains(letter.Text, "The Shop") || len(found(letter.Text)) != 2 {
		t.Errorf("it says %q", letter.Text)
	}
}

func TestWhoHasBeenErasedGetsNothing(t *testing.T) {
	for _, m := range []consent.Outgoing{outgoing(consent.WelcomeMessage), texted()} {
		m.Address = ""
		letter, err := composer(t, shop(), "https://consent.example").Compose(t.Context(), m)
		if !errors.Is(err, outbox.ErrErased) || letter.To != "" || letter.Text != "" {
			t.Errorf("got %+v %v", letter, err)
		}
	}
}

func TestAMessageThatCannotBeWrittenNamesNoAddress(t *testing.T) {
	noName := shop()
	noName.Name = ""
	elsewhere := outgoing(consent.WelcomeMessage)
	elsewhere.Site = consent.SiteID{UUID: numbered(0x7f)}
	illegible := outgoing(consent.WelcomeMessage)
	illegible.Address = "Anna at Example.com"
	tests := map[string]struct {
		site    consent.Site
		message consent.Outgoing
		is      error
	}{
		"no such site":                    {shop(), elsewhere, consent.ErrNotFound},
		"an address that cannot be read":  {shop(), illegible, nil},
		"a mail of a site without a name": {noName, outgoing(consent.WelcomeMessage), nil},
		"a text of a site without a name": {noName, texted(), nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			letter, err := composer(t, tt.site, "https://consent.example").Compose(t.Context(), tt.message)
			if err == nil || (tt.is != nil && !errors.Is(err, tt.is)) {
				t.Fatalf("got %+v %v", letter, err)
			}
			for _, private := range []string{"Anna", "Example.com", "447400123456"} {
				if strings.Contains(err.Error(), private) {
					t.Errorf("the error %q names %s", err, private)
				}
			}
		})
	}
}

func TestAPublicURLThatCannotBeReadIsRefused(t *testing.T) {
	if _, err := outbox.NewComposer(sites{shop()}, keys(t), "https://%", week); err == nil {
		t.Error("it is accepted")
	}
}

// found lists the links of a text.
func found(text string) []string {
	return slices.DeleteFunc(strings.Fields(text), func(word string) bool { return !strings.HasPrefix(word, "http") })
}
