package consent_test

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"assent/consent"
)

// barSchema forgets additionalProperties, on purpose.
const barSchema = `{"type":"object","required":["barName"],"properties":{
	"barName":{"type":"string","minLength":1,"maxLength":80},
	"guests":{"type":"integer","minimum":1},
	"rating":{"multipleOf":0.5},
	"contact":{"type":"string","format":"email"},
	"place":{"type":"object","properties":{"town":{"type":"string"}}}}}`

// decoded is a JSON value as a door hands it over: numbers keep their spelling.
func decoded(t testing.TB, s string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// enterWith enters a campaign of the schema and returns the metadata that was kept.
func enterWith(t testing.TB, schema string, metadata any) (string, error) {
	t.Helper()
	m := newMemory()
	m.campaigns["bar"] = consent.Campaign{ID: "bar", Site: shopID, MetadataSchema: schema}
	kept := &keeping{memory: m}
	service := consent.NewService(kept, plainHasher{}, consent.Settings{})
	_, err := service.EnterCampaign(t.Context(), shop(), consent.EntryRequest{
		Request: form(t), CampaignID: "bar", Name: "Anna", Address: mailbox(t, "anna@example.com"), Metadata: metadata,
	})
	if err != nil && len(m.steps) > 0 {
		t.Errorf("it is refused, but writes %q", m.steps)
	}
	return kept.metadata, err
}

// A door may hand over one value in many places. Written out it would fill the memory.
func TestMetadataThatIsLargeOnlyWhenWrittenIsNotWritten(t *testing.T) {
	for name, value := range map[string]any{
		"a long text": strings.Repeat("<", 85_000), "a long list": make([]any, 28_000), "a text that fits once": strings.Repeat("<", 15_000),
	} {
		places := make([]any, 200)
		for i := range places {
			places[i] = value
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := enterWith(t, "", map[string]any{"x": places})
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; !refuses(err, "campaignMetadata", "") || took > 2<<20 {
			t.Errorf("%s in 200 places takes %d bytes and gives %v", name, took, err)
		}
	}
}

func TestMetadataThatFitsIsKept(t *testing.T) {
	for _, tt := range []struct{ name, schema, metadata, want string }{
		{"what is required", barSchema, `{"barName":"The Moon"}`, `{"barName":"The Moon"}`},
		{"what is optional", barSchema, `{"barName":"The Moon","guests":2,"rating":4.5}`, `{"barName":"The Moon","guests":2,"rating":4.5}`},
		{"80 characters of more than one byte", barSchema, `{"barName":"` + strings.Repeat("語", 80) + `"}`, `{"barName":"` + strings.Repeat("語", 80) + `"}`},
		{"markup, as JSON may spell it", barSchema, `{"barName":"<b>&"}`, `{"barName":"\u003cb\u003e\u0026"}`},
		{"text that only looks like an escaped NUL", barSchema, `{"barName":"\\u0000"}`, `{"barName":"\\u0000"}`},
		{"nothing when nothing is required", `{"properties":{"size":{}}}`, `{}`, ``},
		{"nothing when there is no schema", ``, `{}`, ``},
		{"keys of a pattern", `{"patternProperties":{"^x-":{"type":"string"}}}`, `{"x-size":"M"}`, `{"x-size":"M"}`},
		{"what an older draft describes", `{"$schema":"http://json-schema.org/draft-07/schema#","properties":{"size":{"type":"string"}}}`, `{"size":"M"}`, `{"size":"M"}`},
		{"what a reference within the schema describes", `{"properties":{"size":{"$ref":"#/$defs/size"}},"$defs":{"size":{"enum":["S","M"]}}}`, `{"size":"M"}`, `{"size":"M"}`},
		{"what the whole schema refers to describes", `{"$ref":"#/$defs/form","$defs":{"form":{"properties":{"size":{}}}}}`, `{"size":"M"}`, `{"size":"M"}`},
		{"what one of several parts describes", `{"allOf":[{"properties":{"size":{}}},{"oneOf":[{"anyOf":[{"properties":{"fit":{}}}]}]}]}`, `{"fit":1,"size":"M"}`, `{"fit":1,"size":"M"}`},
		{"what a condition describes", `{"if":{"properties":{"gift":{"const":true}}},"then":{"properties":{"to":{}}},"else":{"properties":{"by":{}}}}`, `{"by":"me","gift":false}`, `{"by":"me","gift":false}`},
		{"what comes with another field", `{"properties":{"gift":{}},"dependentSchemas":{"gift":{"properties":{"to":{}}}}}`, `{"gift":1,"to":"you"}`, `{"gift":1,"to":"you"}`},
		{"what came with another field in an older draft", `{"$schema":"http://json-schema.org/draft-07/schema#","properties":{"gift":{}},"dependencies":{"gift":{"properties":{"to":{}}}}}`, `{"gift":1,"to":"you"}`, `{"gift":1,"to":"you"}`},
		{"what a reference further in describes", `{"properties":{"place":{"$ref":"#/$defs/place"}},"$defs":{"place":{"properties":{"town":{}}}}}`, `{"place":{"town":"Bern"}}`, `{"place":{"town":"Bern"}}`},
		{"1,000 values", `{"properties":{"a":{}}}`, `{"a":[` + strings.Repeat("0,", 997) + `0]}`, `{"a":[` + strings.Repeat("0,", 997) + `0]}`},
		{"a number of 25 digits", barSchema, `{"barName":"a","guests":` + strings.Repeat("9", 25) + `}`, `{"barName":"a","guests":` + strings.Repeat("9", 25) + `}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := enterWith(t, tt.schema, decoded(t, tt.metadata)); err != nil || got != tt.want {
				t.Errorf("it keeps %s, %v", got, err)
			}
		})
	}
}

func TestMetadataThatDoesNotFitIsRefusedByField(t *testing.T) {
	for _, tt := range []struct{ name, schema, metadata, field string }{
		{"nothing at all when something is required", barSchema, `null`, "campaignMetadata.barName"},
		{"a required field missing", barSchema, `{"guests":2}`, "campaignMetadata.barName"},
		{"a wrong type", barSchema, `{"barName":["hostile-value"]}`, "campaignMetadata.barName"},
		{"null in place of a value", barSchema, `{"barName":null}`, "campaignMetadata.barName"},
		{"an empty value", barSchema, `{"barName":""}`, "campaignMetadata.barName"},
		{"81 characters", barSchema, `{"barName":"` + strings.Repeat("é", 81) + `"}`, "campaignMetadata.barName"},
		{"a number out of range", barSchema, `{"barName":"The Moon","guests":0}`, "campaignMetadata.guests"},
		{"a format that does not hold", barSchema, `{"barName":"The Moon","contact":"hostile-value"}`, "campaignMetadata.contact"},
		{"a wrong type further in", barSchema, `{"barName":"The Moon","place":{"town":7}}`, "campaignMetadata.place.town"},
		{"an unknown key, though the schema forgets additionalProperties", barSchema, `{"barName":"The Moon","other":1}`, "campaignMetadata.other"},
		{"an unknown key further in", barSchema, `{"barName":"The Moon","place":{"planet":"hostile-value"}}`, "campaignMetadata.place.planet"},
		{"an unknown key that the schema forbids", `{"properties":{"size":{}},"additionalProperties":false}`, `{"other":1}`, "campaignMetadata.other"},
		{"an unknown key beside a pattern", `{"patternProperties":{"^x-":{}}}`, `{"other":1}`, "campaignMetadata.other"},
		{"any key without a schema", ``, `{"other":1}`, "campaignMetadata.other"},
		{"a hostile key", barSchema, `{"barName":"The Moon","<script>alert(1)</script>":1}`, "campaignMetadata"},
		{"a hostile key in another script", barSchema, `{"barName":"The Moon","ключ-значение":1}`, "campaignMetadata"},
		{"a key longer than any field's name", barSchema, `{"barName":"The Moon","` + strings.Repeat("a", 65) + `":1}`, "campaignMetadata"},
		{"a hostile key of a pattern", `{"patternProperties":{".":{"type":"string"}}}`, `{"<script>":1}`, "campaignMetadata"},
		{"an unknown key beside a reference", `{"$ref":"#/$defs/form","$defs":{"form":{"properties":{"size":{}}}}}`, `{"other":1}`, "campaignMetadata.other"},
		{"an unknown key behind a reference", `{"properties":{"place":{"$ref":"#/$defs/place"}},"$defs":{"place":{"properties":{"town":{}}}}}`, `{"place":{"planet":1}}`, "campaignMetadata.place.planet"},
		{"a key that is only what must not be", `{"not":{"properties":{"other":{}}}}`, `{"other":1}`, "campaignMetadata.other"},
		{"500 levels in place of a text", barSchema, `{"barName":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`, "campaignMetadata.barName"},
		{"1,001 values", `{"properties":{"a":{}}}`, `{"a":[` + strings.Repeat("0,", 998) + `0]}`, "campaignMetadata"},
		{"a number of 26 digits", barSchema, `{"barName":"The Moon","guests":` + strings.Repeat("9", 26) + `}`, "campaignMetadata"},
		{"a list", barSchema, `["hostile-value"]`, "campaignMetadata"},
		{"a text", barSchema, `"hostile-value"`, "campaignMetadata"},
		{"NUL in a value", barSchema, `{"barName":"hostile\u0000value"}`, "campaignMetadata"},
		{"NUL in a key", barSchema, `{"bar\u0000Name":"hostile-value"}`, "campaignMetadata"},
		{"more than 16 KiB", barSchema, `{"barName":"` + strings.Repeat("hostile-value ", 1200) + `"}`, "campaignMetadata"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := enterWith(t, tt.schema, decoded(t, tt.metadata))
			if !refuses(err, tt.field, "hostile") || strings.ContainsAny(err.Error(), "<\x00к") {
				t.Errorf("it gives %v, not a refusal of %s", err, tt.field)
			}
		})
	}
}

// The validator computes with exact fractions: a short number can take it
// seconds, and one too large for it is a crash.
func TestMetadataWithAMonstrousNumberIsRefused(t *testing.T) {
	for _, n := range []string{"1e10000000", "-1e10000000", "1e-10000000", "1e999999", "-1e999999", "1e-999999"} {
		for _, key := range []string{"guests", "rating"} {
			t.Run(n+" for "+key, func(t *testing.T) {
				defer func() {
					if p := recover(); p != nil {
						t.Errorf("it panics: %v", p)
					}
				}()
				metadata := decoded(t, `{"barName":"The Moon","`+key+`":`+n+`}`)
				_, err := enterWith(t, barSchema, metadata)
				if !refuses(err, "campaignMetadata."+key, n) && !refuses(err, "campaignMetadata", n) {
					t.Errorf("it gives %v", err)
				}
			})
		}
	}
}
