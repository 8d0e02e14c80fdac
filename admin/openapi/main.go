// Command openapi writes the OpenAPI document of the REST admin to openapi.json.
package main

import (
	"fmt"
	"log/slog"
	"os"

	"assent/admin"
)

func main() {
	if err := write("openapi.json"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write needs nothing behind the API: it is never called.
func write(path string) error {
	text, err := admin.New(nil, nil, nil, slog.New(slog.DiscardHandler)).OpenAPI()
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, text, 0o644); err != nil { //nolint:gosec // a document for everybody
		return fmt.Errorf("writing the document: %w", err)
	}
	return nil
}
