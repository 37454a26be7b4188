package kernel

import "unsafe"

// setWinograd takes the products of 1 row, 2 rows and so on, and the transforms, which are
// those of AVX2 on every path.
func (t *ConvTable) setWinograd(products []convFunction) {
	t.WinogradRows = len(products)
	t.WinogradInput32 = func(a *WinogradInput) {
		a.check()
		winogradInputAVX2((*byte)(unsafe.Pointer(a)))
	}
	t.WinogradWeights32 = func(a *WinogradWeights) {
		a.check()
		winogradWeightsAVX2((*byte)(unsafe.Pointer(a)))
	}
	t.WinogradOutput32 = func(a *WinogradOutput) {
		a.check()
		winogradOutputAVX2((*byte)(unsafe.Pointer(a)))
	}
	for i, f := range products {
		t.WinogradProduct32[i+1] = func(a *WinogradProduct) {
			a.check(i + 1)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
}
