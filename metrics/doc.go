// Package metrics measures predictions against targets, streaming over batches: accuracy, top-k accuracy, confusion
// matrix, precision, recall, F1, the ROC curve and the area under it, logarithmic loss. The numbers are those of scikit-learn on all
// batches put together; how the samples are cut into batches makes no difference, to the last bit.
//
// A metric is made once, gets every batch by Update, tells its Value and is Reset before the next round. A metric belongs
// to one goroutine at a time. What Update reads it copies, so step memory is not held.
//
// # Predictions and targets
//
// N is the number of samples of a batch, C that of classes. The prediction is one of
//
//	[N, C] floats, C >= 2   a score for each class: logits, or probabilities; the class is the greatest score's,
//	                        the first of equals; NaN counts as greatest
//	[N] or [N, 1] floats    a score for class 1 of two: a logit, or with [Options].Probabilities a probability
//	[N] or [N, 1] integers  the classes themselves, or bools for 0 and 1 (where a metric needs classes only)
//
// and the target one of
//
//	[N] or [N, 1] integers  the labels, 0 to C-1, or bools for 0 and 1
//	[N] or [N, 1] floats    for two classes: the probability of class 1, from 0 to 1; above 0.5 is class 1
//	[N, C] floats           a probability for each class, adding up to 1; the class is the greatest's
//
// Where each class is there or not by itself (several labels a sample, nn.BCEWithLogits), measure the N*C decisions:
// give prediction and target as Flatten(0).
//
// A batch of no samples changes nothing. A metric that has seen no sample has the value NaN.
//
// # Errors
//
// A shape that does not fit panics with a [*tensor.ShapeError], an element type with a [*tensor.DTypeError], a label out
// of range with a [*tensor.IndexError]; each names the metric, and the metric is as it was before the batch.
//
// # Saving
//
// All metrics here are [Stateful]: a training run that stops inside an epoch continues with the same sums.
package metrics
