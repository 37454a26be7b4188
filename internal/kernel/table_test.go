package kernel

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func TestTableFallsBack(t *testing.T) {
	called := false
	have := &Table{Path: cpu.AVX2}
	have.Unary32[Exp] = func(dst, x []float32, _, _ float64) { called = true }
	lower := &Table{Path: cpu.Generic}
	lower.Unary32[Exp] = func(dst, x []float32, _, _ float64) { t.Error("the lower path's entry was taken") }
	lower.Unary32[Log] = func(dst, x []float32, _, _ float64) {}
	got := &Table{Path: cpu.AVX512}
	fill(got, have)
	fill(got, lower)
	got.Unary32[Exp](nil, nil, 0, 0)
	if !called || got.Unary32[Log] == nil || got.Unary32[Sin] != nil || got.Path != cpu.AVX512 {
		t.Errorf("wrong entries: %+v", got)
	}
}

// TestLowerLoops: a path runs the loops of the path below where it has none of its own, as AVX-512 does of Summarise.
func TestLowerLoops(t *testing.T) {
	for path, lower := range below {
		if !slices.Contains(Paths(), path) {
			continue
		}
		all, its := reflect.ValueOf(Lookup(path)).Elem(), reflect.ValueOf(Lookup(lower)).Elem()
		own := reflect.ValueOf(registry.tables[path]).Elem()
		shared := 0
		for i := range all.NumField() {
			if all.Field(i).Kind() != reflect.Func || !own.Field(i).IsNil() {
				continue
			}
			if all.Field(i).Pointer() != its.Field(i).Pointer() {
				t.Errorf("%s of %s is not that of %s, though it has none of its own", all.Type().Field(i).Name, path, lower)
			}
			if !its.Field(i).IsNil() {
				shared++
			}
		}
		if path == cpu.AVX512 && (shared == 0 || Lookup(path).Summary32 == nil) {
			t.Errorf("%d loops of %s are of %s, and Summarise has one there: %t", shared, path, lower, Lookup(path).Summary32 != nil)
		}
	}
}

func TestActiveFollowsPath(t *testing.T) {
	before := cpu.Path()
	defer cpu.Force(before)
	if !slices.Contains(Paths(), Active().Path) {
		t.Errorf("active is %q, registered are %q: a path without kernels is not what runs", Active().Path, Paths())
	}
	if err := cpu.Force(cpu.Generic); err != nil || Active().Path != cpu.Generic {
		t.Errorf("after Force(generic): %v, active %q", err, Active().Path)
	}
	if !slices.Contains(Paths(), cpu.Generic) {
		t.Errorf("paths %v", Paths())
	}
}

func ExampleGemm() {
	a := []float64{
		1, 2,
		3, 4,
	}
	b := []float64{
		1, 0, 1,
		0, 1, 1,
	}
	c := make([]float64, 6)
	Gemm(2, 3, 2, a, 2, 1, b, 3, 1, c, 3, false)
	fmt.Println(c[:3], c[3:])
	// Output: [1 2 3] [3 4 7]
}
