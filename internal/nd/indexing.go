package nd

// Indexing is the part of a device's table for indexings.
type Indexing struct{}

var cpuIndexing = Indexing{}
