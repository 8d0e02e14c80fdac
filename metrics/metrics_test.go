package metrics

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"assent/consent"
)

func read(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

func outbox(backlog []consent.Backlog, err error) Outbox {
	return Outbox{
		Backlog: func(context.Context) ([]consent.Backlog, error) { return backlog, err },
		Braking: func() bool { return true },
	}
}

func want(t *testing.T, page string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(page, line+"\n") {
			t.Errorf("the page lacks %q", line)
		}
	}
}

func TestHeldBackMessagesAreCountedFromTheStart(t *testing.T) {
	m := New()
	want(t, read(t, m), `assent_messages_held_back_total{reason="capped"} 0`, `assent_messages_held_back_total{reason="suppressed"} 0`)
	m.Committed(consent.Change{Held: consent.HeldCapped})
	m.Committed(consent.Change{})
	want(t, read(t, m), `assent_messages_held_back_total{reason="capped"} 1`, `assent_messages_held_back_total{reason="suppressed"} 0`)
}

func TestDeletedRowsAreCountedFromTheStart(t *testing.T) {
	m := New()
	want(t, read(t, m), `assent_retention_deleted_total{table="outbox"} 0`, `assent_retention_deleted_total{table="evidence"} 0`)
	m.Deleted("outbox", 500)
	want(t, read(t, m), `assent_retention_deleted_total{table="outbox"} 500`, `assent_retention_deleted_total{table="evidence"} 0`)
}

func TestRefusedFormsAreCountedFromTheStart(t *testing.T) {
	m := New()
	want(t, read(t, m), `assent_form_refusals_total{reason="honeypot"} 0`, `assent_form_refusals_total{reason="stale"} 0`,
		`assent_form_refusals_total{reason="too_fast"} 0`)
	m.FormRefused("too_fast")
	want(t, read(t, m), `assent_form_refusals_total{reason="stale"} 0`, `assent_form_refusals_total{reason="too_fast"} 1`)
}

func TestAttemptsAreCountedByOutcome(t *testing.T) {
	m := New()
	m.Delivered(consent.Email, consent.Delivery{Status: consent.Waiting, Failed: true}, time.Minute)
	m.Delivered(consent.Email, consent.Delivery{Status: consent.Sent}, 3*time.Second)
	m.Delivered(consent.SMS, consent.Delivery{Status: consent.Parked, Failed: true}, time.Minute)
	want(t, read(t, m),
		`assent_message_attempts_total{channel="email",outcome="failed"} 1`,
		`assent_message_attempts_total{channel="email",outcome="sent"} 1`,
		`assent_message_attempts_total{channel="sms",outcome="parked"} 1`,
		`assent_message_delay_seconds_bucket{channel="email",le="1"} 0`,
		`assent_message_delay_seconds_bucket{channel="email",le="5"} 1`)
}

func TestTheOutboxIsShownAsItIs(t *testing.T) {
	m := New()
	m.WatchOutbox(outbox([]consent.Backlog{
		{Channel: consent.Email, Status: consent.Waiting, Count: 7, Oldest: time.Now().Add(-90 * time.Second), Due: time.Now().Add(-time.Minute)},
	}, nil), slog.New(slog.DiscardHandler))
	page := read(t, m)
	want(t, page, `assent_outbox_messages{channel="email",status="waiting"} 7`,
		`assent_outbox_messages{channel="sms",status="parked"} 0`, `assent_outbox_braking 1`)
	if !strings.Contains(page, `assent_outbox_oldest_seconds{channel="email",status="waiting"} 9`) {
		t.Error("its age is not shown")
	}
	if !strings.Contains(page, `assent_outbox_overdue_seconds{channel="email"} 6`) {
		t.Error("for how long it has been due is not shown")
	}
	want(t, page, `assent_outbox_overdue_seconds{channel="sms"} 0`)
}

func TestADatabaseThatFailsLeavesTheOtherMetrics(t *testing.T) {
	var log strings.Builder
	m := New()
	m.WatchOutbox(outbox(nil, errors.New("no answer")), slog.New(slog.NewTextHandler(&log, nil)))
	page := read(t, m)
	want(t, page, `assent_outbox_braking 1`)
	if strings.Contains(page, "assent_outbox_messages{") || !strings.Contains(log.String(), "no answer") {
		t.Errorf("a count is invented, or nothing is logged: %s", log.String())
	}
}
