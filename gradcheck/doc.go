// Package gradcheck compares gradients with finite differences: of any function of
// tensors, and of a whole model with its loss.
//
// The check is done in float64. Each element of each tracked input is moved by
// ±Eps; the change of a fixed weighting of the outputs is compared with what
// Backward says:
//
//	|numeric - analytic| <= Atol + Rtol * |numeric|
//
// An element at which the function has a kink (the left and the right difference
// disagree, as at relu(0)) has no derivative to compare with; it is left out and
// counted, and the check fails if nothing else remains.
package gradcheck
