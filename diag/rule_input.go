package diag

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// UnscaledInput finds inputs that are not of the size that first weights are made for.
//
//	value = root mean square of the batch, for inputs of mean 0 and standard deviation 1 it is 1, or
//	value = |mean| / (greatest - least), or
//	value = greatest |value| of a column / median of the columns, of a table
//
// Pixels from 0 to 255 have a root mean square near 80. The second is told as a warning where the batch is of some size at all: above half
// a standard deviation from 0 on average.
//
// Source: LeCun, Bottou, Orr and Müller, "Efficient backprop" (1998), section 4.3.
type UnscaledInput struct {
	Greatest float64 // of the root mean square; default 10
	Least    float64 // of it; default 0.01
	Offset   float64 // of |mean| / range; default 0.2
	Column   float64 // default 100
}

// Name is "unscaled input".
func (UnscaledInput) Name() string { return "unscaled input" }

// Look judges samples.
func (r UnscaledInput) Look(h *History) ([]Finding, bool) {
	s, ok := h.Sample()
	if !ok || s.Input == nil || s.Input.Count == 0 || len(s.Layers) > 0 && s.Layers[0].Op == "embedding" {
		return nil, false
	}
	greatest, least, offset, column := cmp.Or(r.Greatest, 10), cmp.Or(r.Least, 0.01), cmp.Or(r.Offset, 0.2), cmp.Or(r.Column, 100)
	if h.IsOpen(r.Name(), "") {
		greatest, least, offset, column = 0.8*greatest, least/0.8, 0.8*offset, 0.8*column
	}
	in := s.Input
	size := math.Hypot(in.Mean, in.Std)
	f := Finding{Severity: Warning, Evidence: []Evidence{{"mean of the batch", s.Step, -1, in.Mean}, {"standard deviation of the batch", s.Step, -1, in.Std},
		{"least of the batch", s.Step, -1, in.Min}, {"greatest of the batch", s.Step, -1, in.Max}}}
	wide, median := widest(h)
	switch span := in.Max - in.Min; {
	case size > greatest:
		f.Value, f.Threshold, f.Formula = size, greatest, "root mean square of the batch"
		f.Message = fmt.Sprintf("The inputs lie between %.4g and %.4g, with mean %.3g and standard deviation %.3g; weights are drawn for inputs of mean 0 and standard deviation 1.", in.Min, in.Max, in.Mean, in.Std)
		f.Advice = fmt.Sprintf("Subtract the mean, %.3g, and divide by the standard deviation, %.3g, both of the training examples.", in.Mean, in.Std)
		if in.Min >= 0 && in.Max > 100 && in.Max <= 255 {
			f.Message += " They look like pixels of 0 to 255."
			f.Advice = fmt.Sprintf("Divide by 255, subtract the mean (here %.3g) and divide by the standard deviation (%.3g).", in.Mean/255, in.Std/255)
		}
	case size < least && size > 0:
		f.Value, f.Threshold, f.Formula = size, least, "root mean square of the batch"
		f.Message = fmt.Sprintf("The inputs are tiny: between %.3g and %.3g, with standard deviation %.2g. The first layer's results are little more than its bias.", in.Min, in.Max, in.Std)
		f.Advice = fmt.Sprintf("Subtract the mean, %.2g, and divide by the standard deviation, %.2g, both of the training examples.", in.Mean, in.Std)
	case span > 0 && math.Abs(in.Mean)/span > offset && math.Abs(in.Mean) > 0.5*in.Std && size > 0.5:
		f.Value, f.Threshold, f.Formula = math.Abs(in.Mean)/span, offset, "|mean of the batch| / (greatest - least)"
		f.Message = fmt.Sprintf("The inputs are far from 0 on average: mean %.3g, between %.3g and %.3g.", in.Mean, in.Min, in.Max)
		f.Advice = fmt.Sprintf("Subtract the mean, %.3g, of the training examples.", in.Mean)
	case wide >= 0 && reach(h, wide)/median > column:
		f.Value, f.Threshold = reach(h, wide)/median, column
		f.Formula = fmt.Sprintf("greatest |value| of column %d / median of the columns", wide)
		f.Message = fmt.Sprintf("Column %d reaches %.4g, half of the columns no more than %.3g: steps that suit the others are too long for its weights.", wide, reach(h, wide), median)
		f.Advice = "Give every column mean 0 and standard deviation 1 (table.StandardScale)."
		f.Evidence = append(f.Evidence, Evidence{fmt.Sprintf("greatest |value| of column %d", wide), s.Step, -1, reach(h, wide)}, Evidence{"median of the columns", s.Step, -1, median})
	default:
		return nil, true
	}
	return []Finding{f}, true
}

// reach is the greatest size in a column so far.
func reach(h *History, column int) float64 {
	return max(math.Abs(float64(h.Low[column])), math.Abs(float64(h.High[column])))
}

// widest is the column of a table with the greatest values, -1 if the examples are no rows of one, and the median of all.
func widest(h *History) (column int, median float64) {
	if len(h.Shape) != 1 || len(h.Low) < 2 {
		return -1, 0
	}
	all := make([]float64, len(h.Low))
	for i := range all {
		if all[i] = reach(h, i); all[i] > all[column] {
			column = i
		}
	}
	slices.Sort(all)
	median = all[len(all)/2]
	if !(median > 0) {
		return -1, 0
	}
	return column, median
}

// ConstantInput finds columns of a table, or pixels, that never change.
//
//	value = columns with one value in all sampled batches
//
// once 5,000 examples were seen or an epoch has ended. Few columns of a table make a warning, places of images (or of
// tables of 100 columns and more) info: at the edges of MNIST's images there are 67 pixels that are always black.
type ConstantInput struct {
	Examples int // default 5000
}

// Name is "constant input".
func (ConstantInput) Name() string { return "constant input" }

// Look judges samples and the ends of epochs.
func (r ConstantInput) Look(h *History) ([]Finding, bool) {
	_, sampled := h.Sample()
	_, ended := h.Evaluated()
	if h.Low == nil || !(ended && h.Inputs >= 100 || sampled && h.Inputs >= cmp.Or(r.Examples, 5000)) {
		return nil, false
	}
	var constant []int
	for i, low := range h.Low {
		if low == h.High[i] {
			constant = append(constant, i)
		}
	}
	if len(constant) == 0 {
		return nil, true
	}
	f := Finding{Severity: Info, Value: float64(len(constant)), Formula: "columns with one value in all sampled batches",
		Advice: "None is needed: what never changes tells nothing, and the bias can do as much."}
	places := make([]string, len(constant))
	for i, c := range constant {
		places[i] = fmt.Sprint(c)
		if i < 20 {
			f.Evidence = append(f.Evidence, Evidence{fmt.Sprintf("value of column %d", c), h.Newest().Step, -1, float64(h.Low[c])})
		}
	}
	f.Message = fmt.Sprintf("%d of the %d values of an example (shape %v) were the same in all %d examples looked at, by place: %s.",
		len(constant), len(h.Low), h.Shape, h.Inputs, listed(places, 10))
	if len(h.Shape) == 1 && len(h.Low) < 100 {
		f.Severity = Warning
		f.Advice = "Leave them out, or look why they do not vary: a column that was read wrongly or filled in everywhere."
	}
	return []Finding{f}, true
}
