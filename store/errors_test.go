package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"

	"github.com/lib/pq"
)

func TestWhichErrorsAreWorthAnotherTry(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want bool
	}{
		{"another process was faster", errConflict, true},
		{"the connection broke", io.ErrUnexpectedEOF, true},
		{"the driver gave the connection up", driver.ErrBadConn, true},
		{"nobody listens", syscall.ECONNREFUSED, true},
		{"the server shuts down", &pq.Error{Code: "57P01"}, true},
		{"the server starts", &pq.Error{Code: "57P03"}, true},
		{"a deadlock", &pq.Error{Code: "40P01"}, true},
		{"the server lost the connection", &pq.Error{Code: "08006"}, true},
		{"a duplicate", &pq.Error{Code: "23505"}, false},
		{"a text the database cannot hold", &pq.Error{Code: "22021"}, false},
		{"a missing right", &pq.Error{Code: "42501"}, false},
		{"the rules refuse it", refusal{errors.New("slug: is taken")}, false},
		{"there is no such thing", sql.ErrNoRows, false},
		{"the store is closed", ErrClosed, false},
		{"time is up", context.DeadlineExceeded, false},
		{"nobody waits any more", context.Canceled, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := isPassing(fmt.Errorf("writing: %w", test.err)); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

// TestWhatAnErrorSaysOfTheCommit: whoever is sure that there was none decides again without looking.
func TestWhatAnErrorSaysOfTheCommit(t *testing.T) {
	tests := []struct {
		name       string
		err        error
		unanswered bool
	}{
		{"the connection broke", io.ErrUnexpectedEOF, true},
		{"the driver gave the connection up", driver.ErrBadConn, true},
		{"time is up", context.DeadlineExceeded, true},
		{"the server shuts down, perhaps just after it has committed", &pq.Error{Code: "57P01"}, true},
		{"the statement was cancelled, perhaps too late", &pq.Error{Code: "57014"}, true},
		{"a pooler lost the server", &pq.Error{Code: "08P01"}, true},
		{"the disk failed", &pq.Error{Code: "58030"}, true},
		{"the server is confused", &pq.Error{Code: "XX000"}, true},
		{"a duplicate", &pq.Error{Code: "23505"}, false},
		{"a text the database cannot hold", &pq.Error{Code: "22021"}, false},
		{"a locked row", &pq.Error{Code: "55P03"}, false},
		{"a deadlock", &pq.Error{Code: "40P01"}, false},
		{"a full disk", &pq.Error{Code: "53100"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := unlessRefused(test.err)
			if got := errors.Is(err, errUnanswered); got != test.unanswered || !errors.Is(err, test.err) {
				t.Errorf("unanswered %t, want %t: %v", got, test.unanswered, err)
			}
		})
	}
}

func TestARedactedErrorQuotesNoValue(t *testing.T) {
	err := fmt.Errorf("writing: %w", &pq.Error{
		Code: "23505", Table: "contact", Message: `duplicate key "ada@mail.example"`, Detail: "Key (address)=(ada@mail.example) already exists.",
	})
	got := redacted(err).Error()
	if strings.Contains(got, "ada") || !strings.Contains(got, "23505") || !strings.Contains(got, "contact") {
		t.Errorf("got %q, want the code and the table only", got)
	}
}

func TestARedactedErrorSaysThatTheDiskIsFull(t *testing.T) {
	db, err := sql.Open("sqlite", "file::memory:?_pragma=max_page_count(2)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err = db.ExecContext(t.Context(), `CREATE TABLE a AS SELECT 'ada@mail.example' AS address, zeroblob(100000)`); err == nil {
		t.Fatal("two pages hold a hundred thousand bytes")
	}
	got := redacted(fmt.Errorf("writing: %w", err)).Error()
	if strings.Contains(got, "ada") || !strings.Contains(got, "database is full (SQLITE_FULL)") {
		t.Errorf("got %q", got)
	}
}
