package e2e

import (
	"fmt"
	"strings"
)

// refused sends the operation and wants one error with the code, for the field
// if one is given. Nothing may be written, and nothing personal repeated.
func (c *client) refused(op operation, code, field string) {
	c.t.Helper()
	before := c.shop.tables(c.t)
	got := c.send(op.document, op.variables)
	if !got.isError(code, field) {
		c.t.Errorf("%s\nwith %.300s\n got %d %s\nwant %s for %q", op.document, fmt.Sprint(op.variables), got.status, got.body, code, field)
	}
	if strings.Contains(got.body, mailDomain) || strings.Contains(got.body, phonePrefix) {
		c.t.Errorf("%s: the answer repeats an address: %s", op.document, got.body)
	}
	c.shop.wantUnchanged(c.t, before)
}

// isError reports whether the answer is just one error with the code and field.
func (r reply) isError(code, field string) bool {
	if len(r.Errors) != 1 {
		return false
	}
	extensions := r.Errors[0].Extensions
	named, _ := extensions["field"].(string)
	return extensions["code"] == code && named == field && r.Errors[0].Message != ""
}
