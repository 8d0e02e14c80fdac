package admin

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// Optional is a value that may be left out, which null is not.
type Optional[T any] struct {
	sent  bool
	fault string // why it cannot be taken
	value T
}

// Schema is that of the value.
func (Optional[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

// UnmarshalJSON is called for what is sent only. It returns no error, which would
// end the reading of the fields after it.
func (o *Optional[T]) UnmarshalJSON(text []byte) error {
	o.sent = true
	switch {
	case string(text) == "null":
		o.fault = "must not be null"
	case json.Unmarshal(text, &o.value) != nil:
		o.fault = "must have the type that the document says"
	}
	return nil
}

// Resolve refuses null, which the library takes for nothing where a value may be
// left out.
func (o *Optional[T]) Resolve(ctx huma.Context, at *huma.PathBuffer) []error {
	if o.fault != "" {
		return []error{&huma.ErrorDetail{Location: at.String(), Message: o.fault}}
	}
	if inner, ok := any(&o.value).(huma.ResolverWithPath); ok {
		return inner.Resolve(ctx, at)
	}
	return nil
}

// set changes a setting to what was sent for it, if anything was.
func (o Optional[T]) set(setting *T) {
	if o.sent {
		*setting = o.value
	}
}

var errNotUTF8 = errors.New("not UTF-8")

// maxItems is how many items a list or members an object in a body may have: the
// library has something to say of each that is wrong.
const maxItems = 1000

var errTooMany = errors.New("too many items in a list or members in an object")

// isLong reports whether there is a list or an object too long in the value.
func isLong(value any) bool {
	switch v := value.(type) {
	case []any:
		return len(v) > maxItems || slices.ContainsFunc(v, isLong)
	case map[string]any:
		return len(v) > maxItems || slices.ContainsFunc(slices.Collect(maps.Values(v)), isLong)
	default:
		return false
	}
}

// strictJSON refuses long lists and objects, and bytes that are not UTF-8, in whose place the
// standard library would put a character that nobody sent.
func strictJSON() huma.Format {
	return huma.Format{
		Marshal: func(w io.Writer, v any) error { return huma.DefaultJSONFormat.Marshal(w, v) },
		Unmarshal: func(text []byte, v any) error {
			if !utf8.Valid(text) {
				return errNotUTF8
			}
			if err := json.Unmarshal(text, v); err != nil {
				return err
			}
			if whole, ok := v.(*any); ok && isLong(*whole) { // the library reads a body twice, first as this
				return errTooMany
			}
			return nil
		},
	}
}
