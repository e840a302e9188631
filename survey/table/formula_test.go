package table_test

import (
	"testing"

	"earshot/survey/table"
)

func TestHarmless(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"":                  "",
		"Brunnen AG":        "Brunnen AG",
		"a=b":               "a=b",
		"'quoted'":          "'quoted'",
		"*@example.com":     "*@example.com",
		"-5":                "-5",
		"-1.25":             "-1.25",
		"12":                "12",
		"=1+1":              "'=1+1",
		"+1":                "'+1",
		"-1+1":              "'-1+1",
		"-.5":               "'-.5",
		"-5 apples":         "'-5 apples",
		"@SUM(A1)":          "'@SUM(A1)",
		"\tx":               "'\tx",
		"\rx":               "'\rx",
		"\nx":               "'\nx",
		"+49 30 12345":      "'+49 30 12345",
		" =1":               "' =1",
		"\u00a0=1":          "'\u00a0=1",
		"\u200b\ufeff=1":    "'\u200b\ufeff=1",
		`"=1"`:              `'"=1"`,
		"'=1":               "''=1",
		"“=1":               "'“=1",
		"＝1":                "'＝1",
		"＋1":                "'＋1",
		"－1":                "'－1",
		"＠SUM":              "'＠SUM",
		"=cmd|' /C calc'!A": "'=cmd|' /C calc'!A",
		"–":                 "–",
	} {
		if got := table.Harmless(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}

// FuzzHarmless holds that what is made harmless is read back as it was, and that nothing is a formula any more.
func FuzzHarmless(f *testing.F) {
	for _, seed := range []string{"=1", "'=1", "''=1", "-5", "\t", " \"'=", "+49", "x", "＝"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		safe := table.Harmless(cell)
		if got := table.Plain(safe); got != cell {
			t.Errorf("%q is written as %q and read as %q", cell, safe, got)
		}
		if again := table.Harmless(safe); safe == cell && again != safe {
			t.Errorf("%q is not the same twice: %q", safe, again)
		}
	})
}
