// Package lumen is the root of Lumen, a deep-learning framework for Go that you can see through: eager n-dimensional
// tensors with automatic differentiation, layers, optimizers, data loading and a training loop, in pure Go.
//
// The root package exports nothing. Programs import what they need:
//
//	github.com/lumen-ml/lumen/tensor              tensors and automatic differentiation
//	github.com/lumen-ml/lumen/nn                  layers, losses, initialisation, state
//	github.com/lumen-ml/lumen/optim               optimizers, schedules, gradient clipping
//	github.com/lumen-ml/lumen/data                datasets and loaders
//	github.com/lumen-ml/lumen/metrics             accuracy, confusion matrix, ROC AUC and more
//	github.com/lumen-ml/lumen/train               the training loop, its events, checkpoints
//	github.com/lumen-ml/lumen/vision/datasets     MNIST and its relatives
//	github.com/lumen-ml/lumen/format/safetensors  files that PyTorch reads and writes too
//
// The command is github.com/lumen-ml/lumen/cmd/lumen. Which package may import which is written down, and enforced,
// in deps_test.go beside this file.
package lumen
