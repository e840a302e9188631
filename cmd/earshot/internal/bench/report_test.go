package main

import "testing"

// TestBetween keeps what stands around the table in a file that has a place for it.
func TestBetween(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text, want string }{
		{"a place", "# Figures\n" + tableBegins + "old\n" + tableEnds + "words\n", "# Figures\n" + tableBegins + "\nnew\n\n" + tableEnds + "words\n"},
		{"no place", "# Figures\n", "new\n"},
		{"a place without an end", "# Figures\n" + tableBegins + "old\n", "new\n"},
		{"nothing", "", "new\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := between(row.text, "new\n"); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

// TestFigures writes numbers as the table has them.
func TestFigures(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, got, want string }{
		{"small", grouped(7), "7"}, {"thousands", grouped(1234), "1,234"}, {"millions", grouped(1_000_000), "1,000,000"},
		{"rate", perSecond(3759.6), "3,760/s"}, {"megabytes", megabytes(37_600_000), "38 MB"},
		{"no ratio", fraction(1, 0), ""}, {"ratio", fraction(1, 3), "0.33"},
		{"path", pattern("/customers/cus_06h16cjmc499zpd7wmhz82b1nr?from=2026-01-02&to=2026-02-03"), "/customers/…?from=…&to=…"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.got != row.want {
				t.Errorf("got %q, want %q", row.got, row.want)
			}
		})
	}
	if got := saidTook("40000 rows: 40000 new, 0 changed, in 1.5s.\n").Seconds(); got != 1.5 {
		t.Errorf("the program said that it took %v s, want 1.5", got)
	}
}
