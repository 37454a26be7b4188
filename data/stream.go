package data

import "math/rand/v2"

// Stream returns the random stream of an item in an epoch (both count from 0): a PCG generator seeded with a hash of
// the three numbers. Different items and epochs get unrelated streams.
func Stream(seed uint64, epoch, index int) *rand.Rand {
	h := mix(mix(mix(seed)^uint64(epoch)) ^ uint64(index))
	return rand.New(rand.NewPCG(h, mix(h)))
}

// Indices that no item has, for a dataset's other streams.
const (
	shuffleStream = -1
	splitStream   = -2
)

// mix is one step of SplitMix64, a bijection: Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
// OOPSLA 2014.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
