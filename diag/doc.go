// Package diag finds out why a network does not train: rules that read probe's records and return findings.
package diag
