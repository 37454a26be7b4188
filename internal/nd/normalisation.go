package nd

// Normalisations is the part of a device's table for normalisations.
type Normalisations struct{}

var cpuNormalisations = Normalisations{}
