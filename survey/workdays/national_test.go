package workdays_test

import (
	"testing"
	"time"

	"earshot/survey/workdays"
)

func TestCountries(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"DE": "DE", " de ": "DE", "de-by": "DE-BY", "Germany": "DE", "Deutschland": "DE", "Allemagne": "DE", "Alemania": "DE", "USA": "US", "United Kingdom": "GB",
		"AE": "AE", "Österreich": "AT", "ÉTATS-UNIS": "US", "deu": "DE", "CH-ZH": "CH-ZH", "AU-NSW": "AU-NSW", "UK": "GB",
		"": "", "Bavaria": "", "DE-XX": "", "XX": "", "001": "", "EU": "", "Berlin": "", "d": "", "276": "",
	} {
		if got, known := workdays.Country(written); got != want || known != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", written, got, known, want)
		}
	}
}

func TestNationalWeeksAndHolidays(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		at, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, row := range []struct {
		code, date string
		works      bool
	}{
		{"DE", "2026-03-06", true}, {"DE", "2026-03-08", false}, {"DE", "2026-10-03", false},
		{"DE", "2026-01-06", true}, {"DE-BY", "2026-01-06", false},
		{"SA", "2026-03-06", false}, {"SA", "2026-03-08", true}, {"AE", "2026-03-06", true}, // Friday, Sunday
		{"IR", "2026-03-05", true}, {"IR", "2026-03-06", false}, {"AF", "2026-03-05", false}, {"IN", "2026-03-07", true},
		{"US", "2026-07-03", false}, {"BR", "2026-09-07", false}, {"FR", "2026-07-14", false}, {"CN", "2026-03-06", true},
	} {
		c := workdays.National(row.code)
		at := day(row.date)
		if got := c.Weekday(at.Weekday()) && !c.Free(at); got != row.works {
			t.Errorf("%s on %s: got that they work: %v, want %v", row.code, row.date, got, row.works)
		}
	}
	if workdays.National("Atlantis") != nil {
		t.Error("got a calendar of no country")
	}
}

// TestEveryRegionIsACountry holds every place whose holidays are known to be one that a contact can be in.
func TestEveryRegionIsACountry(t *testing.T) {
	t.Parallel()
	for _, place := range workdays.Regions() {
		if _, known := workdays.Country(place); !known {
			t.Errorf("%s is not known as a country", place)
		}
		if c := workdays.National(place); c.Rules().Holidays != place {
			t.Errorf("%s: got the holidays of %q", place, c.Rules().Holidays)
		}
	}
}
