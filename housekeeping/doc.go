// Package housekeeping does what a service that runs for years must do beside its
// work: it deletes rows that are older than the settings allow, a few at a time, and
// makes the coming months of the audit log.
//
// It owns when this happens and how gently. It does not own what is old enough, nor
// how it is deleted: store does, and package main puts the two together. It imports
// nothing of this module.
package housekeeping
