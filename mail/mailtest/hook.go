package mailtest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/emersion/go-smtp"
)

// Step is a point at which a server can misbehave.
type Step string

// The steps. At Greeting and Data an answer can be given by a server without encryption only.
const (
	Greeting Step = "greeting" // a new connection, before anything is said
	Auth     Step = "auth"     // the argument is the user
	From     Step = "from"     // MAIL; the argument is the address
	To       Step = "to"       // RCPT; the argument is the address
	Data     Step = "data"     // DATA, before any content
	Content  Step = "content"  // the end of the data, all received but not kept yet
	Closed   Step = "closed"   // the session has ended; what the hook returns is ignored
)

// Hook decides what happens at a step: nil lets it pass, the errors of Answer and Drop do as they say. It may block.
type Hook func(argument string) error

var errDrop = errors.New("drop the connection")

// On sets the hook of a step, in place of the one before; nil removes it.
func (s *Server) On(step Step, hook Hook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks[step] = hook
}

// Answer refuses with a code such as 550 and an enhanced code such as "5.1.1", or "" for none. The reply quotes the
// argument, as real servers do.
func Answer(code int, enhanced string) Hook {
	return func(argument string) error {
		answer := &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: "refused <" + argument + ">"}
		if enhanced != "" {
			e := &answer.EnhancedCode
			if _, err := fmt.Sscanf(enhanced, "%d.%d.%d", &e[0], &e[1], &e[2]); err != nil {
				panic("mailtest: not an enhanced code: " + enhanced)
			}
		}
		return answer
	}
}

// Drop closes the connection without an answer.
func Drop(string) error { return errDrop }

// Stall makes a step wait until release is called, or the test ends. Every arrival at the step is told to reached.
func (s *Server) Stall(step Step) (reached <-chan struct{}, release func()) {
	arrivals, released := make(chan struct{}, 100), make(chan struct{})
	release = sync.OnceFunc(func() { close(released) })
	s.tb.Cleanup(release)
	s.On(step, func(string) error {
		arrivals <- struct{}{}
		<-released
		return nil
	})
	return arrivals, release
}

func (s *Server) at(step Step, argument string) error {
	s.mu.Lock()
	hook := s.hooks[step]
	s.mu.Unlock()
	if hook == nil {
		return nil
	}
	return hook(argument)
}
