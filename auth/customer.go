package auth

import "context"

// Customer is the person a valid token speaks for.
//
// ID is 1 to 255 characters without control characters. The other texts are as
// the issuer wrote them, or empty: parse them before storing or sending.
type Customer struct {
	ID          string // claim sub
	Email       string // claim email
	PhoneNumber string // claim phone_number
	Name        string // claim name
	HasAddress  bool   // claim address holds anything but an empty value
}

type customerKey struct{}

// WithCustomer returns a context that carries the caller; nil means anonymous.
func WithCustomer(ctx context.Context, c *Customer) context.Context {
	return context.WithValue(ctx, customerKey{}, c)
}

// CustomerFrom returns the caller, or nil when nobody is logged in.
func CustomerFrom(ctx context.Context) *Customer {
	c, _ := ctx.Value(customerKey{}).(*Customer)
	return c
}
