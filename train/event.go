package train

import (
	"bytes"
	"encoding/json"
	"math"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/probe"
)

// Event is something that happened in a run. It marshals to one JSON object whose
// field "event" is its Kind.
type Event interface {
	Kind() string
	fields() []field
}

// Listener hears of every event, in the goroutine that trains: until it returns, no
// step is made, so that it may read the model. It must not keep what it is handed.
// An error ends the run; [Stop] ends it as if it had reached its last epoch.
type Listener interface {
	On(e Event) error
}

// ListenerFunc makes a Listener of a function.
type ListenerFunc func(e Event) error

// On calls f.
func (f ListenerFunc) On(e Event) error { return f(e) }

// Stateful is a Listener with a memory that a checkpoint has to carry. Name tells
// the listeners of a run apart.
type Stateful interface {
	Listener
	Name() string
	State() []float64
	LoadState([]float64) error
}

// Started is the first event of a run, and of each continuation.
type Started struct {
	Epochs        int
	StepsPerEpoch int
	BatchSize     int
	Examples      int // in the training set
	Parameters    int
	Seed          uint64
	Path          string // of the kernels
	Threads       int
	Continued     bool   // from a checkpoint
	Resumed       int    // the step that it continues after
	Dir           string // "" without a folder

	// Snapshot copies the present weights into a model of the listener's own, made at
	// the first call, and returns it: it may be used in another goroutine until the
	// next call.
	Snapshot func() nn.Module
}

// Stepped follows every step.
type Stepped struct {
	Step, Epoch int // from 1
	Batch       int // in the epoch, from 1
	Batches     int // of an epoch
	Examples    int // in this batch
	Loss        float64
	LR          float64 // that the step was made with
	Seconds     float64 // the step took
	DataSeconds float64 // of waiting for the batch before it

	// Metrics are those of the epoch so far, worked out when it is called.
	Metrics func() []Value
}

// Probed follows Stepped of the same step where somebody wants statistics: a [Prober] among
// the listeners, or Config.Probe. The folder and [JSONLines] keep the sampled ones. Unlike other
// events its record may be kept.
type Probed struct{ *probe.Step }

// AnomalyFound is the last event of a run that Config.Anomaly has ended, but for what listeners have to say to it. The step that it happened in
// has no other event.
type AnomalyFound struct{ *probe.AnomalyError }

// Value is a metric's name and value.
type Value struct {
	Name  string
	Value float64
}

// EpochEnded follows the last step of an epoch and the evaluation after it.
type EpochEnded struct {
	Epoch, Epochs, Step int
	Loss                float64 // mean over the epoch's examples, while it ran
	Metrics             []Value // of the epoch's training examples, while it ran
	Validated           bool    // there is a validation set
	ValidationLoss      float64
	Validation          []Value
	Best                bool // the lowest validation loss so far
	LR                  float64
	Seconds             float64 // of the epoch, evaluation included
}

// Checkpointed follows each checkpoint.
type Checkpointed struct {
	Step, Epoch int
	Path        string
	Best        bool
}

// Ended is the last event.
type Ended struct {
	Tested   bool // there is a test set
	TestLoss float64
	Test     []Value
	// Seconds since this process began the run, or continued it.
	Seconds    float64
	Epochs     int // finished
	Steps      int
	Parameters int
	Stopped    string // why it ended before the last epoch; "" if it did not
}

// Kind is "start".
func (Started) Kind() string { return "start" }

// Kind is "batch".
func (Stepped) Kind() string { return "batch" }

// Kind is "epoch".
func (EpochEnded) Kind() string { return "epoch" }

// Kind is "probe".
func (Probed) Kind() string { return "probe" }

// Kind is "anomaly".
func (AnomalyFound) Kind() string { return "anomaly" }

// Kind is "checkpoint".
func (Checkpointed) Kind() string { return "checkpoint" }

// Kind is "end".
func (Ended) Kind() string { return "end" }

// field is a name and a value of a JSON object, in the order they are written.
type field struct {
	name  string
	value any
}

func (e Started) fields() []field {
	f := []field{{"epochs", e.Epochs}, {"steps_per_epoch", e.StepsPerEpoch}, {"batch_size", e.BatchSize},
		{"examples", e.Examples}, {"parameters", e.Parameters}, {"seed", e.Seed}, {"cpu", e.Path}, {"threads", e.Threads}}
	if e.Continued {
		f = append(f, field{"resumed_after_step", e.Resumed})
	}
	return f
}

func (e Stepped) fields() []field {
	return []field{{"step", e.Step}, {"epoch", e.Epoch}, {"batch", e.Batch}, {"examples", e.Examples},
		{"loss", e.Loss}, {"lr", e.LR}, {"seconds", e.Seconds}, {"data_seconds", e.DataSeconds}}
}

func (e EpochEnded) fields() []field {
	f := []field{{"epoch", e.Epoch}, {"step", e.Step}, {"loss", e.Loss}}
	f = named(f, "", e.Metrics)
	if e.Validated {
		f = append(f, field{"validation_loss", e.ValidationLoss})
		f = named(f, "validation_", e.Validation)
		f = append(f, field{"best", e.Best})
	}
	return append(f, field{"lr", e.LR}, field{"seconds", e.Seconds})
}

func (e Checkpointed) fields() []field {
	return []field{{"step", e.Step}, {"epoch", e.Epoch}, {"path", e.Path}, {"best", e.Best}}
}

func (e Ended) fields() []field {
	var f []field
	if e.Tested {
		f = named(f, "test_", e.Test)
		f = append(f, field{"test_loss", e.TestLoss})
	}
	f = append(f, field{"seconds", e.Seconds}, field{"epochs", e.Epochs}, field{"steps", e.Steps}, field{"parameters", e.Parameters})
	if e.Stopped != "" {
		f = append(f, field{"stopped", e.Stopped})
	}
	return f
}

func (e Probed) fields() []field { return nil } // the record is an object already

func (e AnomalyFound) fields() []field {
	f := []field{{"step", e.Step}, {"kind", e.AnomalyError.Kind}, {"op", e.Op}, {"layer", e.Layer}, {"name", e.Name}, {"where", e.Where},
		{"param", e.Param}, {"operand", e.Operand}}
	if e.Operands != nil {
		f = append(f, field{"operands", e.Operands})
	}
	if e.Grad != nil {
		f = append(f, field{"grad", e.Grad})
	}
	return append(f, field{"result", e.Result}, field{"message", e.Error()})
}

func named(f []field, prefix string, vs []Value) []field {
	for _, v := range vs {
		f = append(f, field{prefix + v.Name, v.Value})
	}
	return f
}

// JSON is the event as one line, without the line end. It panics if a [Message] is one that
// Run refuses.
func JSON(e Event) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	write(&b, field{"event", e.Kind()})
	switch e := e.(type) {
	case Probed:
		body, err := json.Marshal(e.Step)
		if err != nil { // it holds numbers and names only
			panic(err)
		}
		writeObject(&b, body)
	case Message:
		body, err := e.object()
		if err != nil {
			panic(err)
		}
		writeObject(&b, body)
	}
	for _, f := range e.fields() {
		b.WriteByte(',')
		write(&b, f)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// writeObject writes the members of an object behind those that are there.
func writeObject(b *bytes.Buffer, object []byte) {
	if members := object[1 : len(object)-1]; len(members) > 0 {
		b.WriteByte(',')
		b.Write(members)
	}
}

func write(b *bytes.Buffer, f field) {
	name, _ := json.Marshal(f.name)
	b.Write(name)
	b.WriteByte(':')
	v := f.value
	if x, ok := v.(float64); ok {
		v = Finite(x)
	}
	value, err := json.Marshal(v)
	if err != nil { // events hold numbers, strings and bools only
		panic(err)
	}
	b.Write(value)
}

// Finite is x for JSON: x itself, or the string "NaN", "Inf" or "-Inf".
func Finite(x float64) any {
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 1):
		return "Inf"
	case math.IsInf(x, -1):
		return "-Inf"
	}
	return x
}
