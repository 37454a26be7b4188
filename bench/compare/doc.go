// Command compare runs Lumen and whichever other systems are installed alternately on
// the same workloads, takes ratios and prints them as Markdown tables.
//
//	go run ./bench/compare -torch PYTHON -torch-now OTHER_PYTHON -out docs/tables.md
//	go run ./bench/compare -only lenet_mnist,gemm -rounds 3 -settings tuned
//	go run ./bench/compare mnist -torch PYTHON
//
// Run it in the root of the repository. A ratio is the other system's best_ms over
// Lumen's in the same round; the tables show the median of the rounds with the least
// and the greatest, and for memory lines the ratio of peak_bytes. A round in which
// either side's threads waited for a core for more than 5 % of the time is repeated.
//
// PyTorch runs at its best: every workload is first tried under all combinations of the
// peers' --blas, --malloc, --aten and --foreach, and the fastest one is used. The
// second, newer PyTorch is tried with and without --malloc tuned. Python processes stay
// alive between the rounds; their start is in no figure.
//
// The lines of image filters also stand beside OpenCV's filter2D, which the older PyTorch's
// interpreter runs.
//
// "compare mnist" runs `lumen train mnist` and bench/peers/torch_mnist.py, the same
// network and recipe, from the start of the process to the first finished step and to
// the end, which is at 99 % test accuracy for both.
//
// The exit status is 0 when all lines could be measured, whatever the ratios; 1 when
// not; 2 when it was called wrongly.
package main
