package table_test

import (
	"strconv"
	"testing"

	"earshot/survey/table"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cell    string
		decimal byte
		want    string
	}{
		{"1234.56", '.', "1234.56"},
		{"-5", '.', "-5"},
		{"−5", '.', "-5"},
		{"+5", '.', "5"},
		{"(5)", '.', "-5"},
		{"1,234.56", '.', "1234.56"},
		{"1.234,56", ',', "1234.56"},
		{"1 234,5", ',', "1234.5"},
		{"1\u202f234,5", ',', "1234.5"},
		{"1'234'567.5", '.', "1234567.5"},
		{"€ 12", '.', "12"},
		{"12 EUR", ',', "12"},
		{"$-1,234.50", '.', "-1234.5"},
		{"-$1,234.50", '.', "-1234.5"},
		{"1234,56", '.', "no number"},
		{"1,23,456", '.', "no number"},
		{"1.234'567", ',', "no number"},
		{"(-5)", '.', "no number"},
		{"(5", '.', "no number"},
		{"5.", ',', "no number"},
		{".5", '.', "0.5"},
		{"1e5", '.', "no number"},
		{"many", '.', "no number"},
		{"", '.', "no number"},
	} {
		got := "no number"
		if n, ok := (table.Numbers{Decimal: c.decimal}).Read(c.cell); ok {
			got = strconv.FormatFloat(n, 'f', -1, 64)
		}
		if got != c.want {
			t.Errorf("%q with %c: got %s, want %s", c.cell, c.decimal, got, c.want)
		}
	}
}

func TestGuessDecimal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		samples   []string
		delimiter byte
		want      byte
		sure      bool
	}{
		{"points", []string{"12.5", "1,234.56"}, ';', '.', true},
		{"commas", []string{"12,5", "1.234,56"}, ',', ',', true},
		{"groups prove the other mark", []string{"1.234.567"}, ',', ',', true},
		{"whole numbers", []string{"12", "-5", ""}, ';', ',', true},
		{"either way, as in America", []string{"1.234"}, ',', '.', false},
		{"either way, as in Europe", []string{"1.234"}, ';', ',', false},
		{"nothing", nil, ',', '.', true},
	} {
		mark, sure := table.GuessDecimal(c.samples, c.delimiter)
		if mark != c.want || sure != c.sure {
			t.Errorf("%s: got %c, %v; want %c, %v", c.name, mark, sure, c.want, c.sure)
		}
	}
}
