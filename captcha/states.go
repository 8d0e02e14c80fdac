package captcha

import (
	"context"
	"log/slog"
	"sync"

	"assent/consent"
)

// states remembers for each site how its last check went, so that the log is told
// of changes and not of every visitor.
type states struct {
	log *slog.Logger

	mu      sync.Mutex
	failing map[consent.SiteID]string // the kind of failure
}

func newStates(log *slog.Logger) *states {
	return &states{log: log, failing: map[consent.SiteID]string{}}
}

// note is told how a check went; nil: the provider did its part.
func (s *states) note(ctx context.Context, site consent.Site, failed *failure) {
	if !s.changes(site.ID, failed) {
		return
	}
	about := []any{slog.String("site_id", site.ID.String()), slog.String("provider", string(site.Captcha.Provider))}
	if failed == nil {
		s.log.InfoContext(ctx, "CAPTCHA tokens can be checked again", about...)
		return
	}
	s.log.WarnContext(ctx, "CAPTCHA tokens cannot be checked, so none is taken", append(about, slog.String("reason", failed.String()))...)
}

func (s *states) changes(site consent.SiteID, failed *failure) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.failing[site]
	if failed == nil {
		delete(s.failing, site)
		return before != ""
	}
	s.failing[site] = failed.kind
	return before != failed.kind
}
