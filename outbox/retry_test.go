package outbox

import (
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		name     string
		failures int
		random   float64
		want     time.Duration
		again    bool
	}{
		{"soon after the first failure", 1, 0.5, 30 * time.Second, true},
		{"twice as long after the second", 2, 0.5, time.Minute, true},
		{"a fifth less by chance", 2, 0, 48 * time.Second, true},
		{"a fifth more by chance", 2, 1, 72 * time.Second, true},
		{"never longer than six hours", 11, 0.5, 6 * time.Hour, true},
		{"still so at the last", 20, 0.5, 6 * time.Hour, true},
		{"not any more after the twenty-first", 21, 0.5, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, again := retryAfter(tt.failures, tt.random)
			if (got-tt.want).Abs() > time.Microsecond || again != tt.again {
				t.Errorf("got %v %t, want %v %t", got, again, tt.want, tt.again)
			}
		})
	}
}

func TestRetriesLastOverAWeekend(t *testing.T) {
	total := time.Duration(0)
	for failures := 1; ; failures++ {
		wait, again := retryAfter(failures, 0)
		if !again {
			break
		}
		total += wait
	}
	if total < 48*time.Hour || total > 5*24*time.Hour {
		t.Errorf("a message is given up after %v", total)
	}
}
