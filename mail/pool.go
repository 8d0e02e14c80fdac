package mail

import (
	"slices"
	"sync"
	"time"
)

const (
	maxIdle  = 4                // connections kept for the next mail
	maxMails = 100              // over one connection; servers commonly end it themselves soon after
	idleTime = 20 * time.Second // well below the 5 minutes a server must wait (RFC 5321, section 4.5.3.2.7)
)

// pool keeps idle connections, the last used on top, so that those too many grow old and go.
type pool struct {
	idleTime time.Duration
	mu       sync.Mutex
	idle     []*connection
	closed   bool
}

// take returns nil when no connection is idle.
func (p *pool) take() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	c := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	c.expiry.Stop()
	return c
}

// put keeps the connection, or ends it when it is spent or too many.
func (p *pool) put(c *connection) {
	if c.broken {
		c.conn.Close()
	} else if c.mails >= maxMails || !p.keep(c) {
		c.quit()
	}
}

func (p *pool) keep(c *connection) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.idle) == maxIdle {
		return false
	}
	c.expiry = time.AfterFunc(p.idleTime, func() { p.expire(c) })
	p.idle = append(p.idle, c)
	return true
}

func (p *pool) expire(c *connection) {
	p.mu.Lock()
	i := slices.Index(p.idle, c)
	if i >= 0 {
		p.idle = slices.Delete(p.idle, i, i+1)
	}
	p.mu.Unlock()
	if i >= 0 {
		c.quit()
	}
}

func (p *pool) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// close ends all idle connections, and from now on every connection that comes back.
func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, c := range idle {
		c.expiry.Stop()
		c.quit()
	}
}
