package main

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/config"
	"assent/metrics"
)

func TestNothingIsDeletedThatTheRulesStillLookAt(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		name             string
		outbox, evidence time.Duration
		problems         []string
	}{
		{"a month of messages and all evidence", 30 * day, 0, nil},
		{"as little as may be", day, 7 * day, nil},
		{"messages that the caps count", day - time.Second, 0, []string{"OUTBOX_RETENTION must be at least 24h0m0s"}},
		{"messages of no time at all", 0, 0, []string{"OUTBOX_RETENTION"}},
		{"evidence of requests that can be confirmed", 30 * day, 7*day - time.Second, []string{"EVIDENCE_RETENTION", "CONFIRM_LIFETIME"}},
		{"both, told at once", -day, -day, []string{"OUTBOX_RETENTION", "EVIDENCE_RETENTION"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := errors.Join(checkRetention(&config.Settings{OutboxKept: tt.outbox, EvidenceKept: tt.evidence, ConfirmWithin: 7 * day})...)
			if (err != nil) != (len(tt.problems) > 0) {
				t.Fatalf("got %v", err)
			}
			for _, problem := range tt.problems {
				if !strings.Contains(err.Error(), problem) {
					t.Errorf("no word of %s in %v", problem, err)
				}
			}
		})
	}
}

// TestConfigRefusesWhatServeRefuses gives a setting that package config alone does not
// know to be wrong.
func TestConfigRefusesWhatServeRefuses(t *testing.T) {
	for name, value := range map[string]string{"OUTBOX_RETENTION": "1h", "EVIDENCE_RETENTION": "1h", "RATE_LIMITS": "many"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DATA_DIR", t.TempDir())
			t.Setenv(name, value)
			for _, command := range []string{"config", "serve"} {
				if err := run(t.Context(), []string{command}, io.Discard); err == nil || !strings.Contains(err.Error(), name) {
					t.Errorf("%s says %v", command, err)
				}
			}
		})
	}
}

func TestEvidenceIsDeletedOnlyWhereTheSettingSaysSo(t *testing.T) {
	for kept, want := range map[time.Duration][]string{0: {"outbox"}, 365 * 24 * time.Hour: {"outbox", "evidence"}} {
		p := &program{settings: &config.Settings{OutboxKept: time.Hour, EvidenceKept: kept}, metrics: metrics.New()}
		var tables []string
		for _, s := range p.newKeeper().Sweeps {
			tables = append(tables, s.Table)
		}
		if !slices.Equal(tables, want) {
			t.Errorf("with EVIDENCE_RETENTION %v, old rows of %v are deleted, want %v", kept, tables, want)
		}
	}
}
