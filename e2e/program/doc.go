// Package program builds the program for tests that run it as a process.
//
// It owns how that is done and nothing else. It imports nothing of ours.
package program
