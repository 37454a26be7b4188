// Package nntest checks that anybody's module keeps to the rules of package nn, so
// that it can be trained, saved, copied and used by several goroutines.
//
// Call [TestModule] in a test with the shape of a batch; it returns an error that
// says which rule is broken and what to do.
package nntest
