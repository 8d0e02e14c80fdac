package config

import (
	"fmt"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Source says where the value of a setting comes from.
type Source string

// The sources. FromCommandLine is for whoever has parsed it to know.
const (
	FromDefault     Source = "default"
	FromEnvironment Source = "environment"
	FromFile        Source = "file"
	FromGenerator   Source = "generated"
	FromCommandLine Source = "command line"
	FromNowhere     Source = "cannot be read"
)

// Effective is a setting as it is in force, fit to be printed.
type Effective struct {
	Name   string
	Value  string // secrets are hidden; empty: there is none
	Source Source
}

// Effective lists all settings in the order of Settings, those that are unread without
// a value.
func (s Settings) Effective(unread Unread) []Effective {
	values := reflect.ValueOf(s)
	list := make([]Effective, values.NumField())
	for i := range list {
		name := values.Type().Field(i).Tag.Get("env")
		list[i] = Effective{Name: name, Value: shown(name, values.Field(i)), Source: sourceOf(name)}
	}
	// What is chosen by the mode, unless it is set.
	for name, value := range map[string]string{
		"INTROSPECTION": strconv.FormatBool(s.HasIntrospection()), "GRAPHIQL": strconv.FormatBool(s.HasGraphiQL()), "DRAIN_TIME": s.Drain().String(),
	} {
		list[indexOf(list, name)].Value = value
	}
	for _, g := range s.generatable() {
		i := indexOf(list, g.name)
		if s.Embedded() && list[i].Source == FromDefault && (g.name != "JWT_SECRET" || s.JWTJWKSURL == "") {
			list[i].Value, list[i].Source = redacted, FromGenerator
		}
	}
	for _, setting := range unread {
		if i := indexOf(list, setting.name); i >= 0 { // not one of package tracing
			list[i].Value, list[i].Source = "", FromNowhere
		}
	}
	return list
}

func indexOf(list []Effective, name string) int {
	return slices.IndexFunc(list, func(e Effective) bool { return e.Name == name })
}

func sourceOf(name string) Source {
	switch {
	case os.Getenv(name+fileSuffix) != "":
		return FromFile
	case os.Getenv(name) != "":
		return FromEnvironment
	default:
		return FromDefault
	}
}

func shown(name string, value reflect.Value) string {
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return ""
		}
		value = value.Elem()
	}
	if value.Kind() != reflect.String {
		return fmt.Sprint(value.Interface())
	}
	_, secret := value.Interface().(Secret)
	text := value.String()
	switch {
	case strings.HasSuffix(name, "_URL") && strings.Contains(text, "://"):
		return shownURL(text, secret)
	case secret && text != "":
		return redacted
	default:
		return text
	}
}

// shownParameters are those of URLs that are no secret and tell much.
func shownParameters() []string {
	return []string{"sslmode", "host", "hostaddr", "port", "dbname", "search_path", "master_name", "addr", "tls"}
}

// shownURL leaves out of a URL the user, the password, what its parameters are set to
// unless that is known to be harmless, and, of a secret that is posted to, the path.
// What is not quite sure to be a URL is hidden altogether: a password with a special
// character makes anything of it.
func shownURL(text string, secret bool) string {
	if path, isFile := strings.CutPrefix(text, "sqlite://"); isFile && !strings.Contains(path, "@") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.Fragment != "" {
		return redacted
	}
	users := 0
	if u.User != nil {
		users = 1
	}
	if strings.Count(text, "@") > users {
		return redacted
	}
	clean := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if secret && strings.HasPrefix(u.Scheme, "http") && strings.Trim(u.Path, "/") != "" {
		clean.Path = "/" + redacted
	}
	var parameters []string
	for name, values := range u.Query() {
		value := redacted
		if slices.Contains(shownParameters(), name) {
			value = strings.Join(values, ",")
		}
		parameters = append(parameters, name+"="+value)
	}
	if clean.RawPath = clean.Path; len(parameters) > 0 {
		slices.Sort(parameters)
		clean.RawQuery = strings.Join(parameters, "&")
	}
	return clean.String()
}
