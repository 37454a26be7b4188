package tensor

import "fmt"

// Activation is a function that a layer applies to its result.
type Activation uint8

// The activations that a layer's options can ask for; ActNone, the zero value, is
// none. The formulas stand at the methods: [Tensor.ReLU], [Tensor.Tanh] ...
const (
	ActNone Activation = iota
	ActReLU
	ActTanh
	ActSigmoid
	ActGELU
	ActSiLU
)

var activationNames = [...]string{"none", "relu", "tanh", "sigmoid", "gelu", "silu"}

// String is the name as the operation is recorded: "relu".
func (a Activation) String() string { return nameOf(activationNames[:], int(a), "Activation") }

// MarshalText writes the name, so that options in a run's record are readable.
func (a Activation) MarshalText() ([]byte, error) {
	return textOf(activationNames[:], int(a), "activation")
}

// UnmarshalText reads a name that MarshalText writes.
func (a *Activation) UnmarshalText(text []byte) error {
	i, err := parseName(activationNames[:], text, "activation")
	*a = Activation(i)
	return err
}

// Activate applies a to every element; t itself for ActNone. t must be float.
func (t *Tensor) Activate(a Activation) *Tensor {
	switch a {
	case ActNone:
		return t
	case ActReLU:
		floats("Activate", t)
		return t.ReLU()
	case ActTanh:
		return t.Tanh()
	case ActSigmoid:
		return t.Sigmoid()
	case ActGELU:
		return t.GELU()
	case ActSiLU:
		return t.SiLU()
	}
	badIndex("Activate", t, int(a), "there is no such Activation; use ActNone to ActSiLU")
	return nil
}

// nameOf is names[i], or kind and number where there is none.
func nameOf(names []string, i int, kind string) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", kind, i)
}

// textOf is names[i] as MarshalText returns it.
func textOf(names []string, i int, kind string) ([]byte, error) {
	if i >= len(names) {
		return nil, fmt.Errorf("tensor: there is no %s number %d", kind, i)
	}
	return []byte(names[i]), nil
}

// parseName finds text among names.
func parseName(names []string, text []byte, kind string) (int, error) {
	for i, name := range names {
		if name == string(text) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("tensor: %q is no %s; there are %q", text, kind, names)
}
