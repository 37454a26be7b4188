package main

import "github.com/lumen-ml/lumen/metrics"

// accuracy is metrics.Accuracy for a number of classes that also keeps which class was taken for which: the table of the
// last evaluation, which in a run that is over is that of the test set.
type accuracy struct {
	*metrics.Confusion
	last [][]int64
}

func newAccuracy(classes int) *accuracy {
	return &accuracy{Confusion: metrics.ConfusionMatrix(classes)}
}

// Name is that of metrics.Accuracy, whose value it has.
func (a *accuracy) Name() string { return metrics.Accuracy().Name() }

// Reset keeps the table for the pictures.
func (a *accuracy) Reset() {
	a.last = a.Matrix()
	a.Confusion.Reset()
}
