package e2e

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"time"
)

// logbook keeps what a program logs, and tells when it listens.
type logbook struct {
	listening chan struct{} // closed then

	mu    sync.Mutex
	text  bytes.Buffer
	ready bool
	grown chan struct{} // closed by the next line
}

func newLogbook() *logbook {
	return &logbook{listening: make(chan struct{}), grown: make(chan struct{})}
}

// listens matches the line of both log formats.
var listens = regexp.MustCompile(`msg"?[=:]"?listening`)

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.text.Write(b)
	if !l.ready && listens.Match(l.text.Bytes()) {
		l.ready = true
		close(l.listening)
	}
	close(l.grown)
	l.grown = make(chan struct{})
	return n, err
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// inShort is what a test that failed shows: whatever is no entry, as the report of a data
// race or a panic, and the last entries. A whole log would push what failed out of sight.
func (l *logbook) inShort() string {
	const last = 8
	var others, entries []string
	for line := range strings.Lines(l.String()) {
		if strings.HasPrefix(line, `{"time"`) || strings.HasPrefix(line, "time=") {
			entries = append(entries, line)
		} else {
			others = append(others, line)
		}
	}
	return strings.Join(others, "") + strings.Join(entries[max(0, len(entries)-last):], "")
}

// waitFor is a line that matches, or "" when none is written in time: a program
// may answer before we have read what it logged.
func (l *logbook) waitFor(line *regexp.Regexp) string {
	late := time.After(10 * time.Second)
	for {
		l.mu.Lock()
		found, grown := line.Find(l.text.Bytes()), l.grown
		l.mu.Unlock()
		if found != nil {
			return string(found)
		}
		select {
		case <-grown:
		case <-late:
			return ""
		}
	}
}
