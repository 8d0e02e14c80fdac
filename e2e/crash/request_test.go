package crash

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// What the demo shop calls what the requests are about.
const (
	organisation = "0de30000-0000-4000-8000-000000000001"
	singleSite   = "0de30000-0000-4000-8000-000000000011"
	offers       = "0de30000-0000-4000-8000-000000000021"
	products     = "0de30000-0000-4000-8000-000000000022"
	single       = "demo"
	double       = "demo-double-opt-in"
)

// kind is one sort of request.
type kind struct {
	site    string
	field   string
	input   string   // its type
	answer  string   // what it is told when it is carried out
	records []string // what it leaves in the audit log, sorted
	rows    rows     // what it adds to its address
}

// rows is how many there are of one address.
type rows struct {
	Version       int `db:"version"` // of the contact: how often it was written
	Consents      int `db:"consents"`
	Messages      int `db:"messages"` // in the outbox
	Verifications int `db:"verifications"`
	Entries       int `db:"entries"`
	Records       int `db:"records"`
	Evidence      int `db:"evidence"`
}

func (r rows) plus(o rows) rows {
	return rows{
		r.Version + o.Version, r.Consents + o.Consents, r.Messages + o.Messages, r.Verifications + o.Verifications,
		r.Entries + o.Entries, r.Records + o.Records, r.Evidence + o.Evidence,
	}
}

func all(action string, purposes ...string) []string {
	for i := range purposes {
		purposes[i] = action + " " + purposes[i]
	}
	return purposes
}

var (
	signUp = &kind{single, "signUpForMarketing", "SignUpForMarketingInput", `"OK"`,
		all("GRANTED", "EMAIL", "preference/"+offers, "preference/"+products),
		rows{Version: 1, Consents: 3, Messages: 1, Records: 3, Evidence: 1}}
	signUpTwice = &kind{double, "signUpForMarketing", "SignUpForMarketingInput", `"REQUIRES_VERIFICATION"`,
		all("REQUESTED", "EMAIL", "preference/"+offers, "preference/"+products),
		rows{Version: 1, Messages: 1, Verifications: 1, Records: 3, Evidence: 1}}
	enter = &kind{single, "signUpForEmailMarketingCampaign", "SignUpForEmailMarketingCampaignInput", `"OK"`,
		[]string{"ENTERED campaign/42", "GRANTED EMAIL"},
		rows{Version: 1, Consents: 1, Messages: 1, Entries: 1, Records: 2, Evidence: 1}}
	unsubscribe = &kind{single, "unsubscribeMarketing", "TokenMarketingInput", `"OK"`,
		all("WITHDRAWN", "EMAIL", "preference/"+offers, "preference/"+products),
		rows{Version: 1, Records: 3, Evidence: 1}}
	// The addresses of customers are written for their accounts too, so only what
	// an answer leaves is counted.
	turnOn  = turn("GRANTED")
	turnOff = turn("WITHDRAWN")
)

func turn(action string) *kind {
	return &kind{single, "updateMarketingPreferences", "UpdateMarketingPreferencesInput", `{"error":null}`,
		all(action, "EMAIL"), rows{Records: 1, Evidence: 1}}
}

// failed is what the service says when it cannot tell, of any kind of request.
const failed = "UNKNOWN_ERROR"

// request is one that was sent, and what was told; "" for no answer.
type request struct {
	*kind
	key     string // in its evidence, and of no other request
	address string
	login   string // may be empty
	input   map[string]any
	told    string
}

func (r *request) acknowledged() bool { return r.told == r.answer }

// isUnknown reports whether the client cannot know what became of the request.
func (r *request) isUnknown() bool {
	return r.told == "" || strings.Contains(r.told, failed) || r.told == "INTERNAL"
}

// auditData is what a form says of itself.
func auditData(key string) map[string]any {
	return map[string]any{"messageShown": "Yes, tell me more", "formIdentifier": key, "formLocation": "https://shop.example/"}
}

// send sends the request and notes what it is told.
func (r *request) send(client *http.Client, address string) error {
	selection := ""
	if r.kind == turnOn || r.kind == turnOff {
		selection = " { error }"
	}
	body, err := json.Marshal(map[string]any{
		"query":     fmt.Sprintf("mutation($input: %s!) { %s(input: $input)%s }", r.kind.input, r.field, selection),
		"variables": map[string]any{"input": r.input},
	})
	if err != nil {
		return err
	}
	post, err := http.NewRequest(http.MethodPost, "http://"+address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return err
	}
	post.Header = http.Header{"Content-Type": {"application/json"}, "X-Site-Id": {r.site}}
	if r.login != "" {
		post.Header.Set("Authorization", "Bearer "+r.login)
	}
	if response, err := client.Do(post); err == nil { // no answer is what the tests want
		r.told = told(response, r.field)
	}
	return nil
}

// told is the answer, or the code of the error, or "" for neither.
func told(response *http.Response, field string) string {
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return ""
	}
	var answer struct {
		Data   map[string]json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	switch err := json.Unmarshal(text, &answer); {
	case err != nil:
		return fmt.Sprintf("%s %.200s", response.Status, text)
	case len(answer.Errors) > 0:
		return answer.Errors[0].Extensions.Code
	default:
		return string(answer.Data[field])
	}
}

// newClient gives an answer up only long after the service has.
func newClient() *http.Client {
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{}}
}
