// Package attacks is a corpus of hostile requests: large, deep, many, broken, in
// the wrong place. None of them may cost much, be answered at length, write
// anything, or bring to light what it holds or what the program is made of.
//
// It owns the requests and how they are sent, byte for byte. Package e2e checks
// what is answered, command bench what it costs. It imports nothing of ours.
package attacks
