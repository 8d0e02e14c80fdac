package admin

import (
	"errors"

	"assent/backoffice"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// The library checks a body against the document and then asks the body what else
// is wrong, so that a caller is told of everything at once. A value that neither
// may hold is told of once: see newProblem.

// faults are what Check found, for the library.
func faults(at *huma.PathBuffer, found error) (errs []error) {
	var problems backoffice.Problems
	if !errors.As(found, &problems) {
		return nil
	}
	for _, p := range problems {
		errs = append(errs, &huma.ErrorDetail{Location: at.String() + "." + p.Field, Message: p.Message})
	}
	return errs
}

// field is a value of a body under its name there.
type field struct {
	name  string
	value huma.ResolverWithPath
}

// resolve asks the fields of an embedded struct, which the library passes over when
// it has asked the struct around it.
func resolve(ctx huma.Context, at *huma.PathBuffer, fields ...field) (errs []error) {
	for _, f := range fields {
		at.Push(f.name)
		errs = append(errs, f.value.Resolve(ctx, at)...)
		at.Pop()
	}
	return errs
}

// ID is a UUID in a body. The library checks its form; an error of ours would end
// the reading of the fields after it.
type ID struct{ uuid.UUID }

// UnmarshalText leaves what is no UUID zero.
func (id *ID) UnmarshalText(text []byte) error {
	id.UUID, _ = uuid.ParseBytes(text) // told by the format
	return nil
}
