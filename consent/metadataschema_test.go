package consent_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"assent/consent"
)

// joined is a list of n members that the format makes of their numbers.
func joined(n int, format string) string {
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(members, ",")
}

// nested is a schema within n others.
func nested(n int, open, inner, end string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
}

// multiplying is a short schema of which each part refers to the next one twice.
func multiplying(parts int) string {
	defs := `"a0":{}`
	for i := range parts {
		defs += fmt.Sprintf(`,"a%d":{"allOf":[{"$ref":"#/$defs/a%d"},{"$ref":"#/$defs/a%[2]d"}]}`, i+1, i)
	}
	return fmt.Sprintf(`{"$defs":{%s},"properties":{"a":{"$ref":"#/$defs/a%d"}}}`, defs, parts)
}

func TestMetadataSchemaMayReferToItsOwnParts(t *testing.T) {
	for name, schema := range map[string]string{
		"a part used twice": `{"$defs":{"name":{"type":"string"}},"properties":{"first":{"$ref":"#/$defs/name"},"last":{"$ref":"#/$defs/name"}}}`,
		"a few references":  multiplying(5),
		"a long form":       `{"allOf":[` + strings.Repeat("{},", 200) + `{}]}`,
		"a list of towns":   `{"properties":{"town":{"enum":[` + joined(2_900, `"town %d"`) + `]}}}`,
		"32 levels":         nested(31, `{"not":`, `{}`, `}`),
		"a length":          `{"properties":{"poem":{"pattern":"^.{1,500}$"}}}`,
		"an optional brace": `{"properties":{"phone":{"pattern":"^\\(?0[0-9]{1,5}\\)?[ 0-9]+$"}}}`,
		"letters":           `{"properties":{"name":{"pattern":"^[\\p{L}\\p{M} '-]+$"}}}`,
		"an id of its own":  `{"$id":"https://shop.example/bar.json","properties":{"id":{},"$dynamicRef":{}}}`,
	} {
		if _, err := consent.CompileMetadataSchema(schema); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCompileMetadataSchemaRefuses(t *testing.T) {
	for name, schema := range map[string]string{
		"what is not JSON":         `{`,
		"what is not a schema":     `{"type":"colour"}`,
		"a reference to a file":    `{"properties":{"a":{"$ref":"file:///etc/hosts"}}}`,
		"a reference to a URL":     `{"$ref":"https://schemas.example/a.json"}`,
		"a relative reference":     `{"$ref":"other.json"}`,
		"a reference to nothing":   `{"$ref":"#/$defs/none"}`,
		"a dialect from elsewhere": `{"$schema":"https://schemas.example/dialect"}`,
		"a broken pattern":         `{"properties":{"a":{"pattern":"("}}}`,
		"a dialect of its own":     `{"$schema":"campaign:///metadata"}`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := consent.CompileMetadataSchema(schema); err == nil {
				t.Error("it is accepted")
			}
			// One that got into the database all the same is our failure, not the caller's.
			var refusal *consent.Error
			if _, err := enterWith(t, schema, nil); err == nil || errors.As(err, &refusal) {
				t.Errorf("an entry gives %v", err)
			}
		})
	}
}

// Whoever defines one is told why: it may be an honest form.
func TestCompileMetadataSchemaNamesTheRuleThatAHostileOneBreaks(t *testing.T) {
	for name, schema := range map[string]string{
		"a dynamic reference":         `{"$dynamicAnchor":"n","properties":{"a":{"$dynamicRef":"#n"}}}`,
		"one with a harmless default": `{"$id":"http://x/outer","$dynamicAnchor":"n","properties":{"a":{"$ref":"inner"}},"$defs":{"inner":{"$id":"inner","$dynamicRef":"#n","$defs":{"leaf":{"$dynamicAnchor":"n"}}}}}`,
		"a recursive reference":       `{"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveAnchor":true,"properties":{"a":{"$recursiveRef":"#"}}}`,
		"one with a harmless target":  `{"$schema":"https://json-schema.org/draft/2019-09/schema","$id":"http://x/outer","$recursiveAnchor":true,"properties":{"a":{"$ref":"inner#/$defs/again"}},"$defs":{"inner":{"$id":"inner","$recursiveAnchor":true,"$defs":{"again":{"allOf":[{"$recursiveRef":"#"},{"$recursiveRef":"#"}]}}}}}`,
		"a reference to the standard": `{"properties":{"a":{"$ref":"https://json-schema.org/draft/2020-12/schema"}}}`,
		"33 levels":                   nested(32, `{"not":`, `{}`, `}`),
		"thousands of levels":         nested(2_000, `{"properties":{"a":`, `{}`, `}}`),
		"thousands of lists":          `{"enum":[` + nested(4_000, `[`, ``, `]`) + `]}`,
		"more values than a form":     `{"enum":[` + joined(3_000, "%d") + `]}`,
		"a list of numbers":           `{"properties":{"a":{"enum":[` + joined(1_500, "%d") + `]}}}`,
		"a list used again and again": `{"$defs":{"a":{"enum":[` + joined(2_500, `"%d"`) + `]}},"allOf":[` + strings.Repeat(`{"$ref":"#/$defs/a"},`, 8) + `{}]}`,
		"the format regex":            `{"properties":{"a":{"format":"regex"}}}`,
		"a huge pattern":              `{"properties":{"a":{"pattern":"` + strings.Repeat("(a?){900}", 4) + `"}}}`,
		"huge patterns of keys":       `{"patternProperties":{"(a?){900}(b?){900}":{}}}`,
		"a pattern used for much":     `{"$defs":{"a":{"pattern":"a{900}"}},"allOf":[` + strings.Repeat(`{"$ref":"#/$defs/a"},`, 12) + `{}]}`,
		"a pattern of many scripts":   `{"properties":{"a":{"pattern":"[` + strings.Repeat(`\\pL`, 21) + `]"}}}`,
		"a pattern of either case":    `{"properties":{"a":{"pattern":"(?si)[B-\\x{1044f}]"}}}`,
		"a long pattern":              `{"properties":{"a":{"pattern":"` + strings.Repeat("[a]", 1_334) + `"}}}`,
		"a number of 26 digits":       `{"minimum":` + strings.Repeat("9", 26) + `}`,
		"what no entry can fit":       `false`,
		"a text":                      `{"type":"string"}`,
		"references in a circle":      `{"allOf":[{"$ref":"#"}]}`,
		"references that multiply":    multiplying(26),
		"more parts than a form":      `{"allOf":[` + strings.Repeat("{},", 300) + `{}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			var rule consent.SchemaError
			if _, err := consent.CompileMetadataSchema(schema); !errors.As(err, &rule) || !strings.HasPrefix(string(rule), "must ") {
				t.Errorf("it gives %v", err)
			}
			var refusal *consent.Error
			if _, err := enterWith(t, schema, nil); err == nil || errors.As(err, &refusal) {
				t.Errorf("an entry gives %v", err)
			}
		})
	}
}
