// Package tensor holds n-dimensional arrays that remember how they were computed,
// so that the gradient of a number can be had with respect to everything it was
// computed from (reverse-mode automatic differentiation).
package tensor
