package captcha

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// The kinds of failure: what an operator has to see to.
const (
	kindUnavailable = "the provider does not answer as it should"
	kindRefused     = "the provider does not know the secret"
	kindSealed      = "the secret was sealed under another ASSENT_SECRET: set it again"
)

// failure is why a token could not be checked. It goes to the log, so it holds
// nothing that was sent or received.
type failure struct{ kind, cause string }

func (f *failure) String() string {
	if f.cause == "" {
		return f.kind
	}
	return f.kind + ": " + f.cause
}

func unavailable(cause string) *failure { return &failure{kindUnavailable, cause} }

// reason puts an error of the HTTP client into words that hold no part of an answer,
// as its own may.
func reason(err error) string {
	var network *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.As(err, &network):
		return network.Error()
	case errors.As(err, &certificate):
		return certificate.Error()
	default:
		return "an answer that cannot be read"
	}
}
