// Package workloads holds what the benchmark times, under the names and by the rules
// that it shares with the scripts of other systems (bench/peers/README.md). It is
// written as a user would write it, on Lumen's public packages only.
//
// # Units
//
// A Workload's call is one step, one product, one epoch: what its note says. Items
// counts the work of a call in its Unit: samples, floating-point operations (2MNK for a
// product), elements, operations.
//
// # The same numbers as PyTorch
//
// Weights and data are computed by formula from the workload's name, here and in
// testdata/losses.py (Numbers), so that Check can compare the losses of the first 20
// steps with those of PyTorch.
package workloads
