// Command mutation checks the checks: it flips a sign or a factor in the backward of
// ten operations, one at a time, and wants both the gradient check and the comparison
// with PyTorch's numbers to fail for that operation; it takes the graph from another's
// gradient, and wants the check of second derivatives to fail. Run it in the
// repository's root:
//
//	go run ./internal/mutation
package main
