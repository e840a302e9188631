package locale_test

import (
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones that the program itself knows

	"earshot/survey/locale"
)

func TestZonesAsOtherProgramsWriteThem(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"Europe/Berlin": "Europe/Berlin", "europe/berlin": "Europe/Berlin", "EUROPE/BERLIN": "Europe/Berlin", "Asia/Calcutta": "Asia/Kolkata", "America/Indianapolis": "America/Indiana/Indianapolis",
		"US/Eastern": "America/New_York", "Europe/Kiev": "Europe/Kyiv", "America/New York": "America/New_York", "Europe/Amsterdam": "Europe/Amsterdam",
		"W. Europe Standard Time": "Europe/Berlin", "Romance Standard Time": "Europe/Paris", "GMT Standard Time": "Europe/London", "Eastern Standard Time": "America/New_York", "India Standard Time": "Asia/Kolkata",
		"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna": "Europe/Amsterdam", "(UTC+01:00) Berlin": "Europe/Berlin", "(GMT-05:00) Eastern Time (US & Canada)": "America/New_York",
		"(GMT+01:00) Bern": "Europe/Zurich", "GMT+1 Berlin": "Europe/Berlin", "(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi": "Asia/Kolkata",
		"Eastern Time (US & Canada)": "America/New_York", "Berlin": "Europe/Berlin", "Mumbai": "Asia/Kolkata", "International Date Line West": "Etc/GMT+12", "Wien": "Europe/Vienna", "Zürich": "Europe/Zurich",
		"CET": "Europe/Berlin", "MEZ": "Europe/Berlin", "PST": "America/Los_Angeles", "UTC": "UTC", "Etc/UTC": "UTC", "GMT": "UTC", "Z": "UTC",
		"Europe/Berlin (GMT+1)": "Europe/Berlin", "America/New_York (EST)": "America/New_York", "(GMT+1:00) Central European Time (Europe/Berlin)": "Europe/Berlin", "[America/Argentina/Salta] -03:00": "America/Argentina/Salta",
		"UTC+2": "Etc/GMT-2", "GMT-05:00": "Etc/GMT+5", "+01:00": "Etc/GMT-1", "(UTC+05:45)": "Asia/Kathmandu", "Etc/GMT+5": "Etc/GMT+5", "Etc/GMT-5": "Etc/GMT-5", "(UTC)": "UTC", "UTC+00:00": "UTC",
	} {
		got, ok := locale.Zone(written)
		if got != want || !ok {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
	}
	for _, none := range []string{"", "somewhere", "Mars/Olympus", "UTC+99", "+01:17", "12", "(UTC+01:00) Atlantis", strings.Repeat("x", 10_000)} {
		if got, ok := locale.Zone(none); ok {
			t.Errorf("%q: got %q, want none", none, got)
		}
	}
}

// TestEveryZoneIsThere that is named, so that none is stored that cannot be loaded.
func TestEveryZoneIsThere(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("zones.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(file))
	if len(names) < 500 {
		t.Fatalf("there are %d zones only", len(names))
	}
	for _, name := range names {
		got, ok := locale.Zone(name)
		if _, err := time.LoadLocation(got); err != nil || !ok {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		if again, _ := locale.Zone(got); again != got {
			t.Errorf("%s: got %q, and of that %q", name, got, again)
		}
	}
}

func TestLanguagesAsOtherProgramsWriteThem(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"de": "de", "DE": "de", "de-DE": "de-DE", "de_DE": "de-DE", "de_DE.UTF-8": "de-DE", "de_DE@euro": "de-DE", "DE-de": "de-DE", "pt-br": "pt-BR", "zh-hans": "zh-Hans", "deu": "de", "ger": "de",
		"German": "de", "Deutsch": "de", "deutsch": "de", "Allemand": "de", "alemán": "de", "German (Germany)": "de", "Deutsch - Deutschland": "de", "Englisch": "en", "anglais": "en", "English": "en",
		"Französisch": "fr", "Français": "fr", "Niederländisch": "nl", "Polnisch": "pl", "polski": "pl", "Brazilian Portuguese": "pt-BR", "Norwegian": "nb", "C": "en", "Portuguese (Brazil)": "pt-BR", "Chinese (Traditional)": "zh-Hant", "Chinese (Simplified)": "zh-Hans", "English (US)": "en-US", "English (United Kingdom)": "en-GB", "French (Canada)": "fr-CA", "Deutsch (Schweiz)": "de-CH", "nb_NO": "nb-NO", "nb": "nb", "no": "no", "en_US": "en-US", "EN": "en",
	} {
		got, ok := locale.Language(written)
		if got != want || !ok {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
	}
	for _, none := range []string{"", "?", "unknown language", "12", "Klingon!", "x", strings.Repeat("de-", 1000)} {
		if got, ok := locale.Language(none); ok {
			t.Errorf("%q: got %q, want none", none, got)
		}
	}
}
