package graph_test

import (
	"strconv"
	"strings"
	"testing"
)

// introspectionQuery is what GraphiQL asks to know the schema.
const introspectionQuery = `query IntrospectionQuery { __schema { description queryType { name kind }
mutationType { name kind } subscriptionType { name kind } types { ...FullType }
directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
fragment FullType on __Type { kind name description specifiedByURL isOneOf
fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }`

// BenchmarkHostileDocuments validates the worst documents that keep to the bounds.
func BenchmarkHostileDocuments(b *testing.B) {
	inline := func(set string) string { return "{...{...{" + set + "}}}" }
	list := strings.TrimSuffix(strings.Repeat("1,", 40_000), ",")
	metadata := `mutation($x:[Int]){signUpForEmailMarketingCampaign(input:{name:"a",email:"a@b.example",campaignId:"42",
		campaignMetadata:{a:$x},auditData:{messageShown:"a",formIdentifier:"a",formLocation:"a"}})}`
	for _, hostile := range []struct{ name, document, variables string }{
		{"one field over and over", inline(strings.Repeat("__typename ", 290)), ""},
		{"one fragment of one field, over and over", "{...F} fragment F on Query " + inline(strings.Repeat("__typename ", 270)), ""},
		{"objects over and over", inline(strings.Repeat("site{id} ", 115)), ""},
		{"objects of many fields", inline(strings.Repeat("site{"+strings.Repeat("id ", 18)+"} ", 13)), ""},
		{"conflicts", "{site" + inline(strings.Repeat("id:name ", 30)+strings.Repeat("id ", 230)) + "}", ""},
		{"conflicts by long names",
			"{site" + inline(strings.Repeat(strings.Repeat("n", 64)+":name ", 30)+strings.Repeat(strings.Repeat("n", 64)+" ", 230)) + "}", ""},
		{"lists in a list in a list", "{accountCreationMarketingPreferences(email:" + strings.Repeat("[", 230) +
			`"` + strings.Repeat("x", 90_000) + `"` + strings.Repeat("]", 230) + ")}", ""},
		{"a long list", metadata, `{"x":[` + list + `]}`},
		{"the schema", introspectionQuery, ""},
	} {
		b.Run(hostile.name, func(b *testing.B) {
			d := open(b, introspectable)
			n := 0
			for b.Loop() {
				n++ // so that no document is known already
				d.ask(b, hostile.document+"#"+strconv.Itoa(n), hostile.variables)
			}
		})
	}
}
