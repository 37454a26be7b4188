package kernel

// Weave takes the elements of dst from a and b in turn; a has as many as b or one more.
func Weave(dst, a, b []float32) {
	b = b[:len(dst)/2]
	a = a[:(len(dst)+1)/2]
	whole := 0
	if f := Active().Weave32; f != nil && len(b) >= 8 {
		whole = f(dst, a, b)
	}
	for i := whole; i < len(b); i++ {
		dst[2*i], dst[2*i+1] = a[i], b[i]
	}
	if len(a) > len(b) {
		dst[len(dst)-1] = a[len(b)]
	}
}
