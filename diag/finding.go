package diag

// Severity is how bad a finding is.
type Severity int

// The severities.
const (
	Info Severity = iota
	Warning
	Error
)

// Phase is a finding's place in its life.
type Phase string

// The phases. Each is told once, when it begins.
const (
	Opened Phase = "opened"
	Worse  Phase = "worse"
	Gone   Phase = "gone"
)

// Finding is what a rule has to say.
type Finding struct {
	Rule     string // "vanishing gradient"
	Severity Severity
	Phase    Phase
	Layer    string // the layer or parameter, "" for the network
	Step     int    // at which this phase began
	Opened   int    // the step at which the finding was opened

	Formula   string // what Value is: "mean |dL/dW| of fc1.weight / of fc10.weight"
	Value     float64
	Threshold float64 // that Value crossed

	Message  string // what happens, in words, with this run's numbers
	Advice   string // what to try, following from the evidence
	Evidence []Evidence
}

// Evidence is one of the values that a finding stands on.
type Evidence struct {
	What    string
	Step    int // of the batch
	Example int // in that batch, from 0; -1 where it is of the whole batch
	Value   float64
}
