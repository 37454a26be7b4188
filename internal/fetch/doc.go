// Package fetch gets a file from a web server: it goes on where an earlier attempt or a cut connection stopped, checks
// the result against checksums, and puts it under its name only when it is whole.
//
// What has come so far lies in a file with the suffix .part beside the target. It stays when the connection is cut or
// the context is cancelled, and goes when it is of no use: when its checksum is wrong, or the disk is full.
package fetch
