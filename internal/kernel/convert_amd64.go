package kernel

import "github.com/lumen-ml/lumen/internal/cpu"

func init() {
	Register(&Table{
		Path: cpu.AVX2,
		Compare32: [compareOps]func(dst []bool, x, y []float32) int{
			Eq: compareWhole(convertEqual256), Ne: compareWhole(convertNotEqual256),
			Lt: compareWhole(convertLess256), Le: compareWhole(convertAtMost256),
		},
		Where32:     whereWhole,
		Transpose32: transposeSquares,
		FromUint8:   convertWhole(convertUint8256),
		Pixels32:    pixelsWhole,
		FromInt32:   convertWhole(convertInt32256),
		Narrow64:    convertWhole(convertNarrow256),
		Widen32:     convertWhole(convertWiden256),
		ToInt64:     truncateWhole(convertToInt64_256),
		ToInt32:     truncateWhole(convertToInt32_256),
		ToUint8:     truncateWhole(convertToUint8_256),
		ToBool:      convertWhole(convertToBool256),
	})
}

func compareWhole(f func(dst *bool, x, y *float32, n int)) func(dst []bool, x, y []float32) int {
	return func(dst []bool, x, y []float32) int {
		x, y = x[:len(dst)], y[:len(dst)]
		return eachCall(len(dst), 32, func(from, n int) { f(&dst[from], &x[from], &y[from], n) })
	}
}

func whereWhole(dst []uint32, cond []bool, x, y []uint32) int {
	cond, x, y = cond[:len(dst)], x[:len(dst)], y[:len(dst)]
	return eachCall(len(dst), 8, func(from, n int) { convertWhere256(&dst[from], &cond[from], &x[from], &y[from], n) })
}

// truncateWhole is what f does, which returns how many elements that was.
func truncateWhole[D Number](f func(dst *D, x *float32, n int) int) func(dst []D, x []float32) int {
	return func(dst []D, x []float32) int {
		x = x[:len(dst)]
		whole := len(dst) - len(dst)%truncateLanes
		for from := 0; from < whole; from += assemblyElements {
			n := min(assemblyElements, whole-from)
			if done := f(&dst[from], &x[from], n); done < n {
				return from + done
			}
		}
		return whole
	}
}

func convertWhole[D any, S Number](f func(dst *D, x *S, n int)) func(dst []D, x []S) int {
	return func(dst []D, x []S) int {
		x = x[:len(dst)]
		return eachCall(len(dst), 8, func(from, n int) { f(&dst[from], &x[from], n) })
	}
}

func pixelsWhole(dst []float32, x []uint8, mean, std float32) int {
	x = x[:len(dst)]
	return eachCall(len(dst), 8, func(from, n int) { convertPixels256(&dst[from], &x[from], n, mean, std) })
}

// transposeSquares does squares of 8 x 8. Two follow each other, which fill the lines of the
// result and are as much as the operand's lines can be kept for where its rows are a power
// of two apart.
func transposeSquares(d, x []uint32, m, n, sd, sx int) {
	for j := 0; j < n; j += 16 {
		for i := 0; i < m; i += 8 {
			squares := min(2, (n-j)/8)
			to, from := d[i*sd+j:], x[j*sx+i:]
			_, _ = to[7*sd+8*squares-1], from[(8*squares-1)*sx+7]
			convertTranspose256(&to[0], &from[0], squares, sd, sx)
		}
	}
}
