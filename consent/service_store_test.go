package consent_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"assent/consent"
)

var errStorage = errors.New("the disk is full")

// memory is a Store that can fail and that remembers what it was asked to write,
// in order. The real one has a suite of its own.
type memory struct {
	now       time.Time
	states    map[consent.ContactID]consent.State
	sites     map[consent.SiteID]consent.Site
	campaigns map[string]consent.Campaign
	wordings  map[consent.PreferenceID][]consent.Wording // newest first
	steps     []string                                   // "text", or the kind of contact written
	events    []consent.Event
	records   []consent.Record
	edits     []consent.AdminRecord
	calls     int
	failing   int              // which call fails; 0: none
	failure   error            // with what
	committed []consent.Change // what the service was told of
	stale     bool             // decide on an unknown contact first, as if another process had been faster
}

func newMemory(sites ...consent.Site) *memory {
	m := &memory{
		now: noon, states: map[consent.ContactID]consent.State{}, sites: map[consent.SiteID]consent.Site{},
		campaigns: map[string]consent.Campaign{}, failure: errStorage,
	}
	for _, s := range sites {
		m.sites[s.ID] = s
	}
	return m
}

func (m *memory) service() *consent.Service {
	return consent.NewService(m, plainHasher{}, consent.Settings{
		ConfirmLifetime: week, RejectSilence: 90 * 24 * time.Hour, Now: func() time.Time { return m.now },
		Committed: func(ch consent.Change) { m.committed = append(m.committed, ch) },
	})
}

// plainHasher stands for the keyed hash, which needs a secret.
type plainHasher struct{}

func (plainHasher) HashAddress(org consent.OrganisationID, a consent.Address) consent.AddressHash {
	return sha256.Sum256([]byte(org.String() + string(a.Kind()) + a.Normalised()))
}

func (m *memory) call() error {
	if m.calls++; m.calls == m.failing {
		return m.failure
	}
	return nil
}

func (m *memory) Update(_ context.Context, id consent.ContactID, decide consent.Decision) error {
	blank := consent.State{Contact: consent.Contact{ID: id}}
	st, known := m.states[id]
	if !known {
		st = blank
	}
	if m.stale {
		if _, err := decide(blank, m.now); err != nil {
			return err
		}
	}
	at := st.Clock(m.now)
	ch, err := decide(st, at)
	if err != nil || ch.IsEmpty() {
		return err
	}
	if err := m.call(); err != nil {
		return err
	}
	for i := range ch.Records {
		ch.Records[i].ID = consent.NewRecordID()
	}
	ch.Contact.ID = id
	m.states[id] = st.After(ch, at)
	m.steps = append(m.steps, string(ch.Contact.Kind))
	m.records = append(m.records, ch.Records...)
	m.events = append(m.events, ch.Event)
	if ch.Edit != nil {
		m.edits = append(m.edits, *ch.Edit)
	}
	return nil
}

func (m *memory) State(_ context.Context, id consent.ContactID) (consent.State, error) {
	st, known := m.states[id]
	if !known {
		st.Contact.ID = id
	}
	return st, m.call()
}

// PreferenceTexts gives texts that tell which were asked for.
func (m *memory) PreferenceTexts(_ context.Context, asked []consent.Asked) ([]string, error) {
	var texts []string
	for _, a := range asked {
		if a.Purpose.IsPreference() {
			texts = append(texts, fmt.Sprintf("%s v%d", purposeName(a.Purpose), a.Version))
		}
	}
	return texts, m.call()
}

func (m *memory) Wordings(_ context.Context, id consent.PreferenceID, version int) ([]consent.Wording, error) {
	later := func(w consent.Wording) bool { return w.Version > version }
	return slices.DeleteFunc(slices.Clone(m.wordings[id]), later), m.call()
}

func (m *memory) KeepText(context.Context, string) error {
	if err := m.call(); err != nil {
		return err
	}
	m.steps = append(m.steps, "text")
	return nil
}

func (m *memory) Account(_ context.Context, account consent.ContactID, others ...consent.ContactID) (consent.AccountView, error) {
	view := consent.AccountView{
		Account: m.states[account].Account, Consents: map[consent.ContactID]map[consent.Scope]consent.Consent{},
	}
	ids := append([]consent.ContactID{account}, others...)
	if view.Account != nil {
		ids = append(ids, view.Account.Email, view.Account.Phone)
	}
	for _, id := range ids {
		view.Consents[id] = m.states[id].Consents
	}
	return view, m.call()
}

func (m *memory) Membership(_ context.Context, id consent.ContactID, site consent.SiteID) (customer, subscribed bool, err error) {
	st := m.states[id]
	for _, l := range st.Links {
		account := m.states[l.Account].Account
		customer = customer || l.Site == site && account != nil && account.Email == id
	}
	return customer, st.Has(site, email), m.call()
}

func (m *memory) Site(_ context.Context, ref consent.SiteRef) (consent.Site, error) {
	for _, s := range m.sites {
		if s.Slug == ref.Header {
			return s, m.call()
		}
	}
	return consent.Site{}, errors.Join(consent.ErrNotFound, m.call())
}

func (m *memory) SiteByID(_ context.Context, id consent.SiteID) (consent.Site, error) {
	if err := m.call(); err != nil {
		return consent.Site{}, err
	}
	if s, ok := m.sites[id]; ok {
		return s, nil
	}
	return consent.Site{}, consent.ErrNotFound
}

func (m *memory) Campaign(_ context.Context, site consent.SiteID, id string) (consent.Campaign, error) {
	if err := m.call(); err != nil {
		return consent.Campaign{}, err
	}
	if c, ok := m.campaigns[id]; ok && c.Site == site {
		return c, nil
	}
	return consent.Campaign{}, consent.ErrNotFound
}

// of is the state of an address at the organisation.
func (m *memory) of(a consent.Address) consent.State {
	return m.states[plainHasher{}.HashAddress(org, a).ContactID()]
}

func mailbox(t testing.TB, s string) consent.Address {
	t.Helper()
	a, err := consent.ParseEmail("email", s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func phone(t testing.TB, s string) consent.Address {
	t.Helper()
	a, err := consent.ParsePhone("phoneNumber", s, "GB")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// form is a request from a form that shows a message.
func form(t testing.TB) consent.Request {
	t.Helper()
	data, err := consent.NewAuditData("Tell me more", "footer", "/")
	if err != nil {
		t.Fatal(err)
	}
	return consent.Request{Actor: consent.Actor{Kind: consent.Visitor}, Data: data}
}

// landing is a request from the page a link leads to.
func landing(t testing.TB) consent.Request {
	t.Helper()
	data, err := consent.NewLandingData("https://shop.example/landing")
	if err != nil {
		t.Fatal(err)
	}
	return consent.Request{Actor: consent.Actor{Kind: consent.Link}, Data: data}
}
