package frontend_test

import "testing"

// BenchmarkNew is what the program's start waits for.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		freshFrontend(b)
	}
}
