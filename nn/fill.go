package nn

import (
	"hash/fnv"
	"math/rand/v2"
)

// Init fills the parameters below root: each from its own stream hash(seed, name),
// so that adding a layer leaves the other layers' numbers as they were. Parameters
// that were loaded keep their values.
func Init(root any, seed uint64) {
	for name, p := range Named(root) {
		p.fill.Lock()
		if !p.loaded {
			if p.filled.Load() {
				dtype := p.value.DType()
				p.value.CopyFrom(p.init.Draw(stream(seed, name), p.shape...).To(dtype))
			} else {
				p.draw(stream(seed, name))
			}
		}
		p.fill.Unlock()
	}
}

// InitUnset is Init for the parameters that have no values yet; the others keep
// theirs.
func InitUnset(root any, seed uint64) {
	for name, p := range Named(root) {
		p.fill.Lock()
		if !p.filled.Load() {
			p.draw(stream(seed, name))
		}
		p.fill.Unlock()
	}
}

// stream is the random stream of a name under a seed.
func stream(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
