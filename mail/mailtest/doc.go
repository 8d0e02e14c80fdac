// Package mailtest is a real SMTP server for tests. It keeps what it is sent, and misbehaves on request: it refuses,
// stalls, drops the connection, or is away for a while.
//
// It does not judge the mail it receives. It is for tests only, imports nothing of ours, and is imported by the tests
// of mail and of the whole program.
package mailtest
