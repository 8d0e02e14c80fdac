package mail

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// connection is one SMTP session. It carries one mail at a time.
type connection struct {
	conn     net.Conn
	client   *smtp.Client
	patience time.Duration // how long a step may take
	mails    int
	handed   bool // the server may have seen content of the present mail
	broken   bool // fit for nothing but to be closed
	expiry   *time.Timer
}

// dial returns a connection that is ready for mail.
func dial(ctx context.Context, o Options) (*connection, error) {
	dialer := net.Dialer{Timeout: o.patience()}
	conn, err := dialer.DialContext(ctx, "tcp", o.Server.String())
	if err != nil {
		return nil, newFailure(ctx, stepConnect, err)
	}
	c := &connection{conn: conn, patience: o.patience()}
	release := c.bind(ctx)
	err = c.open(ctx, o)
	release()
	if err == nil && c.broken {
		err = newFailure(ctx, stepConnect, net.ErrClosed)
	}
	if err != nil {
		c.conn.Close()
		return nil, err
	}
	return c, nil
}

// bind closes the connection when ctx ends, until release is called. No read or write ends by a context alone.
func (c *connection) bind(ctx context.Context) (release func()) {
	stop := context.AfterFunc(ctx, func() { c.conn.Close() })
	return func() { c.broken = c.broken || !stop() }
}

// do runs one step within its time.
func (c *connection) do(ctx context.Context, s step, command func() error) error {
	return c.within(ctx, s, time.Now().Add(c.patience), command)
}

func (c *connection) within(ctx context.Context, s step, deadline time.Time, command func() error) error {
	err := c.conn.SetDeadline(deadline)
	if err == nil {
		err = command()
	}
	if err == nil {
		return nil
	}
	failure := newFailure(ctx, s, err)
	c.broken = c.broken || failure.endsConnection()
	return failure
}

func (c *connection) open(ctx context.Context, o Options) error {
	conn := c.conn
	if o.Server.encryption == implicit {
		secure := tls.Client(c.conn, o.tlsConfig())
		if err := c.do(ctx, stepTLS, func() error { return secure.HandshakeContext(ctx) }); err != nil {
			return err
		}
		conn = secure
	}
	err := c.do(ctx, stepGreeting, func() (err error) {
		c.client, err = smtp.NewClient(conn, o.Server.host)
		return err
	})
	if err != nil {
		return err
	}
	if err := c.do(ctx, stepHello, func() error { return c.client.Hello(o.HELO) }); err != nil {
		return err
	}
	if err := c.startTLS(ctx, o); err != nil {
		return err
	}
	return c.authenticate(ctx, o.Server)
}

func (c *connection) startTLS(ctx context.Context, o Options) error {
	offered, _ := c.client.Extension("STARTTLS")
	switch {
	case o.Server.encryption == implicit, o.Server.encryption == unencrypted:
		return nil
	case offered:
		return c.do(ctx, stepStartTLS, func() error { return c.client.StartTLS(o.tlsConfig()) })
	case o.Server.encryption == mandatory:
		return &Failure{step: stepStartTLS, reason: "the server does not offer it"}
	}
	return nil
}

// send delivers the letter. A refusal leaves the connection ready for the next one. It reports as stale a connection
// that ended before the server saw anything of the content.
func (c *connection) send(ctx context.Context, l letter) (stale bool, err error) {
	defer c.bind(ctx)()
	c.mails++
	c.handed = false
	err = c.deliver(ctx, l)
	if err == nil || c.broken {
		return c.broken && !c.handed, err
	}
	c.broken = c.do(ctx, stepReset, c.client.Reset) != nil
	return false, err
}

func (c *connection) deliver(ctx context.Context, l letter) error {
	if offered, _ := c.client.Extension("SMTPUTF8"); l.utf8 && !offered {
		return &Failure{step: stepMail, reason: "the server takes no international addresses (SMTPUTF8)", final: true}
	}
	// Declared without need, it would fail at the next server that does not know it.
	c.client.SkipSMTPUTF8(!l.utf8)
	if err := c.do(ctx, stepMail, func() error { return c.client.Mail(l.from) }); err != nil {
		return err
	}
	if err := c.do(ctx, stepRcpt, func() error { return c.client.Rcpt(l.to) }); err != nil {
		return err
	}
	var content io.WriteCloser
	err := c.do(ctx, stepData, func() (err error) {
		content, err = c.client.Data()
		return err
	})
	if err != nil {
		return err
	}
	c.handed = true
	// No deadline but that of the mail: a server left too early has often taken it and gets it twice (RFC 1047).
	return c.within(ctx, stepContent, time.Time{}, func() error {
		if _, err := content.Write(l.content); err != nil {
			return err // and no Close, which would end the mail in the middle
		}
		return content.Close()
	})
}

// quit says goodbye but does not wait long for an answer.
func (c *connection) quit() {
	if c.conn.SetDeadline(time.Now().Add(time.Second)) == nil {
		_ = c.client.Quit()
	}
	c.conn.Close()
}
