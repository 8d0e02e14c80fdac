package consent

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// MaxMetadata is the largest campaign metadata, in bytes of JSON.
const MaxMetadata = 16 << 10

// schemaURL names the schema of a campaign within its compiler.
const schemaURL = "campaign:///metadata"

// maxSubschemas bounds the work that one entry can cause.
const maxSubschemas = 300

// maxExponent is beyond any number a form asks for, and within a float64.
const maxExponent = 300

const metadataField = "campaignMetadata"

// CompileMetadataSchema checks a campaign's JSON Schema (draft 2020-12 unless it
// says otherwise). References to anything outside the schema are refused.
func CompileMetadataSchema(schema string) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		return nil, fmt.Errorf("decoding the metadata schema: %w", err)
	}
	if containsMonster(doc) {
		return nil, errors.New("the metadata schema contains NUL or a number beyond what can be computed with")
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.UseLoader(noLoader{})
	if err := compiler.AddResource(schemaURL, doc); err != nil {
		return nil, fmt.Errorf("adding the metadata schema: %w", err)
	}
	compiled, err := compiler.Compile(schemaURL)
	if err != nil {
		return nil, fmt.Errorf("compiling the metadata schema: %w", err)
	}
	if size := measure(reflect.ValueOf(compiled), maxSubschemas); size > maxSubschemas {
		return nil, fmt.Errorf("the metadata schema has more than %d parts, its references followed", maxSubschemas)
	}
	return compiled, nil
}

// measure counts the schemas within a compiled schema as often as they are referred
// to, up to one more than most: so often may each be applied to a value. A short
// chain of references can multiply to billions, and a circle never ends.
func measure(v reflect.Value, most int) int {
	size := 0
	visit := func(inner reflect.Value) {
		if size <= most {
			size += measure(inner, most-size)
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return 0
		}
		if v.Type() == reflect.TypeFor[*jsonschema.Schema]() {
			size++
		}
		visit(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				visit(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			visit(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			visit(v.MapIndex(key))
		}
	}
	return size
}

// noLoader keeps schemas from reading files or URLs.
type noLoader struct{}

func (noLoader) Load(string) (any, error) { return nil, errors.New("external references are refused") }

// checkMetadata returns the metadata as JSON text, or an Invalid error that
// names the key at fault. Keys the schema does not describe are refused.
func (c Campaign) checkMetadata(metadata any) (string, error) {
	if metadata == nil {
		metadata = map[string]any{}
	}
	encoded, err := json.Marshal(metadata)
	if err != nil || len(encoded) > MaxMetadata {
		return "", Invalid(metadataField, "must be JSON of at most %d bytes", MaxMetadata)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	object, isObject := value.(map[string]any)
	if err != nil || !isObject {
		return "", Invalid(metadataField, "must be a JSON object")
	}
	if containsMonster(object) {
		return "", Invalid(metadataField, "must not contain NUL or a number beyond 1e%d", maxExponent)
	}
	if err := c.validate(object); err != nil {
		return "", err
	}
	if len(object) == 0 {
		return "", nil
	}
	return string(encoded), nil
}

func (c Campaign) validate(object map[string]any) error {
	schema := &jsonschema.Schema{}
	if c.MetadataSchema != "" {
		var err error
		if schema, err = CompileMetadataSchema(c.MetadataSchema); err != nil {
			return err
		}
	}
	if err := refuseUnknown(schema, object, nil); err != nil {
		return err
	}
	var invalid *jsonschema.ValidationError
	if err := schema.Validate(object); errors.As(err, &invalid) {
		return metadataError(invalid)
	}
	return nil
}

// refuseUnknown holds even for a schema that forgot additionalProperties.
func refuseUnknown(schema *jsonschema.Schema, object map[string]any, path []string) error {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		at := append(slices.Clone(path), key)
		property, named := schema.Properties[key]
		if !named && !allowsOther(schema, key) {
			return Invalid(metadataPath(at...), "is not a field of this campaign")
		}
		inner, isObject := object[key].(map[string]any)
		if !named || !isObject || len(property.Properties) == 0 {
			continue
		}
		if err := refuseUnknown(property, inner, at); err != nil {
			return err
		}
	}
	return nil
}

// allowsOther reports whether the schema says itself what to do with a key it
// does not name.
func allowsOther(schema *jsonschema.Schema, key string) bool {
	for pattern := range schema.PatternProperties {
		if pattern.MatchString(key) {
			return true
		}
	}
	return schema.AdditionalProperties != nil
}

// metadataError turns the first violation into an Invalid error.
func metadataError(e *jsonschema.ValidationError) error {
	for len(e.Causes) > 0 {
		e = e.Causes[0]
	}
	path := e.InstanceLocation
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return Invalid(metadataPath(append(path, k.Missing[0])...), "is required")
	case *kind.AdditionalProperties:
		return Invalid(metadataPath(append(path, k.Properties[0])...), "is not a field of this campaign")
	}
	rule := cmp.Or(strings.Join(e.ErrorKind.KeywordPath(), "/"), "not allowed")
	return Invalid(metadataPath(path...), "does not fit the campaign's schema (%s)", rule)
}

// metadataPath names a place in the metadata as far as its keys are plain names:
// keys may come from the caller, whose input is never echoed at large.
func metadataPath(keys ...string) string {
	path := metadataField
	for _, key := range keys {
		if len(key) > 64 || strings.ContainsFunc(key, func(r rune) bool { return !plain(r) }) {
			break
		}
		path += "." + key
	}
	return path
}

func plain(r rune) bool {
	return r == '_' || r == '-' || r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// containsMonster looks at every text and number within a JSON value: what a NUL
// means differs from reader to reader, and the validator computes with exact
// fractions, which takes seconds for a handful of numbers with a large exponent
// and crashes on one that is larger still.
func containsMonster(value any) bool {
	switch v := value.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case json.Number:
		_, exponent, found := strings.Cut(strings.ToLower(v.String()), "e")
		e, err := strconv.Atoi(exponent)
		return found && (err != nil || e < -maxExponent || e > maxExponent)
	case []any:
		return slices.ContainsFunc(v, containsMonster)
	case map[string]any:
		for key, inner := range v {
			if strings.ContainsRune(key, 0) || containsMonster(inner) {
				return true
			}
		}
	}
	return false
}
