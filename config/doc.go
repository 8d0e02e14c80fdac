// Package config reads the settings of the program: from the environment, or from
// a file named by NAME_FILE.
//
// It owns their names, defaults and checks, reports every problem at once, and knows
// how to show them without their secrets. It imports no other package of this module
// and is imported by package main only: what a setting means is the business of
// whoever is given its value.
package config
