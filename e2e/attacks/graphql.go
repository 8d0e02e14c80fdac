package attacks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

const endpoint = "/graphql"

// asJSON are the headers of a storefront.
func asJSON(more ...string) []string {
	return append([]string{"Content-Type: application/json", "Accept: application/graphql-response+json", "X-Site-Id: demo"}, more...)
}

// post sends a document with variables, which are JSON; empty: none.
func post(name, document, variables string) Request {
	quoted, _ := json.Marshal(document + "#" + nonce) // a text has no value that JSON has not
	if variables == "" {
		variables = "{}"
	}
	return body(name, `{"query":`+string(quoted)+`,"variables":`+variables+`}`)
}

// body sends a body as JSON, whatever it is.
func body(name, text string) Request {
	return request(name, http.MethodPost, endpoint, asJSON(), text)
}

func times(n int, text string) string { return strings.Repeat(text, n) }

func each(n int, f func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(f(i))
	}
	return b.String()
}

const (
	auditData = `auditData:{messageShown:"` + Canary + `",formIdentifier:"` + Canary + `",formLocation:"` + Canary + `"}`
	signUp    = `signUpForMarketing(input:{type:EMAIL,contactDetails:"` + Canary + `@mail.example",` + auditData + `})`
)

// documents are too large, in one way or another.
func documents() []Request {
	return []Request{
		post("100 KB of repeated fields", "{"+times(100<<10/len("__typename "), "__typename ")+"}", ""),
		post("90 KB of repeated fields", "{"+times(90<<10/len("__typename "), "__typename ")+"}", ""),
		post("497 repeated fields", "{"+times(497, "__typename ")+"}", ""),
		post("120 repeated objects", "{"+times(120, "site{id} ")+"}", ""),
		post("1,500 conflicting aliases", "{"+each(1500, func(i int) string { return "a:" + []string{"site{id} ", "customer{id} "}[i%2] })+"}", ""),
		post("30 conflicting aliases among 230 fields", "{site{...{...{"+times(30, "id:name ")+times(230, "id ")+"}}}}", ""),
		post("60 aliases of a costly field", "{"+each(60, func(i int) string {
			return fmt.Sprintf(`a%d:accountCreationMarketingPreferences(email:"%s%d@mail.example")`, i, Canary, i)
		})+"}", ""),
		post("1,000 aliased mutations", "mutation{"+each(1000, func(i int) string { return fmt.Sprintf("a%d:unsubscribeSmsMarketing(phoneNumber:%q)", i, Canary) })+"}", ""),
		post("12 aliased mutations", "mutation{"+each(12, func(i int) string { return fmt.Sprintf("a%d:%s", i, signUp) })+"}", ""),
		post("5,000 levels of fields", times(5000, "{a")+times(5000, "}"), ""),
		post("240 levels of fields", times(240, "{site")+times(240, "}"), ""),
		post("150 levels of types", `{__type(name:"`+Canary+`"){`+times(150, "ofType{")+"name"+times(152, "}"), ""),
		post("5,000 directives", "{__typename"+times(5000, "@a")+"}", ""),
		post("240 directives", "{__typename"+times(240, "@a")+"}", ""),
		post("90 conditions", "{__typename"+times(90, "@skip(if:true)")+"}", ""),
		post("160 arguments", "{site("+times(160, "a:1 ")+"){id}}", ""),
		post("10,000 operations", times(10_000, "{a}"), ""),
		post("90 operations", each(90, func(i int) string { return fmt.Sprintf("query q%d{__typename}", i) }), ""),
		post("5,000 variables", "query("+each(5000, func(i int) string { return fmt.Sprintf("$a%d:Int ", i) })+"){__typename}", ""),
		post("120 variables", "query("+each(120, func(i int) string { return fmt.Sprintf("$a%d:Int ", i) })+"){__typename}", ""),
		post("a subscription", "subscription{"+signUp+"}", ""),
		post("a definition of a type", "type Query{a:Int} extend schema{query:Query}", ""),
		post("deferred parts", "{...@defer{site{id}} ...@stream{site{id}}}", ""),
	}
}

// names are long, and hold the canary.
func names() []Request {
	long := Canary + times(90_000, "x")
	middling := Canary + times(50, "x")
	var all []Request
	for _, place := range []struct{ what, form string }{
		{"field", "{%s}"},
		{"subfield", "{site{%s}}"},
		{"alias", "{%s:nothing}"},
		{"argument", "{site(%s:1){id}}"},
		{"directive", "{site@%s{id}}"},
		{"fragment", "{...F}fragment %s on Query{__typename}"},
		{"spread", "{...%s}"},
		{"type", "{...on %s{id}}"},
		{"operation", "query %s{nothing}"},
		{"variable", "query($%s:Int){__typename}"},
		{"type of a variable", "query($a:%s){__typename}"},
		{"enum value", "{customer{marketingPreferences(type:%s)}}"},
		{"field of input", "mutation{unsubscribeMarketing(input:{%s:1})}"},
		{"undeclared variable", "{site@skip(if:$%s){id}}"},
	} {
		all = append(all, post("a "+place.what+" with a name of 90 KB", fmt.Sprintf(place.form, long), ""),
			post("a "+place.what+" with a name of 60 bytes", fmt.Sprintf(place.form, middling), ""))
	}
	return append(all, body("the name of no operation", `{"query":"query A{__typename} query B{__typename}","operationName":"`+long+`"}`))
}

// fragments multiply what a document selects.
func fragments() []Request {
	lattice := func(levels int) string {
		return "{...F0}" + each(levels, func(i int) string { return fmt.Sprintf("fragment F%d on Query{...F%d ...F%d}", i, i+1, i+1) }) +
			fmt.Sprintf("fragment F%d on Query{__typename}", levels)
	}
	cycle := "{...F0}" + each(12, func(i int) string {
		return fmt.Sprintf("fragment F%d on Query{%s}", i, each(12, func(j int) string { return fmt.Sprintf("...F%d ", j) }))
	})
	return []Request{
		post("fragments that double at each of 40 levels", lattice(40), ""),
		post("fragments that double at each of 7 levels", lattice(7), ""),
		post("fragments that use each other", cycle, ""),
		post("a fragment that uses itself", "{...F}fragment F on Query{...F __typename}", ""),
		post("a fragment in a field of itself", "{__schema{types{...F}}}fragment F on __Type{ofType{...F}}", ""),
		post("a fragment of 240 fields in 40 operations",
			each(40, func(i int) string { return fmt.Sprintf("query q%d{...F}", i) })+"fragment F on Query{site{"+times(240, "id ")+"}}", ""),
		post("a fragment used by 30 fragments",
			"{...F}"+each(30, func(i int) string { return fmt.Sprintf("fragment f%d on Query{...F}", i) })+"fragment F on Query{...{"+times(200, "__typename ")+"}}", ""),
		post("a fragment in two inline fragments", "{...F}fragment F on Query{...{...{"+times(270, "__typename ")+"}}}", ""),
		post("120 inline fragments within each other", "{"+times(120, "...{")+times(130, "__typename ")+times(121, "}"), ""),
		post("5,000 inline fragments within each other", "{"+times(5000, "...{")+"__typename"+times(5001, "}"), ""),
		post("5,000 fragments", "{__typename}"+each(2500, func(i int) string { return fmt.Sprintf("fragment f%d on Query{a}", i) }), ""),
		post("a fragment that is not there, 200 times", "{"+times(200, "...F ")+"}", ""),
	}
}

// literals are values within a document.
func literals() []Request {
	ask := func(value string) string { return "{accountCreationMarketingPreferences(email:" + value + ")}" }
	stop := func(value string) string { return "mutation{unsubscribeSmsMarketing(phoneNumber:" + value + ")}" }
	metadata := func(value string) string {
		return `mutation{signUpForEmailMarketingCampaign(input:{name:"a",email:"a@mail.example",campaignId:"43",campaignMetadata:` + value + "," + auditData + "})}"
	}
	return []Request{
		post("5,000 lists in each other", ask(times(5000, "[")+times(5000, "]")), ""),
		post("230 lists around 80 KB", ask(times(230, "[")+`"`+Canary+times(80_000, "x")+`"`+times(230, "]")), ""),
		post("5,000 objects in each other", metadata(times(5000, "{a:")+"1"+times(5000, "}")), ""),
		post("100 objects in each other", metadata(times(100, "{a:")+`"`+Canary+`"`+times(100, "}")), ""),
		post("a text of 90 KB", stop(`"`+Canary+times(90_000, "x")+`"`), ""),
		post("a block text of 90 KB", stop(`"""`+times(9000, Canary+"\n")[:90_000]+`"""`), ""),
		post("a text in escapes", stop(`"`+Canary+times(15_000, `\u0041`)+`"`), ""),
		post("an escape that is none", stop(`"`+Canary+`\u00zz"`), ""),
		post("half a pair of surrogates", stop(`"`+Canary+`\ud800"`), ""),
		post("a text without an end", stop(`"`+Canary+times(90_000, "x")), ""),
		post("a block text without an end", stop(`"""`+Canary+times(90_000, "x")), ""),
		post("a number of 90,000 digits", stop(times(90_000, "7")), ""),
		post("a number with an exponent", metadata("{barName:1e999999999}"), ""),
		post("90 KB of comments", "{__typename}"+times(9_000, "#"+Canary[:8]+"\n"), ""),
		post("90 KB of commas", "{__typename}"+times(90_000, ","), ""),
		post("a NUL in a document", "{site{id\x00"+Canary+"}}", ""),
		post("a byte order mark in the middle", "{site\ufeff{id}}", ""),
		post("a bracket that closes nothing", "{site{id}}}}}}}"+Canary, ""),
		post("SQL in a text", stop(`"'; DROP TABLE contact; -- `+Canary+`"`), ""),
		post("HTML in a text", stop(`"<script>`+Canary+`</script>"`), ""),
	}
}

// introspection asks for the schema.
func introspection() []Request {
	return []Request{
		post("the schema 20 times over", "{"+each(20, func(i int) string { return fmt.Sprintf("a%d:__schema{types{name fields{name description}}}", i) })+"}", ""),
		post("the types 20 times over", "{__schema{"+each(20, func(i int) string { return fmt.Sprintf("a%d:types{name fields{name description}}", i) })+"}}", ""),
		post("types of fields of types", "{__schema{types{fields{type{fields{type{fields{type{name}}}}}}}}}", ""),
		post("fields of fields, as deep as allowed", "{__schema{types{fields{args{type{ofType{inputFields{name description type{ofType{name}}}}}} "+
			"type{enumValues{name description} ofType{enumValues{name description} ofType{ofType{enumValues{name description}}}}}}}}}", ""),
		post("a type that is not there, 10 times", "{"+each(10, func(i int) string { return fmt.Sprintf("a%d:__type(name:%q){name}", i, Canary) })+"}", ""),
	}
}
