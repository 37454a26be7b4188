package kernel

// Activation is a function that a product or a convolution applies to its result
// before it leaves the cache. The numbers are those of tensor.Activation.
type Activation uint8

// The activations; the formulas stand at the unary operations of the same names.
const (
	ActNone Activation = iota
	ActReLU
	ActTanh
	ActSigmoid
	ActGELU
	ActSiLU
)

// Unary is the unary operation of an activation other than ActNone.
func (a Activation) Unary() UnaryOp {
	return [...]UnaryOp{ActReLU: ReLU, ActTanh: Tanh, ActSigmoid: Sigmoid, ActGELU: GELU, ActSiLU: SiLU}[a]
}

// Epilogue is what a product does to an element of its result at the last write:
// it adds Bias[row] with PerRow, else Bias[column], then applies Activation. A nil
// Bias adds nothing. The bits are those of a product with the same Bias and no
// Activation, followed by [Unary].
type Epilogue[T Float] struct {
	Bias       []T
	PerRow     bool
	Activation Activation
}

// none tells whether there is nothing to do.
func (e *Epilogue[T]) none() bool { return e.Bias == nil && e.Activation == ActNone }

// block is the epilogue of the rows from i and the columns from j on.
func (e *Epilogue[T]) block(i, j int) Epilogue[T] {
	part := *e
	switch {
	case part.Bias == nil:
	case part.PerRow:
		part.Bias = part.Bias[i:]
	default:
		part.Bias = part.Bias[j:]
	}
	return part
}

// apply finishes m rows of n columns of c.
func (e *Epilogue[T]) apply(m, n int, c []T, crs int) {
	if e.none() {
		return
	}
	if e.Bias == nil && n == crs { // one long row
		m, n, crs = 1, m*n, m*n
	}
	for i := range m {
		row := c[i*crs:][:n]
		switch {
		case e.Bias == nil:
		case e.PerRow:
			v := e.Bias[i]
			for j := range row {
				row[j] += v
			}
		default:
			for j, v := range e.Bias[:n] {
				row[j] += v
			}
		}
		if e.Activation != ActNone {
			Unary(e.Activation.Unary(), row, row, 0, 0)
		}
	}
}
