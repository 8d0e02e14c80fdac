package attacks

import (
	"fmt"
	"strings"
)

const (
	signUpWith = "mutation($i:SignUpForMarketingInput!){signUpForMarketing(input:$i)}"
	enterWith  = "mutation($i:SignUpForEmailMarketingCampaignInput!){signUpForEmailMarketingCampaign(input:$i)}"
	followWith = "mutation($i:TokenMarketingInput!){confirmMarketing(input:$i)}"
	audit      = `"auditData":{"messageShown":"` + Canary + `","formIdentifier":"` + Canary + `","formLocation":"` + Canary + `"}`
)

// entry is the input of a campaign whose schema asks for one short text.
func entry(metadata string) string {
	return `{"i":{"name":"` + Canary + `","email":"a@mail.example","campaignId":"43","campaignMetadata":` + metadata + `,` + audit + `}}`
}

func input(members string) string { return `{"i":{` + members + `,` + audit + `}}` }

// variables are wrong in size or kind.
func variables() []Request {
	email := `"type":"EMAIL","contactDetails":"` + Canary
	ids := strings.TrimSuffix(times(7_000, `"`+Canary+`",`), ",")
	numbers := strings.TrimSuffix(times(40_000, "1,"), ",")
	names := strings.TrimSuffix(each(1_500, func(i int) string { return fmt.Sprintf(`"%s%d%s":1,`, Canary, i, times(30, "x")) }), ",")
	inMetadata := `mutation($x:%s){signUpForEmailMarketingCampaign(input:{name:"a",email:"a@mail.example",campaignId:"43",campaignMetadata:{a:$x},` + auditData + `})}`
	everywhere := func(kind string) string {
		return fmt.Sprintf(strings.Replace(inMetadata, "a:$x", "a:["+times(150, "$x ")+"]", 1), kind)
	}
	return []Request{
		post("an address of 90 KB", signUpWith, input(email+times(90_000, "x")+`@mail.example"`)),
		post("an address of 45,000 at signs", signUpWith, input(email+times(45_000, "@")+`"`)),
		post("an address of 15,000 labels", signUpWith, input(email+"@"+times(15_000, "a.")+`example"`)),
		post("an address in 15,000 escapes", signUpWith, input(email+times(15_000, `\u00e4`)+`@mail.example"`)),
		post("an address with combining marks", signUpWith, input(email+times(20_000, "\u0301\u0316")+`@mail.example"`)),
		post("an address with a NUL", signUpWith, input(email+`\u0000@mail.example"`)),
		post("an address with half a pair of surrogates", signUpWith, input(email+`\ud800@mail.example"`)),
		post("a telephone number of 90,000 digits", signUpWith, input(`"type":"SMS","contactDetails":"+44`+times(90_000, "7")+`"`)),
		post("a message shown of 80 KB", signUpWith, strings.Replace(input(email+`@mail.example"`), `"messageShown":"`, `"messageShown":"`+times(80_000, "x"), 1)),
		post("7,000 preference texts", signUpWith, input(email+`@mail.example","preferenceIds":[`+ids+`]`)),
		post("1,500 fields that are not in the schema", signUpWith, input(email+`@mail.example",`+names)),
		post("a field with a name of 80 KB", signUpWith, input(email+`@mail.example","`+Canary+times(80_000, "x")+`":1`)),
		post("a number for an object", signUpWith, `{"i":7}`),
		post("a list for an object", signUpWith, `{"i":[`+numbers+`]}`),
		post("a text for an object", signUpWith, `{"i":"`+Canary+times(90_000, "x")+`"}`),
		post("an object for a text", signUpWith, input(`"type":"EMAIL","contactDetails":{"`+Canary+`":1}`)),
		post("a number beyond all bounds", signUpWith, input(`"type":"EMAIL","contactDetails":1e999`)),
		post("a wrong enum value of 80 KB", signUpWith, input(`"type":"`+Canary+times(80_000, "x")+`","contactDetails":"a"`)),
		post("a token of 90 KB", followWith, `{"i":{"token":"`+Canary+times(90_000, "x")+`","email":"a","auditData":{"landingUrl":"https://shop.example"}}}`),
		post("a landing URL of 90 KB", followWith, `{"i":{"token":"a","email":"a","auditData":{"landingUrl":"https://`+Canary+times(90_000, "x")+`"}}}`),
		post("metadata of 9,000 levels", enterWith, entry(times(9_000, "[")+times(9_000, "]"))),
		post("metadata of 9,000 objects in each other", enterWith, entry(times(9_000, `{"a":`)+"1"+times(9_000, "}"))),
		post("metadata of 1,500 names", enterWith, entry("{"+names+"}")),
		post("metadata of 40,000 values", enterWith, entry(`{"barName":[`+numbers+`]}`)),
		post("metadata with a long text", enterWith, entry(`{"barName":"`+Canary+times(80_000, "x")+`"}`)),
		post("metadata with a name of its own", enterWith, entry(`{"`+Canary+times(1_000, "x")+`":1}`)),
		post("40,000 numbers as lists of lists", fmt.Sprintf(inMetadata, times(200, "[")+"Int"+times(200, "]")), `{"x":[`+numbers+`]}`),
		post("40,000 numbers as a list", fmt.Sprintf(inMetadata, "[Int]"), `{"x":[`+numbers+`]}`),
		post("one long text in 150 places", everywhere("JSON!"), `{"x":"`+times(85_000, "<")+`"}`),
		post("one long list in 150 places", everywhere("[Int]!"), `{"x":[`+numbers+`]}`),
		post("1,500 variables that are not declared", "{__typename}", "{"+names+"}"),
	}
}
