package sms

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

const (
	timeout   = 20 * time.Second // of one message, from dialling to the end of the answer
	maxAnswer = 64 << 10         // bytes of head and of body that are read of an answer
)

// Sender hands text messages to a provider that speaks Twilio's Messages API
// (https://www.twilio.com/docs/messaging/api/message-resource).
type Sender struct {
	account account
	client  *http.Client
}

// NewSender reads an SMS_URL, such as https://ACCOUNT_SID:AUTH_TOKEN@api.twilio.com?from=%2B447400000000. A URL with a path
// is posted to as it is, which suits other providers and API keys; http is for loopback hosts only. The sender, from, is an
// E.164 number, a name of up to 11 characters, or a messaging service id. The error never quotes the URL.
func NewSender(smsURL string) (*Sender, error) {
	parsed, err := parseAccount(smsURL)
	if err != nil {
		return nil, fmt.Errorf("reading SMS_URL: %w", err)
	}
	// HTTP/1.1 gives up a connection together with a request that timed out; HTTP/2 would go on using a dead one.
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &Sender{parsed, &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			Protocols:              &protocols,
			MaxIdleConnsPerHost:    8,
			IdleConnTimeout:        30 * time.Second,
			TLSHandshakeTimeout:    timeout,
			MaxResponseHeaderBytes: maxAnswer,
		},
		// The credentials are for this URL and no other.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Send hands in one message and returns nil once the provider has taken it. It returns a *Failure when the provider
// answered otherwise; any other error is temporary: no answer within 20 seconds or before ctx ended, or no connection. The
// message may have been taken all the same; id tells a repeat to providers that look at Idempotency-Key. No error holds the
// number, the text, the credentials or the URL. Safe for concurrent use.
func (s *Sender) Send(ctx context.Context, id, to, text string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := s.request(ctx, id, to, text)
	if err != nil {
		return err
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return fmt.Errorf("sending a text message: %w", cause(ctx, err))
	}
	defer answer.Body.Close()
	// Also when nobody wants to know: a connection is used again only when the answer was read to its end.
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	switch {
	case answer.StatusCode >= 200 && answer.StatusCode < 300:
		return nil
	case err != nil:
		return fmt.Errorf("reading why a text message was refused: %w", cause(ctx, err))
	}
	return &Failure{Status: answer.StatusCode, Code: errorCode(body)}
}

// Close closes idle connections.
func (s *Sender) Close() { s.client.CloseIdleConnections() }

func (s *Sender) request(ctx context.Context, id, to, text string) (*http.Request, error) {
	form := url.Values{"To": {to}, s.account.senderField: {s.account.sender}, "Body": {text}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.account.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, errors.New("sending a text message: the URL cannot be requested")
	}
	request.SetBasicAuth(s.account.user, s.account.password)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Idempotency-Key", id)
	// With that key net/http repeats a request by itself when a used connection breaks, and providers that do not know the
	// key would send two texts. Without GetBody it cannot.
	request.GetBody = nil
	return request, nil
}

// cause says why there is no answer in words of our own: those of the standard library hold the URL and IP addresses.
func cause(ctx context.Context, err error) error {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var dial *net.OpError
	var system syscall.Errno
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &name):
		return unreached{errors.New("the provider's name was not resolved")}
	case errors.As(err, &certificate):
		return unreached{errors.New("the provider's certificate is not trusted")}
	case errors.As(err, &dial) && dial.Op == "dial" && errors.As(err, &system):
		return unreached{system}
	case errors.As(err, &system):
		return system
	}
	return errors.New("the connection broke")
}
