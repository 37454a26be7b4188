package nd

// Updates is the part of a device's table for updates.
type Updates struct{}

var cpuUpdates = Updates{}
