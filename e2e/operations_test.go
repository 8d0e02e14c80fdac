package e2e

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
)

// operation is one mutation as a storefront sends it.
type operation struct {
	document  string
	field     string
	variables map[string]any
	actor     string // who the audit log shall say it was
	address   string // whose consent it is about; empty for what belongs to an account
}

func mutation(field, inputType, actor, address string, input map[string]any) operation {
	return operation{
		document:  fmt.Sprintf("mutation($input: %s!) { %s(input: $input)%s }", inputType, field, selection(field)),
		field:     field,
		variables: map[string]any{"input": input},
		actor:     actor,
		address:   address,
	}
}

func selection(field string) string {
	if strings.HasPrefix(field, "update") {
		return " { error }"
	}
	return ""
}

// form is what a form says about itself. Each is different, so that evidence
// cannot come from another request.
func form() map[string]any {
	return map[string]any{
		"messageShown":   "<b>Yes</b>, tell me \"more\" – à bientôt 🎁\r\n\t& no less (" + rand.Text() + ")",
		"formIdentifier": "form-" + rand.Text(),
		"formLocation":   "https://shop.example/checkout?step=" + rand.Text() + "#newsletter",
	}
}

func signUp(channel, contact string) operation {
	return mutation("signUpForMarketing", "SignUpForMarketingInput", "VISITOR", contact, map[string]any{
		"type": channel, "contactDetails": contact, "auditData": form(),
	})
}

func enterCampaign(id, email string) operation {
	return mutation("signUpForEmailMarketingCampaign", "SignUpForEmailMarketingCampaignInput", "VISITOR", email, map[string]any{
		"name": "Ada Lovelace", "email": email, "campaignId": id, "auditData": form(),
	})
}

func update(channel string, value bool, address string) operation {
	return mutation("updateMarketingPreferences", "UpdateMarketingPreferencesInput", "CUSTOMER", address, map[string]any{
		"type": channel, "newValue": value, "auditData": form(),
	})
}

func choose(preference string, value bool, address string) operation {
	return mutation("updateCustomerPreference", "UpdateCustomerPreferenceInput", "CUSTOMER", address, map[string]any{
		"preferenceId": preference, "newValue": value, "auditData": form(),
	})
}

func confirm(l link) operation { return follow("confirmMarketing", l) }

func unsubscribe(l link) operation { return follow("unsubscribeMarketing", l) }

func follow(field string, l link) operation {
	return mutation(field, "TokenMarketingInput", "LINK", l.to, map[string]any{
		"token": l.token, "email": l.hash,
		"auditData": map[string]any{"landingUrl": "https://shop.example/landing?visit=" + rand.Text()},
	})
}

func unsubscribeSMS(number string) operation {
	return operation{
		document:  "mutation($phoneNumber: String!) { unsubscribeSmsMarketing(phoneNumber: $phoneNumber) }",
		field:     "unsubscribeSmsMarketing",
		variables: map[string]any{"phoneNumber": number},
		actor:     "VISITOR",
		address:   number,
	}
}

// with is the same operation with one more input, named by its path, such as
// "auditData.messageShown".
func (o operation) with(path string, value any) operation {
	o.variables = clone(o.variables)
	parent := o.variables
	names := strings.Split("input."+path, ".")
	for _, name := range names[:len(names)-1] {
		parent = parent[name].(map[string]any)
	}
	parent[names[len(names)-1]] = value
	return o
}

// about is the same operation, which shall be found at another address than the
// one typed in.
func (o operation) about(address string) operation {
	o.address = address
	return o
}

// auditData is one of the texts that must become evidence, empty where the
// operation has none.
func (o operation) auditData(name string) string {
	input, _ := o.variables["input"].(map[string]any)
	data, _ := input["auditData"].(map[string]any)
	text, _ := data[name].(string)
	return text
}

func clone(variables map[string]any) map[string]any {
	text, err := json.Marshal(variables)
	if err != nil {
		panic(err) // it was made of JSON values
	}
	var copied map[string]any
	if err := json.Unmarshal(text, &copied); err != nil {
		panic(err) // it has just been encoded
	}
	return copied
}
