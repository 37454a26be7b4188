package nn

import "github.com/lumen-ml/lumen/tensor"

// BatchNormOptions are the options of a batch normalisation; the zero value is
// PyTorch's default.
type BatchNormOptions struct {
	Eps      float64 // added to the variance; 0 means 1e-5
	Momentum float64 // of a batch in the running statistics; 0 means 0.1
	// Cumulative keeps the plain mean of all batches instead (PyTorch's momentum=None).
	Cumulative bool
	NoAffine   bool // no weight and bias
	// NoRunning keeps no running statistics: inference uses the batch's own, too
	// (PyTorch's track_running_stats=False).
	NoRunning  bool
	Activation tensor.Activation // applied to the result
}

// batchNorm is what BatchNorm1d and BatchNorm2d are made of.
type batchNorm struct {
	Weight            *Param  // [channels], nil with NoAffine
	Bias              *Param  // [channels], nil with NoAffine
	RunningMean       *Buffer // [channels], nil with NoRunning
	RunningVar        *Buffer // [channels], nil with NoRunning
	NumBatchesTracked *Buffer // int64 scalar, nil with NoRunning
	Options           BatchNormOptions
}

func newBatchNorm(op string, channels int, o []BatchNormOptions) batchNorm {
	positive(op, "the number of channels", channels)
	l := batchNorm{Options: one(op, o)}
	notNegative(op, "Eps", l.Options.Eps)
	if m := l.Options.Momentum; !(m >= 0 && m <= 1) {
		badSize(op, "Momentum must lie between 0 and 1, not %g", m)
	}
	if !l.Options.NoAffine {
		l.Weight = NewParam(Ones(), channels)
		l.Bias = NewParam(Zeros(), channels)
	}
	if !l.Options.NoRunning {
		l.RunningMean = NewBuffer(tensor.Zeros(channels))
		l.RunningVar = NewBuffer(tensor.Ones(channels))
		l.NumBatchesTracked = NewBuffer(tensor.ZerosOf(tensor.Int64))
	}
	return l
}

// normalise is the layer's computation, with an activation, a. layer is the layer itself.
func (l *batchNorm) normalise(p *Pass, layer any, x *tensor.Tensor, a tensor.Activation) *tensor.Tensor {
	o := tensor.BatchNormOptions{Eps: l.Options.Eps, Momentum: l.Options.Momentum, Activation: a}
	if o.Momentum == 0 {
		o.Momentum = 0.1
	}
	weight, bias := p.Use(l.Weight), p.Use(l.Bias)
	if l.Options.NoRunning {
		o.Training = true
		return tensor.BatchNorm(x, weight, bias, nil, nil, o)
	}
	if l.RunningMean == nil {
		badSize("BatchNorm", "the layer has no running statistics: make it with nn.NewBatchNorm1d or nn.NewBatchNorm2d")
	}
	o.Training = p.IsTraining(layer)
	if o.Training && l.Options.Cumulative {
		o.Momentum = 1 / (l.NumBatchesTracked.value.Item() + 1)
	}
	y := tensor.BatchNorm(x, weight, bias, l.RunningMean.value, l.RunningVar.value, o)
	if o.Training {
		n := l.NumBatchesTracked.value
		n.CopyFrom(n.AddScalar(1))
	}
	return y
}

func (l *batchNorm) operation() string { return "batch_norm" }
