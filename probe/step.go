package probe

// Step is the record of one step: what rules, reports and pages read. The statistics of
// layers and parameters are there on sampled steps only.
type Step struct {
	Step     int     // from 1
	Loss     float64 // that Backward was called on; of several, the sum, whose gradient the step uses
	LR       float64 // of the optimizer's first group
	GradNorm float64 // Euclidean, of all parameters' gradients together, as the optimizer found them
	// Backwards is how many there were since the step before: several where gradients accumulate. Not written as JSON.
	Backwards int

	// Of a sampled step:

	Input   *Summary // of the batch, nil where it is not known
	Labels  []int    // how often each class occurs among the batch's labels, nil where it has none
	Layers  []Layer  // in the order of forward
	Params  []Param  // in the order of nn.Named
	Columns *Columns // of the batch, nil where they are not known; not written as JSON
}

// Sampled reports whether the step has statistics.
func (s *Step) Sampled() bool { return s.Layers != nil || s.Params != nil }

// Layer is an operation's result, with the gradient that came back to it.
type Layer struct {
	Name   string // as nn.Event has it: "conv1", "conv1.relu"
	Op     string // "conv2d", "relu"
	Shape  []int
	Output Summary
	Grad   *Summary // of dL/d output; nil if none came
	// Saturated is the share of a tanh's results with |t| > 0.97, of a sigmoid's below 0.01
	// or above 0.99, among those that were looked at; 0 of other operations.
	Saturated float64
	// Units of an activation: channels of [N, C, ...], features of [N, F]; 0 of other operations.
	Units int
	// Dead are the units, in order, that were zero for every example of the batch, at every place.
	Dead []int
	// Example is the place in the batch of the element that is the greatest in size, or of the first
	// that is not finite.
	Example int
}

// Param is a parameter, before the update.
type Param struct {
	Name   string
	Shape  []int
	Frozen bool
	Weight Summary
	Grad   *Summary // nil: it has none
	// UpdateRatio is |W after - W before| / |W before|, in Euclidean norms: 0 if nothing changed,
	// infinite if a parameter of zeros did.
	UpdateRatio float64
}

// Summary is the distribution of a tensor's elements. Mean, Std, MeanAbs, Min and Max are of the
// finite ones, NaN if there is none. Of tensors with more than 16,384 elements about 8,192 are looked
// at, but for what docs/statistics.md names.
type Summary struct {
	Count     int
	Mean, Std float64 // Std divides by the count
	MeanAbs   float64
	Norm      float64 // Euclidean; not finite if an element is not
	Min, Max  float64
	Zeros     float64    // share of elements that are 0
	NonFinite float64    // share of elements that are NaN or infinite
	Histogram *Histogram // nil on most samples
}

// Histogram counts elements in bins of equal width from Low to High; non-finite ones are left out. Of a
// tensor of more than 2,048 elements it counts that many at most, evenly spread.
type Histogram struct {
	Low, High float64
	Counts    []int
}
