package main

import (
	"fmt"
	"io"
	"runtime/debug"
)

// version is the name of a release. The build sets it: -ldflags='-X main.version=1.2.3'.
var version string

// release is the name of the release, else the module version and the revision that
// the program was built from.
func release() string {
	info, ok := debug.ReadBuildInfo()
	switch {
	case version != "":
		return version
	case !ok:
		return "(unknown)"
	}
	from := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			from += " " + s.Value
		}
	}
	return from
}

type versionCommand struct{}

// Run prints the name of the release.
func (versionCommand) Run(out io.Writer) error {
	_, err := fmt.Fprintln(out, "assent", release())
	return err
}
