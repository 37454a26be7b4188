// Package models holds well-known networks for images, under the names that their
// parameters have in PyTorch programs. Inputs are [N, C, H, W] float32, results are
// logits [N, classes].
package models
