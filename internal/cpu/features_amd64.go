package cpu

import sys "golang.org/x/sys/cpu"

// available lists the paths: avx2 also needs FMA, avx512 the F, BW, DQ and VL
// parts, which every processor with AVX-512 since 2017 has.
func available() []string {
	paths := []string{Generic}
	x := &sys.X86
	if x.HasAVX2 && x.HasFMA {
		paths = append(paths, AVX2)
		if x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL {
			paths = append(paths, AVX512)
		}
	}
	return paths
}

// Features names the processor's instruction sets that matter to the kernels.
func Features() []string {
	x := &sys.X86
	return present([]feature{
		{"sse4.1", x.HasSSE41}, {"avx", x.HasAVX}, {"avx2", x.HasAVX2}, {"fma", x.HasFMA},
		{"avx512f", x.HasAVX512F}, {"avx512bw", x.HasAVX512BW}, {"avx512dq", x.HasAVX512DQ},
		{"avx512vl", x.HasAVX512VL}, {"avx512vnni", x.HasAVX512VNNI}, {"avx512bf16", x.HasAVX512BF16},
	})
}
