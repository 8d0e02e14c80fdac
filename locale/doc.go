// Package locale picks the language to speak from those there are words for.
//
// It owns the matching only: each package that speaks keeps its own words, one folder per locale. It imports nothing of
// this program.
package locale
