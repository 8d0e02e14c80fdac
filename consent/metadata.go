package consent

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// MaxMetadata is the largest campaign metadata, in bytes of JSON.
const MaxMetadata = 16 << 10

// schemaURL names the schema of a campaign within its compiler.
const schemaURL = "campaign:metadata"

const metadataField = "campaignMetadata"

// CompileMetadataSchema checks a campaign's JSON Schema (draft 2020-12 unless it
// says otherwise). References to anything outside the schema are refused.
func CompileMetadataSchema(schema string) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		return nil, fmt.Errorf("decoding the metadata schema: %w", err)
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
	return compiled, nil
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
	if containsNUL(object) {
		return "", Invalid(metadataField, "must not contain NUL")
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
	if err := refuseUnknown(schema, object); err != nil {
		return err
	}
	var invalid *jsonschema.ValidationError
	if err := schema.Validate(object); errors.As(err, &invalid) {
		return metadataError(invalid)
	}
	return nil
}

// refuseUnknown holds even for a schema that forgot additionalProperties.
func refuseUnknown(schema *jsonschema.Schema, object map[string]any) error {
	if schema.AdditionalProperties != nil || len(schema.PatternProperties) > 0 {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if _, ok := schema.Properties[key]; !ok {
			return Invalid(metadataPath(key), "is not a field of this campaign")
		}
	}
	return nil
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
	rule := strings.Join(e.ErrorKind.KeywordPath(), "/")
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

// containsNUL looks at every text within a JSON value: what a NUL means differs
// from reader to reader.
func containsNUL(value any) bool {
	switch v := value.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		return slices.ContainsFunc(v, containsNUL)
	case map[string]any:
		for key, inner := range v {
			if strings.ContainsRune(key, 0) || containsNUL(inner) {
				return true
			}
		}
	}
	return false
}
