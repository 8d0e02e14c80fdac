package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"

	"assent/config"

	"github.com/alecthomas/kong"
)

type configCommand struct{}

// Run prints every setting and then fails if serve would. It opens and makes nothing.
func (configCommand) Run(line *kong.Context, out io.Writer, s *config.Settings, unread config.Unread) error {
	_, problems := check(s)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, e := range effective(s, unread, line) {
		fmt.Fprintf(table, "%s=%s\t# %s\n", e.Name, e.Value, e.Source)
	}
	return errors.Join(table.Flush(), settingsError(unread.Join(problems...)))
}

// effective lists the settings, with those that the command line gives marked.
func effective(s *config.Settings, unread config.Unread, line *kong.Context) []config.Effective {
	given := map[string]bool{}
	for _, part := range line.Path {
		if part.Flag != nil && len(part.Flag.Envs) > 0 {
			given[part.Flag.Envs[0]] = true
		}
	}
	list := s.Effective(unread)
	for i := range list {
		if given[list[i].Name] {
			list[i].Source = config.FromCommandLine
		}
	}
	return list
}

// givenSettings is for the log: those that are not left to their defaults.
func givenSettings(s *config.Settings, line *kong.Context) slog.Value {
	var given []slog.Attr
	for _, e := range effective(s, nil, line) {
		if e.Source != config.FromDefault {
			given = append(given, slog.String(e.Name, e.Value))
		}
	}
	return slog.GroupValue(given...)
}
