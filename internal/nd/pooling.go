package nd

// Pools is the part of a device's table for poolings.
type Pools struct{}

var cpuPools = Pools{}
