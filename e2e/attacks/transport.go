package attacks

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// valid is a sign-up that would be carried out.
const valid = `{"query":"mutation($i:SignUpForMarketingInput!){signUpForMarketing(input:$i)}","variables":{"i":{"type":"EMAIL",` +
	`"contactDetails":"` + Canary + `@mail.example",` + audit + `}}}`

// transport are requests that hold no GraphQL request, or none that is allowed in
// this way.
func transport() []Request {
	typed := func(name, contentType, text string) Request {
		return request(name, http.MethodPost, endpoint, []string{"Content-Type: " + contentType, "X-Site-Id: demo"}, text)
	}
	get := func(name, query string) Request {
		return request(name, http.MethodGet, endpoint+"?"+query, []string{"X-Site-Id: demo"}, "")
	}
	form := "query=" + url.QueryEscape("mutation{"+signUp+"}")
	part := "--x\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
	upload := fmt.Sprintf(part, "operations", valid) + fmt.Sprintf(part, "map", `{"0":["variables.i"]}`) + fmt.Sprintf(part, "0", Canary) + "--x--\r\n"
	batch := "[" + strings.TrimSuffix(times(200, `{"query":"{__typename}"},`), ",") + "]"
	return []Request{
		body("JSON cut short", valid[:len(valid)-3]),
		body("JSON cut short in an escape", `{"query":"`+Canary+`\u00`),
		body("JSON twice", valid+valid),
		body("JSON and rubbish", valid+Canary),
		body("JSON with a comment", "/*"+Canary+"*/"+valid),
		body("a sign-up among 90 KB of blanks and more", valid+times(97<<10, " ")),
		body("a body of 1 MB", `{"query":"`+times(1<<20, "x")+`"}`),
		body("a batch", "["+valid+"]"),
		body("a batch of 200", batch),
		body("JSON of 90,000 levels", times(90_000, "[")),
		body("JSON of 9,000 levels in what is ignored", `{"`+Canary+`":`+times(9_000, "[")+times(9_000, "]")+`,"query":"{nothing}"}`),
		body("a query that is an object", `{"query":{"`+Canary+`":1}}`),
		body("variables that are a text", `{"query":"{site{id}}","variables":"`+Canary+`"}`),
		body("10,000 variables by the same name", `{"query":"{nothing}","variables":{`+strings.TrimSuffix(times(8_000, `"`+Canary[:6]+`":1,`), ",")+`}}`),
		body("extensions of 90 KB", `{"query":"{nothing}","extensions":{"`+Canary+times(90_000, "x")+`":1}}`),
		body("a persisted operation that is not there", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"`+Canary+`"}}}`),
		body("a persisted operation of 90 KB", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"`+Canary+times(90_000, "x")+`"}}}`),
		body("bytes that are not UTF-8", strings.Replace(valid, "EMAIL", "EM\xff\xfeIL", 1)),
		body("UTF-8 that is too long", strings.Replace(valid, "EMAIL", "EM\xc0\xafIL", 1)),
		body("UTF-16", "\xff\xfe{\x00}\x00"+Canary),
		body("a byte order mark", "\ufeff"+valid),
		body("NULs", times(1000, "\x00")+Canary),
		body("nothing", ""),
		typed("a form", "application/x-www-form-urlencoded", form),
		typed("plain text", "text/plain", valid),
		typed("an upload", "multipart/form-data; boundary=x", upload),
		typed("a document as such", "application/graphql", "mutation{"+signUp+"}"),
		typed("XML", "application/xml", `<!DOCTYPE a [<!ENTITY b "`+Canary+`">]><a>&b;</a>`),
		typed("JSON in UTF-7", "application/json; charset=utf-7", valid),
		typed("a content type of 8 KB", "application/json; "+each(1000, func(i int) string { return fmt.Sprintf("a%d=b;", i) }), Canary),
		typed("a content type that is none", Canary, valid),
		typed("JSON of a kind", "application/vnd."+Canary+"+json", valid),
		request("a sign-up by GET", http.MethodGet, endpoint+"?"+form, asJSON(), ""),
		request("a sign-up by HEAD", http.MethodHead, endpoint+"?"+form, asJSON(), ""),
		request("a sign-up by PUT", http.MethodPut, endpoint, asJSON(), valid),
		request("a sign-up by a method of its own", "SIGNUP", endpoint, asJSON(), valid),
		request("a sign-up that says it is compressed", http.MethodPost, endpoint, asJSON("Content-Encoding: gzip"), "\x1f\x8b"+Canary),
		get("a query of 15 KB by GET", "query=%7B"+times(1_300, "__typename+")+"%7D"),
		get("a query in escapes by GET", "query="+times(4_000, "%7B")),
		get("escapes that are none", "query=%zz"+Canary+"%"),
		get("3,000 parameters", times(3_000, "a=b&")+"query="+Canary),
		get("semicolons", times(3_000, "a=b;")+"query="+Canary),
		get("variables that are no JSON", "query=%7Bsite%7Bid%7D%7D&variables="+Canary),
		get("extensions that are no JSON", "query=%7Bsite%7Bid%7D%7D&extensions="+Canary),
		get("bytes that are not UTF-8 by GET", "query=%7B%ff"+Canary+"%7D"),
	}
}

// headers go with a question that may be answered.
func headers() []Request {
	ask := func(name string, lines ...string) Request {
		return request(name, http.MethodPost, endpoint, append([]string{"Content-Type: application/json"}, lines...), `{"query":"{site{name}}"}`)
	}
	const algNone = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkwY2FnZTEifQ." // {"sub": the canary}
	return []Request{
		ask("a login that is none", "Authorization: Bearer "+Canary),
		ask("a login of 14 KB", "Authorization: Bearer "+times(14_000, "a")+"."+Canary+"."),
		ask("a login without a signature", "Authorization: Bearer "+algNone),
		ask("a login of many parts", "Authorization: Bearer "+times(7_000, "a.")),
		ask("two logins", "Authorization: Bearer a", "Authorization: Bearer "+Canary),
		ask("a site that is not there", "X-Site-Id: "+Canary),
		ask("a site of 14 KB", "X-Site-Id: "+Canary+times(14_000, "x")),
		ask("a site that is not UTF-8", "X-Site-Id: "+Canary+"\xff\xfe"),
		ask("a site that wants to be more", "X-Site-Id: ' OR 1=1; -- "+Canary),
		ask("an origin from elsewhere", "X-Site-Id: demo", "Origin: https://"+Canary+".example"),
		ask("an origin of 14 KB", "X-Site-Id: demo", "Origin: https://"+Canary+times(14_000, "x")),
		ask("7,000 proxies", "X-Site-Id: demo", "X-Forwarded-For: "+times(7_000, "1,")+Canary),
		ask("proxies in quotes", "X-Site-Id: demo", "Forwarded: "+times(3_000, `for="`)+Canary),
		ask("7,000 media types", "X-Site-Id: demo", "Accept: "+times(3_500, "a/b,")+Canary),
		ask("7,000 languages", "X-Site-Id: demo", "Accept-Language: "+times(4_500, "en,")+Canary),
		ask("cookies of 14 KB", "X-Site-Id: demo", "Cookie: "+times(3_500, "a=b;")+Canary),
		ask("a user agent of 14 KB", "X-Site-Id: demo", "User-Agent: "+Canary+times(14_000, "\xff")),
		ask("a request id", "X-Site-Id: demo", "X-Request-Id: "+Canary),
		ask("600 headers", append(strings.Split(strings.TrimSuffix(each(600, func(i int) string { return fmt.Sprintf("X-%d: %s\n", i, Canary[:4]) }), "\n"), "\n"), "X-Site-Id: demo")...),
		ask("headers of 40 KB", "X-Site-Id: demo", "X-Long: "+Canary+times(40_000, "x")),
		ask("a NUL in a header", "X-Site-Id: "+Canary+"\x00"),
		ask("a blank before the colon", "X-Site-Id : "+Canary),
		ask("a second host", "Host: "+Canary),
	}
}
