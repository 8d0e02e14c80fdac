package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"os"
	"time"
)

// ErrClosed is returned by Send after Close.
var ErrClosed = errors.New("sending a mail: the sender is closed")

// Options say how mail is sent. All but Server may be left out.
type Options struct {
	Server  Server
	Signer  *Signer          // nil: no DKIM
	TLS     *tls.Config      // nil: the certificates of the system; for tests
	HELO    string           // the name we give ourselves; "" means that of the machine
	Timeout time.Duration    // for one mail, a third of it for one step; 0 means 60 s
	Now     func() time.Time // for the Date header; nil means time.Now
}

// patience is how long one step may take.
func (o Options) patience() time.Duration { return o.Timeout / 3 }

func (o Options) tlsConfig() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.TLS != nil {
		config = o.TLS.Clone()
	}
	config.ServerName = o.Server.host
	return config
}

// Sender hands mail to a server over connections that it keeps and reuses. It is safe for concurrent use: each Send
// has a connection to itself, so the caller's concurrency is the number of connections.
type Sender struct {
	options Options
	pool    *pool
}

// NewSender does not connect: a server that is down at the start is no reason not to start.
func NewSender(o Options) *Sender {
	if o.HELO == "" {
		o.HELO = "localhost"
		if name, err := os.Hostname(); err == nil {
			o.HELO = name
		}
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Sender{options: o, pool: &pool{idleTime: idleTime}}
}

// Send returns nil when the server has taken the mail. A *Failure says whether to try again; any other error is
// temporary. A mail may have been taken although an error is returned: sent again with the same Message-ID, it can be
// recognised.
func (s *Sender) Send(ctx context.Context, m Rendered) error {
	if s.pool.isClosed() {
		return ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return newFailure(ctx, stepConnect, err)
	}
	l, err := s.compose(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	if c := s.pool.take(); c != nil {
		// An idle connection may have died unnoticed, which is no failure of this mail.
		if stale, err := s.use(ctx, c, l); !stale || ctx.Err() != nil {
			return err
		}
	}
	c, err := dial(ctx, s.options)
	if err != nil {
		return err
	}
	_, err = s.use(ctx, c, l)
	return err
}

// use sends the letter and gives the connection back. It reports as stale a connection that ended before the server
// saw anything of the content.
func (s *Sender) use(ctx context.Context, c *connection, l letter) (stale bool, err error) {
	defer s.pool.put(c)
	return c.send(ctx, l)
}

func (s *Sender) compose(m Rendered) (letter, error) {
	l, err := compose(m, s.options.Now())
	if err == nil && s.options.Signer != nil {
		l.content, err = s.options.Signer.sign(l.content)
	}
	return l, err
}

// Close ends idle connections; those in use end after their mail. It always returns nil, as io.Closer must return
// something and a server that does not say goodbye is no error.
func (s *Sender) Close() error {
	s.pool.close()
	return nil
}
