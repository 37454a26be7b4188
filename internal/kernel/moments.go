package kernel

// momentBlock is how many elements are read twice while they are in the cache.
const momentBlock = 1024

// MeanVar returns the mean of x and m2, the sum of squared deviations from it:
// m2/n is the biased variance, m2/(n-1) the unbiased one. Blocks are done in
// two passes in float64 and joined by the formula of Chan, Golub and LeVeque
// (1979). An empty x gives 0, 0.
func MeanVar[T Float](x []T) (mean, m2 float64) {
	n := 0
	for len(x) > 0 {
		block := x[:min(len(x), momentBlock)]
		x = x[len(block):]
		blockMean := sum64(block) / float64(len(block))
		blockM2 := deviations(block, blockMean)
		mean, m2 = CombineMoments(n, mean, m2, len(block), blockMean, blockM2)
		n += len(block)
	}
	return mean, m2
}

// CombineMoments joins the mean and the sum of squared deviations of two sets
// of na and nb elements.
func CombineMoments(na int, meanA, m2A float64, nb int, meanB, m2B float64) (mean, m2 float64) {
	switch {
	case na == 0:
		return meanB, m2B
	case nb == 0:
		return meanA, m2A
	}
	n := float64(na + nb)
	delta := meanB - meanA
	return meanA + delta*float64(nb)/n, m2A + m2B + delta*delta*float64(na)*float64(nb)/n
}

// sum64 adds in float64, what is left of whole vectors with four accumulators.
func sum64[T Float](x []T) float64 {
	sum := 0.0
	if s, ok := as[float32](x); ok {
		if f := Active().Sum64; f != nil {
			var whole int
			whole, sum = f(s)
			x = x[whole:]
		}
	}
	var s0, s1, s2, s3 float64
	for ; len(x) >= 4; x = x[4:] {
		s0 += float64(x[0])
		s1 += float64(x[1])
		s2 += float64(x[2])
		s3 += float64(x[3])
	}
	for _, v := range x {
		s0 += float64(v)
	}
	return sum + ((s0 + s1) + (s2 + s3))
}

// deviations is the sum of (x-mean)^2.
func deviations[T Float](x []T, mean float64) float64 {
	sum := 0.0
	if s, ok := as[float32](x); ok {
		if f := Active().Deviations64; f != nil {
			var whole int
			whole, sum = f(s, mean)
			x = x[whole:]
		}
	}
	var s0, s1, s2, s3 float64
	for ; len(x) >= 4; x = x[4:] {
		d0, d1, d2, d3 := float64(x[0])-mean, float64(x[1])-mean, float64(x[2])-mean, float64(x[3])-mean
		s0 += d0 * d0
		s1 += d1 * d1
		s2 += d2 * d2
		s3 += d3 * d3
	}
	for _, v := range x {
		d := float64(v) - mean
		s0 += d * d
	}
	return sum + ((s0 + s1) + (s2 + s3))
}
