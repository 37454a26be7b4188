package nn

// MultiplyAdder is a layer that tells how many multiplications with an addition each
// it does for an input and a result of the given shapes; Summary adds them up.
type MultiplyAdder interface {
	MultiplyAdds(in, out []int) int
}

// elements is how many elements a shape has.
func elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
