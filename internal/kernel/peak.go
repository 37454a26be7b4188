package kernel

// Peak returns how many float32 operations a second one core of this processor does
// in the path's widest multiply-adds, two operations each, when nothing waits for
// memory: the best of several runs of a few milliseconds. It is 0 where the path has no
// such loop or the processor lacks it.
func Peak(path string) float64 { return peak(path) }
