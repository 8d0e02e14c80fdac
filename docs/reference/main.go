// Command reference writes docs/api.md: the GraphQL API as schema.graphqls describes it, and the REST admin as
// admin/openapi.json does. It imports none of our packages.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const introduction = `# API reference

Written by ` + "`go generate`" + ` from [schema.graphqls](../schema.graphqls) and [admin/openapi.json](../admin/openapi.json).

- [GraphQL](#graphql) is for storefronts. [Their guide](storefront.md) has forms to paste, and [the errors](storefront.md#errors).
- [REST](#rest) is for the back office. [Its guide](back-office.md) has the order in which to do things.
`

func main() {
	if err := write("..", "api.md"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write describes the repository at root in the file.
func write(root, file string) error {
	graphQL, err := os.ReadFile(filepath.Join(root, "schema.graphqls"))
	if err != nil {
		return fmt.Errorf("reading the schema: %w", err)
	}
	openAPI, err := os.ReadFile(filepath.Join(root, "admin", "openapi.json"))
	if err != nil {
		return fmt.Errorf("reading the OpenAPI document: %w", err)
	}
	p := &page{}
	p.line(introduction)
	if err := p.graphQL(string(graphQL)); err != nil {
		return err
	}
	if err := p.rest(openAPI); err != nil {
		return err
	}
	text := strings.TrimRight(p.text.String(), "\n") + "\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil { //nolint:gosec // a document for everybody
		return fmt.Errorf("writing the reference: %w", err)
	}
	return nil
}
