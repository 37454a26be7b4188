package safetensors

import (
	"math"
	"testing"
)

// TestFloat16 compares every bit pattern with the definition in IEEE 754.
func TestFloat16(t *testing.T) {
	for h := range 1 << 16 {
		got := float16(uint16(h))
		exponent, fraction := h>>10&0x1f, float64(h&0x3ff)
		var want float64
		switch exponent {
		case 0:
			want = math.Ldexp(fraction, -24)
		case 0x1f:
			want = math.Inf(1)
			if fraction != 0 {
				if !math.IsNaN(float64(got)) {
					t.Fatalf("%#04x is %v, want NaN", h, got)
				}
				continue
			}
		default:
			want = math.Ldexp(1024+fraction, exponent-25)
		}
		if h>>15 == 1 {
			want = math.Copysign(want, -1)
		}
		if math.Float64bits(float64(got)) != math.Float64bits(want) {
			t.Fatalf("%#04x is %v, want %v", h, got, want)
		}
	}
}

// TestBFloat16 compares every bit pattern with 1 sign, 8 exponent and 7 fraction bits read by hand.
func TestBFloat16(t *testing.T) {
	for h := range 1 << 16 {
		got := bfloat16(uint16(h))
		exponent, fraction := h>>7&0xff, float64(h&0x7f)
		var want float64
		switch exponent {
		case 0:
			want = math.Ldexp(fraction, -133)
		case 0xff:
			want = math.Inf(1)
			if fraction != 0 {
				if !math.IsNaN(float64(got)) {
					t.Fatalf("%#04x is %v, want NaN", h, got)
				}
				continue
			}
		default:
			want = math.Ldexp(128+fraction, exponent-134)
		}
		if h>>15 == 1 {
			want = math.Copysign(want, -1)
		}
		if math.Float64bits(float64(got)) != math.Float64bits(want) {
			t.Fatalf("%#04x is %v, want %v", h, got, want)
		}
	}
}
