package e2e

import (
	"slices"

	"github.com/google/uuid"
)

// variant is a request of a row, and the field that is at fault.
type variant struct {
	request restRequest
	field   string
}

func (d *desk) variants(o restOperation, c restCase) []variant {
	d.t.Helper()
	switch c.variant {
	case "invalid":
		return d.invalid(o, c.operation)
	case "unknown":
		return []variant{{request: d.request(c.operation).with(c.parameter, uuid.NewString())}}
	case "foreign":
		return []variant{{request: d.request(c.operation).with(c.parameter, d.theirs[c.parameter])}}
	default:
		return []variant{{request: d.request(c.operation)}}
	}
}

// invalid are requests with one fault each, as far as the document tells what a
// fault is.
func (d *desk) invalid(o restOperation, operation string) []variant {
	d.t.Helper()
	valid := d.request(operation)
	faults := []variant{{valid.in("query", "colour", "red"), "query.colour"}}
	if valid.body != nil {
		faults = append(faults, variant{valid.in("body", "colour", "red"), "body.colour"})
	}
	for _, p := range slices.Concat(o.parameters, o.body) {
		where := p.In + "." + p.Name
		if p.Schema.Format == "uuid" {
			faults = append(faults, variant{valid.in(p.In, p.Name, "7"), where})
		}
		if p.Schema.Type == "integer" {
			faults = append(faults, variant{valid.in(p.In, p.Name, "0"), where})
		}
		if p.Required && p.In != "path" {
			faults = append(faults, variant{valid.without(p.In, p.Name), where})
		}
	}
	return faults
}
