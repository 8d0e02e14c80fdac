package consent_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"assent/consent"
)

// items is a schema of one field "a", a list of what the schema describes.
func items(schema string) string { return `{"properties":{"a":{"items":` + schema + `}}}` }

// list is an entry with n times a value in that list.
func list(n int, value string) string {
	return `{"a":[` + strings.TrimSuffix(strings.Repeat(value+",", n), ",") + `]}`
}

// field is a schema of one text "a".
func field(schema string) string { return `{"properties":{"a":` + schema + `}}` }

func filled(n int, text string) string { return `{"a":"` + strings.Repeat(text, n) + `"}` }

// isTooMuch reports whether an entry was refused before it was judged.
func isTooMuch(err error) bool {
	var rule consent.SchemaError
	return err != nil && (errors.As(err, &rule) || strings.Contains(err.Error(), "is too much to be checked"))
}

func TestMetadataThatIsTooMuchForItsSchemaIsRefused(t *testing.T) {
	for _, tt := range []struct{ name, schema, metadata string }{
		{"many values in a list of numbers", items(`{"enum":[` + joined(800, "%d") + `]}`), list(900, "-1")},
		{"many values in a list of objects", items(`{"enum":[` + joined(400, `{"k":[%d]}`) + `]}`), list(300, `{"k":[-1]}`)},
		{"many values in a long constant", items(`{"const":[` + joined(800, "%d") + `]}`), list(900, "-1")},
		{"many values with many alternatives", items(`{"anyOf":[` + joined(290, `{"title":"%d","type":"string"}`) + `]}`), list(900, "0")},
		{"many objects without what is required", items(`{"required":[` + joined(2_000, `"%d"`) + `]}`), list(900, "{}")},
		{"many numbers between many others", items(`{"allOf":[` + joined(200, `{"minimum":%d,"multipleOf":0.7}`) + `]}`), list(900, "1.5")},
		{"many lists without duplicates", field(`{"allOf":[` + joined(30, `{"title":"%d","uniqueItems":true}`) + `]}`), list(900, "7")},
		{"many fields and many parts that may name them", field(`{"unevaluatedProperties":true,"allOf":[` + joined(290, `{"title":"%d","properties":{}}`) + `]}`), `{"a":{` + joined(900, `"k%d":1`) + `}}`},
		{"a long text and a large pattern", field(`{"pattern":"(a?){900}(b?){900}x$"}`), filled(15_000, "a")},
		{"many texts and a large pattern", items(`{"pattern":"(a?){900}(b?){900}x$"}`), list(15, `"`+strings.Repeat("a", 1_000)+`"`)},
		{"a long key and a large pattern", `{"patternProperties":{"(a?){900}x":{}}}`, `{"` + strings.Repeat("a", 15_000) + `":1}`},
		{"a long text and many formats", field(`{"allOf":[` + joined(200, `{"title":"%d","format":"uri-template"}`) + `]}`), filled(15_000, "a")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := enterWith(t, tt.schema, decoded(t, tt.metadata))
			if !refuses(err, "campaignMetadata", "does not fit") || !isTooMuch(err) {
				t.Errorf("it gives %.200v", err)
			}
		})
	}
}

func TestMetadataOfALargeFormIsKept(t *testing.T) {
	towns := `{"enum":[` + joined(2_500, `"town %d"`) + `]}`
	texts := `"^[^<>]{1,500}$"`
	for _, tt := range []struct{ name, schema, field, value string }{
		{"two lists of towns and 50 fields", `{"$defs":{"t":` + towns + `},"properties":{"from":{"$ref":"#/$defs/t"},"to":{"$ref":"#/$defs/t"},%s}}`, `"f%d":{"type":"string","maxLength":80}`, `"f%d":"x"`},
		{"100 fields, all required", `{"required":["f0"],"properties":{%s}}`, `"f%d":{"type":"integer","minimum":1,"maximum":9}`, `"f%d":7`},
		{"50 texts with a pattern", `{"properties":{%s}}`, `"f%d":{"pattern":"^[A-Za-z0-9._%%+-]+@[A-Za-z0-9.-]+$"}`, `"f%d":"someone.unknown@mail.example"`},
		{"a long text", `{"properties":{"f0":{"pattern":` + texts + `},"f1":{"pattern":` + texts + `},%s}}`, `"f%d":{"format":"email"}`, `"f%d":"someone@mail.example"`},
		{"16 KiB without a pattern", `{"properties":{%s}}`, `"f%d":{"type":"string"}`, `"f%d":"` + strings.Repeat("x", 310) + `"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := map[bool]int{true: 100, false: 50}[strings.HasPrefix(tt.name, "100")]
			if _, err := enterWith(t, fmt.Sprintf(tt.schema, joined(n, tt.field)), decoded(t, `{`+joined(n, tt.value)+`}`)); err != nil {
				t.Error(err)
			}
		})
	}
}

// chain is the definitions r0 to rn, each of which has the next one under a keyword.
func chain(keyword string, n int, last string) string {
	definitions := ""
	for i := range n {
		definitions += fmt.Sprintf(`"r%d":{%q:{"$ref":"#/$defs/r%d"}},`, i, keyword, i+1)
	}
	return definitions + fmt.Sprintf(`"r%d":%s`, n, last)
}

// BenchmarkHostileMetadata judges entries that are as large as their schema allows,
// each of which is expensive in another way.
func BenchmarkHostileMetadata(b *testing.B) {
	long := "7." + strings.Repeat("7", 17) + "e-19"
	for _, bm := range []struct{ name, schema, metadata string }{
		{"alternatives", items(`{"anyOf":[` + joined(290, `{"title":"%d","type":"string"}`) + `]}`), list(75, "0")},
		{"alternatives deep in", items(nested(5, `{"items":`, `{"anyOf":[`+joined(280, `{"title":"%d","type":"string"}`)+`]}`, `}`)), `{"a":` + nested(6, "[", joined(70, "%d"), "]") + `}`},
		{"errors deep in", `{"$defs":{` + chain("items", 70, `{"anyOf":[`+joined(150, `{"title":"%d","type":"string"}`)+`]}`) + `},"properties":{"a":{"$ref":"#/$defs/r0"}}}`, `{"a":` + nested(70, "[", joined(8, "%d"), "]") + `}`},
		{"fields that nobody asked for", field(`{"unevaluatedProperties":true,"allOf":[` + joined(290, `{"title":"%d","properties":{}}`) + `]}`), `{"a":{` + joined(450, `"k%d":1`) + `}}`},
		{"references in a chain", `{"$defs":{` + chain("not", 140, `{"type":"string"}`) + `},"properties":{"a":{"items":{"$ref":"#/$defs/r0"}}}}`, list(75, "0")},
		{"numbers", items(`{"allOf":[` + joined(200, `{"minimum":-1.2345e-19,"maximum":1.23e20,"exclusiveMaximum":1.2345e20,"multipleOf":1.2342143243e-20,"title":"%d"}`) + `]}`), list(14, long)},
		{"a list of numbers", items(`{"enum":[` + joined(900, "%d.7e-20") + `]}`), list(13, long)},
		{"a list of texts", items(`{"enum":[` + joined(2_800, `"%05d"`) + `]}`), list(100, `"abcde"`)},
		{"what is required", items(`{"type":"object","required":[` + joined(2_800, `"%d"`) + `]}`), list(100, "{}")},
		{"lists without duplicates", field(`{"uniqueItems":true,"items":{"uniqueItems":true}}`), list(40, `[`+joined(20, "1%d.7e-19")+`]`)},
		{"a large pattern", field(`{"pattern":"(a?){900}b{0,900}x"}`), filled(750, "a")},
		{"boundaries", field(`{"pattern":"(\\b|\\B|^|$){700}x"}`), filled(750, "a")},
		{"a long text", field(`{"pattern":"(a?){65}x"}`), filled(15_000, "a")},
		{"a long key", `{"patternProperties":{"(a?){29}x":{}}}`, `{"` + strings.Repeat("a", 15_000) + `":1}`},
		{"formats", field(`{"allOf":[` + joined(75, `{"title":"%d","format":"uri-template"}`) + `]}`), `{"a":"https://shop.example/` + strings.Repeat("%41/", 4_000) + `"}`},
		{"scripts in a pattern", field(`{"pattern":"[` + strings.Repeat(`\\pL`, 20) + `]"}`), filled(1, "1")},
		{"schemas that nobody applies", `{"$defs":{` + joined(1_400, `"d%d":{"minLength":1}`) + `}}`, `{}`},
		{"references to what is no schema", `{"properties":{"a":{"allOf":[` + joined(145, `{"$ref":"#/x/%d"}`) + `]}},"x":[` + strings.TrimSuffix(strings.Repeat("{},", 2_000), ",") + `]}`, `{}`},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			metadata := decoded(b, bm.metadata)
			for b.Loop() {
				if _, err := enterWith(b, bm.schema, metadata); isTooMuch(err) {
					b.Fatal(err)
				}
			}
		})
	}
}
