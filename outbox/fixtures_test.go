package outbox_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"assent/consent"
	"assent/outbox"
	"assent/token"

	"github.com/google/uuid"
)

func numbered(n byte) uuid.UUID { return uuid.UUID{6: 0x40, 8: 0x80, 15: n} }

var verification = consent.EventID{UUID: numbered(0x50)}

// shop uses our landing pages.
func shop() consent.Site {
	return consent.Site{
		ID: consent.SiteID{UUID: numbered(0x20)}, OrganisationID: consent.OrganisationID{UUID: numbered(0x10)},
		Name: "The Shop", Locale: "en", DefaultRegion: "GB", SenderName: "Shop News", SenderEmail: "news@shop.example",
		Brand: consent.Brand{Colour: "#2f5d50"},
	}
}

// storefront has pages of its own.
func storefront() consent.Site {
	s := shop()
	s.ConfirmURL, s.UnsubscribeURL = "https://shop.example/confirm?lang=en&email=x", "https://shop.example/account#/unsubscribe"
	return s
}

func outgoing(kind consent.MessageKind) consent.Outgoing {
	return consent.Outgoing{
		ID: numbered(0x60), Contact: consent.ContactID{UUID: numbered(0x40)}, AddressKind: consent.EmailContact,
		Address: "Anna@Example.com", Kind: kind, Site: shop().ID, Verification: verification,
		QueuedAt: time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC),
	}
}

func texted() consent.Outgoing {
	m := outgoing(consent.ConfirmMessage)
	m.AddressKind, m.Address = consent.PhoneContact, "+447400123456"
	return m
}

// sites knows one site.
type sites struct{ site consent.Site }

func (s sites) SiteByID(_ context.Context, id consent.SiteID) (consent.Site, error) {
	if id != s.site.ID {
		return consent.Site{}, consent.ErrNotFound
	}
	return s.site, nil
}

func keys(t testing.TB) *token.Keys {
	t.Helper()
	k, err := token.NewKeys([]byte("a secret of thirty-two bytes...."))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func composer(t testing.TB, site consent.Site, publicURL string) *outbox.Composer {
	t.Helper()
	c, err := outbox.NewComposer(sites{site}, keys(t), publicURL, week)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func compose(t testing.TB, site consent.Site, m consent.Outgoing) outbox.Letter {
	t.Helper()
	letter, err := composer(t, site, "https://consent.example").Compose(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

func parsed(t testing.TB, link string) *url.URL {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
