package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheReferenceIsThatOfTheSchemaAndTheOpenAPIDocument(t *testing.T) {
	file := filepath.Join(t.TempDir(), "api.md")
	if err := write(filepath.Join("..", ".."), file); err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, file), read(t, filepath.Join("..", "api.md")); got != want {
		t.Error("docs/api.md is not up to date: run go generate ./docs")
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
