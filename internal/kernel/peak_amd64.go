package kernel

import (
	"slices"
	"time"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func peak(path string) float64 {
	loop, lanes := peak512, 16
	if path == cpu.AVX2 {
		loop, lanes = peak256, 8
	}
	if path != cpu.AVX512 && path != cpu.AVX2 || !slices.Contains(cpu.Available(), path) {
		return 0
	}
	const (
		perRound = 12 // vectors of multiply-adds
		rounds   = 20_000
		runs     = 60 // the clock rises while the first ones run
	)
	best := time.Duration(0)
	for range runs {
		start := time.Now()
		loop(rounds)
		if took := time.Since(start); best == 0 || took < best {
			best = took
		}
	}
	return 2 * perRound * rounds * float64(lanes) / best.Seconds()
}
