// Package brand makes a site's colour safe to show: it is the one setting of a shop that ends up in every mail and on
// every page.
//
// It owns the fallback for what is no colour and the choice of letters that can be read on it. It imports nothing of this
// program.
package brand
