package consent

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// MaxMetadata is the largest campaign metadata, in bytes of JSON.
const MaxMetadata = 16 << 10

// maxEntryValues is beyond any form, which has some dozen fields. How deep they are
// nested does not matter: nobody looks further in than the schema goes.
const maxEntryValues = 1_000

const metadataField = "campaignMetadata"

// checkMetadata returns the metadata as JSON text, or an Invalid error that
// names the key at fault. Keys the schema does not describe are refused.
func (c Campaign) checkMetadata(metadata any) (string, error) {
	if metadata == nil {
		metadata = map[string]any{}
	}
	if left := MaxMetadata; !fits(metadata, &left) {
		return "", tooLarge()
	}
	encoded, err := json.Marshal(metadata)
	if err != nil || len(encoded) > MaxMetadata {
		return "", tooLarge()
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	object, isObject := value.(map[string]any)
	if err != nil || !isObject {
		return "", Invalid(metadataField, "must be a JSON object")
	}
	count, tame := countValues(object, maxEntryValues)
	if !tame || count > maxEntryValues {
		return "", Invalid(metadataField, "must have at most %d values, without NUL and %s", maxEntryValues, monsters)
	}
	if err := c.judge(object, extent{values: count, bytes: len(encoded)}); err != nil {
		return "", err
	}
	if len(object) == 0 {
		return "", nil
	}
	return string(encoded), nil
}

func tooLarge() error { return Invalid(metadataField, "must be JSON of at most %d bytes", MaxMetadata) }

func (c Campaign) judge(object map[string]any, e extent) error {
	schema := &MetadataSchema{root: &jsonschema.Schema{}}
	if c.MetadataSchema != "" {
		var err error
		if schema, err = CompileMetadataSchema(c.MetadataSchema); err != nil {
			return err
		}
	}
	if schema.cost.exceeds(e) {
		return Invalid(metadataField, "is too much to be checked for this campaign")
	}
	if err := refuseUnknown(together(schema.root), object, nil); err != nil {
		return err
	}
	var invalid *jsonschema.ValidationError
	if err := schema.root.Validate(object); errors.As(err, &invalid) {
		return metadataError(invalid)
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
