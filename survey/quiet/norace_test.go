//go:build !race

package quiet_test

// slowed says that the race detector makes arithmetic twenty times slower.
const slowed = false
