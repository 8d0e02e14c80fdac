package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

const description = `The back office of an organisation defines its consent texts, sites and campaigns here.

Bodies are JSON. Callers present an API key, which opens the data of one organisation or of all, and may read or change it.
What a key may not see answers 404. Problems are RFC 9457; those of an input name every field at fault.
Lists come in parts: follow the Link header with rel="next".`

// tags group the operations.
func tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: tagPreferences, Description: "Consent texts, and where they are on offer"},
		{Name: tagAccounts, Description: "Customer accounts and their answers to consent texts"},
		{Name: tagOrganisations, Description: "Companies, each the legal controller of its contacts"},
		{Name: tagSites, Description: "Storefronts with their settings"},
		{Name: tagCampaigns, Description: "Promotions that visitors of a site enter"},
		{Name: tagKeys, Description: "Who may use this API"},
		{Name: tagRecords, Description: "Who changed what"},
	}
}

const (
	tagPreferences   = "Marketing preferences"
	tagAccounts      = "Accounts"
	tagOrganisations = "Organisations"
	tagSites         = "Sites"
	tagCampaigns     = "Campaigns"
	tagKeys          = "API keys"
	tagRecords       = "Records"
)

// OpenAPI is the document that describes the API, as indented JSON.
func (a *API) OpenAPI() ([]byte, error) {
	text, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("encoding the OpenAPI document: %w", err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, text, "", "  "); err != nil {
		return nil, fmt.Errorf("indenting the OpenAPI document: %w", err)
	}
	indented.WriteByte('\n')
	return indented.Bytes(), nil
}

// document serves the OpenAPI document to everybody.
func (a *API) document(w http.ResponseWriter, r *http.Request) {
	text, err := a.text()
	if err != nil {
		writeProblem(w, a.failure(r.Context(), err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(text) // the client has gone
}
