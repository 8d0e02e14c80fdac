package consent_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"assent/consent"
)

// keeping is a memory that gives back the metadata it was told to keep.
type keeping struct {
	*memory
	metadata string
}

func (k *keeping) Update(ctx context.Context, id consent.ContactID, decide consent.Decision) error {
	return k.memory.Update(ctx, id, func(st consent.State, now time.Time) (consent.Change, error) {
		ch, err := decide(st, now)
		if ch.Entry != nil {
			k.metadata = ch.Entry.Metadata
		}
		return ch, err
	})
}

func FuzzMetadata(f *testing.F) {
	for _, s := range []string{
		`{"barName":"The Moon"}`, `{"barName":"a\u0000"}`, `{"barName":1,"x":[{}]}`, `{"guests":1e10000000}`, `{"rating":-0.0}`,
		`{"place":{"town":[[[]]]}}`, `{"<script>":"hostile"}`, `[]`, `null`, `{"contact":"a@b"}`, `{"barName":"\ud800"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := json.NewDecoder(strings.NewReader(s))
		d.UseNumber()
		var metadata any
		if len(s) > 2_000 || !utf8.ValidString(s) || d.Decode(&metadata) != nil {
			return // a door would not pass it on
		}
		kept, err := enterWith(t, barSchema, metadata)
		if err != nil {
			var refusal *consent.Error
			if !errors.As(err, &refusal) || !strings.HasPrefix(refusal.Field, "campaignMetadata") {
				t.Errorf("%s gives %v", s, err)
			}
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`<>"&`, r) }) {
				t.Errorf("%s is echoed: %v", s, err)
			}
			return
		}
		if !json.Valid([]byte(kept)) || bytes.Contains([]byte(kept), []byte{0}) {
			t.Errorf("%s is kept as %s", s, kept)
		}
		if again, err := enterWith(t, barSchema, decoded(t, kept)); err != nil || again != kept {
			t.Errorf("%s is kept as %s, and that as %s, %v", s, kept, again, err)
		}
	})
}

func FuzzMetadataSchema(f *testing.F) {
	for _, s := range []string{
		barSchema, `true`, `false`, `[]`, `{"$ref":"#"}`, `{"$id":"#a","$anchor":"a","items":{"$ref":"#a"}}`, `{"enum":[{"a":[1e20]}]}`,
		`{"$schema":"http://json-schema.org/draft-04/schema#","id":"x","properties":{"a":{"id":"#b","pattern":"(a|b){9}"}}}`,
		`{"$dynamicAnchor":"n","properties":{"a":{"$dynamicRef":"#n"}}}`, `{"patternProperties":{"^\\p{L}(?i)":{"format":"regex"}}}`,
		`{"unevaluatedProperties":{"uniqueItems":true,"prefixItems":[{"const":null}],"contains":{"multipleOf":0.1}}}`,
	} {
		f.Add(s, `{"a":[1,{"b":"c"},[2,2]]}`)
	}
	f.Fuzz(func(t *testing.T, schema, metadata string) {
		var entry any
		if len(schema) > 2_000 || len(metadata) > 500 || json.Unmarshal([]byte(metadata), &entry) != nil {
			return
		}
		if _, err := consent.CompileMetadataSchema(schema); err != nil {
			return
		}
		var refusal *consent.Error
		if _, err := enterWith(t, schema, entry); err != nil && !errors.As(err, &refusal) {
			t.Errorf("%s is accepted, but an entry of %s gives %v", schema, metadata, err)
		}
	})
}
