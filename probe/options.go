package probe

// Options of a watch. The zero value is the default.
type Options struct {
	Every      int // steps between samples; default 10
	Histograms int // samples between histograms; default 10; -1 makes none
	After      int // the step that a continued run goes on after
}
