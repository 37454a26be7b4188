package cpu

// feature is one instruction set and whether this processor has it.
type feature struct {
	name string
	has  bool
}

// present keeps the names of the features that are there.
func present(features []feature) []string {
	names := []string{}
	for _, f := range features {
		if f.has {
			names = append(names, f.name)
		}
	}
	return names
}
