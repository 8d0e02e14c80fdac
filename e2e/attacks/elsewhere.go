package attacks

import (
	"fmt"
	"net/http"
	"strings"
)

// The first organisation and site of the demo shop.
const (
	organisation = "0de30000-0000-4000-8000-000000000001"
	site         = "0de30000-0000-4000-8000-000000000011"
)

// admin are requests to the REST admin that show a key, unless they say otherwise.
func admin() []Request {
	send := func(name, method, target, text string) Request {
		return request(name, method, target, []string{"Authorization: Bearer " + Key, "Content-Type: application/json"}, text)
	}
	const texts = "/customers/marketing-preferences"
	text := func(value string) string { return `{"organisation_id":"` + organisation + `","text":` + value + `}` }
	aSite := func(members string) string {
		return `{"organisation_id":"` + organisation + `","slug":"` + Canary + ` ","name":"a",` + members + `}`
	}
	campaign := func(schema string) string {
		return `{"id":"` + Canary + `","site_id":"` + site + `","name":"a","metadata_schema":` + schema + `}`
	}
	names := strings.TrimSuffix(each(900, func(i int) string { return fmt.Sprintf(`"%s%d%s":1,`, Canary, i, times(45, "x")) }), ",")
	nested := func(n int, open, inside, end string) string { return times(n, open) + inside + times(n, end) }
	return []Request{
		send("JSON of 60,000 levels for the back office", http.MethodPost, texts, times(60_000, "[")),
		send("objects of 9,000 levels for the back office", http.MethodPost, texts, nested(9_000, `{"a":`, "1", "}")),
		send("a text of 9,000 levels", http.MethodPost, texts, text(nested(9_000, "[", "", "]"))),
		send("a body of 65 KB for the back office", http.MethodPost, texts, text(`"`+Canary+times(65<<10, "x")+`"`)),
		send("a body of 1 MB for the back office", http.MethodPost, texts, text(`"`+Canary+times(1<<20, "x")+`"`)),
		send("a text of 60 KB", http.MethodPost, texts, text(`"`+Canary+times(60_000, "x")+`"`)),
		send("a text with a NUL", http.MethodPost, texts, text(`"`+Canary+`\u0000"`)),
		send("900 fields that the back office does not know", http.MethodPost, texts, "{"+names+"}"),
		send("a field with a name of 60 KB", http.MethodPost, texts, `{"`+Canary+times(60_000, "x")+`":1}`),
		send("8,000 fields by the same name", http.MethodPost, texts, "{"+strings.TrimSuffix(times(8_000, `"text":1,`), ",")+"}"),
		send("JSON cut short for the back office", http.MethodPost, texts, text(`"`+Canary)),
		send("JSON twice for the back office", http.MethodPost, texts, text(`"`+Canary+`"`)+text(`"`+Canary+`"`)),
		send("bytes that are not UTF-8 for the back office", http.MethodPost, texts, text("\""+Canary+"\xff\"")),
		send("an organisation that is no id", http.MethodPost, texts, `{"organisation_id":"`+Canary+`","text":"a"}`),
		send("1,000 features", http.MethodPost, "/sites", aSite(`"features":[`+strings.TrimSuffix(times(1_000, `"`+Canary+`",`), ",")+`]`)),
		send("20,000 features", http.MethodPost, "/sites", aSite(`"features":[`+strings.TrimSuffix(times(20_000, `"",`), ",")+`]`)),
		send("30,000 features of another type", http.MethodPost, "/sites", aSite(`"features":[`+strings.TrimSuffix(times(30_000, `1,`), ",")+`]`)),
		send("20,000 domains of no name", http.MethodPost, "/sites", aSite(`"domains":[`+strings.TrimSuffix(times(20_000, `"",`), ",")+`]`)),
		send("7,000 fields of short names", http.MethodPost, "/sites", "{"+strings.TrimSuffix(each(7_000, func(i int) string { return fmt.Sprintf(`"%x":1,`, i) }), ",")+"}"),
		send("3,000 domains", http.MethodPost, "/sites", aSite(`"domains":[`+strings.TrimSuffix(times(3_000, `"`+Canary+`",`), ",")+`]`)),
		send("a domain of 60 KB", http.MethodPost, "/sites", aSite(`"domains":["`+Canary+times(20_000, "ä.")+`"]`)),
		send("a URL of a script", http.MethodPost, "/sites", aSite(`"confirm_url":"javascript:`+Canary+`"`)),
		send("a schema that doubles", http.MethodPost, "/campaigns", campaign(`{"$defs":{`+each(30, func(i int) string {
			return fmt.Sprintf(`"d%d":{"allOf":[{"$ref":"#/$defs/d%d"},{"$ref":"#/$defs/d%d"}]},`, i, i+1, i+1)
		})+`"d30":{}},"$ref":"#/$defs/d0"}`)),
		send("a schema with a pattern that backtracks", http.MethodPost, "/campaigns", campaign(`{"pattern":"^(`+times(500, "(a+)+")+`){1000}$","title":"`+Canary+`"}`)),
		send("a schema from elsewhere", http.MethodPost, "/campaigns", campaign(`{"$ref":"file:///etc/`+Canary+`"}`)),
		send("a schema of 5,000 levels", http.MethodPost, "/campaigns", campaign(nested(5_000, `{"not":`, "{}", "}"))),
		send("3,000 parameters for the back office", http.MethodGet, texts+"?"+times(3_000, "a=b&")+Canary+times(60, "x"), ""),
		send("a cursor that is none", http.MethodGet, texts+"?cursor="+Canary, ""),
		send("a cursor of 10 KB", http.MethodGet, texts+"?cursor="+Canary+times(10_000, "A"), ""),
		send("a limit beyond all bounds", http.MethodGet, texts+"?limit="+times(10_000, "9"), ""),
		send("an organisation in odd escapes", http.MethodGet, texts+"?organisation_id=%c0%af%00"+Canary, ""),
		send("an id of 10 KB", http.MethodGet, texts+"/"+Canary+times(10_000, "x"), ""),
		send("an id in odd escapes", http.MethodGet, texts+"/%2e%2e%2f%00%c0%af"+Canary, ""),
		send("an account in odd escapes", http.MethodPut, "/customers/accounts/%00"+Canary, `{"site_id":"`+site+`"}`),
		send("an account of 10 KB", http.MethodPut, "/customers/accounts/"+Canary+times(10_000, "x"), `{"site_id":"`+site+`"}`),
		request("a key that is none", http.MethodGet, texts, []string{"Authorization: Bearer " + Canary}, ""),
		request("a key of 14 KB", http.MethodGet, texts, []string{"Authorization: Bearer " + Canary + times(14_000, "x")}, ""),
		request("a form for the back office", http.MethodPost, texts, []string{"Authorization: Bearer " + Key, "Content-Type: application/x-www-form-urlencoded"}, "text="+Canary),
		request("a long body without a key", http.MethodPost, texts, []string{"Content-Type: application/json"}, text(`"`+Canary+times(60_000, "x")+`"`)),
		request("a public list in odd escapes", http.MethodGet, "/customers/show-marketing-preferences?organisation_id=%zz"+Canary, nil, ""),
	}
}

// pages are requests to the pages behind links and to the one to sign up on.
func pages() []Request {
	form := func(name, target, contentType, text string) Request {
		return request(name, http.MethodPost, target, []string{"Content-Type: " + contentType}, text)
	}
	const encoded, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
	part := "--x\r\nContent-Disposition: form-data; name=\"" + Canary + "\"\r\n\r\n" + Canary + "\r\n"
	var all []Request
	for _, page := range []string{"/marketing/confirm", "/marketing/reject", "/unsubscribe", "/sign-up"} {
		all = append(all,
			request(page+" with a token of 14 KB", http.MethodGet, page+"?uuid="+Canary+times(14_000, "x")+"&email="+Canary, nil, ""),
			request(page+" with 3,000 parameters", http.MethodGet, page+"?"+times(3_000, "uuid=a&")+Canary, nil, ""),
			request(page+" with odd escapes", http.MethodGet, page+"?uuid=%zz%00%ff"+Canary+"&email=%u0041;", nil, ""),
			request(page+" with HTML", http.MethodGet, page+"?uuid=%3Cscript%3E"+Canary+"%3C/script%3E&email="+Canary+"&lang=%22%3E"+Canary, nil, ""),
			request(page+" with cookies of 14 KB", http.MethodGet, page+"?uuid="+Canary, []string{"Cookie: " + times(3_500, "a=b;") + Canary, "Accept-Language: " + Canary}, ""),
			form(page+" with a form of 65 KB", page, encoded, "uuid="+Canary+times(65<<10, "x")),
			form(page+" with a form of 1 MB", page, encoded, "uuid="+Canary+times(1<<20, "x")),
			form(page+" with a form of 15,000 fields", page, encoded, times(15_000, "a=b&")+"uuid="+Canary),
			form(page+" with a form in odd escapes", page, encoded, "uuid=%zz"+Canary+"&email=%00%ff"),
			form(page+" with an upload of 1,000 parts", page, multipart, times(500, part)+"--x--\r\n"),
			form(page+" with an upload of 1 MB", page, multipart, times(10_000, part)),
			form(page+" with an upload without an end", page, multipart, part+part[:20]),
			form(page+" with an upload without a boundary", page, "multipart/form-data", part),
			form(page+" with a boundary of 8 KB", page, "multipart/form-data; boundary="+times(8_000, "x"), part),
			form(page+" with JSON", page, "application/json", `{"uuid":"`+Canary+`"}`),
		)
	}
	all = append(all,
		request("/sign-up at a site of 14 KB", http.MethodGet, "/sign-up?site="+Canary+times(14_000, "x"), nil, ""),
		request("/sign-up at a site in HTML", http.MethodGet, "/sign-up?site=%3Cscript%3E"+Canary+"&lang=%22%3E"+Canary, nil, ""),
		form("/sign-up with a stamp of 8 KB", "/sign-up", encoded, "email=a@mail.example&stamp="+Canary+times(8_000, "x")),
		form("/sign-up with 700 boxes ticked", "/sign-up", encoded, "email=a@mail.example&stamp="+Canary+times(700, "&preference=a")),
	)
	return append(all, form("one click that is none", "/unsubscribe?uuid="+Canary+"&email="+Canary, encoded, "List-Unsubscribe=One-Click"))
}

// paths lead nowhere.
func paths() []Request {
	return []Request{
		request("a path of 14 KB", http.MethodGet, "/"+Canary+times(14_000, "x"), nil, ""),
		request("a path of 5,000 folders", http.MethodGet, times(5_000, "/a")+Canary, nil, ""),
		request("a path out of the folder", http.MethodGet, "/static/../../../../etc/passwd", nil, ""),
		request("a path out of the folder, escaped", http.MethodGet, "/static/%2e%2e%2f%2e%2e%2fetc%2f"+Canary, nil, ""),
		request("a path with a NUL", http.MethodGet, "/static/%00"+Canary, nil, ""),
		request("a path with HTML", http.MethodGet, "/%3Cscript%3E"+Canary, nil, ""),
		request("double slashes", http.MethodGet, times(2_000, "//")+"etc/passwd", nil, ""),
		request("another host's page", http.MethodGet, "http://"+Canary+".example/graphql", nil, ""),
		request("a trace", http.MethodTrace, "/graphql", []string{"X-Secret: " + Canary}, ""),
		request("a tunnel", http.MethodConnect, Canary+".example:443", nil, ""),
		request("everything's options", http.MethodOptions, "*", nil, ""),
		request("a method of 10 KB", times(10_000, "X"), "/graphql", nil, Canary),
	}
}
