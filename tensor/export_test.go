package tensor

// Poison fills the Scope's free memory with NaN (all bits set), so that a result
// that reads memory it has not written shows.
func (s *Scope) Poison() {
	for _, class := range s.free {
		for _, b := range class {
			b.Scribble(0xff)
		}
	}
}
