//go:build !amd64 && !arm64

package cpu

func available() []string { return []string{Generic} }

// Features names the processor's instruction sets that matter to the kernels;
// there are none here.
func Features() []string { return present(nil) }
