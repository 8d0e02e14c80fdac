package e2e

import (
	"fmt"
	"slices"
	"strings"
)

// badSites are bad values for the settings of a site; taken is a site there is.
func badSites(taken object) []badValues {
	var bad []badValues
	for _, operation := range []string{"createSite", "updateSite"} {
		for field, values := range map[string][]any{
			"slug": append(notTexts(), "", " ", "Tea", "-tea", "tea-", "tea_uk", "tea uk", "tée", "tea\x00", strings.Repeat("t", 64),
				demoSite, taken["slug"]),
			"name":              badNames(),
			"features":          {"DOUBLE_OPT_IN", 7, object{}},
			"domains":           {"shop.example", 7, object{}},
			"default_region":    append(notTexts(), "XX", "gb", "GBR", "UK", "44", " GB"),
			"locale":            append(notTexts(), "english!", "e", "en GB", strings.Repeat("en-", 12)+"GB", "en\x00"),
			"confirm_url":       badURLs(),
			"unsubscribe_url":   badURLs(),
			"one_trust_url":     badURLs(),
			"sender_name":       append(notTexts(), " ", "a\r\nBcc: b", "a\x00", strings.Repeat("é", 201)),
			"sender_email":      append(notTexts(), "ada", "@shop.example", "Ada <ada@shop.example>", "ada@shop.example\r\nBcc: b", " ada@shop.example", "a@b@shop.example"),
			"neutral_responses": {"yes", 1, object{}},
			"brand":             {"red", 7, []string{"red"}},
			"brand.colour":      append(notTexts(), "red", "2f5d50", "#2f5d5", "#2f5d500", "#2f5d5g", "url(//shop.example)"),
			"brand.logo_url":    badURLs(),
			"brand.size":        {7},
			"captcha":           {"TURNSTILE", 7, []string{"TURNSTILE"}},
			"captcha.provider":  append(notTexts(), "turnstile", "ORACLE", " "),
			"captcha.site_key":  badKeys(),
			"captcha.secret":    badKeys(),
			"captcha.token":     {7},
			"Name":              {"Tea"},
			"id":                {demoSite},
		} {
			bad = append(bad, badValues{operation, field, values, ""})
		}
		bad = append(bad, badItems(operation, taken)...)
	}
	return bad
}

// badKeys are no keys of a CAPTCHA.
func badKeys() []any {
	return append(notTexts(), "", " ", "a b", "key\n", "k\x00", "<key>", "schlüssel", strings.Repeat("k", 201))
}

// badItems are lists of which one item is bad.
func badItems(operation string, taken object) []badValues {
	host := taken["domains"].([]any)[0].(string)
	bad := []badValues{
		{operation, "features", all([]any{"DOUBLE_OPT_IN", "double_opt_in"}, []any{"DUAL_CONSENT", ""}, []any{"DUAL_CONSENT", nil}, []any{"DUAL_CONSENT", 7}), "features[1]"},
		{operation, "domains", all([]any{"a.new.example", "A.New.Example."}, []any{"b.new.example", host}, []any{"c.new.example", strings.ToUpper(host)}), "domains[1]"},
	}
	var lists []any
	for _, domain := range []any{
		"", " ", "https://shop.example", "shop.example:8443", "shop.example/tea", "ada@shop.example", "shop..example", "-shop.example", "shop.example\x00",
		"*.shop.example", strings.Repeat("a.", 127) + "example", nil, 7,
	} {
		lists = append(lists, []any{domain})
	}
	bad = append(bad, badValues{operation, "domains", lists, "domains[0]"})
	var many []string
	for i := range 101 {
		many = append(many, fmt.Sprintf("%d.new.example", i))
	}
	return append(bad, badValues{operation, "domains", []any{many}, ""})
}

// badCampaigns are bad values for a campaign; taken is the id of one there is.
func badCampaigns(taken string) []badValues {
	moments := append(notTexts(), "", "tomorrow", "2026-01-01", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00", "0000-01-01T00:00:00Z",
		"-001-01-01T00:00:00Z", "12026-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00")
	schemas := []any{
		"{}", 7, []any{}, "no schema", object{"type": "objekt"}, object{"properties": 7}, object{"pattern": "("}, object{"required": "barName"},
		object{"$ref": "https://shop.example/schema.json"}, object{"$ref": "file:///etc/passwd"}, object{"$ref": "#/nowhere"},
		object{"$schema": "https://shop.example/meta.json"}, object{"properties": object{"a": object{"$ref": "other.json"}}},
	}
	ids := append(notTexts(), "", " ", "a b", "a/b", ".", "-a", "é", "a\x00", "a?b", strings.Repeat("a", 101), taken)
	bad := []badValues{{"createCampaign", "id", ids, ""}, {"createCampaign", "site_id", badIDs(), ""}}
	for _, operation := range []string{"createCampaign", "updateCampaign"} {
		bad = append(bad,
			badValues{operation, "name", badNames(), ""},
			badValues{operation, "opens_at", moments, ""},
			badValues{operation, "closes_at", moments, ""},
			badValues{operation, "closes_at", all("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00"), ""}, // it opens then
			badValues{operation, "opens_at", all("2999-01-01T00:00:00Z"), "closes_at"},
			badValues{operation, "metadata_schema", schemas, ""},
			badValues{operation, "metadataSchema", all(object{}), ""},
		)
	}
	return append(bad, badValues{"updateCampaign", "id", all("another"), ""}, badValues{"updateCampaign", "site_id", all(demoSite), ""})
}

// badAccounts are bad values for accounts and their answers.
func badAccounts() []badValues {
	at := "@" + mailDomain
	message := append(notTexts(), "", " \r\n", "a\x00")
	return []badValues{
		{"putAccount", "site_id", badIDs(), ""},
		{"putAccount", "email", append(notTexts(), "", " ", "ada", at, "Ada <ada"+at+">", "ada"+at+"\nBcc: eve"+at, "ada\x00"+at, strings.Repeat("a", 65)+at, strings.Repeat("a", 300)+at), ""},
		{"putAccount", "phone_number", append(notTexts(), "", "123", "ada", phonePrefix+"00123456 ext. 7", phonePrefix+"00123456\x00", strings.Repeat("7", 65)), ""},
		{"putAccount", "has_address", []any{"yes", 1, object{"country": "GB"}}, ""},
		{"putAccount", "name", append(notTexts(), " ", "a\nb", "a\x00", strings.Repeat("é", 201)), ""},
		{"putAccount", "customer_id", all("c-1"), ""},
		{"setAccountMarketingPreference", "site_id", badIDs(), ""},
		{"setAccountMarketingPreference", "opted_in", []any{"yes", 1, object{}}, ""},
		{"setAccountMarketingPreference", "audit_data", []any{"yes", 7, []any{}}, ""},
		{"setAccountMarketingPreference", "audit_data.message_shown", slices.Concat(message, all(strings.Repeat("é", 10_001))), ""},
		{"setAccountMarketingPreference", "audit_data.form_identifier", slices.Concat(message, all(strings.Repeat("é", 201))), ""},
		{"setAccountMarketingPreference", "audit_data.form_location", slices.Concat(message, all(strings.Repeat("é", 2_049))), ""},
		{"setAccountMarketingPreference", "audit_data.mood", all("good"), ""},
	}
}
