// Assent keeps marketing consents for online shops. See README.md.
//
// Package main is the one that knows all others: it parses the command line and
// the settings (server.go, commands.go), connects the packages (wire.go), says
// what is answered where (routes.go) and what operators can watch (watching.go), adds
// what only the embedded mode has (embedded.go), and stops gracefully. It holds no rule and may import everything.
package main
