package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

// shownTexts fill the first page of every list, so that all of them show the same
// in an empty installation and in a crowded one.
const shownTexts = 600

const listReaders = 8

// What the demo shop calls its organisation and one of its sites.
const (
	organisation = "0de30000-0000-4000-8000-000000000001"
	site         = "0de30000-0000-4000-8000-000000000011"
)

// lists measures the lists of the back office before and after the database is
// crowded with what they do not show.
func (b *bench) lists(ctx context.Context, s *section) error {
	s.say("%d readers, a hundred items a list (two sites in the list of sites). \"Crowded\": %d sites and %d consent texts more that these\n"+
		"lists do not show, at other sites, of another organisation, deleted.", listReaders, crowdSites, b.crowd)
	s.figures("× before")
	db, err := newPostgres(ctx, b.folder, "assent_bench")
	if err != nil {
		return err
	}
	defer db.close()
	return errors.Join(b.listsOf(ctx, s, "PostgreSQL", db.url), b.listsOf(ctx, s, "SQLite", b.sqliteURL("lists")))
}

func (b *bench) listsOf(ctx context.Context, s *section, database, databaseURL string) error {
	p, err := start(ctx, b.binary, database, databaseURL)
	if err != nil {
		return err
	}
	defer p.stop()
	if err := fillLists(ctx, databaseURL); err != nil {
		return err
	}
	before := map[string]figure{}
	for _, l := range shownLists() {
		if before[l.name], err = p.measure(ctx, l, b.each); err != nil {
			return err
		}
		s.figure(l.name, database, listReaders, before[l.name], "")
	}
	if err := crowd(ctx, databaseURL, b.crowd); err != nil {
		return err
	}
	for _, l := range shownLists() {
		f, err := p.measure(ctx, l, b.each)
		if err != nil {
			return err
		}
		s.figure(l.name+", crowded", database, listReaders, f, times(f.perSecond/before[l.name].perSecond))
	}
	return nil
}

func fillLists(ctx context.Context, databaseURL string) error {
	s, err := store.Open(ctx, databaseURL, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	for i := range shownTexts {
		p := backoffice.Preference{
			ID: consent.PreferenceID{UUID: uuid.New()}, OrganisationID: consent.OrganisationID{UUID: uuid.MustParse(organisation)},
			Text: fmt.Sprintf("I want to hear about tea no. %d", i),
		}
		if _, err := s.CreatePreference(ctx, consent.Editor(auth.CommandLine().Editor()), p, consent.SiteID{}); err != nil {
			return err
		}
	}
	return nil
}

// list is a list of the back office, and a text that is in what it shows.
type list struct{ name, path, want string }

func shownLists() []list {
	return []list{
		{"consent texts", "/customers/marketing-preferences?organisation_id=" + organisation, "tea no. 97"},
		{"consent texts at a site", "/customers/sites/" + site + "/marketing-preferences", "tea no. 97"},
		{"public list", "/customers/show-marketing-preferences?organisation_id=" + organisation, "tea no. 97"},
		{"sites", "/sites?limit=2", site},
	}
}

// measure reads a list over and over, on as many connections as there are readers.
func (p *program) measure(ctx context.Context, l list, each time.Duration) (figure, error) {
	ctx, cancel := context.WithTimeout(ctx, each)
	defer cancel()
	var mu sync.Mutex
	var all []time.Duration
	var failures []error
	var wait sync.WaitGroup
	for range listReaders {
		wait.Go(func() {
			for ctx.Err() == nil {
				begun := time.Now()
				err := p.read(ctx, l)
				mu.Lock()
				if err == nil {
					all = append(all, time.Since(begun))
				} else if ctx.Err() == nil {
					failures = append(failures, err)
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if err := errors.Join(failures...); err != nil || len(all) == 0 {
		return figure{}, fmt.Errorf("reading the list of %s: %w", l.name, err)
	}
	return newFigure(all, each), nil
}

func (p *program) read(ctx context.Context, l list) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+l.path, nil) //nolint:gosec // the service it started itself
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+secret)
	response, err := http.DefaultClient.Do(request) //nolint:gosec // the same
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && !bytes.Contains(body, []byte(l.want)) {
		err = fmt.Errorf("unexpected answer: %.200s", body)
	}
	return err
}
