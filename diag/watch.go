package diag

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// Options of Watch and ListenerWith. The zero value applies the default rules and writes nothing.
type Options struct {
	// Out gets findings as text when they are opened, worse or gone, and a summary at the end, with
	// colours if it is a terminal and NO_COLOR is not set; nil writes nothing.
	Out io.Writer
	// Rules nil means DefaultRules.
	Rules []Rule
	// Probe says how often statistics are taken; default every 10 steps.
	Probe probe.Options
	// OnFinding hears of the same, in the goroutine that trains.
	OnFinding func(Finding)
	// Anomaly, if not nil, is what looks for NaN and infinities in the same loop (probe.DetectAnomaly): the finding then names
	// the operation and the line that it found. A run of train.Run tells of its own.
	Anomaly *probe.Anomaly

	// Validate, if not nil, makes overfitting and plateaus visible in a loop of one's own: it is called
	// after every ValidateEvery steps, and returns the mean loss over examples that are not trained on,
	// computed under another Pass. train.Run has its own evaluation, and does not call it.
	Validate      func() float64
	ValidateEvery int // default 200
}

// Watch looks at a user's own loop: p is the Pass that the model trains under, root the model or
// whatever holds its layers, opt what makes the steps. stop ends it and writes the summary:
//
//	defer diag.Watch(p, net, opt, diag.Options{Out: os.Stderr})()
//
// No number of the training is changed. It panics with a *tensor.ShapeError as probe.Start does, and on a negative ValidateEvery.
func Watch(p *nn.Pass, root any, opt optim.Optimizer, o Options) (stop func()) {
	if o.ValidateEvery < 0 {
		panic(&tensor.ShapeError{Op: "diag.Watch", Want: fmt.Sprintf("ValidateEvery is %d; a number of steps is wanted, or 0 for 200", o.ValidateEvery), Where: tensor.Caller()})
	}
	d := NewDiagnosis(o.Rules)
	s := speaker{o.Out, o.OnFinding}
	every, sum, n, evaluations := cmp.Or(o.ValidateEvery, 200), 0.0, 0, 0
	anomaly := func() {
		if o.Anomaly != nil && o.Anomaly.Found() != nil {
			s.tell(d.Anomaly(o.Anomaly.Found()))
		}
	}
	end := probe.Start(p, root, opt, o.Probe, func(step *probe.Step) {
		if step.Backwards == 0 { // under another Pass, perhaps: there is no loss, which is not a loss of NaN
			return
		}
		anomaly()
		s.tell(d.Step(step))
		sum, n = sum+step.Loss, n+1
		if o.Validate != nil && n == every {
			evaluations++
			validation := o.Validate()
			s.tell(d.Epoch(Epoch{Epoch: evaluations, Step: step.Step, Loss: sum / float64(n), ValidationLoss: validation}))
			s.tell(d.Evaluated("the validation examples", step.Step, validation))
			sum, n = 0, 0
		}
	})
	stopped := false
	return func() {
		if stopped {
			return
		}
		stopped = true
		end()
		anomaly() // that ended the run within a step
		s.summary(d)
	}
}

// speaker tells findings to a person and to a program.
type speaker struct {
	out       io.Writer
	onFinding func(Finding)
}

func (s speaker) tell(told []Finding) {
	for _, f := range told {
		if s.out != nil {
			io.WriteString(s.out, f.Text(coloured(s.out))) // a message that nobody can see is no reason to end a run
		}
		if s.onFinding != nil {
			s.onFinding(f)
		}
	}
}

func (s speaker) summary(d *Diagnosis) {
	if s.out == nil {
		return
	}
	text := Summary(d.Findings())
	switch h := &d.history; {
	case h.Seen == 0:
		text = "diagnosis: none was made\n" + wrapped("Between the optimizer's steps no Backward was heard: the Pass must be the one that the model trains under.")
	case !slices.ContainsFunc(h.Samples, func(s *probe.Step) bool { return len(s.Layers) > 0 }):
		text += wrapped("No layer was seen at work: the root must be what holds the layers of the model.")
	}
	io.WriteString(s.out, text)
}
