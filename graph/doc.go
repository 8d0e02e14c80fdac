// Package graph is the GraphQL door: it resolves the site and the customer of a
// request, counts it against its limits, turns inputs into commands of package
// consent and outcomes into answers.
//
// It owns no rule and no state. It may import consent, auth, ratelimit, token and
// httpx. generated.go and models_gen.go come from schema.graphqls by gqlgen.
package graph
