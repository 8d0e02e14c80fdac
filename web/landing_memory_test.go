package web

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"assent/consent"
)

var errDisk = errors.New("the disk is full")

// landingMemory is a consent.Store that forgets. It has what links need; the rest of the interface is not there.
type landingMemory struct {
	consent.Store
	sites   []consent.Site
	texts   map[consent.Purpose]string
	failing string // the method that fails

	mu      sync.Mutex
	now     time.Time
	states  map[consent.ContactID]consent.State
	changes []consent.Change
	kept    []string
}

func (m *landingMemory) broken(method string) error {
	if m.failing == method {
		return errDisk
	}
	return nil
}

func (m *landingMemory) Update(_ context.Context, id consent.ContactID, decide consent.Decision) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.broken("Update"); err != nil {
		return err
	}
	st := m.state(id)
	at := st.Clock(m.now)
	change, err := decide(st, at)
	if err != nil || change.IsEmpty() {
		return err
	}
	m.changes = append(m.changes, change)
	m.states[id] = st.After(change, at)
	return nil
}

func (m *landingMemory) State(_ context.Context, id consent.ContactID) (consent.State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state(id), m.broken("State")
}

func (m *landingMemory) state(id consent.ContactID) consent.State {
	st := m.states[id]
	st.Contact.ID = id
	return st
}

func (m *landingMemory) KeepText(_ context.Context, text string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = append(m.kept, text)
	return m.broken("KeepText")
}

func (m *landingMemory) PreferenceTexts(_ context.Context, asked []consent.Asked) ([]string, error) {
	var texts []string
	for _, a := range asked {
		if text, ok := m.texts[a.Purpose]; ok {
			texts = append(texts, text)
		}
	}
	return texts, m.broken("PreferenceTexts")
}

// Wordings has none but the current one, which what is shown then refers to.
func (m *landingMemory) Wordings(context.Context, consent.PreferenceID, int) ([]consent.Wording, error) {
	return nil, m.broken("Wordings")
}

func (m *landingMemory) Site(_ context.Context, ref consent.SiteRef) (consent.Site, error) {
	return m.find("Site", func(s consent.Site) bool {
		switch {
		case ref.Header != "":
			return s.Slug == ref.Header || s.ID.String() == ref.Header
		case strings.HasSuffix(ref.Host, ".example"):
			return s.Slug+".example" == ref.Host
		default:
			return s.Slug == ref.Fallback
		}
	})
}

func (m *landingMemory) SiteByID(_ context.Context, id consent.SiteID) (consent.Site, error) {
	return m.find("SiteByID", func(s consent.Site) bool { return s.ID == id })
}

func (m *landingMemory) find(method string, is func(consent.Site) bool) (consent.Site, error) {
	if err := m.broken(method); err != nil {
		return consent.Site{}, err
	}
	i := slices.IndexFunc(m.sites, is)
	if i < 0 {
		return consent.Site{}, consent.ErrNotFound
	}
	return m.sites[i], nil
}

// written counts what was written: changes and wordings.
func (m *landingMemory) written() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.changes) + len(m.kept)
}

// last is the change written last.
func (m *landingMemory) last() consent.Change {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changes[len(m.changes)-1]
}
