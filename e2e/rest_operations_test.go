package e2e

// request is a request for the operation that succeeds, and that changes
// something where the operation is there for that.
func (d *desk) request(operation string) restRequest {
	d.t.Helper()
	request, ok := d.requests()[operation]
	if !ok {
		d.t.Fatalf("the tests do not know %s", operation)
	}
	return request()
}

func (d *desk) requests() map[string]func() restRequest {
	organisation, site, customer := d.ours["organisation_id"], d.ours["site_id"], d.ours["customerId"]
	everything := func() restRequest { return restRequest{} }
	ofOrganisation := func() restRequest { return restRequest{query: d.some("organisation_id")} }
	atSite := func() restRequest { return restRequest{query: d.some("site_id")} }
	named := func(names ...string) func() restRequest {
		return func() restRequest { return restRequest{path: d.some(names...)} }
	}
	creation := func(body func() object) func() restRequest {
		return func() restRequest { return restRequest{body: body()} }
	}
	rename := func(name string) func() restRequest {
		return func() restRequest { return restRequest{path: d.some(name), body: object{"name": d.unique("name")}} }
	}
	account := func() restRequest { return restRequest{path: d.some("customerId"), query: d.some("site_id")} }
	return map[string]func() restRequest{
		"listOrganisations":  everything,
		"createOrganisation": creation(func() object { return object{"name": d.unique("Company")} }),
		"getOrganisation":    named("organisationId"),
		"updateOrganisation": rename("organisationId"),

		"listSites":  ofOrganisation,
		"createSite": creation(func() object { return d.newSite(organisation) }),
		"getSite":    named("siteId"),
		"updateSite": rename("siteId"),

		"listMarketingPreferences": ofOrganisation,
		"createMarketingPreference": creation(func() object {
			return object{"text": d.unique("I want"), "organisation_id": organisation, "site_id": site}
		}),
		"getMarketingPreference": named("marketingPreferenceId"),
		"rewordMarketingPreference": func() restRequest {
			return restRequest{path: d.some("marketingPreferenceId"), body: object{"text": d.unique("I want")}}
		},
		"deleteMarketingPreference": func() restRequest {
			return restRequest{path: map[string]string{"marketingPreferenceId": d.newText(organisation, "")}}
		},
		"listMarketingPreferenceVersions": named("marketingPreferenceId"),
		"showMarketingPreferences":        ofOrganisation,

		"listSiteMarketingPreferences": named("siteId"),
		"enableMarketingPreference": func() restRequest {
			elsewhere := d.boss.creates("/sites", d.newSite(organisation))["id"].(string)
			return restRequest{path: d.some("siteId"), body: object{"marketing_preference_id": d.newText(organisation, elsewhere)}}
		},
		"disableMarketingPreference": func() restRequest {
			return restRequest{path: map[string]string{"siteId": site, "marketingPreferenceId": d.newText(organisation, "")}}
		},

		"listAccounts": atSite,
		"getAccount":   account,
		"putAccount": func() restRequest {
			return restRequest{path: map[string]string{"customerId": d.unique("customer")}, body: d.newAccount(site)}
		},
		"listAccountMarketingPreferences": account,
		"setAccountMarketingPreference": func() restRequest {
			return restRequest{path: map[string]string{
				"customerId": customer, "marketingPreferenceId": d.newText(organisation, "")}, body: newAnswer(site, true)}
		},

		"listCampaigns":  atSite,
		"createCampaign": creation(func() object { return d.newCampaign(site) }),
		"getCampaign": func() restRequest {
			return restRequest{path: d.some("campaignId"), query: d.some("site_id")}
		},
		"updateCampaign": func() restRequest {
			return restRequest{path: d.some("campaignId"), query: d.some("site_id"), body: object{"name": d.unique("name")}}
		},

		"listAPIKeys": everything,
		"createAPIKey": creation(func() object {
			return object{"organisation_id": organisation, "role": "read", "name": d.unique("name")}
		}),
		"getAPIKey":    named("apiKeyId"),
		"updateAPIKey": rename("apiKeyId"),
		"revokeAPIKey": func() restRequest {
			return restRequest{path: map[string]string{"apiKeyId": d.newKey(organisation)}}
		},

		"liftSuppression": creation(func() object {
			return object{"organisation_id": organisation, "phone_number": d.suppressed()}
		}),
		"listAdminRecords": everything,
	}
}

// some are values of ours for the parameters.
func (d *desk) some(names ...string) map[string]string {
	values := map[string]string{}
	for _, name := range names {
		values[name] = d.ours[name]
	}
	return values
}
