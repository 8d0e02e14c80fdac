// Package demo defines the shop that the embedded mode starts with: an
// organisation, two sites, two campaigns and two preference texts with fixed
// names, so that documentation and storefronts can refer to them. It may import
// backoffice, consent and store.
package demo
