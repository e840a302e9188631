//go:build race

package inbound_test

// slowed says that the race detector makes patterns slower by a multiple.
const slowed = true
