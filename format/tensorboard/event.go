package tensorboard

import "time"

// Version is what the first event of a file has as its FileVersion.
const Version = "brain.Event:2"

// Event is a record of an event file. It has one of FileVersion, Values, Graph and Session, or none where it is of a kind that
// this package does not read.
type Event struct {
	WallTime time.Time // to a quarter of a microsecond, which is what the file's float64 has
	Step     int       // may be negative: the format has an int64, and TensorBoard's own reader (2.21.0) takes every one

	FileVersion string
	Values      []Value
	Graph       *Graph
	Session     Session
}

// Value is what an event says of a tag. Data is a [Scalar], a *[Histogram], [Images], a [Text], a *tensor.Tensor of numbers
// that is none of these, or nil for what this package does not read, such as sound.
type Value struct {
	Tag    string
	Plugin string // of TensorBoard that shows it, "text", as the first value of the tag in the file names it; "" if none was
	Data   any
}

// Scalar is a number, float32 in most files.
type Scalar float64

// Histogram counts numbers in buckets.
type Histogram struct {
	Min, Max, Num   float64 // of all numbers; Num is how many
	Sum, SumSquares float64 // NaN in files of TensorFlow 2, which do not say them
	// BucketLimits are the buckets' upper ends, increasing. A bucket begins where the one before it ends, the first that holds
	// anything at Min; the last that does ends at Max.
	BucketLimits []float64
	Buckets      []float64 // how many numbers lie in each
}

// Images are a value's pictures, most often one.
type Images []Image

// Image is a picture, encoded.
type Image struct {
	Width, Height int
	Channels      int    // 1 grey, 2 with alpha, 3 red, green and blue, 4 with alpha; 0 where the file does not say it
	Encoded       []byte // PNG, by this package
}

// Text is Markdown, or one string for each element of a tensor of strings, in row-major order.
type Text []string

// Graph is a network: its operations, with what flows between them.
type Graph struct {
	Nodes []Node
}

// Node is an operation, a parameter or an input. Slashes in its name make the boxes in which TensorBoard draws it:
// "encoder/layer1/conv2d".
type Node struct {
	Name   string
	Op     string   // its kind: "conv2d"
	Inputs []string // names of nodes
	Shape  []int    // of its result, which is shown on the line to the next node; nil if it is not known
	Text   string   // anything else, shown when the node is clicked; "" for nothing
}

// Session is what became of a run.
type Session int

// TensorBoard forgets everything from the step of a SessionStart on that earlier files say.
const (
	SessionStart Session = iota + 1
	SessionStop
	SessionCheckpoint
)
