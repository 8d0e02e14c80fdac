package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
)

// ReadFiles puts what the files named by NAME_FILE hold into the environment as
// NAME, one trailing line break removed, so that secrets can be mounted. A
// setting given both ways is refused; one that is set to nothing, as compose
// files do, is taken as not set.
func ReadFiles() error {
	var problems []error
	for _, name := range names() {
		path := os.Getenv(name + "_FILE")
		if path == "" {
			problems = append(problems, unsetEmpty(name))
			continue
		}
		if os.Getenv(name) != "" {
			problems = append(problems, fmt.Errorf("%s and %s_FILE exclude each other", name, name))
			continue
		}
		text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
		if err != nil {
			problems = append(problems, fmt.Errorf("%s_FILE: %w", name, err))
			continue
		}
		if err := os.Setenv(name, strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")); err != nil {
			problems = append(problems, fmt.Errorf("%s_FILE: %w", name, err))
		}
	}
	return errors.Join(problems...)
}

func unsetEmpty(name string) error {
	if os.Getenv(name) != "" {
		return nil
	}
	return os.Unsetenv(name)
}

// names lists the settings, and what secrets package tracing reads by itself.
func names() []string {
	t := reflect.TypeFor[Settings]()
	names := []string{"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"}
	for i := range t.NumField() {
		names = append(names, t.Field(i).Tag.Get("env"))
	}
	return names
}
