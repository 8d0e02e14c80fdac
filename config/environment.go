package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// Unread are the settings that are given and cannot be read, with the reasons, in
// the order of Settings.
type Unread []unreadSetting

type unreadSetting struct {
	name   string
	reason error // begins with the name
}

// Join adds what else is wrong to the reasons, except what is said of a setting only
// because it could not be read: that it is missing.
func (u Unread) Join(others ...error) error {
	var all []error
	for _, setting := range u {
		all = append(all, setting.reason)
	}
	for _, other := range others {
		if other != nil && !u.concerns(other) {
			all = append(all, other)
		}
	}
	return errors.Join(all...)
}

func (u Unread) concerns(problem error) bool {
	for _, setting := range u {
		if strings.Contains(problem.Error(), setting.name) {
			return true
		}
	}
	return false
}

// ReadEnvironment prepares the environment for the parser of the command line. What
// the files named by NAME_FILE hold becomes NAME, one trailing line break removed, so
// that secrets can be mounted. A setting that is set to nothing, as compose files do,
// is taken as not set. One that cannot be read is taken out and reported: the parser
// would stop at the first, and repeat its value.
func ReadEnvironment() (Unread, error) {
	// A parser of its own: how a value is read depends on the type alone.
	parser, err := kong.New(&Settings{})
	if err != nil {
		return nil, fmt.Errorf("preparing to read the settings: %w", err)
	}
	var unread Unread
	for _, flag := range parser.Model.Flags {
		if len(flag.Envs) == 0 {
			continue // --help
		}
		name := flag.Envs[0]
		err := readFile(name)
		if err == nil {
			err = readable(name, flag.Value)
		}
		if err != nil {
			unread = append(unread, unreadSetting{name, errors.Join(err, os.Unsetenv(name))})
		}
	}
	for _, name := range tracingSecrets() {
		if err := readFile(name); err != nil {
			unread = append(unread, unreadSetting{name, err})
		}
	}
	return unread, nil
}

// tracingSecrets are variables of OpenTelemetry, which package tracing reads by itself.
func tracingSecrets() []string {
	return []string{"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"}
}

// fileSuffix makes the name of a setting that of the variable with a file's name.
const fileSuffix = "_FILE"

// readFile puts what the setting's file holds into the environment.
func readFile(name string) error {
	path := os.Getenv(name + fileSuffix)
	switch {
	case path == "" && os.Getenv(name) == "":
		return os.Unsetenv(name)
	case path == "":
		return nil
	case os.Getenv(name) != "":
		return fmt.Errorf("%s and %s%s exclude each other", name, name, fileSuffix)
	}
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("%s%s: %w", name, fileSuffix, withoutPath(err))
	}
	if strings.TrimSpace(string(text)) == "" {
		return fmt.Errorf("%s%s: the file is empty", name, fileSuffix) // somebody has yet to write it
	}
	if err := os.Setenv(name, strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")); err != nil {
		return fmt.Errorf("%s%s cannot be taken into the environment", name, fileSuffix) // the error holds the value
	}
	return nil
}

// withoutPath is what the operating system says: somebody may have given the secret
// in place of the name of its file.
func withoutPath(err error) error {
	var failed *os.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// readable tries the value as the parser will.
func readable(name string, setting *kong.Value) error {
	text, given := os.LookupEnv(name)
	if !given {
		return nil
	}
	target := reflect.New(setting.Target.Type()).Elem()
	if err := setting.Mapper.Decode(&kong.DecodeContext{
		Value: setting, Scan: kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: text}),
	}, target); err != nil {
		return fmt.Errorf("%s must be %s", name, kindOf(target.Type()))
	}
	return nil
}

func kindOf(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "a duration, such as 90s or 24h"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "a whole number"
	default:
		return "valid"
	}
}
