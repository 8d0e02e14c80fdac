package graph_test

import (
	"context"
	"slices"
	"sync"

	"assent/consent"

	"github.com/google/uuid"
)

// memory is a consent.Store that forgets.
type memory struct {
	sites     []consent.Site
	domains   map[string]string // slug by host
	campaigns []consent.Campaign
	fault     func(method string) error // may fail or panic; nil: nothing does

	mu       sync.Mutex
	states   map[consent.ContactID]consent.State
	changes  []consent.Change
	texts    []string
	accounts int // how often Account was called
}

var _ consent.Store = (*memory)(nil)

func newMemory(sites ...consent.Site) *memory {
	return &memory{sites: sites, states: map[consent.ContactID]consent.State{}}
}

func (m *memory) broken(method string) error {
	if m.fault == nil {
		return nil
	}
	return m.fault(method)
}

func (m *memory) Update(_ context.Context, id consent.ContactID, decide consent.Decision) error {
	if err := m.broken("Update"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	st, known := m.states[id]
	if !known {
		st.Contact.ID = id
	}
	now := st.Clock(noon)
	change, err := decide(st, now)
	if err != nil || change.IsEmpty() {
		return err
	}
	m.changes = append(m.changes, change)
	m.states[id] = st.After(change, now)
	return nil
}

// State and PreferenceTexts are for pages, which this door does not have.
func (m *memory) State(context.Context, consent.ContactID) (consent.State, error) {
	panic("not asked for by this door")
}

func (m *memory) PreferenceTexts(context.Context, []consent.Asked) ([]string, error) {
	panic("not asked for by this door")
}

// Wordings has none but the current one, which what is shown then refers to.
func (m *memory) Wordings(context.Context, consent.PreferenceID, int) ([]consent.Wording, error) {
	return nil, m.broken("Wordings")
}

func (m *memory) KeepText(_ context.Context, text string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.texts = append(m.texts, text)
	return m.broken("KeepText")
}

func (m *memory) Account(_ context.Context, id consent.ContactID, others ...consent.ContactID) (consent.AccountView, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.accounts++
	if err := m.broken("Account"); err != nil {
		return consent.AccountView{}, err
	}
	view := consent.AccountView{Account: m.states[id].Account, Consents: map[consent.ContactID]map[consent.Scope]consent.Consent{}}
	for _, contact := range append(others, id) {
		view.Consents[contact] = m.states[contact].Consents
	}
	return view, nil
}

func (m *memory) Membership(_ context.Context, email consent.ContactID, site consent.SiteID) (bool, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	st := m.states[email]
	return len(st.Links) > 0, st.Has(site, consent.Email.Purpose()), m.broken("Membership")
}

func (m *memory) Site(_ context.Context, ref consent.SiteRef) (consent.Site, error) {
	if err := m.broken("Site"); err != nil {
		return consent.Site{}, err
	}
	name := ref.Header
	if name == "" {
		name = m.domains[ref.Host]
	}
	if name == "" {
		name = ref.Fallback
	}
	if name == "" && len(m.sites) == 1 {
		return m.sites[0], nil
	}
	return m.named(func(s consent.Site) bool { return s.Slug == name || s.ID.String() == name })
}

func (m *memory) SiteByID(_ context.Context, id consent.SiteID) (consent.Site, error) {
	return m.named(func(s consent.Site) bool { return s.ID == id })
}

func (m *memory) named(is func(consent.Site) bool) (consent.Site, error) {
	i := slices.IndexFunc(m.sites, is)
	if i < 0 {
		return consent.Site{}, consent.ErrNotFound
	}
	return m.sites[i], nil
}

func (m *memory) Campaign(_ context.Context, site consent.SiteID, id string) (consent.Campaign, error) {
	i := slices.IndexFunc(m.campaigns, func(c consent.Campaign) bool { return c.Site == site && c.ID == id })
	if i < 0 {
		return consent.Campaign{}, consent.ErrNotFound
	}
	return m.campaigns[i], nil
}

// granted reports whether the contact said yes.
func (m *memory) granted(id consent.ContactID, site consent.Site, p consent.Purpose) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.states[id].Has(site.ID, p)
}

// pending is the verification that waits for the contact.
func (m *memory) pending(id consent.ContactID) (consent.EventID, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.states[id].Verifications {
		if v.Outcome == "" {
			return v.ID, true
		}
	}
	return consent.EventID{UUID: uuid.Nil}, false
}

// last is the change written last.
func (m *memory) last() consent.Change {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.changes) == 0 {
		return consent.Change{}
	}
	return m.changes[len(m.changes)-1]
}

// written counts the changes.
func (m *memory) written() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.changes)
}
