package crash

import (
	"sync"

	"assent/store/storetest"
)

// fault happens at one of the messages of PostgreSQL's protocol that the service
// sends.
type fault struct {
	name string
	at   func(kind byte, body string) bool
	then func(hangUp func()) storetest.Verdict
}

// connectionCuts are the points at which a connection can break.
var connectionCuts = []fault{
	{"cut before a statement", isStatement, answering(storetest.Drop)},
	{"cut during a statement", isSync, hangingUp},
	{"cut after a statement", isSync, answering(storetest.PassLast)},
	{"cut before COMMIT", storetest.IsCommit, answering(storetest.Drop)},
	{"cut during COMMIT", storetest.IsCommit, hangingUp},
	{"cut after COMMIT", storetest.IsCommit, answering(storetest.PassLast)},
}

func anywhere(byte, string) bool { return true }

func isStatement(kind byte, _ string) bool { return kind == 'B' }

// isSync reports whether the message makes the server carry out the statement
// that it has got.
func isSync(kind byte, body string) bool { return kind == 'S' && body != "" }

func answering(v storetest.Verdict) func(func()) storetest.Verdict {
	return func(func()) storetest.Verdict { return v }
}

// hangingUp lets the server work on what the client gives up.
func hangingUp(hangUp func()) storetest.Verdict {
	hangUp()
	return storetest.Pass
}

// saboteur watches the connections and causes one fault when it is told to.
type saboteur struct {
	mu     sync.Mutex
	fault  *fault
	left   int
	struck chan struct{}
}

// arm causes the fault at the nth message that it can happen at. The channel is
// closed then.
func (s *saboteur) arm(f fault, nth int) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault, s.left, s.struck = &f, nth, make(chan struct{})
	return s.struck
}

func (s *saboteur) watch(kind byte, body string, hangUp func()) storetest.Verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault == nil || !s.fault.at(kind, body) {
		return storetest.Pass
	}
	if s.left--; s.left > 0 {
		return storetest.Pass
	}
	f := s.fault
	s.fault = nil
	close(s.struck)
	return f.then(hangUp)
}
