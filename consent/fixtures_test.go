package consent_test

import (
	"slices"
	"testing"
	"time"

	"assent/consent"

	"github.com/google/uuid"
)

// noon is when every decision of these tests is made, unless a test says otherwise.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

var (
	org      = consent.OrganisationID{UUID: numbered(0x10)}
	otherOrg = consent.OrganisationID{UUID: numbered(0x11)}
	shopID   = consent.SiteID{UUID: numbered(0x20)}
	outletID = consent.SiteID{UUID: numbered(0x21)}

	news     = consent.PreferenceID{UUID: numbered(0x30)} // worded for the third time
	partners = consent.PreferenceID{UUID: numbered(0x31)} // as first worded

	// asking is the command under test; links are numbered from 1.
	asking = consent.EventID{UUID: numbered(0xff)}

	anna   = consent.Contact{ID: contactID(0x40), OrganisationID: org, Kind: consent.EmailContact, Address: "Anna@example.com"}
	number = consent.Contact{ID: contactID(0x41), OrganisationID: org, Kind: consent.PhoneContact, Address: "+447400123456"}
	client = consent.Contact{ID: contactID(0x42), OrganisationID: org, Kind: consent.CustomerContact}

	email       = consent.Email.Purpose()
	sms         = consent.SMS.Purpose()
	askEmail    = consent.Asked{Purpose: email}
	askSMS      = consent.Asked{Purpose: sms}
	askNews     = consent.Asked{Purpose: news.Purpose(), Version: 3}
	askPartners = consent.Asked{Purpose: partners.Purpose(), Version: 1}
)

func numbered(n byte) uuid.UUID { return uuid.UUID{15: n} }

func contactID(n byte) consent.ContactID { return consent.ContactID{UUID: numbered(n)} }

func link(n byte) consent.EventID { return consent.EventID{UUID: numbered(n)} }

// shop is a single opt-in site, unless given DoubleOptIn.
func shop(features ...consent.Feature) consent.Site {
	return consent.Site{
		ID: shopID, OrganisationID: org, Slug: "shop", DefaultRegion: "GB",
		Features: append([]consent.Feature{consent.MarketingPreferencesEnabled}, features...),
		Preferences: []consent.Preference{
			{ID: news, Text: "Tell me the news", Version: 3},
			{ID: partners, Text: "Tell your partners", Version: 1},
		},
	}
}

// outlet is another site of the same organisation.
func outlet(features ...consent.Feature) consent.Site {
	s := shop(features...)
	s.ID, s.Slug = outletID, "outlet"
	return s
}

func neutral(s consent.Site) consent.Site {
	s.NeutralResponses = true
	return s
}

func switchedOff(s consent.Site) consent.Site {
	s.Features = slices.DeleteFunc(slices.Clone(s.Features), func(f consent.Feature) bool {
		return f == consent.MarketingPreferencesEnabled
	})
	return s
}

// state is a contact that has been stored before, with what is known of it.
func state(of consent.Contact, facts ...func(*consent.State)) consent.State {
	of.Version = 7
	st := consent.State{Contact: of, Consents: map[consent.Scope]consent.Consent{}}
	for _, fact := range facts {
		fact(&st)
	}
	return st
}

// unknown is a contact that has never been stored.
func unknown(c consent.Contact) consent.State {
	return consent.State{Contact: consent.Contact{ID: c.ID}}
}

func answered(site consent.SiteID, p consent.Purpose, s consent.Status, ago time.Duration) func(*consent.State) {
	return func(st *consent.State) {
		st.Consents[consent.Scope{Site: site, Purpose: p}] = consent.Consent{Status: s, At: noon.Add(-ago)}
	}
}

func granted(p consent.Purpose, ago time.Duration) func(*consent.State) {
	return answered(shopID, p, consent.Granted, ago)
}

func withdrawn(p consent.Purpose, ago time.Duration) func(*consent.State) {
	return answered(shopID, p, consent.Withdrawn, ago)
}

// asked is a verification opened at the shop; no outcome means it is pending.
func asked(n byte, o consent.Outcome, ago time.Duration, ps ...consent.Purpose) func(*consent.State) {
	return func(st *consent.State) {
		st.Verifications = append(st.Verifications, consent.Verification{
			ID: link(n), Site: shopID, Purposes: asAsked(ps), OpenedAt: noon.Add(-ago), Outcome: o,
		})
	}
}

// asAsked gives texts the version that the shop words them in.
func asAsked(ps []consent.Purpose) []consent.Asked {
	var asked []consent.Asked
	for _, p := range ps {
		a := consent.Asked{Purpose: p}
		for _, pref := range shop().Preferences {
			if pref.ID.Purpose() == p {
				a.Version = pref.Version
			}
		}
		asked = append(asked, a)
	}
	return asked
}

func pending(n byte, ago time.Duration, ps ...consent.Purpose) func(*consent.State) {
	return asked(n, "", ago, ps...)
}

// messaged is when messages of a kind were queued that count towards the caps.
func messaged(kind consent.MessageKind, ago ...time.Duration) func(*consent.State) {
	return func(st *consent.State) {
		for _, a := range ago {
			st.Queued = append(st.Queued, consent.Queued{Kind: kind, At: noon.Add(-a)})
		}
	}
}

func suppressed(r consent.Reason, until time.Time) func(*consent.State) {
	return func(st *consent.State) {
		st.Contact.Suppression = consent.Suppression{Reason: r, Since: noon.Add(-time.Hour), Until: until}
	}
}

func entered(campaign string) func(*consent.State) {
	return func(st *consent.State) {
		st.Entries = map[consent.EntryKey]struct{}{{Site: shopID, Campaign: campaign}: {}}
	}
}

// assertWrites compares a change with what it should write, in words: see describe.
func assertWrites(t *testing.T, before consent.State, ch consent.Change, want ...string) {
	t.Helper()
	got := describe(before, ch)
	if !slices.Equal(got, want) {
		t.Errorf("it writes\n\t%q, not\n\t%q", got, want)
	}
	if ch.IsEmpty() && len(got) > 0 {
		t.Error("it says that there is nothing to write")
	}
}
