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
		p.fillIf(func() bool { return !p.loaded }, stream(seed, name))
	}
}

// InitUnset is Init for the parameters that have no values yet; the others keep
// theirs.
func InitUnset(root any, seed uint64) {
	for name, p := range Named(root) {
		p.fillIf(func() bool { return !p.filled.Load() }, stream(seed, name))
	}
}

// fillIf draws the parameter's values if wanted says so.
func (p *Param) fillIf(wanted func() bool, rng *rand.Rand) {
	p.fill.Lock()
	defer p.fill.Unlock()
	if wanted() {
		p.draw(rng)
	}
}

// stream is the random stream of a name under a seed.
func stream(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
