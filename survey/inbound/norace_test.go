//go:build !race

package inbound_test

const slowed = false
