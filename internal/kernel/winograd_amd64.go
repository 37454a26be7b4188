package kernel

import "unsafe"

// setWinograd takes the kernels of winograd.go, and the products of 1 row, 2 rows and so on.
func (t *ConvTable) setWinograd(input, weights, output convFunction, products []convFunction) {
	t.WinogradInput32 = func(a *WinogradInput) {
		a.check()
		input((*byte)(unsafe.Pointer(a)))
	}
	t.WinogradWeights32 = func(a *WinogradWeights) {
		a.check()
		weights((*byte)(unsafe.Pointer(a)))
	}
	t.WinogradOutput32 = func(a *WinogradOutput) {
		a.check()
		output((*byte)(unsafe.Pointer(a)))
	}
	for i, f := range products {
		t.WinogradProduct32[i+1] = func(a *WinogradProduct) {
			a.check(i + 1)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
}
